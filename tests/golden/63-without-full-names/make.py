#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An export of servers without networkAddress: their full names are unknown, so
nobody knows whose own name a host is, and that is one finding, not one for each
SCP. A short name is known still."""
import re

from organisation import EX2010_SP2, Forest

forest = Forest('DC=lakes,DC=test')
forest.site('Pier')
forest.server('LK1', EX2010_SP2, 38, 'Pier', created=2011)
forest.server('LK2', EX2010_SP2, 38, 'Pier', created=2012)
forest.server('LK3', EX2010_SP2, 38, 'Pier', created=2013,
              url='https://lk3/Autodiscover/Autodiscover.xml')
forest.mailbox('ann', 'LK2')
forest.entries = [re.sub('networkAddress: .*\n', '', entry)
                  for entry in forest.entries]
forest.write('forest.ldif')
