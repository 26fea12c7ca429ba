# SPDX-License-Identifier: MIT
from entries import POINTER, scp

with open("forest.ldif", "w", encoding="utf-8") as export:
    for number in range(1000):
        export.write(scp(f"P{number}", [POINTER, "Domain=contoso.com"],
                         f"LDAP://127.0.0.{number % 250 + 1}:{number + 1}"))
