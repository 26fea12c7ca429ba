# SPDX-License-Identifier: MIT
from entries import GUID, scp

with open("forest.ldif", "w", encoding="utf-8") as export:
    export.write(scp("long", [GUID, "Site=" + "x" * 20_000_000],
                     "https://evil.example/autodiscover/autodiscover.xml"))
    export.write(scp("good", [GUID, "Site=HQ"]))
