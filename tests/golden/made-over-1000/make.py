# SPDX-License-Identifier: MIT
from entries import GUID, POINTER, scp

with open("forest.ldif", "w", encoding="utf-8") as export:
    for number in range(1000):
        export.write(scp(f"P{number}", [POINTER, "Domain=fabrikam.com"],
                         "LDAP://dc1.fabrikam.com"))
    export.write(scp("last", [GUID, "Site=HQ"]))
