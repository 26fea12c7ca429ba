# SPDX-License-Identifier: MIT
from entries import GUID, scp

with open("forest.ldif", "w", encoding="utf-8") as export:
    export.write(scp("good", [GUID, "Site=HQ"]))
    export.write("dn: CN=x\nnonsense\n\n" * 5000)
