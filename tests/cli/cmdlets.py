#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What an administrator is told to type is what the shell and Setup of the server's
own version understand."""

import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = str(contract.build() / 'examples' / 'adscp')
CONFIG = 'CN=Configuration,DC=elm,DC=example'
GROUP = f'CN=Group,CN=Administrative Groups,CN=Elm,CN=Microsoft Exchange,CN=Services,{CONFIG}'
SERVERS = f'CN=Servers,{GROUP}'
NUMBERS = {'OLD': 1912832083, 'OLDER': 1912832083, 'S10': 1937997947, 'S13': 1941997017,
           'U16': 1942063364, 'N16': 1942063431, 'U19': 1942127514, 'N19': 1942127578,
           'SE': 1942129154}
OLD_SWITCH = ' /IAcceptExchangeServerLicenseTerms'
SETUP = {'OLD': 'Setup.com /Mode:Uninstall', 'S10': 'Setup.com /Mode:Uninstall',
         'S13': f'Setup.exe /Mode:Uninstall{OLD_SWITCH}',
         'U16': f'Setup.exe /Mode:Uninstall{OLD_SWITCH}',
         'N16': f'Setup.exe /Mode:Uninstall{OLD_SWITCH}_DiagnosticDataOFF',
         'U19': f'Setup.exe /Mode:Uninstall{OLD_SWITCH}',
         'N19': f'Setup.exe /Mode:Uninstall{OLD_SWITCH}_DiagnosticDataOFF',
         'SE': f'Setup.exe /Mode:Uninstall{OLD_SWITCH}_DiagnosticDataOFF'}
INSTALL = {
    'Exchange 2010 SP3': 'Setup.com /Mode:Install /Roles:ClientAccess,HubTransport,'
                         'Mailbox',
    'Exchange 2013 CU23': f'Setup.exe /Mode:Install /Roles:ClientAccess,Mailbox'
                          f'{OLD_SWITCH}',
    'Exchange 2016 CU21': f'Setup.exe /Mode:Install /Roles:Mailbox{OLD_SWITCH}',
    'Exchange 2016 CU22': f'Setup.exe /Mode:Install /Roles:Mailbox{OLD_SWITCH}'
                          '_DiagnosticDataOFF',
    'Exchange 2019 CU10': f'Setup.exe /Mode:Install /Roles:Mailbox{OLD_SWITCH}',
    'Exchange 2019 CU11': f'Setup.exe /Mode:Install /Roles:Mailbox{OLD_SWITCH}'
                          '_DiagnosticDataOFF',
    'Exchange SE RTM': f'Setup.exe /Mode:Install /Roles:Mailbox{OLD_SWITCH}'
                       '_DiagnosticDataOFF'}


def export():
    text = f'dn:\nconfigurationNamingContext: {CONFIG}\n\n'
    text += f'dn: CN=HQ,CN=Sites,{CONFIG}\nobjectClass: site\n\n'
    for name, number in NUMBERS.items():
        place = (f'CN=First Storage Group,CN=InformationStore,CN={name},{SERVERS}'
                 if name.startswith('OLD') else f'CN=Databases,{GROUP}')
        text += (f'dn: CN={name},{SERVERS}\nobjectClass: msExchExchangeServer\n'
                 f'versionNumber: {number}\nnetworkAddress: ncacn_ip_tcp:{name}.elm.'
                 f'example\n\ndn: CN=DB {name},{place}\nobjectClass: msExchPrivateMDB\n'
                 f'msExchOwningServer: CN={name},{SERVERS}\n\n')
    return text


def cmdlets(file, *steps):
    done = subprocess.run(
        [ADSCP, 'whatif', '--at', '2024-05-01', '--json', '-l', file,
         *(word for step in steps for word in ('--step', step))], text=True,
        timeout=60, capture_output=True, check=False)
    contract.check(f'{steps}'[:100], done.returncode in (0, 4), done.stderr)
    return [step['cmdlets'] for step in json.loads(done.stdout)['steps']]


def check_equal(name, found, wanted):
    contract.check(name, found == wanted, found, wanted)


def test_setup(file):
    for name, wanted in SETUP.items():
        check_equal(f'Setup of {name}', cmdlets(file, f'uninstall {name}'), [[wanted]])
    for version, wanted in INSTALL.items():
        check_equal(f'Setup: {version}', cmdlets(
            file, f'install NEW site=HQ version="{version}"'), [[wanted]])


def test_certificates(file):
    """Those of Exchange 2007 work on the server itself, and on files."""
    request = cmdlets(file, 'certificate OLD trusted', 'certificate OLDER OLD',
                      'certificate S10 OLD', 'certificate S10 trusted',
                      'certificate OLD S10', 'certificate S13 S10')
    for number, lines in enumerate(request[:2]):
        contract.check(f'Exchange 2007 alone, {number}', not any(
            word in line for line in lines for word in (
                '-Server', '-FileData', 'FileData')), lines)
    check_equal('a request', request[0][:1] + request[0][2:], [
        "# On 'OLD' itself:", "# 'OLD.cer' is the certificate that the CA issues to this "
        'request', "$certificate = Import-ExchangeCertificate -Path 'OLD.cer'",
        'Enable-ExchangeCertificate -Thumbprint $certificate.Thumbprint -Services '
        'IIS,SMTP'])
    contract.check('... into a file', request[0][1].startswith(
        'New-ExchangeCertificate -GenerateRequest -DomainName ') and request[0][
            1].endswith(" -PrivateKeyExportable $true -Path 'OLD.req'"), request[0])
    contract.check('from 2007 to 2010', "-Path 'OLD.pfx' -Password $password" in
                   request[2][2] and request[2][3].startswith(
                       "Import-ExchangeCertificate -Server 'S10' -FileData ([Byte[]]("
                       "Get-Content -Path 'OLD.pfx' "), request[2])
    contract.check('... and from 2010 to 2007', "Set-Content -Path 'S10.pfx' -Value "
                   '$exported.FileData' in request[4][1] and request[4][2:] == [
                       "# On 'OLD' itself:", "Import-ExchangeCertificate -Path "
                       "'S10.pfx' -Password $password -PrivateKeyExportable $true | "
                       'Enable-ExchangeCertificate -Services IIS,SMTP'], request[4])
    contract.check('from 2010 on there is no file', not any(
        '-Path' in line for line in request[5]), request[5])


def test_mailboxes(file):
    """Whatever Exchange keeps in a mailbox of its own goes, too."""
    old = "'OLD\\First Storage Group\\DB OLD'"
    older = "'OLDER\\First Storage Group\\DB OLDER'"
    wanted = {('OLD', 'OLDER'): [('', old, 'Move-Mailbox', older)],
              ('OLD', 'S10'): [('', old, 'New-MoveRequest', "'DB S10'")],
              ('S10', 'S13'): [(kind, "'DB S10'", 'New-MoveRequest', "'DB S13'")
                               for kind in ('', ' -Arbitration')],
              ('S13', 'N16'): [(kind, "'DB S13'", 'New-MoveRequest', "'DB N16'")
                               for kind in ('', ' -Arbitration', ' -PublicFolder')],
              ('N16', 'SE'): [(kind, "'DB N16'", 'New-MoveRequest', "'DB SE'")
                              for kind in ('', ' -Arbitration', ' -PublicFolder',
                                           ' -AuditLog')]}
    for (one, other), lines in wanted.items():
        check_equal(f'{one} to {other}', cmdlets(file, f'move-mailboxes {one} {other}'), [[
            f'Get-Mailbox -Database {of}{kind} -ResultSize Unlimited | {cmdlet} '
            f'-TargetDatabase {to}' for kind, of, cmdlet, to in lines]])
    for name, identity in (('OLD', old), ('SE', "'DB SE'")):
        check_equal(f'a database of {name} goes', cmdlets(
            file, f'remove-database "DB {name}"'),
            [[f'Remove-MailboxDatabase -Identity {identity}']])


def main():
    with tempfile.TemporaryDirectory() as name:
        file = pathlib.Path(name) / 'elm.ldif'
        file.write_text(export())
        test_setup(file)
        test_certificates(file)
        test_mailboxes(file)
    contract.finish()


main()
