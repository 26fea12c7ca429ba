# SPDX-License-Identifier: MIT
"""The mail domain is the name of the AD domain, which leads to the domain
controllers: what listens on port 443 of one is met by Outlook 2013 beside the
SCPs, and by nobody else whose SCP answers."""

import contextlib
import time

from lab import Running
from tap import expect, expect_equal, test
from test_discovery import DOMAIN
from world import CORP

ASKED = ['-j', *DOMAIN, '-m', f'ann@{CORP}', '-s', 'HQ']


@contextlib.contextmanager
def web_server(lab):
    """One on a domain controller, whose certificate is another host's."""
    ca = lab.ca
    web = Running(lab.dc1.place.enter(
        'openssl', 's_server', '-www', '-accept', f'{lab.dc1.address}:443',
        '-cert', ca / 'ex16.pem', '-key', ca / 'ex16.key'), lab.env(), lab.home)
    end = time.monotonic() + 20
    seen = None
    try:
        while time.monotonic() < end and seen != 'ok':
            seen = lab.adscp('observe', CORP, '-j').json[
                'observations'][0]['outcome']
        yield seen
    finally:
        web.process.kill()
        web.wait()


def step_of(answer, method):
    return next(row for row in answer['steps'] if row['method'] == method)


@test('Outlook 2013 meets the web server of a real domain controller')
def beside(lab):
    first = lab.adscp('predict', *ASKED, '--no-observe').json['candidates'][0]
    lab.certify('beside', f'DNS:{first["host"]}')
    assumed = ['--assume', f'{first["host"]}={lab.ca / "beside.pem"}',
               '--trust', lab.ca / 'ca.pem']
    with web_server(lab) as seen:
        expect_equal(seen, 'ok')
        for client in ('outlook-2013', 'outlook-2010'):
            result = lab.adscp('predict', *ASKED, *assumed, '--observe',
                               '--client', client)
            step = step_of(result.json, 'https-root')
            codes = {row['code'] for row in result.json['findings']}
            is_beside = client == 'outlook-2013'
            expect_equal(step['host'], CORP, result)
            expect_equal(step['alert'] is not None and
                         'name-mismatch' in step['alert']['reasons'], is_beside,
                         step)
            expect_equal({'mail-domain-is-ad-domain', 'step-beside-alert'} <=
                         codes, is_beside, codes)
            expect(result.json['hops'][0]['via'] == 'scp', result)
            if is_beside:
                expect_equal((result.json['alert']['outcome'],
                              result.json['alert']['hop']), ('alert', None),
                             result)
