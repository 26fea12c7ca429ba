# SPDX-License-Identifier: MIT
from entries import GUID, scp

with open("forest.ldif", "w", encoding="utf-8") as export:
    export.write(scp("many", [GUID] + [f"Site=S{n}" for n in range(100000)]))
