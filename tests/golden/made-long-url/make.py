# SPDX-License-Identifier: MIT
from entries import GUID, scp

with open("forest.ldif", "w", encoding="utf-8") as export:
    export.write(scp("long", [GUID, "Site=HQ"],
                     "https://mail.contoso.com/" + "x" * 10_000_000, 2016))
    export.write(scp("good", [GUID, "Site=HQ"]))
