# SPDX-License-Identifier: MIT
"""Another URL may come first, by chance or by another reading of the sources:
what the user sees then belongs to the answer."""
from organisation import EX2007_SP3, EX2010_SP2, Forest, der, element, setup

STAR = element(der('star'))


def begin():
    forest = Forest('DC=contoso,DC=com')
    forest.authority('Certification Authorities', 'root')
    for site in ('HQ', 'Lab', 'Depot'):
        forest.site(site)
    return forest


# The oldest has a good certificate, the newest that of setup; and the other way
# round.
for name, star, second in (('newest', 2015, 2019), ('oldest', 2019, 2015)):
    forest = begin()
    forest.server('FINE', EX2010_SP2, 38, 'HQ', STAR, created=star)
    forest.server('SECOND', EX2010_SP2, 38, 'Lab', setup('second'),
                  created=second)
    forest.mailbox('ann', 'FINE')
    forest.write(f'{name}.ldif')

# The newest alone is good, but redirects to a server that is not.
forest = begin()
forest.server('FINE', EX2010_SP2, 38, 'HQ', STAR, created=2015)
forest.server('EX07', EX2007_SP3, 36, 'Lab', STAR, created=2019)
forest.server('SECOND', EX2010_SP2, 38, 'Lab', setup('second'), url='')
forest.mailbox('ann', 'SECOND')
forest.write('redirect.ldif')

# Of one second. Two share a URL, which is no chance.
forest = begin()
forest.server('FINE', EX2010_SP2, 38, 'HQ', STAR)
forest.server('ALIKE', EX2010_SP2, 38, 'HQ', STAR)
forest.server('SECOND', EX2010_SP2, 38, 'HQ', setup('second'))
for name in ('ONE', 'OTHER'):
    forest.server(name, EX2010_SP2, 38, 'Lab', STAR,
                  url='https://mail.contoso.com/Autodiscover/Autodiscover.xml')
forest.mailbox('ann', 'FINE')
forest.write('tie.ldif')

# More than are judged; all of those are good.
forest = begin()
for number in range(20):
    forest.server(f'MANY{number:02}', EX2010_SP2, 38, 'HQ', STAR)
forest.mailbox('ann', 'MANY00')
forest.write('many.ldif')
