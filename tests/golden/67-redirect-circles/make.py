# SPDX-License-Identifier: MIT
"""A targetAddress leads to somebody whose own leads on: round in a circle, to a
mailbox, or out of the organisation. The other one comes before and behind him."""
from organisation import EX2016, Forest, setup

forest = Forest('DC=contoso,DC=com')
forest.authority('Certification Authorities', 'root')
forest.site('HQ')
forest.server('ROOTED', EX2016, 16439, 'HQ', setup('rooted'), created=2018)
forest.mailbox('ann', 'ROOTED')


def person(name, target, *more, contact=False):
    forest.entry(f'CN={name},CN=Users,{forest.domain}',
                 objectClass=['top', 'person', 'contact' if contact else 'user'],
                 mail=f'{name}@contoso.com', mailNickname=name,
                 proxyAddresses=[f'SMTP:{name}@contoso.com',
                                 *(f'smtp:{address}' for address in more)],
                 targetAddress=f'SMTP:{target}')


person('two', 'one@contoso.com', contact=True)
person('one', 'Two@contoso.com', contact=True)
# Of three, and one who leads into it.
person('a', 'b@contoso.com')
person('b', 'c@contoso.com')
person('c', 'a@contoso.com')
person('into', 'a@contoso.com')
# His own other address.
person('self', 'other@contoso.com', 'other@contoso.com')
# As Exchange makes a contact: the address elsewhere is his, too.
person('partner', 'p@partner.example', 'p@partner.example', contact=True)
person('home', 'ann@contoso.com')
person('nobody', 'gone@contoso.com')
# Longer than is followed.
for number in range(12):
    person(f'n{number}', f'n{(number + 1) % 12}@contoso.com')
forest.write('forest.ldif')
