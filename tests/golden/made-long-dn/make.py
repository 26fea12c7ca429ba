# SPDX-License-Identifier: MIT
from entries import GUID, scp

with open("forest.ldif", "w", encoding="utf-8") as export:
    export.write(scp("x" * 1_000_000, [GUID, "Site=HQ"],
                     "https://long.contoso.com/autodiscover/autodiscover.xml", 2016))
    export.write(scp("good", [GUID, "Site=HQ"]))
