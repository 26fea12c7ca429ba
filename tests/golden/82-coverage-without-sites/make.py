# SPDX-License-Identifier: MIT
"""No site objects: the sites are those that SCPs name; the newest SCP is a
doubt."""
from organisation import EX2010_SP2, Forest, setup

forest = Forest('DC=contoso,DC=com')
forest.authority('Certification Authorities', 'root')
forest.server('CAS1', EX2010_SP2, 54, 'HQ', setup('shared'), created=2012,
              fqdn='shared.contoso.com')
forest.server('CAS2', EX2010_SP2, 54, 'Branch', setup('setup'), created=2014)
forest.mailbox('ann', 'CAS1')
forest.write('forest.ldif')
