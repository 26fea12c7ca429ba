#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One client, asked about through every command: where its policies keep it from
the SCPs, each says so in its first two lines, and all give the same verdict."""

import html
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
CERTIFICATES = contract.ROOT / 'tests' / 'golden' / 'certificates'
KEY = r'HKEY_CURRENT_USER\Software\Policies\Microsoft\Office'
CRITICAL, UNKNOWN = 2, 3
BASE = ['-l', EXAMPLE, '--at', '2012-02-14']
ANN = ['-m', 'ann@corp.example']
EVERYBODY = {'coverage': [], 'advise': [], 'check': ['--all-sites'],
             'whatif': ['--step', 'scp-url EX07 none'],
             'diff': [EXAMPLE, EXAMPLE]}


def adscp(*arguments, cwd=None):
    return subprocess.run(
        [str(ADSCP), *map(str, arguments)], check=False, timeout=120,
        env=dict(os.environ, LC_ALL='C.UTF-8', COLUMNS='500'), cwd=cwd,
        capture_output=True, text=True, stdin=subprocess.DEVNULL)


def document(*arguments):
    done = adscp(*arguments, '--json')
    return json.loads(done.stdout)


def head(*arguments):
    """The two lines, however they are wrapped; `check` has one."""
    brief = [] if arguments[0] == 'check' else ['--brief']
    return ' '.join(adscp(*arguments, *brief).stdout.split())


def write_policy(path, version='16.0', **values):
    lines = [f'"{name}"=dword:{value:08x}' for name, value in values.items()]
    path.write_text('\n'.join([
        'Windows Registry Editor Version 5.00', '',
        f'[{KEY}\\{version}\\Outlook\\AutoDiscover]', *lines, '']))
    return path


def heads_of(*options):
    """The first two lines of every command that judges everybody."""
    for command, own in EVERYBODY.items():
        base = BASE[2:] if command == 'diff' else BASE
        yield command, head(command, *own, *base, *options)


def report_head(scratch, *options):
    page = scratch / 'page.html'
    adscp('report', page, *BASE, *options)
    summary = page.read_text().split('<ul class="summary">')[1]
    rows = re.findall(r'<li>(.*?)</li>', summary)[:2]
    return html.unescape(' '.join(re.sub('<[^>]*>', '', row) for row in rows))


def cell(options, site='HQ', server='EX10'):
    table = document('coverage', *BASE, *options)
    home = next(i for i, row in enumerate(table['homes'])
                if row['server'] == server)
    row = table['cells'][table['sites'].index(site)]
    return table['classes'][row[home]], table


def test_verdicts(client, seen):
    options = [*client, *ANN, '--assume', f'corp.example={CERTIFICATES / seen}']
    alone = document('predict', *BASE, *options, '-s', 'HQ')
    together, table = cell(options)
    contract.check(f'{seen}: predict says what is expected',
                   alone['alert']['outcome'] == 'alert', alone['alert'])
    contract.check(f'{seen}: coverage says what predict says', (
        together['outcome'], together['first']['url'],
        [hop['host'] for hop in together['hops']]) == (
        alone['alert']['outcome'], alone['hops'][0]['url'],
        [hop['host'] for hop in alone['hops']]), together)
    contract.check(f'{seen}: both name the mail domain', (
        alone['client']['domain'], table['client']['domain']) ==
        ('corp.example',) * 2)
    contract.check(f'{seen}: how sure the order of SCPs is matters to nobody', (
        alone['choice'], together['evidence']) == (None, None))
    done = adscp('check', *BASE, *options, '-s', 'HQ')
    contract.check(f'{seen}: check says so, too', done.returncode == CRITICAL,
                   done.stdout)
    contract.check(f'{seen}: ... and why', 'skips the SCPs (ExcludeScpLookup) and '
                   'meets corp.example' in done.stdout, done.stdout)


def test_heads(client, scratch):
    for options, words in ((client, 'depends on the mail domain (add --mail)'),
                           ([*client, '-m', '@corp.example'], '')):
        for command, lines in heads_of(*options):
            contract.check(f'{command} says that no SCP is asked',
                           'skips the SCPs (ExcludeScpLookup)' in lines and
                           words in lines, lines)
            contract.check(f'{command} calls nothing fine that was not judged',
                           words == '' or not re.search(
                               'No alert|Nothing needs|No server', lines), lines)
        lines = report_head(scratch, *options)
        contract.check('report says that no SCP is asked',
                       'skips the SCPs (ExcludeScpLookup)' in lines and
                       words in lines, lines)
    lines = head('predict', *BASE, *client)
    contract.check('predict says that no SCP is asked',
                   'skips the SCPs (ExcludeScpLookup)' in lines and
                   'depends on the mail domain (add --mail)' in lines, lines)
    done = adscp('check', *BASE, *client)
    contract.check('check does not know either', done.returncode == UNKNOWN,
                   done.stdout)


def test_any(policy, scratch):
    """Without a kind of client the policy counts for some of them."""
    words = 'ExcludeScpLookup keeps Outlook 2016 and later from the SCPs'
    for command, lines in heads_of('--policy', policy):
        contract.check(f'{command} names those whose way is another',
                       words in lines, lines)
    for command in ('predict', 'check'):
        lines = head(command, *BASE, '--policy', policy)
        contract.check(f'{command} names them, too', words in lines, lines)
    lines = report_head(scratch, '--policy', policy)
    contract.check('report names them, too', words in lines, lines)
    lines = head('predict', *BASE, '--policy', policy, '--client', 'outlook-2010')
    contract.check('whom it does not concern is not told of it',
                   'ExcludeScpLookup' not in lines, lines)


def test_off(scratch):
    """What is off comes next nowhere."""
    policy = write_policy(scratch / 'off.reg', ExcludeScpLookup=1,
                          ExcludeHttpsRootDomain=1)
    answer = document('predict', *BASE, *ANN, '--client', 'outlook-2016',
                      '--policy', policy)
    contract.check('a step that is off has no URL among those that come next',
                   answer['then'] == ['https://autodiscover.corp.example/'
                                      'autodiscover/autodiscover.xml'],
                   answer['then'])
    policy = write_policy(scratch / 'all.reg', ExcludeScpLookup=1,
                          ExcludeHttpsRootDomain=1,
                          ExcludeHttpsAutoDiscoverDomain=1)
    answer = document('predict', *BASE, *ANN, '--client', 'outlook-2016',
                      '--policy', policy)
    contract.check('and where all are, there is none', answer['then'] == [])
    lines = head('predict', *BASE, *ANN, '--client', 'outlook-2016', '--policy',
                 policy)
    contract.check('the next step that is on is named',
                   'Next comes the step local-xml' in lines, lines)


def test_assumptions(policy):
    for asked, wanted in (
            (['--policy', policy], 'whatever the policies given here say'),
            (['--client', 'outlook-2016', '--policy', policy],
             'no other settings than the policies given here'),
            (['--client', 'outlook-2016'], 'no setting that changes them')):
        for command in ('predict', 'coverage'):
            text = document(command, *BASE, *asked)['client']['assumes']
            contract.check(f'{command} assumes what it was told: {wanted}',
                           wanted in text and ('by the policies given here' in
                                               text) == ('--policy' in asked),
                           text)


def test_no_scp(scratch):
    """The mail domain decides where there is no SCP, and `check` sees it."""
    export = scratch / 'no-scp.ldif'
    export.write_text(re.sub(r'(?m)^serviceBindingInformation: .*\n', '',
                             EXAMPLE.read_text()))
    asked = ['-l', export, '--at', '2012-02-14', *ANN, '--client', 'outlook-2010',
             '--no-scp-as', 'ok', '--assume',
             f'corp.example={CERTIFICATES / "past.pem"}']
    done = adscp('check', *asked)
    contract.check('an alert at the mail domain is critical', (
        done.returncode, 'Security Alert' in done.stdout) == (CRITICAL, True),
        done.stdout)
    alone = document('predict', *asked[:-4], *asked[-2:])
    contract.check('as predict has it', alone['alert']['outcome'] == 'alert')


def make_good(pem, days, *names):
    """Options with which these hosts bring no alert for some days."""
    hosts = [f'{name}corp.example' for name in names]
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout',
         pem.with_suffix('.key'), '-out', pem, '-days', str(days), '-subj',
         f'/CN={pem.stem}', '-addext',
         'subjectAltName=' + ','.join(f'DNS:{host}' for host in hosts)],
        check=True, capture_output=True)
    return ['--roots', pem, *(word for host in hosts
                              for word in ('--assume', f'{host}={pem}'))]


def test_unseen(scratch):
    """Outlook 2013 asks the mail domain's hosts while an SCP's server answers;
    where nobody looked at them, no command leaves it at "no alert"."""
    good = [*make_good(scratch / 'good.pem', 30, 'ex07.', 'ex10.', 'exbr.'),
            '--client', 'outlook-2013']
    words = 'Outlook 2013 asks corp.example and autodiscover.corp.example at ' \
        'the same time, and their certificates are unknown'
    for command, own in {**EVERYBODY, 'predict': ['-s', 'HQ']}.items():
        asked = [command, *own, *([] if command == 'diff' else BASE[:2]), *good,
                 '-m', '@corp.example']
        contract.check(f'{command} names the hosts that nobody looked at',
                       words in head(*asked), head(*asked))
        answer = document(*asked) if command != 'check' else None
        contract.check(f'{command}: its document says which Outlook asks',
                       answer is None or
                       answer['client']['kind'] == 'outlook-2013', answer)
    contract.check('no kind of client is any', document(
        'predict', *BASE, '-s', 'HQ')['client']['kind'] is None)
    lines = head('predict', *BASE[:2], *good, '-s', 'HQ', '-m', '@corp.example',
                 '--assume', f'corp.example={CERTIFICATES / "past.pem"}')
    contract.check('an alert at one of them is enough',
                   'Security Alert' in lines and words not in lines, lines)
    test_end_beside(scratch, [*BASE[:2], *good])


def test_end_beside(scratch, good):
    """The certificate of such a host is the first to end."""
    asked = [*good, *make_good(scratch / 'soon.pem', 10, ''), '-m',
             '@corp.example']
    days = {(time.mktime(time.strptime(each['changes_on'], '%Y-%m-%dT%H:%M:%SZ'))
             - time.time()) // 86400
            for each in document('coverage', *asked)['classes']}
    contract.check('what changes next is what the mail domain shows',
                   days <= {9, 10}, days)
    lines = adscp('coverage', *good, '-m', '@corp.example', '--json').stdout
    contract.check('which nobody knows without it', '"changes_on"' in lines)
    page = scratch / 'ends.html'
    adscp('report', page, *asked)
    contract.check('the report shows when it ends',
                   'soon' in page.read_text().split('id="ends"')[1], page)


def test_folder(scratch):
    """Whose a Registry.pol is follows from its folder, however it is named."""
    key = r'Software\Policies\Microsoft\Office\16.0\Outlook\AutoDiscover'
    wide = [text.encode('utf-16-le') for text in
            (f'[{key}\0;ExcludeScpLookup\0;', ';', ']')]
    record = b''.join([wide[0], b'\4\0\0\0', wide[1], b'\4\0\0\0', wide[1],
                       b'\1\0\0\0', wide[2]])
    for folder, code in (('Machine', 'policy-wrong-hive'),
                         ('User', 'policy-scp-excluded'),
                         ('Else', 'policy-hive-assumed')):
        (scratch / folder).mkdir()
        file = scratch / folder / 'Registry.pol'
        file.write_bytes(b'PReg\1\0\0\0' + record)
        told = []
        for name, where in ((file, scratch), ('Registry.pol', file.parent),
                            (f'../{folder}/./Registry.pol', file.parent)):
            answer = json.loads(adscp('predict', *BASE, '--policy', name,
                                      '--json', cwd=where).stdout)
            told.append([row['code'] for row in answer['findings']
                         if row['code'].startswith('policy-')])
        contract.check(f'{folder}: told by its folder', code in told[0], told)
        contract.check(f'{folder}: whatever leads to it',
                       told[0] == told[1] == told[2], told)


def test_pipe(scratch):
    """A file that never comes has the budget of the command."""
    pipe = scratch / 'pipe'
    os.mkfifo(pipe)
    for option in (['--policy', pipe], ['--assume', f'corp.example={pipe}']):
        for order in ([*option, '--timeout', '1'], ['--timeout', '1', *option]):
            begin = time.monotonic()
            done = adscp('predict', *BASE, *order)
            contract.check(
                f'{option[0]}: a pipe without a writer ends in time',
                (done.returncode, time.monotonic() - begin < 15) == (1, True),
                done.stderr)


def main():
    with tempfile.TemporaryDirectory(prefix='adscp-one-client-') as name:
        scratch = pathlib.Path(name)
        policy = write_policy(scratch / 'user.reg', ExcludeScpLookup=1)
        client = ['--client', 'outlook-2016', '--policy', policy]
        test_verdicts(client, 'past.pem')
        test_verdicts(client, 'wrong.pem')
        test_heads(client, scratch)
        test_any(policy, scratch)
        test_off(scratch)
        test_assumptions(policy)
        test_no_scp(scratch)
        test_unseen(scratch)
        test_folder(scratch)
        test_pipe(scratch)
    contract.finish()


if __name__ == '__main__':
    main()
