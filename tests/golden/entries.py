# SPDX-License-Identifier: MIT
"""What the make.py of a case writes its exports with."""
CONFIG = "CN=Configuration,DC=contoso,DC=com"
GUID = "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
POINTER = "67661D7F-8FC4-4fa7-BFAC-E1D7794C1F68"
URL = "https://mail.contoso.com/autodiscover/autodiscover.xml"


def scp(name, keywords, binding=URL, year=2015):
    lines = [f"dn: CN={name},CN=Services,{CONFIG}",
             "objectClass: serviceConnectionPoint",
             "serviceClassName: ms-Exchange-AutoDiscover-Service",
             f"whenCreated: {year}0101000000.0Z",
             f"serviceBindingInformation: {binding}"]
    return "\n".join(lines + [f"keywords: {k}" for k in keywords]) + "\n\n"
