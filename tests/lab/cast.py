# SPDX-License-Identifier: MIT
"""Who plays in the lab: the servers that most tests use. Importing it brings in
the tests."""

import forest
from lab import PARTNER
from peers import Dns, Listener

# Each module registers its tests.
import test_same         # noqa: F401
import test_bind         # noqa: F401
import test_limits       # noqa: F401
import test_mailbox      # noqa: F401
import test_census       # noqa: F401
import test_changes      # noqa: F401
import test_controllers  # noqa: F401
import test_pointers     # noqa: F401
import test_locate       # noqa: F401
import test_tickets      # noqa: F401
import test_trouble      # noqa: F401
import test_environment  # noqa: F401


def start(lab):
    lab.start()
    # Nobody may ever knock here: odd references and pointers lead to it.
    lab.spy = lab.peer(Listener((lab.address(66), 3890)))
    lab.dns = lab.peer(Dns((lab.address(53), 5300),
                           {lab_host: lab.address(number) for lab_host, number
                            in (('dc1.corp.example.test', 1), (PARTNER, 2))}))
    lab.odd = lab.slapd('odd', 1, forest.odd())
    lab.partner = lab.slapd('partner', 2, test_pointers.partner(lab),
                            host=PARTNER, certificate='res')
    lab.many = lab.slapd('many', 3, test_limits.forest_of(lab))
    lab.mail = lab.slapd('mail', 126, test_mailbox.forest_of(),
                         **test_mailbox.OPTIONS)
