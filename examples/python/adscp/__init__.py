# SPDX-License-Identifier: MIT
"""Which Exchange server does an Outlook client meet first?

The whole of adscp.h in Python (3.9 or later). A Reader gives a Forest, a
Predictor gives a Prediction; what C counts and fetches is a sequence here, what
is absent is None, times are datetimes in UTC, numbers with a name are
enumerators, and failure is an exception. The header says what everything means.

    import adscp

    with adscp.Reader() as reader:
        reader.add_ldif_file('forest.ldif')
        with reader.read() as forest, adscp.Predictor(forest) as predictor:
            predictor.set_site('HQ')
            for candidate in predictor.predict().candidates:
                print(candidate.url, candidate.why)
"""

from .abi import RELEASE as _RELEASE
from .answers import *
from .coverage import *
from .enums import *
from .errors import *
from .questions import *
from .rows import *

__version__: str = _RELEASE
