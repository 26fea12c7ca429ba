#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The commands that show tables: sites, servers, and list with --csv. What CSV
says is what JSON says; what is hostile stays text."""

import csv
import io
import json
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
CONFIG = 'CN=Configuration,DC=corp,DC=example'
SCP = '77378F46-2C66-4aa9-A6A6-3E7A48B19596'


def run(*arguments):
    return contract.subprocess.run(
        [str(ADSCP), *map(str, arguments)], check=False, capture_output=True,
        env={'LC_ALL': 'C.UTF-8'}, timeout=120)


def table(*arguments):
    """The rows of --csv as dictionaries, by somebody else's reader."""
    text = run(*arguments, '--csv').stdout.decode()
    return list(csv.DictReader(io.StringIO(text, newline=''), strict=True))


def document(*arguments):
    return json.loads(run(*arguments, '--json').stdout)


def entry(dn, *attributes):
    return '\n'.join([f'dn: {dn}', *attributes, '', ''])


def scp(name, *sites, host=None):
    return entry(
        f'CN={name},CN=Autodiscover,CN=Protocols,CN={name},CN=Servers,CN=Org,'
        f'CN=Microsoft Exchange,CN=Services,{CONFIG}',
        'objectClass: serviceConnectionPoint', f'keywords: {SCP}',
        *(f'keywords: Site={site}' for site in sites),
        f'serviceBindingInformation: https://{host or name + ".corp.example"}/x')


def server(name):
    return entry(
        f'CN={name},CN=Servers,CN=Org,CN=Microsoft Exchange,CN=Services,{CONFIG}',
        'objectClass: msExchExchangeServer',
        f'networkAddress: ncacn_ip_tcp:{name}.corp.example')


def site(name):
    return entry(f'CN={name},CN=Sites,{CONFIG}', 'objectClass: site')


def subnet(name, of=None):
    return entry(f'CN={name},CN=Subnets,CN=Sites,{CONFIG}', 'objectClass: subnet',
                 *([f'siteObject: CN={of},CN=Sites,{CONFIG}'] if of else []))


def same_as_json(rows, objects):
    """CSV that says less or more than JSON."""
    def cell(value):
        if isinstance(value, list):
            return '; '.join(value)
        if isinstance(value, bool):
            return str(value).lower()
        return '' if value is None else str(value)
    return [(row, each) for row, each in zip(rows, objects) if row != {
        key: cell(value) for key, value in each.items()}] or \
        len(rows) - len(objects)


def test_example():
    sites = document('sites', '-l', EXAMPLE)
    contract.check('sites', [
        (each['site'], each['subnets'], each['in_site'], each['first_server'],
         each['evidence']) for each in sites['sites']] == [
            ('HQ', ['10.1.0.0/16', '10.2.8.0/24', '2001:db8:1::/48'], 2, 'EX07',
             'observed'), ('Branch', ['10.2.0.0/16'], 1, 'EXBR', 'documented')],
        sites)
    contract.check('the keys of sites', list(sites) == [
        'schema', 'command', 'forest', 'profile', 'sites',
        'subnets_without_site'], list(sites))
    servers = document('servers', '-l', EXAMPLE)
    contract.check('servers', [
        (each['name'], each['version'], each['build'], each['front_end'])
        for each in servers['servers']] == [
            ('EX07', 'Exchange 2007 SP3', '8.3.83.6', True),
            ('EX10', 'Exchange 2010 SP2', '14.2.247.5', True),
            ('EXBR', 'Exchange 2007 SP3', '8.3.83.6', True)], servers)
    contract.check('when the servers were made', [
        each['created'] for each in servers['servers']] == [
            '2008-03-11T09:12:00Z', '2010-06-02T14:05:00Z',
            '2009-01-22T07:50:00Z'], servers)
    contract.check('what they publish', [
        [each[f'certificate_{key}'] for key in (
            'subject', 'issuer', 'self_signed', 'not_after', 'problem')]
        for each in servers['servers']][:2] == [
            ['CN=ex07.corp.example', 'CN=Corp Root CA,DC=corp,DC=example', False,
             '2016-03-07T10:22:00Z', None],
            ['CN=EX10', 'CN=EX10', True, '2015-06-02T14:21:36Z', None]], servers)
    for command in ('sites', 'servers'):
        rows = table(command, '-l', EXAMPLE)
        contract.check(f'{command} --csv says what --json does', not same_as_json(
            rows, document(command, '-l', EXAMPLE)[command]), rows)
    rows = table('list', '-s', 'HQ', '-l', EXAMPLE)
    objects = document('list', '-s', 'HQ', '-l', EXAMPLE)['candidates']
    contract.check('list --csv says what --json does',
                   not same_as_json(rows, objects), rows)


def test_verdicts():
    """What a site's clients meet at worst is what the coverage says."""
    at = ['--at', '2012-02-14', '-l', EXAMPLE]
    coverage = document('coverage', *at)
    order = ['no-alert', 'uncertain', 'alert', 'hard-failure', 'connect-failure']
    rows = {each['site']: each for each in document('sites', *at)['sites']}
    for name, cells in zip(coverage['sites'], coverage['cells']):
        answers = [coverage['classes'][cell] for cell in cells]
        worst = max(answers, key=lambda each: (order.index(each['outcome']),
                                               each['doubtful']))
        wanted = (worst['outcome'], worst['doubtful'], min(
            each['changes_on'] for each in answers))
        if name is not None:
            found = tuple(rows[name][key] for key in (
                'outcome', 'doubtful', 'changes_on'))
            contract.check(f'{name}: the worst of the coverage', found == wanted,
                           found, wanted)
    words = run('sites', *at).stdout.decode()
    contract.check('... in words', 'Security Alert  2016-01-16' in words, words)
    trust = contract.ROOT / 'examples' / 'ex10.pem'
    contract.check('... by what clients trust', {
        each['outcome'] for each in document('sites', *at, '--trust', trust)[
            'sites']} == {'no-alert'})


def test_certificates(folder):
    """None, and one that cannot be read; one that has ended."""
    path = folder / 'certificates.ldif'
    path.write_text(server('EX1') + server('EX2').rstrip() +
                    '\nmsExchServerInternalTLSCert:: bm8gY2VydGlmaWNhdGU=\n\n')
    none, broken = document('servers', '-l', path)['servers']
    contract.check('no certificate', all(
        value is None for key, value in none.items() if 'certificate' in key),
        none)
    contract.check('one that cannot be read: why', broken[
        'certificate_problem'] and broken['certificate_subject'] is None, broken)
    words = run('servers', '-l', path).stdout.decode()
    contract.check('... in words', words.count('(cannot be read)') == 1, words)
    words = run('servers', '--at', '2015-12-01', '-l', EXAMPLE).stdout.decode()
    contract.check('whose certificate ends first, comes first', re.findall(
        r'^  (EX\w+) ', words, re.M) == ['EX10', 'EXBR', 'EX07'], words)
    contract.check('one that has ended', words.count('(ended)') == 1 and
                   '2015-06-02 (ended)' in words, words)


def test_words():
    for command, words in (('sites', ('2 sites in CN=', 'HQ', '10.2.8.0/24',
                                      'EXBR', 'observed')),
                           ('servers', ('3 Exchange servers in CN=', 'EX10',
                                        'ex10.corp.example', '14.2.247.5',
                                        'Hub Transport', 'FRONT END'))):
        done = run(command, '-l', EXAMPLE)
        text = done.stdout.decode()
        contract.check(f'{command} in words', (done.returncode, done.stderr) ==
                       (0, b'') and all(word in text for word in words), text)
        contract.check(f'{command} ends no line with a blank', not any(
            line.endswith(' ') for line in text.split('\n')), text)


def test_rfc4180(scratch):
    odd = scratch / 'odd.ldif'
    odd.write_text(''.join([
        site('a "quoted" name'), site('semi;colon'),
        scp('EX1', 'a "quoted" name', 'semi;colon'),
        entry(f'CN=EX1,CN=Servers,CN=Org,CN=Microsoft Exchange,CN=Services,{CONFIG}',
              'objectClass: msExchExchangeServer',
              'msExchServerSite: CN=a\\, b,CN=Sites,' + CONFIG)]))
    raw = run('sites', '-l', odd, '--csv').stdout
    contract.check('lines end with CRLF', raw.endswith(b'\r\n') and
                   raw.count(b'\n') == raw.count(b'\r\n') == 3, raw)
    contract.check('a quote is doubled', b'"a ""quoted"" name"' in raw, raw)
    contract.check('a reader gets the names back', [
        row['site'] for row in table('sites', '-l', odd)] ==
        ['a "quoted" name', 'semi;colon'])
    contract.check('a comma stays in its cell', [
        row['site'] for row in table('servers', '-l', odd)] == ['a, b'])


def test_formulas(scratch):
    evil = scratch / 'evil.ldif'
    names = ['=cmd', '+1', '-1', '@SUM', '\uff1dwide', '\uff0bwide', '\uff0dw',
             '\uff20w', 'plain', '1=1']
    evil.write_text(''.join(site(re.sub(r'^(?=[+=])', r'\\', name))
                            for name in names))
    rows = [row['site'] for row in table('sites', '-l', evil)]
    contract.check('no text is a formula', rows == [
        *(f"'{name}" for name in names[:8]), *names[8:]], rows)
    contract.check('JSON has the names as they are', [
        each['site'] for each in document('sites', '-l', evil)['sites']] == names)
    raw = run('list', '-l', EXAMPLE, '--csv').stdout.decode()
    field = r'(?:"(?:[^"]|"")*"|true|false|\d+|)'
    contract.check('every text stands in quotes', all(
        re.fullmatch(f'{field}(?:,{field})*', line)
        for line in raw.split('\r\n')[1:]), raw)


def test_odd_sites(scratch):
    odd = scratch / 'subnets.ldif'
    odd.write_text(''.join([
        site('HQ'), site('Lonely'), site('Z\u00fcrich'), scp('EX1', 'hq'),
        subnet('10.1.0.0/16', 'hq'), subnet('10.9.0.0/16'),
        subnet('not-a-subnet', 'HQ'), subnet('10.2.0.0/16', 'Z\u00fcrich'),
        subnet('2001:db8::/32', 'Gone')]))
    answer = document('sites', '-l', odd)
    contract.check('a site is found in any case, and what is no subnet left out', [
        (each['site'], each['subnets'], each['in_site'])
        for each in answer['sites']] == [
            ('HQ', ['10.1.0.0/16'], 1), ('Lonely', [], 0),
            ('Z\u00fcrich', ['10.2.0.0/16'], 0)], answer)
    contract.check('a subnet without a site is told, or of one that is not there',
                   answer['subnets_without_site'] ==
                   ['10.9.0.0/16', '2001:db8::/32'], answer)
    contract.check('... in words, too', (
        b'Subnets without a site\n  10.9.0.0/16\n'
        b'  2001:db8::/32 (there is no site Gone)\n')
        in run('sites', '-l', odd).stdout)
    folded = scratch / 'folded.ldif'
    folded.write_text(''.join([
        site('M\u00dcNCHEN'), subnet('10.1.0.0/16', 'M\u00fcnchen')]))
    answer = document('sites', '-l', folded)
    contract.check('letters beyond ASCII have no case either', (
        answer['sites'][0]['subnets'], answer['subnets_without_site']) ==
        (['10.1.0.0/16'], []), answer)
    partial = scratch / 'partial.ldif'
    partial.write_text(''.join([scp('EX1', 'HQ'), subnet('10.1.0.0/16', 'HQ'),
                                subnet('10.2.0.0/16')]))
    answer = json.loads(run('sites', '-j', '-l', partial).stdout)
    contract.check('without sites, none is missing',
                   answer['subnets_without_site'] == ['10.2.0.0/16'], answer)
    contract.check('a profile without groups has no number', [
        each['in_site'] for each in document(
            'sites', '-P', 'oxdisco', '-l', odd)['sites']] == [None] * 3)


def test_shared_names(scratch):
    shared = scratch / 'shared.ldif'
    mail = 'mail.corp.example'
    shared.write_text(''.join([
        site('HQ'), site('Branch'), site('Far'), site('Lab'),
        *map(server, ('EX1', 'EX2', 'EX3', 'EX4')),
        scp('EX1', 'HQ', 'Lab', host=mail), scp('EX2', 'Branch', 'hq', host=mail),
        scp('EX3', host=mail), scp('EX4', 'Far', host='ex3.corp.example')]))
    rows = table('sites', '-l', shared)
    contract.check('a shared name is no server', [
        (row['site'], row['first_server']) for row in rows] == [
            ('HQ', mail), ('Branch', mail), ('Far', 'EX3'), ('Lab', mail)], rows)
    rows = document('list', '-s', 'HQ', '-l', shared)['candidates']
    contract.check('a URL has the sites of all its SCPs', [
        each['sites'] for each in rows] == [['HQ', 'Lab', 'Branch'], ['Far']], rows)
    rows = table('list', '-s', 'HQ', '-l', shared)
    contract.check('... in CSV', rows[0]['sites'] == 'HQ; Lab; Branch', rows)
    for client, words in (('HQ', b' HQ, Lab, Branch '),
                          ('Nowhere', b', any ')):
        text = run('list', *(['-s', client] if client == 'HQ' else
                             ['--no-site']), '-l', shared).stdout
        contract.check(f'... and in words: {client}', words in text, text)


def second_line(command, export, *more):
    lines = run(command, '-l', export, '-q', *more).stdout.decode().split('\n')
    return ' '.join(' '.join(lines[1:]).split())


def test_second_lines(scratch):
    """Whoever reads no further knows the worst of what the table has."""
    for more, words in (
            ([], '3 of 3 published certificates have ended'),
            (['--at', '2016-02-01'], '2 of 3 published certificates have ended; '
             'the next certificate to end is that of EX07, on 2016-03-07'),
            (['--at', '2012-02-14'], 'The first certificate to end is that of '
             'EX10, on 2015-06-02')):
        line = second_line('servers', EXAMPLE, *more)
        contract.check(f'servers: {words}', line == words, line)
    bare = scratch / 'bare.ldif'
    bare.write_text(''.join([site('HQ'), site('Lonely'), scp('EX1', 'HQ'),
                             server('EX1')]))
    line = second_line('servers', bare)
    contract.check('servers: no certificate at all', line == 'No server '
                   'publishes a certificate that could be read', line)
    line = second_line('sites', bare)
    contract.check('sites: unknown, and who has no SCP', line == 'Unknown '
                   'whether users see an alert at every site; no SCP names '
                   'Lonely', line)
    line = second_line('sites', EXAMPLE)
    contract.check('sites: the worst', line ==
                   'At worst, a user sees Security Alert at every site', line)
    cut = scratch / 'cut.ldif'
    cut.write_text(bare.read_text() + '# search result\nresult: 4 Size limit '
                   'exceeded\n')
    for command in ('sites', 'servers'):
        line = second_line(command, cut)
        contract.check(f'{command}: what is missing is said as well',
                       '; incomplete: not everything could be read' in line, line)


def test_order():
    """Tables for people begin with what changes first."""
    text = run('servers', '-l', EXAMPLE).stdout.decode()
    rows = [line.split()[0] for line in text.split('\n')[4:7]]
    contract.check('the certificate that ends first', rows ==
                   ['EX10', 'EXBR', 'EX07'], text)
    ends = [row['certificate_not_after'] for row in table('servers', '-l', EXAMPLE)]
    contract.check('CSV keeps the order of the directory', ends != sorted(ends),
                   ends)


def test_status(scratch):
    empty = scratch / 'empty.ldif'
    empty.write_text(entry('', f'configurationNamingContext: {CONFIG}'))
    for command in ('sites', 'servers'):
        done = run(command, '-l', empty)
        contract.check(f'{command}: nothing is status 3', done.returncode == 3,
                       done)
        contract.check(f'{command}: nothing is an empty list',
                       document(command, '-l', empty)[command] == [])
        contract.check(f'{command}: nothing is a line of keys', run(
            command, '-l', empty, '--csv').stdout.count(b'\r\n') == 1)
        done = run(command, '-l', '/nonexistent', '--json')
        contract.check(f'{command}: no export is status 2', (
            done.returncode, done.stdout) == (2, b''), done)
    for arguments in (['sites', '-s', 'HQ'], ['servers', '-a', '10.1.0.1'],
                      ['sites', '--no-site'], ['predict', '--csv'],
                      ['list', '--csv', '--json'], ['sites', '-o'],
                      ['sites', '-w', '5'], ['sites', 'HQ']):
        done = run(*arguments, '-l', EXAMPLE)
        contract.check(f'{" ".join(arguments)} is refused', (
            done.returncode, done.stdout) == (1, b'') and done.stderr, done)


def test_coverage(scratch):
    there = ('-l', EXAMPLE, '--at', '2012-02-14')
    answer = document('coverage', *there)
    rows = table('coverage', *there)
    contract.check('coverage: CSV has the classes, the worst first',
                   sorted(row['outcome'] for row in rows) == sorted(
                       each['outcome'] for each in answer['classes']) and
                   [row['outcome'] for row in rows[:4]] ==
                   ['alert'] * 3 + ['no-alert'] and
                   (rows[0]['sites'], rows[0]['homes'], rows[0]['hops']) ==
                   ('HQ', 'EX10', 'EX07: redirect; EX10: answer'), rows[:4])
    done = run('coverage', *there)
    first, second = done.stdout.decode().splitlines()[:2]
    told = done.returncode, first, second.split('; users of res.example')[0]
    contract.check('coverage: two lines', told == (
        4, 'Security Alert at every site for mailboxes on EX10; 6 other answers '
        'below', 'The user sees: Security Alert at hop 2, EX10 (untrusted '
        'issuer; forecast, not seen)'), first, second)
    contract.check('coverage: no line more, and nothing below', run(
        'coverage', *there, '-q').stdout.decode().splitlines() ==
        [first.removesuffix(' below'), second])
    one = document('coverage', *there, '-s', 'branch', '--only-alerts')
    contract.check('coverage: one site, alerts only', (
        one['sites'], one['cells'], [(each['sites'], each['homes'])
                                     for each in one['classes']]) ==
        (['Branch'], [[0, None, None]], [(['Branch'], [0])]), one)
    quiet = run('coverage', *there, '--trust', contract.ROOT / 'examples' /
                'ex10.pem', '--only-alerts', '-s', 'HQ')
    contract.check('coverage: nothing to tell', quiet.returncode == 0 and
                   quiet.stdout.startswith(b'No alert is predicted'),
                   quiet.stdout)
    contract.check('coverage: no such site', run(
        'coverage', *there, '-s', 'Berln').returncode == 1)
    odd = scratch / 'odd.ldif'
    odd.write_text(site('=home') + scp('A', '=home'))
    contract.check('coverage: no formula', table('coverage', '-l', odd)[0][
        'sites'] == "'=home" and run('coverage', '-l', odd).returncode == 0)
    cut = scratch / 'cut.ldif'
    cut.write_text((site('HQ') + scp('A', 'HQ')).rstrip('\n'))
    contract.check('coverage: incomplete', run(
        'coverage', '-l', cut).returncode == 5)


def said(*arguments, columns=None):
    environment = {'LC_ALL': 'C.UTF-8'}
    if columns:
        environment['COLUMNS'] = str(columns)
    return contract.subprocess.run(
        [str(ADSCP), *map(str, arguments)], check=False, capture_output=True,
        env=environment, timeout=120).stdout.decode()


def without_scps(path):
    """The shipped organisation, in which nobody has an SCP."""
    path.write_text('\n\n'.join(
        each for each in EXAMPLE.read_text().split('\n\n')
        if 'objectClass: serviceConnectionPoint' not in each))
    return path


def test_coverage_words(scratch):
    there = ('coverage', '-l', EXAMPLE, '--at', '2012-02-14')
    words = said(*there, '-s', 'Branch')
    contract.check('coverage -s: findings of that site', all((
        'redirect-other-site' in words, 'first-uncertain' not in words,
        'CN=EX07' not in words, 'site-claimed-twice' not in words,
        '3 findings about the rest of the forest (warning 2, info 1); -v shows '
        'them' in words)), words)
    contract.check('coverage -s -v: the others follow', all(
        each in said(*there, '-s', 'Branch', '-v') for each in (
            'rest of the forest\n', 'first-uncertain', 'CN=EX07')))
    done = run(*there, '-v')
    contract.check('coverage: -v without -s is refused', (
        done.returncode, b'requires --site' in done.stderr) == (1, True), done)
    mixed = said(*there[:-1], '2016-02-01', '-q')
    contract.check('coverage: the headline is true for all that it names',
                   mixed.startswith(
                       'Security Alert at every site for mailboxes on EX10, '
                       'EXBR and an unknown server, but not in every combination')
                   and '\nFor example, at HQ with a mailbox on EX10, the user '
                   'sees: Security Alert at ' in mixed, mixed)
    fine = said(*there, '--trust', contract.ROOT / 'examples' / 'ex10.pem',
                '-s', 'HQ', '-q')
    contract.check('coverage: what follows may be unknown', fine.startswith(
        'No alert as far as is known at HQ, wherever the mailbox is\n'), fine)
    unknown = scratch / 'unknown.ldif'
    unknown.write_text(site('HQ') + site('Branch') + scp('A', 'HQ'))
    words = said('coverage', '-l', unknown, '--only-alerts')
    contract.check('coverage: unknown at any site, and no good news', (
        words.startswith('Unknown whether there is an alert at any site, '
                         'wherever the mailbox is\n'), 'unknown' in words,
        'every site' in words.splitlines()[0]) == (True, True, False), words)
    bare = document('coverage', *there[1:3], '--at', '2012-02-14')
    contract.check('coverage: an answer has a date of change', all(
        each['changes_on'] for each in bare['classes']))
    bare = document('coverage', '-l', without_scps(scratch / 'bare.ldif'),
                    '--at', '2012-02-14')
    contract.check('coverage: no answer has none', bare['classes'] and all(
        (each['outcome'], each['changes_on']) == (None, None)
        for each in bare['classes']), bare['classes'])
    cut = scratch / 'cut.ldif'
    cut.write_text((site('HQ') + scp('A', 'HQ')).rstrip('\n'))
    for more in ((), ('--only-alerts',)):
        words = said('coverage', '-l', cut, '-q', *more)
        contract.check('coverage: incomplete says why',
                       'ncomplete: ' in words and
                       'export or copy it again' in words, words)


def test_narrow_doubt():
    """No table is too narrow for a doubt, nor does one end an alert."""
    there = ('coverage', '-l', EXAMPLE, '--at', '2012-02-14')
    for columns in (40, 60, 80, 100):
        words = said(*there, columns=columns)
        contract.check(f'{columns} columns: the doubt is there', ' '.join(
            words.split()).count('DOUBT: Security Alert if EX10 comes first') ==
            2 and all(len(each) <= columns for each in words.splitlines()
                      if 'https:' not in each), words)
    contract.check('a change is no end', 'UNTIL' not in said(*there) and
                   'CHANGES ON' in said(*there) + said('sites', *there[1:]))


def test_many(scratch):
    many = scratch / 'many.ldif'
    many.write_text(''.join(
        site(f'S{i}') + scp(f'EX{i}', f'S{i}') + ''.join(
            subnet(f'10.{i}.{j}.0/24', f'S{i}') for j in range(40))
        for i in range(200)))
    rows = table('sites', '-l', many)
    contract.check('many sites and subnets', len(rows) == 200 and all(
        row['subnets'].count('/24') == 40 and row['in_site'] == '1' and
        row['first_server'] is not None for row in rows))
    contract.check('words cut a long list', b'+37' in run(
        'sites', '-l', many).stdout)


def main():
    test_example()
    test_verdicts()
    test_words()
    test_narrow_doubt()
    test_order()
    for test in (test_certificates, test_rfc4180, test_formulas, test_odd_sites,
                 test_shared_names, test_second_lines, test_status,
                 test_coverage, test_coverage_words, test_many):
        with tempfile.TemporaryDirectory() as scratch:
            test(pathlib.Path(scratch))
    contract.finish()


main()
