# SPDX-License-Identifier: MIT
"""One recipient with 100,000 addresses, the one asked for behind them, and a
hundred thousand others for whom nobody asks."""
from entries import CONFIG, GUID, scp


def person(name, addresses):
    lines = [f"dn: CN={name},CN=Users,DC=contoso,DC=com", "objectClass: user",
             f"mailNickname: {name}"]
    return "\n".join(lines + [f"proxyAddresses: smtp:{each}@contoso.com"
                              for each in addresses]) + "\n\n"


with open("forest.ldif", "w", encoding="utf-8") as export:
    export.write(f"dn:\nconfigurationNamingContext: {CONFIG}\n\n")
    export.write(scp("good", [GUID, "Site=HQ"]))
    for number in range(100_000):
        export.write(person(f"u{number}", [f"u{number}"]))
    export.write(person("Ann", [f"a{number}" for number in range(99_999)]
                        + ["ANN"]))
