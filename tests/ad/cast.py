# SPDX-License-Identifier: MIT
"""Which tests there are, and what all of them need. Importing it brings in the
tests; those of one domain controller come first, for the others join late."""

# Each module registers its tests.
import test_reading    # noqa: F401
import test_refusals   # noqa: F401
import test_trips      # noqa: F401
import test_faults     # noqa: F401
import test_following  # noqa: F401
import test_ping       # noqa: F401
import test_discovery  # noqa: F401
import test_snapshot   # noqa: F401
import test_policy     # noqa: F401
import test_census     # noqa: F401
import test_changes    # noqa: F401
import test_beside     # noqa: F401


def start(lab):
    lab.start()
