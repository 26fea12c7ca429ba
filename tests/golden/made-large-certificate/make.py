# SPDX-License-Identifier: MIT
"""Certificates of the largest line that is read, of one byte more, and of a
thousand values."""
import base64

from entries import CONFIG, GUID, scp

SERVERS = f"CN=Servers,CN=Services,{CONFIG}"


def server(name, *values):
    lines = [f"dn: CN={name},{SERVERS}", "objectClass: msExchExchangeServer",
             f"networkAddress: ncacn_ip_tcp:{name}.contoso.com",
             "versionNumber: 1942063563", "msExchCurrentServerRoles: 16439"]
    lines += ["msExchServerInternalTLSCert:: "
              + base64.b64encode(value).decode() for value in values]
    return "\n".join(lines) + "\n\n"


with open("forest.ldif", "w", encoding="utf-8") as export:
    export.write(scp("good", [GUID, "Site=HQ"],
                     "https://many.contoso.com/autodiscover/autodiscover.xml"))
    export.write(server("large", b"\x30\x84" + bytes(3_000_000)))
    export.write(server("larger", bytes(60_000_000)))
    export.write(server("many", *(b"\x30%d" % each for each in range(1000))))
    export.write(server("empty", b""))
