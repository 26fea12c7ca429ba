#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The first two lines of predict, list, observe and check, for every outcome that
there is. Who reads no further knows what is true, and what to do. "--show" prints
what the program says, for a reviewer to put into the table."""

import contextlib
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

for folder in ('contract', 'golden'):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import contract  # pylint: disable=wrong-import-position
from entries import GUID, POINTER  # pylint: disable=wrong-import-position
from organisation import (  # pylint: disable=wrong-import-position
    EX2007_SP3, EX2010_SP2, PEMS, Forest, setup)

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
SHOW = '--show' in sys.argv
EX2019 = 0x73C286D4, 'Version 15.2 (Build 31748.10)'
AT = ['--at', '2026-01-01']
ANN = ['-m', 'ann@contoso.com']
HQ = ['-s', 'HQ']

forests = {}


def forest(function):
    made = Forest('DC=contoso,DC=com')
    made.site('HQ')
    made.site('Branch')
    made.authority('Certification Authorities', 'root')
    function(made)
    forests[function.__name__] = made
    return function


def publish(made, certificate, year=2015, **options):
    """A server that publishes this certificate."""
    made.server(certificate.upper(), EX2010_SP2, 38, 'HQ', setup(certificate),
                created=year, fqdn=f'{certificate}.contoso.com', **options)


@forest
def one(made):
    made.server('MX1', EX2010_SP2, 38, 'HQ')


@forest
def none(made):
    del made


@forest
def nulled(made):
    made.server('MX1', EX2010_SP2, 38, 'HQ')
    made.entries[-1] = re.sub('serviceBindingInformation.*\n', '',
                              made.entries[-1])


@forest
def good(made):
    publish(made, 'rooted')
    made.mailbox('ann', 'ROOTED')


@forest
def own(made):
    publish(made, 'setup')
    made.mailbox('ann', 'SETUP')


@forest
def sold(made):
    publish(made, 'sold')


@forest
def past(made):
    publish(made, 'past')


@forest
def usage(made):
    publish(made, 'client')


@forest
def two(made):
    made.server('MX1', EX2010_SP2, 38, 'HQ', created=2010)
    made.server('MX2', EX2010_SP2, 38, 'HQ', created=2012)


@forest
def many(made):
    for number in range(12):
        made.server(f'MX{number}', EX2010_SP2, 38, 'HQ', created=2010 + number)


@forest
def apart(made):
    two(made)
    made.server('MX3', EX2010_SP2, 38, 'Branch', created=2012)


@forest
def tied(made):
    publish(made, 'rooted', 2010)
    publish(made, 'setup', 2010)


@forest
def undated(made):
    tied(made)
    made.entries = [re.sub('whenCreated: .*\n', '', entry)
                    for entry in made.entries]


@forest
def aged(made):
    publish(made, 'rooted', 2009)
    publish(made, 'setup', 2010)


@forest
def unsupported(made):
    publish(made, 'rooted')
    made.server('NEW', EX2019, 16423, 'HQ', url='')
    made.mailbox('ann', 'NEW')


@forest
def stranded(made):
    made.server('OLD', EX2007_SP3, 36, 'HQ', created=2009)
    made.server('BOX', EX2010_SP2, 2, 'Branch', url='')
    made.mailbox('ann', 'BOX')


@forest
def contact(made):
    made.server('MX1', EX2019, 16423, 'HQ')
    made.entry('CN=ann,CN=Users,DC=contoso,DC=com', objectClass='contact',
               mailNickname='ann', proxyAddresses='SMTP:ann@contoso.com',
               targetAddress='SMTP:ann@fabrikam.example')


@forest
def several(made):
    made.server('MX1', EX2019, 16423, 'HQ')
    made.mailbox('ann', 'MX1')
    made.entries.append(made.entries[-1].replace('CN=ann,', 'CN=anna,', 1))


@forest
def disabled(made):
    made.server('MX1', EX2019, 16423, 'HQ')
    made.entry('CN=ann,CN=Users,DC=contoso,DC=com', objectClass='user',
               mail='ann@contoso.com')


@forest
def pointer(made):
    made.entry(f'CN=res.example,CN=Services,{made.config}',
               objectClass='serviceConnectionPoint',
               keywords=[POINTER, 'Domain=contoso.com'],
               serviceBindingInformation='LDAP://res.example')


@forest
def plain(made):
    made.server('MX1', EX2010_SP2, 38, 'HQ', url='http://mx1.contoso.com/a')


@forest
def services(made):
    good(made)
    publish(made, 'setup', url='')
    made.service('ROOTED', 'EWS', 'WebServices',
                 'https://setup.contoso.com/EWS/Exchange.asmx')


@forest
def elsewhere(made):
    made.server('MX1', EX2010_SP2, 38, 'Branch')


@forest
def beside(made):
    """One SCP has a URL, the other none."""
    publish(made, 'rooted')
    made.mailbox('ann', 'ROOTED')
    users = made.entries.pop()
    nulled(made)
    made.entries.append(users)


@forest
def bare(made):
    good(made)
    made.entries = [re.sub('keywords: .*\n', '', entry)
                    for entry in made.entries]


@forest
def unnumbered(made):
    good(made)
    made.entries = [re.sub('(versionNumber|serialNumber): .*\n', '', entry)
                    for entry in made.entries]


def target(made, address, details):
    made.entry('CN=ann,CN=Users,DC=contoso,DC=com', objectClass='user',
               mailNickname='ann', proxyAddresses='SMTP:ann@contoso.com',
               msExchRecipientTypeDetails=details,
               targetAddress=f'SMTP:{address}')


@forest
def remote(made):
    publish(made, 'rooted')
    target(made, 'ann@contoso.mail.onmicrosoft.com', '2147483648')


@forest
def itself(made):
    publish(made, 'rooted')
    target(made, 'ann@contoso.com', '128')


@forest
def online(made):
    publish(made, 'rooted', url='https://autodiscover-s.outlook.com/'
            'autodiscover/autodiscover.xml')
    made.mailbox('ann', 'ROOTED')


@forest
def shared(made):
    """One of two servers behind a name was not configured."""
    publish(made, 'rooted', url='https://rooted.contoso.com/a')
    publish(made, 'setup', url='https://rooted.contoso.com/a')
    made.mailbox('ann', 'ROOTED')


@forest
def balanced(made):
    publish(made, 'rooted', url='https://mail.contoso.com/a')
    made.server('NEW', EX2019, 16423, 'HQ', url='https://mail.contoso.com/a')
    made.mailbox('ann', 'NEW')


@forest
def leaving(made):
    pointer(made)
    good(made)


@forest
def redirecting(made):
    """As KB2006728 has it, and the target shows what setup made."""
    made.server('OLD', EX2007_SP3, 36, 'HQ', created=2009)
    publish(made, 'setup', 2010)
    made.mailbox('ann', 'SETUP')


@forest
def two_sites(made):
    publish(made, 'rooted')
    made.server('MX2', EX2010_SP2, 38, 'Branch')


# (export, arguments, exit status, first line, second line)
DEAD = ['-o', '--resolve', 'mx1.contoso.com:443:127.0.0.1:1', '--resolve',
        'mx2.contoso.com:443:127.0.0.1:1']
MANY = ['-o', *(word for number in range(12) for word in
                ('--resolve', f'mx{number}.contoso.com:443:127.0.0.1:1'))]
HERE = ['--resolve', 'a.example:443:127.0.0.1:{live}', 'a.example']
PREDICT = [
    ('one', [*HQ, *AT], 0,
     'Outlook in site HQ meets MX1 first; add --mail to learn what '
     'it does for a user',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('one', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets MX1 first; no user with the address '
     'ann@contoso.com was read, so the mailbox is unknown',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('good', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets ROOTED first, which answers',
     'The user sees: no alert (forecast, not seen)'),
    ('own', [*HQ, *AT, *ANN], 4,
     'Outlook in site HQ meets SETUP first, which answers',
     'The user sees: Security Alert at hop 1, SETUP (untrusted '
     'issuer; forecast, not seen)'),
    ('own', [*HQ, *AT, *ANN, '--trust', 'setup.pem'], 0,
     'Outlook in site HQ meets SETUP first, which answers',
     'The user sees: no alert (forecast, not seen)'),
    ('sold', [*HQ, *AT], 0,
     'Outlook in site HQ meets SOLD first; add --mail to learn what '
     'it does for a user',
     "Unknown whether the user sees an alert: SOLD's certificate "
     'may come from a public CA (add --roots FILE to judge those)'),
    ('sold', [*HQ, *AT, '--roots', 'public.pem'], 0,
     'Outlook in site HQ meets SOLD first; add --mail to learn what '
     'it does for a user',
     'The user sees: no alert at hop 1, SOLD (forecast, not seen); what '
     'follows is unknown'),
    ('past', [*HQ, *AT], 4,
     'Outlook in site HQ meets PAST first; add --mail to learn what '
     'it does for a user',
     'The user sees: Security Alert at hop 1, PAST (expired; '
     'forecast, not seen)'),
    ('usage', [*HQ, *AT], 4,
     'Outlook in site HQ meets CLIENT first; add --mail to learn '
     'what it does for a user',
     'The user sees: an error that cannot be bypassed at hop 1, '
     'CLIENT (wrong usage; forecast, not seen)'),
    ('plain', [*HQ, *AT], 0,
     'Outlook in site HQ meets MX1 first; add --mail to learn what '
     'it does for a user',
     'Unknown whether the user sees an alert: MX1 is asked by plain '
     'http, without a certificate'),
    ('aged', [*HQ, *AT], 0,
     'Outlook in site HQ meets ROOTED first; add --mail to learn '
     'what it does for a user',
     'The user sees: no alert at hop 1, ROOTED (forecast, not seen); what '
     'follows is unknown'),
    ('aged', [*AT], 0,
     'Outlook at an unknown site meets ROOTED first (contested); '
     'add --mail to learn what it does for a user',
     'The user sees: no alert at hop 1, ROOTED (forecast, not seen); what '
     'follows is unknown'
     '; but Security '
     'Alert if SETUP, the newest SCP, comes first (Exchange Team, '
     '2019)'),
    ('tied', [*HQ, *AT], 0,
     'Outlook in site HQ meets ROOTED first (inferred: SETUP is as '
     'old); add --mail to learn what it does for a user',
     'The user sees: no alert at hop 1, ROOTED (forecast, not seen); what '
     'follows is unknown'
     '; but Security '
     'Alert if SETUP, created in the same second, comes first'),
    ('undated', [*HQ, *AT], 0,
     'Outlook in site HQ meets ROOTED first (inferred: SETUP may be '
     'older); add --mail to learn what it does for a user',
     'The user sees: no alert at hop 1, ROOTED (forecast, not seen); what '
     'follows is unknown; but Security Alert if SETUP, whose creation '
     'date could not be read, comes first'),
    ('elsewhere', [*HQ, *AT], 0,
     'Outlook in site HQ meets MX1 first (contested); add --mail to '
     'learn what it does for a user',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('unsupported', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets ROOTED first',
     'The user sees: no alert at hop 1, ROOTED (forecast, not seen); '
     'but the first '
     'server runs Exchange 2010 SP2 and cannot be relied on to '
     'serve a mailbox on Exchange 2019 CU15'),
    ('stranded', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets OLD first, which redirects the '
     'client to an unknown server',
     'Unknown whether the user sees an alert: the export has no certificate '
     'of any server, and so none for OLD (add --observe to look)'),
    ('contact', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets MX1 first, which sends the client to '
     'another address, ann@fabrikam.example',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('several', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets MX1 first, which answers with an '
     'error; several recipients have the address ann@contoso.com, '
     'which Exchange refuses',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('disabled', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets MX1 first, which answers with an '
     'error; the owner of ann@contoso.com is not mail-enabled',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('good', [*HQ, *AT, '-m', 'nobody@contoso.com'], 0,
     'Outlook in site HQ meets ROOTED first; no recipient has the '
     'address nobody@contoso.com',
     'The user sees: no alert at hop 1, ROOTED (forecast, not seen); what '
     'follows is unknown'),
    ('services', [*HQ, *AT, *ANN], 4,
     'Outlook in site HQ meets ROOTED first, which answers',
     'The user sees: Security Alert at setup.contoso.com, after the '
     'answer (untrusted issuer; forecast, not seen)'),
    ('none', [*HQ, *AT], 3,
     'Outlook in site HQ finds no server in the directory: no SCP '
     'with a URL and no usable pointer was found',
     "Next come the URLs of the user's mail domain (add --mail to "
     'see them)'),
    ('none', [*HQ, *AT, *ANN], 3,
     'Outlook in site HQ finds no server in the directory: no SCP '
     'with a URL and no usable pointer was found',
     'Next comes the mail domain: '
     'https://contoso.com/autodiscover/autodiscover.xml'),
    ('nulled', [*HQ, *AT], 3,
     'Outlook in site HQ finds no server in the directory: no SCP '
     'with a URL and no usable pointer was found',
     "Next come the URLs of the user's mail domain (add --mail to "
     'see them)'),
    ('one', [*AT, '-P', 'ews'], 3,
     'The EWS Managed API at an unknown site finds no server in the '
     "directory: the client's site is unknown (add --site or "
     '--address)',
     "Next come the URLs of the user's mail domain (add --mail to "
     'see them)'),
    ('pointer', [*HQ, *AT, *ANN], 5,
     'Outlook in site HQ finds no server in what could be read: the '
     'pointer leads to LDAP://res.example, which was not contacted '
     'because it was not allowed (add --follow FOREST, or --ldif-at '
     'with its export)',
     'Unknown which server comes first, and whether the user sees '
     'an alert'),
    ('cut', [*HQ, *AT], 5,
     'Outlook in site HQ finds no server in what could be read: '
     'cut.ldif:34: the file was cut (export or copy it again)',
     'Unknown which server comes first, and whether the user sees '
     'an alert'),
    ('cut-none', [*HQ, *AT], 5,
     'Outlook in site HQ finds no server in what could be read: '
     'cut-none.ldif:14: the file was cut (export or copy it again)',
     'Unknown which server comes first, and whether the user sees '
     'an alert'),
    ('one', [*HQ, *AT, *DEAD], 4,
     'MX1 cannot be reached; Outlook in site HQ has no other SCP to '
     'try',
     'The user sees: no connection at hop 1, MX1; next come the '
     "URLs of the user's mail domain (add --mail to see them)"),
    ('two', [*HQ, *AT, *DEAD], 4,
     'MX1 and MX2 cannot be reached; Outlook in site HQ has no '
     'other SCP to try',
     'The user sees: no connection at hop 2, MX2; next come the '
     "URLs of the user's mail domain (add --mail to see them)"),
    ('apart', [*HQ, *AT, *DEAD], 4,
     'MX1 and MX2 cannot be reached; Outlook in site HQ probably never tries '
     'the other URL',
     'The user sees: no connection at hop 2, MX2; next come the '
     "URLs of the user's mail domain (add --mail to see them)"),
    ('many', [*HQ, *AT, *MANY], 4,
     'MX0, MX1, MX2 and 7 more cannot be reached; Outlook in site HQ goes on to '
     '2 more URLs',
     'The user sees: no connection at hop 10, MX9; the 2 URLs that come next '
     'were not judged'),
    ('two', [*HQ, *DEAD[:3], '--resolve',
             'mx2.contoso.com:443:127.0.0.1:{live}'], 4,
     'MX1 cannot be reached; Outlook in site HQ goes on to MX2 '
     '(observed)',
     'The user sees: Security Alert at hop 2, MX2 (untrusted '
     'issuer, name mismatch)'),
    ('one', [*HQ, *AT, '-o', '--resolve', 'mx1.contoso.com:443:127.0.0.1:{mute}'], 4,
     'MX1 cannot be reached; Outlook in site HQ has no other SCP to '
     'try',
     'The user sees: no connection at hop 1, MX1; next come the '
     "URLs of the user's mail domain (add --mail to see them)"),
    ('one', [*HQ, *AT, '-o', '--dns', '127.0.0.1:1', '--timeout', '2'], 5,
     'Outlook in site HQ meets MX1 first; add --mail to learn what '
     'it does for a user',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1; incomplete: not every server could be looked at'),
    ('two', [*HQ, '-o', '--dns', '127.0.0.1:1', '--timeout', '2',
             '--resolve', 'mx1.contoso.com:443:127.0.0.1:{live}'], 4,
     'Outlook in site HQ meets MX1 first; add --mail to learn what it does for a '
     'user',
     'The user sees: Security Alert at hop 1, MX1 (untrusted issuer, name '
     'mismatch)'),
    ('beside', [*HQ, *AT, *ANN, '-P', 'ews'], 0,
     'The EWS Managed API in site HQ meets ROOTED first, which '
     'answers',
     'The user sees: no alert (forecast, not seen); but version 1.x '
     'stops at an SCP without a URL'),
    ('bare', [*HQ, *AT, *ANN], 5,
     'Outlook in site HQ finds no server in what could be read: no '
     'Autodiscover SCP of the export has keywords (export it as '
     'well)',
     'Unknown which server comes first, and whether the user sees an'
     ' alert'),
    ('unnumbered', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets ROOTED first; what it does is '
     'unknown: no Exchange server of the export has versionNumber '
     '(export it as well)',
     'The user sees: no alert at hop 1, ROOTED (forecast, not seen);'
     ' what follows is unknown'),
    ('remote', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets ROOTED first, which sends the client '
     'to another address, ann@contoso.mail.onmicrosoft.com',
     'The user sees: no alert (forecast, not seen)'),
    ('itself', [*HQ, *AT, *ANN], 4,
     'Outlook in site HQ meets ROOTED first, which sends the client '
     'to another address, ann@contoso.com',
     'The user sees: no alert (forecast, not seen); but the '
     'targetAddress of ann@contoso.com is that very address'),
    ('online', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets autodiscover-s.outlook.com first, '
     'which answers with an error',
     'Unknown whether the user sees an alert: no certificate is '
     'known for autodiscover-s.outlook.com (add --observe to look)'),
    ('shared', [*HQ, *AT, *ANN], 0,
     'Outlook in site HQ meets ROOTED first, which answers',
     'The user sees: no alert (forecast, not seen)'),
    ('balanced', [*HQ, *AT, *ANN], 4,
     'Outlook in site HQ meets mail.contoso.com first, which passes '
     'the request on',
     'The user sees: Security Alert at hop 1, mail.contoso.com (name'
     ' mismatch; forecast, not seen); but perhaps no answer if ROOTED, '
     'one of the servers behind mail.contoso.com, answers'),
    ('leaving', [*HQ, *AT, *ANN, '--ldif-at', 'LDAP://res.example=other.ldif'],
     0,
     'Outlook in site HQ meets ROOTED first, which sends the client '
     'to another address, ann@contoso.mail.onmicrosoft.com; an SCP '
     'pointer leads ann@contoso.com to the forest res.example, '
     'although this forest has a mailbox for it, on ROOTED',
     'The user sees: no alert (forecast, not seen)'),
    ('redirecting', [*HQ, *AT, *ANN], 4,
     'Outlook in site HQ meets OLD first, which redirects the client'
     ' to SETUP',
     'The user sees: Security Alert at hop 2, SETUP (untrusted '
     'issuer; forecast, not seen)'),
    ('own', [*HQ, *AT, *ANN, '--assume', 'setup.contoso.com=rooted.pem'], 4,
     'Outlook in site HQ meets SETUP first, which answers',
     'The user sees: Security Alert at hop 1, SETUP (name mismatch; '
     'with the assumed certificate)'),
    ('remote', [*HQ, *AT, *ANN, '-o', '--resolve',
                'rooted.contoso.com:443:127.0.0.1:1'], 4,
     'ROOTED cannot be reached; Outlook in site HQ has no other SCP '
     'to try',
     'The user sees: no connection at hop 1, ROOTED; next comes the '
     'mail domain: https://contoso.com/autodiscover/autodiscover.xml'),
    ('one', [*HQ, *AT, '-P', 'oxdisco'], 0,
     'A client that follows [MS-OXDISCO] literally in site HQ meets '
     'MX1 first; add --mail to learn what it does for a user',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('one', [*HQ, *AT, '-P', 'learn'], 0,
     'The Microsoft Learn sample in site HQ meets MX1 first; add '
     '--mail to learn what it does for a user',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('one', [*AT, '-s', 'HK'], 1,
     'adscp: the forest has no site "HK": its sites are "HQ", '
     '"Branch"',
     ''),
    ('one', [*AT, '-a', '10.1.2.3'], 0,
     'Outlook at an unknown site meets MX1 first (contested); add '
     '--mail to learn what it does for a user',
     'Unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
]
LIST = [
    ('one', [*HQ, *AT], 0,
     'Outlook in site HQ finds 1 URL in the directory',
     "MX1 comes first (documented): serves the client's site HQ; "
     'the only SCP that does (created 2015-01-01)'),
    ('two', [*HQ, *AT], 0,
     'Outlook in site HQ finds 2 URLs in the directory',
     "MX1 comes first (observed): serves the client's site HQ; the "
     'oldest of 2 SCPs that do (created 2010-01-01)'),
    ('aged', [*AT], 0,
     'Outlook at an unknown site finds 2 URLs in the directory',
     'ROOTED comes first (contested): serves other sites only (HQ); '
     'the oldest of 2 SCPs of that kind (created 2009-01-01); the '
     "client's site is unknown; by another reading "
     'https://setup.contoso.com/Autodiscover/Autodiscover.xml does'),
    ('tied', [*HQ, *AT], 0,
     'Outlook in site HQ finds 2 URLs in the directory',
     "ROOTED comes first (inferred): serves the client's site HQ; "
     'the oldest of 2 SCPs that do (created 2010-01-01); another is '
     "as old, and the directory's order decides"),
    ('elsewhere', [*HQ, *AT], 0,
     'Outlook in site HQ finds 1 URL in the directory',
     'MX1 comes first (contested): serves other sites only '
     '(Branch); the only SCP of that kind (created 2015-01-01); no '
     "SCP serves the client's site HQ"),
    ('none', [*HQ, *AT], 3,
     'Outlook in site HQ finds no URL in the directory: no SCP with '
     'a URL and no usable pointer was found',
     "Next come the URLs of the user's mail domain (add --mail to "
     'see them)'),
    ('none', [*HQ, *AT, *ANN], 3,
     'Outlook in site HQ finds no URL in the directory: no SCP with '
     'a URL and no usable pointer was found',
     'Next comes the mail domain: '
     'https://contoso.com/autodiscover/autodiscover.xml'),
    ('nulled', [*HQ, *AT, '-P', 'learn'], 3,
     'The Microsoft Learn sample in site HQ finds no URL in the '
     'directory: the SCP has no URL (set to $null)',
     "Next come the URLs of the user's mail domain (add --mail to "
     'see them)'),
    ('one', [*AT, '-P', 'ews'], 3,
     'The EWS Managed API at an unknown site finds no URL in the '
     "directory: the client's site is unknown (add --site or "
     '--address)',
     "Next come the URLs of the user's mail domain (add --mail to "
     'see them)'),
    ('pointer', [*HQ, *AT, *ANN], 5,
     'Outlook in site HQ finds no URL in what could be read: the '
     'pointer leads to LDAP://res.example, which was not contacted '
     'because it was not allowed (add --follow FOREST, or --ldif-at '
     'with its export)',
     'Unknown which server comes first, and whether the user sees '
     'an alert'),
    ('cut', [*HQ, *AT], 5,
     'Outlook in site HQ finds no URL in what could be read: '
     'cut.ldif:34: the file was cut (export or copy it again)',
     'Unknown which server comes first, and whether the user sees '
     'an alert'),
    ('cut-none', [*HQ, *AT], 5,
     'Outlook in site HQ finds no URL in what could be read: '
     'cut-none.ldif:14: the file was cut (export or copy it again)',
     'Unknown which server comes first, and whether the user sees '
     'an alert'),
    ('good', [*HQ, *AT, '-m', 'nobody@contoso.com'], 0,
     'Outlook in site HQ finds 1 URL in the directory; no recipient '
     'has the address nobody@contoso.com',
     "ROOTED comes first (documented): serves the client's site HQ; "
     'the only SCP that does (created 2015-01-01)'),
    ('beside', [*HQ, *AT, *ANN, '-P', 'ews'], 0,
     'The EWS Managed API in site HQ finds 1 URL in the directory',
     "ROOTED comes first (documented): serves the client's site HQ; "
     'the only SCP that does; but version 1.x stops at an SCP '
     'without a URL'),
    ('bare', [*HQ, *AT], 5,
     'Outlook in site HQ finds no URL in what could be read: no '
     'Autodiscover SCP of the export has keywords (export it as '
     'well)',
     'Unknown which server comes first, and whether the user sees an'
     ' alert'),
    ('balanced', [*HQ, *AT], 0,
     'Outlook in site HQ finds 1 URL in the directory',
     "mail.contoso.com comes first (documented): serves the client's"
     ' site HQ; the only URL of 2 SCPs that do (created 2015-01-01)'),
    ('one', [*HQ, *AT, '-P', 'oxdisco'], 0,
     'A client that follows [MS-OXDISCO] literally in site HQ finds '
     '1 URL in the directory',
     "MX1 comes first (documented): number 1 of 1 in the directory's"
     ' order; [MS-OXDISCO] ranks nothing'),
    ('leaving', [*HQ, *AT, *ANN, '--ldif-at', 'LDAP://res.example=other.ldif'],
     0,
     'Outlook in site HQ finds 1 URL in the directory; an SCP '
     'pointer leads ann@contoso.com to the forest res.example, '
     'although this forest has a mailbox for it, on ROOTED',
     "ROOTED comes first (documented): serves the client's site HQ; "
     'the only SCP that does (created 2015-01-01)'),
    ('two_sites', [*HQ, *AT], 0,
     'Outlook in site HQ finds 2 URLs in the directory and probably '
     'never tries 1 of them',
     "ROOTED comes first (documented): serves the client's site HQ; "
     'the only SCP that does (created 2015-01-01)'),
    ('one', [*AT, '-s', 'HK'], 1,
     'adscp: the forest has no site "HK": its sites are "HQ", '
     '"Branch"',
     ''),
]
# Newer c-ares knows that localhost has an address of IPv6, too.
LIVE = ['--resolve', 'localhost:{live}:127.0.0.1', 'localhost:{live}']
REFUSED = ['--resolve', 'localhost:1:127.0.0.1', 'localhost:1']
OBSERVE = [
    ('', [*HERE], 4,
     'a.example:... at 127.0.0.1: Security Alert (untrusted issuer)',
     'It shows CN=a.example, valid until ...'),
    ('', [*HERE, '--trust', 'live.pem'], 0,
     'a.example:... at 127.0.0.1: no alert',
     'It shows CN=a.example, valid until ...'),
    ('', [*LIVE], 4,
     'localhost:... at 127.0.0.1: Security Alert (untrusted issuer, '
     'name mismatch)',
     'It shows CN=a.example, valid until ...'),
    ('', [*REFUSED], 4,
     'localhost:... at 127.0.0.1: no connection',
     '127.0.0.1, port ..., refused the connection (Connection refused)'),
    ('', ['127.0.0.1:{mute}'], 4,
     '127.0.0.1:...: no connection',
     '127.0.0.1, port ..., hung up'),
    ('one', [*REFUSED, *HERE, '--trust', 'live.pem'], 4,
     'localhost:... at 127.0.0.1: no connection',
     'Of 2 addresses: no connection 1, no alert 1'),
    ('', ['127.0.0.1:{plain}'], 4,
     '127.0.0.1:...: no connection',
     '127.0.0.1, port ..., does not speak TLS on this port'),
    ('', ['a.example:{live}', '--resolve', 'a.example:{live}:127.0.0.1:{mute}'],
     4,
     'a.example:... at 127.0.0.1: no connection',
     '127.0.0.1, port ..., hung up'),
    ('', ['nowhere.example', '--dns', '127.0.0.1:{silent}', '--timeout', '1'],
     5, 'nowhere.example:443: unknown whether the user sees an alert',
     'no DNS answer before the budget ended'),
]
CHECK = [
    ('one', [*HQ, *AT], 3,
     'ADSCP UNKNOWN - Outlook meets MX1, unknown whether the user '
     'sees an alert: no certificate is known for MX1 (add --observe '
     'to look)'),
    ('good', [*HQ, *AT, *ANN], 0,
     'ADSCP OK - Outlook meets ROOTED, no alert, changes in 2922 '
     'days at rooted.contoso.com'),
    ('own', [*HQ, *AT, *ANN], 2,
     'ADSCP CRITICAL - Outlook meets SETUP, Security Alert '
     '(untrusted issuer)'),
    ('sold', [*HQ, *AT], 3,
     'ADSCP UNKNOWN - Outlook meets SOLD, unknown whether the user '
     "sees an alert: SOLD's certificate may come from a public CA "
     '(add --roots FILE to judge those), changes in 2922 days at '
     'sold.contoso.com'),
    ('usage', [*HQ, *AT], 2,
     'ADSCP CRITICAL - Outlook meets CLIENT, an error that cannot '
     'be bypassed (wrong usage)'),
    ('aged', [*AT], 1,
     'ADSCP WARNING - Outlook meets ROOTED, no alert so far, what '
     'follows is unknown (add --mail), but Security '
     'Alert if SETUP, the newest SCP, comes first (Exchange Team, '
     '2019), changes in 2922 days at rooted.contoso.com, 1 site '
     'without an SCP'),
    ('unsupported', [*HQ, *AT, *ANN], 2,
     'ADSCP CRITICAL - Outlook meets ROOTED, no alert so far, what '
     'follows is unknown, but the '
     'first server runs Exchange 2010 SP2 and cannot be relied on '
     'to serve a mailbox on Exchange 2019 CU15, changes in 2922 '
     'days at rooted.contoso.com'),
    ('several', [*HQ, *AT, *ANN], 2,
     'ADSCP CRITICAL - several recipients have the address '
     'ann@contoso.com, which Exchange refuses, Outlook meets MX1, '
     'which answers with an error, unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('one', [*AT, '-P', 'ews'], 1,
     'ADSCP WARNING - the EWS Managed API finds no server: the '
     "client's site is unknown (add --site or --address), 1 site "
     'without an SCP'),
    ('one', [*HQ, *AT, '-P', 'ews'], 3,
     'ADSCP UNKNOWN - the EWS Managed API meets MX1, unknown whether '
     'the user sees an alert: no certificate is known for MX1 (add '
     '--observe to look)'),
    ('disabled', [*HQ, *AT, *ANN, '--findings-as', 'warning'], 1,
     'ADSCP WARNING - the owner of ann@contoso.com is not '
     'mail-enabled, Outlook meets MX1, which answers with an error, '
     'unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
    ('none', [*AT], 1,
     'ADSCP WARNING - no usable SCP in the directory, 2 sites without '
     'an SCP'),
    ('none', [*HQ, *AT], 1,
     'ADSCP WARNING - no usable SCP in the directory, no SCP names '
     'the site HQ'),
    ('pointer', [*HQ, *AT, *ANN], 3,
     'ADSCP UNKNOWN - the answer was cut short: the pointer leads to '
     'LDAP://res.example, which was not contacted because it was not allowed '
     '(add --follow FOREST, or --ldif-at with its export); so far: no user '
     'with the address ann@contoso.com was read, no usable SCP in what could '
     'be read, no SCP names the site HQ'),
    ('cut', [*HQ, *AT], 3,
     'ADSCP UNKNOWN - the answer was cut short: cut.ldif:34: the file was cut '
     '(export or copy it again); so far: no usable SCP in what could be read, '
     'no SCP names the site HQ'),
    ('one', [*HQ, *AT, *DEAD], 2,
     'ADSCP CRITICAL - MX1 cannot be reached, no connection'),
    ('many', [*HQ, *AT, *MANY], 2,
     'ADSCP CRITICAL - ' + ''.join(f'MX{n} cannot be reached, '
                                   for n in range(10)) +
     'no connection so far, the 2 URLs that come next were not judged'),
    ('good', [*HQ, *AT, '-m', 'nobody@contoso.com'], 3,
     'ADSCP UNKNOWN - no recipient has the address '
     'nobody@contoso.com, Outlook meets ROOTED, no alert so far, what '
     'follows is unknown, changes '
     'in 2922 days at rooted.contoso.com'),
    ('elsewhere', [*HQ, *AT], 1,
     'ADSCP WARNING - Outlook meets MX1, unknown whether the user '
     'sees an alert: no certificate is known for MX1 (add --observe '
     'to look), no SCP names the site HQ'),
    ('one', [*AT, '-s', 'HK'], 3,
     'ADSCP UNKNOWN - the forest has no site "HK": its sites are '
     '"HQ", "Branch"'),
    ('services', [*HQ, *AT, *ANN], 2,
     'ADSCP CRITICAL - Outlook meets ROOTED, Security Alert at '
     'setup.contoso.com (untrusted issuer)'),
    ('bare', [*HQ, *AT, *ANN], 3,
     'ADSCP UNKNOWN - the answer was cut short: no Autodiscover SCP of '
     'the export has keywords (export it as well); so far: no usable SCP in '
     'what could be read, no SCP names the site HQ'),
    ('remote', [*HQ, *AT, *ANN], 0,
     'ADSCP OK - Outlook meets ROOTED, no alert, changes in 2922 '
     'days at rooted.contoso.com'),
    ('itself', [*HQ, *AT, *ANN], 2,
     'ADSCP CRITICAL - Outlook meets ROOTED, no alert, but the '
     'targetAddress of ann@contoso.com is that very address, changes'
     ' in 2922 days at rooted.contoso.com'),
    ('shared', [*HQ, *AT, *ANN], 0,
     'ADSCP OK - Outlook meets ROOTED, no alert, changes in 2922 '
     'days at rooted.contoso.com'),
    ('redirecting', [*HQ, *AT, *ANN], 2,
     'ADSCP CRITICAL - Outlook meets OLD, then SETUP, Security Alert'
     ' (untrusted issuer)'),
    ('leaving', [*HQ, *AT, *ANN, '--ldif-at', 'LDAP://res.example=other.ldif'],
     0,
     'ADSCP OK - an SCP pointer leads ann@contoso.com to the forest '
     'res.example, although this forest has a mailbox for it, on '
     'ROOTED, Outlook meets ROOTED, no alert, changes in 2922 days '
     'at rooted.contoso.com'),
    ('online', [*HQ, *AT, *ANN], 2,
     'ADSCP CRITICAL - Outlook meets autodiscover-s.outlook.com, '
     'which answers with an error, unknown whether the user sees an '
     'alert: no certificate is known for autodiscover-s.outlook.com '
     '(add --observe to look)'),
    ('nulled', [*HQ, *AT, '--no-scp-as', 'ok'], 0,
     'ADSCP OK - no usable SCP in the directory, no SCP names the '
     'site HQ'),
    ('one', [*HQ, *AT, '-o', '--dns', '127.0.0.1:1', '--timeout', '2'], 3,
     'ADSCP UNKNOWN - the answer was cut short: not every server could be '
     'looked at; so far: Outlook meets MX1, unknown whether the user sees an '
     'alert: no certificate is known for MX1'),
    ('one', [*HQ, *AT, *ANN], 3,
     'ADSCP UNKNOWN - no user with the address ann@contoso.com was read, '
     'Outlook meets MX1, '
     'unknown whether the user sees an alert: no certificate is '
     'known for MX1 (add --observe to look)'),
]


class Server:
    """Shows a certificate, or hangs up where there is none."""

    def __init__(self, context=None, greeting=b''):
        self.context, self.greeting = context, greeting
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.socket.accept()
            with contextlib.suppress(OSError):
                if self.greeting:
                    peer.sendall(self.greeting)
                if self.context is not None:
                    self.context.wrap_socket(peer, server_side=True)
            peer.close()


def self_signed(folder):
    """A certificate for a.example, and its server."""
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout',
         folder / 'key.pem', '-out', folder / 'live.pem', '-days', '3000',
         '-subj', '/CN=a.example', '-addext', 'subjectAltName=DNS:a.example'],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / 'live.pem', folder / 'key.pem')
    return Server(context)


def adscp(folder, *words):
    done = subprocess.run(
        [ADSCP, *words], cwd=folder, check=False, capture_output=True,
        text=True, stdin=subprocess.DEVNULL, timeout=60,
        env={**os.environ, 'LC_ALL': 'C.UTF-8'})
    return done.returncode, done.stdout + done.stderr


def heads(text):
    """What differs from run to run is "...". """
    text = re.sub(r'127\.0\.0\.1, port \d+', '127.0.0.1, port ...', text)
    text = re.sub(r'valid until \d{4}-\d\d-\d\d', 'valid until ...', text)
    text = re.sub(r'(a\.example|localhost|127\.0\.0\.1):\d+', r'\1:...', text)
    text = re.sub(r'(closed|broke) the connection.*', 'hung up', text)
    return (text.splitlines() + ['', ''])[:2]


def walk(folder, command, rows, ports):
    for name, words, status, *wanted in rows:
        words = [word.format(**ports) for word in words]
        source = ['-l', f'{name}.ldif'] if name else []
        found = adscp(folder, command, *words, *source)
        brief = adscp(folder, command, *words, *source, '-q')
        if SHOW:
            print(f'    ({name!r}, {words}, {found[0]},')
            for line in heads(found[1]):
                print(f'     {line!r},')
            continue
        contract.check(f'{command} of {name}: {" ".join(words)}',
                       found[0] == status and heads(found[1]) == wanted,
                       found[0], *heads(found[1]))
        contract.check('... and no more with -q', brief[0] == status and
                       heads(brief[1]) == wanted and
                       brief[1].count('\n') == 2 or status == 1, brief[1])


def walk_check(folder, ports):
    for name, words, status, wanted in CHECK:
        words = [word.format(**ports) for word in words]
        found = adscp(folder, 'check', *words, '-l', f'{name}.ldif')
        line = found[1].partition(' |')[0].strip()
        if SHOW:
            print(f'    ({name!r}, {words}, {found[0]},\n     {line!r}),')
            continue
        contract.check(f'check of {name}: {" ".join(words)}',
                       found[0] == status and line == wanted, line)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for case, made in forests.items():
            made.write(folder / f'{case}.ldif')
        whole = (folder / 'one.ldif').read_text()
        (folder / 'cut.ldif').write_text(whole + 'dn: CN=cu')
        (folder / 'cut-none.ldif').write_text(
            (folder / 'none.ldif').read_text() + 'dn: CN=cu')
        (folder / 'other.ldif').write_text(
            (folder / 'remote.ldif').read_text().replace(
                'DC=contoso,DC=com', 'DC=res,DC=example'))
        for pem in ('setup', 'public', 'rooted', 'live'):
            if pem != 'live':
                (folder / f'{pem}.pem').write_text(
                    (PEMS / f'{pem}.pem').read_text())
        silent = socket.socket(type=socket.SOCK_DGRAM)
        silent.bind(('127.0.0.1', 0))
        ports = {'live': self_signed(folder).port, 'mute': Server().port,
                 'plain': Server(greeting=b'220 mail ESMTP\r\n').port,
                 'silent': silent.getsockname()[1]}
        walk(folder, 'predict', PREDICT, ports)
        walk(folder, 'list', LIST, ports)
        walk(folder, 'observe', OBSERVE, ports)
        walk_check(folder, ports)
    if not SHOW:
        contract.finish()


main()
