# SPDX-License-Identifier: MIT
"""Which Exchange server does an Outlook client reach first?

The whole of adscp.h in Python (3.9 or later). A Reader gives a Forest, a
Predictor gives a Prediction; what C counts and fetches is a sequence here, what
is absent is None, times are datetimes in UTC, numbers with a name are
enumerators, and failure is an exception. The header says what everything means.

    import adscp

    forest = adscp.Reader('forest.ldif').read()
    for candidate in adscp.Predictor(forest, site='HQ').predict().candidates:
        print(candidate.url, candidate.why)
"""

from . import advice, answers, coverage, enums, errors, plan, questions, rows
from .abi import RELEASE as _RELEASE
from .advice import *
from .answers import *
from .coverage import *
from .enums import *
from .errors import *
from .plan import *
from .questions import *
from .rows import *
from .text import *

__all__ = [*questions.__all__, *advice.__all__, *answers.__all__, *coverage.__all__,
           *plan.__all__,
           *rows.__all__, *enums.__all__, *errors.__all__]
__version__: str = _RELEASE
