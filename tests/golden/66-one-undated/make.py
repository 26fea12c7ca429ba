# SPDX-License-Identifier: MIT
"""The date of one SCP is missing or odd: it may be the oldest of its site, so what
stands first is inferred, and how it would end is judged."""
from organisation import EX2016, Forest, setup


def start():
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root')
    forest.site('HQ')
    forest.site('Depot')
    return forest


def undate(forest, date=None):
    forest.entries[-1] = ''.join(
        '' if line.startswith('whenCreated') and date is None else
        f'whenCreated: {date}\n' if line.startswith('whenCreated') else line
        for line in forest.entries[-1].splitlines(keepends=True))


def server(forest, name, created=None, odd=None, **more):
    forest.server(name, EX2016, 16439, 'HQ',
                  setup('rooted' if name == 'ROOTED' else 'setup'),
                  created=created or 2015, **more)
    if created is None:
        undate(forest, odd)


def write(forest, name):
    forest.mailbox('ann', 'ROOTED')
    forest.write(name)


forest = start()
server(forest, 'ROOTED', 2018)
server(forest, 'SETUP')
write(forest, 'missing.ldif')

forest = start()
server(forest, 'SETUP', odd='yesterday')
server(forest, 'ROOTED', 2018)
write(forest, 'odd.ldif')

# An SCP without a date that publishes the first one's URL changes nothing.
forest = start()
server(forest, 'ROOTED', 2018)
server(forest, 'SETUP',
       url='https://rooted.contoso.com/Autodiscover/Autodiscover.xml')
write(forest, 'same.ldif')

# The first URL has a date and none, the second one two dates.
forest = start()
server(forest, 'ROOTED', 2018)
server(forest, 'ROOTED2',
       url='https://setup.contoso.com/Autodiscover/Autodiscover.xml')
server(forest, 'SETUP', 2019)
write(forest, 'twice.ldif')

# What a change adds without a date is the newest.
forest = start()
server(forest, 'ROOTED', 2018)
forest.mailbox('ann', 'ROOTED')
read = len(forest.entries)
server(forest, 'SETUP')
added = [entry.replace('\n', '\nchangetype: add\n', 1)
         for entry in forest.entries[read:]]
del forest.entries[read:]
forest.write('dated.ldif')
forest.entries = added
forest.write('added.ldif')
