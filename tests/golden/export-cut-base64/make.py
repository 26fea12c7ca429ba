# SPDX-License-Identifier: MIT
"""UTF-16 as ldifde -u writes it, cut where a folded line of base64 ends."""
import pathlib

TEXT = """\
dn: CN=MX1,CN=Services,CN=Configuration,DC=tailspin,DC=example
changetype: add
objectClass: serviceConnectionPoint
keywords: 77378F46-2C66-4aa9-A6A6-3E7A48B19596
serviceBindingInformation: https://mx1.tailspin.example/autodiscover/a.xml

dn: CN=MX2,CN=Services,CN=Configuration,DC=tailspin,DC=example
changetype: add
objectClass: serviceConnectionPoint
keywords: 77378F46-2C66-4aa9-A6A6-3E7A48B19596
serviceBindingInformation:: aHR0cHM6Ly9teDIudGFpbHNwaW4uZXhhbXBsZS9hdXRvZGl
 zY292ZX
"""
pathlib.Path("forest.ldif").write_bytes(
    b"\xff\xfe" + TEXT.replace("\n", "\r\n").encode("utf-16-le"))
