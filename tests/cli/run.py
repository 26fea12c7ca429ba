#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The command line as a user meets it: exit status, what goes to which stream,
and what a terminal sees. TAP; the argument is the program.

    tests/cli/run.py build/examples/adscp
"""

import base64
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FOREST = os.path.join(HERE, "../../examples/kb2006728.ldif")
EX10 = os.path.join(HERE, "../../examples/ex10.pem")
ADSCP = os.path.abspath(sys.argv[1])
SCP = "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
POINTER = "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68"
CONFIG = "CN=Configuration,DC=corp,DC=example"

scratch = tempfile.TemporaryDirectory()
tests = []


def test(function):
    tests.append(function)
    return function


class Failure(Exception):
    pass


def same(actual, expected, what=""):
    if actual != expected:
        raise Failure(f"{what or 'value'} is {actual!r}, not {expected!r}")


def has(text, part):
    if part not in text:
        raise Failure(f"{part!r} is not in {text!r}")


def hasnt(text, part):
    if part in text:
        raise Failure(f"{part!r} is in {text!r}")


def run(*arguments, env=None, **options):
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    environment.update(env or {})
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run(
        [ADSCP, *arguments], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        env=environment, timeout=60, **options)


def refused(status, part, *arguments, **options):
    """Fails with this status, says this, and prints no data."""
    done = run(*arguments, **options)
    words = done.stderr.decode()
    same(done.returncode, status, f"status of {arguments} ({words})")
    same(done.stdout, b"", "standard output")
    if words.startswith("{"):
        same(any("j" in word for word in arguments), True, "--json")
        words = json.loads(words)
        same((words["schema"], words["exit"]), ("adscp/1", status), "the error")
        words = words["error"]["text"]
    else:
        for line in words.splitlines():
            same(line[:7], "adscp: ", "start of the message")
    has(words, part)


def answered(*arguments, status=0, **options):
    done = run(*arguments, **options)
    same(done.returncode, status, f"status of {arguments} ({done.stderr})")
    same(done.stderr, b"", "standard error")
    return done.stdout.decode()


def document(*arguments, status=0):
    return json.loads(answered("--json", *arguments, status=status))


def temporary(content):
    file = tempfile.NamedTemporaryFile(
        dir=scratch.name, delete=False)
    file.write(content if isinstance(content, bytes) else content.encode())
    file.close()
    return file.name


def scp(name, *attributes):
    return "\n".join([
        f"dn: CN={name},CN=Services,{CONFIG}",
        "objectClass: serviceConnectionPoint",
        *attributes, "", ""])


def on_terminal(*arguments, send=None, env=None):
    """Run on a terminal of its own; gives status and what it showed. `send` is
    typed at the prompt for the password, or called there."""
    pid, master = pty.fork()
    if pid == 0:
        os.environ.update({"LC_ALL": "C.UTF-8", "TERM": "xterm"})
        os.environ.pop("NO_COLOR", None)
        os.environ.update(env or {})
        os.execv(ADSCP, [ADSCP, *arguments])
    termios.tcsetwinsize(master, (24, 80))
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other side has gone
            break
        if not piece:
            break
        shown += piece
        if send is not None and b"Password: " in shown:
            if callable(send):
                send(pid, master)
            else:
                os.write(master, send)
            send = None
    else:
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    os.close(master)
    return status, shown


# ----------------------------------------------------------------- save --


@test
def a_snapshot_replaces_a_file_and_nothing_else():
    with tempfile.TemporaryDirectory() as folder:
        path, link = (os.path.join(folder, name) for name in ("a", "link"))
        with open(path, "w") as file:
            file.write("older, and longer than nothing")
        os.chmod(path, 0o640)
        os.symlink("a", link)
        answered("save", link, "-l", FOREST)
        same(sorted(os.listdir(folder)), ["a", "link"])
        same(os.path.islink(link), True, "still a link")
        same(os.stat(path).st_mode & 0o777, 0o640, "mode")
        with open(path) as file:
            same(file.read(), answered("save", "-", "-l", FOREST))
        os.umask(0o027)
        answered("save", os.path.join(folder, "new"), "-l", FOREST)
        same(os.stat(os.path.join(folder, "new")).st_mode & 0o777, 0o640)


@test
def a_snapshot_goes_where_the_name_leads():
    wanted = answered("save", "-", "-l", FOREST)
    with tempfile.TemporaryDirectory() as folder:
        link, later = (os.path.join(folder, name) for name in ("link", "later"))
        os.symlink("later", link)
        answered("save", link, "-l", FOREST)
        same(os.path.islink(link), True, "still a link")
        with open(later) as file:
            same(file.read(), wanted, "behind a link to nothing")
        # What the names in /dev lead to is a pipe, a file, a file without a
        # name. A mistake here would write into the machine's own /dev.
        same(answered("save", "/proc/self/fd/1", "-l", FOREST), wanted, "a pipe")
        read, write = os.pipe()
        os.set_inheritable(write, True)
        child = subprocess.Popen([ADSCP, "save", f"/proc/self/fd/{write}", "-l",
                                  FOREST], pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as file:
            same(file.read(), wanted, "another pipe")
        same(child.wait(), 0, "status")
        with open(later, "wb+") as file:
            file.write(b"before\n")
            file.flush()
            same(run("save", "/proc/self/fd/1", "-l", FOREST,
                     stdout=file).returncode, 0, "status")
            file.write(b"after\n")
            file.seek(0)
            same(file.read().decode(), f"before\n{wanted}after\n",
                 "between what others write")
        with tempfile.TemporaryFile() as file:
            file.write(b"older" * 10000)
            file.flush()
            same(run("save", f"/proc/self/fd/{file.fileno()}", "-l", FOREST,
                     pass_fds=[file.fileno()]).returncode, 0, "status")
            file.seek(0)
            same(file.read().decode(), wanted, "a file without a name")


@test
def a_snapshot_that_cannot_be_written_leaves_no_part():
    with tempfile.TemporaryDirectory() as folder:
        refused(1, "cannot be written", "save", f"{folder}/none/a", "-l",
                FOREST)
        refused(1, "cannot be written", "save", folder, "-l", FOREST)
        refused(2, "No such file", "save", f"{folder}/a", "-l", "/none")
        same(os.listdir(folder), [])
    refused(1, "cannot be written", "save", "/dev/full", "-l", FOREST)


def told(*lines, config="CN=Configuration,DC=res,DC=example"):
    """The rootDSE of a directory in a snapshot."""
    return "\n".join(["dn:", f"configurationNamingContext: {config}",
                      *(f"adscpReading: {line}" for line in lines), "", ""])


END = "dn:\nadscpReading: end\n\n"


def pointer(name):
    return scp(name, f"keywords: {POINTER}", f"keywords: Domain={name}",
               f"serviceBindingInformation: LDAP://{name}")


@test
def a_snapshot_may_say_anything():
    site = scp("EX1", f"keywords: {SCP}",
               "serviceBindingInformation: https://ex1.corp.example/")
    many = "".join(told(f"directory {n} h{n}.example:389")
                   for n in range(9, 90))
    text = "".join([
        told("directory 1 dc1.corp.example:389", "source ldap", "site HQ",
             "domain \u202eevil", "", "note", "note no-such-code\t1",
             "note result-partial\tx\t\twhat came\x07", "mail", "later 9 x",
             config=CONFIG), site, pointer("res.example"),
        told("directory 2 res.example:389", "problem 99999999999 why"),
        told("directory 3 res.example:389"),  # came before
        told("directory 4"),                  # stands for nothing
        "dn: CN=a,CN=b\nobjectClass: site\n\n", many, END])
    answer = document("list", "-l", temporary(text), "-m", "a@res.example",
                      status=5)
    same(answer["client"]["site"], "HQ", "site")
    codes = [row["code"] for row in answer["findings"]]
    has(codes, "pointer-unreachable")
    has(codes, "result-partial")
    has(codes, "ldif-record-broken")
    again = temporary(answered("save", "-", "-l", temporary(text), "-m",
                               "a@res.example", status=5))
    kept = document("list", "-l", again, "-m", "a@res.example", status=5)
    same(kept["candidates"], answer["candidates"])
    same(sorted(row["code"] for row in kept["findings"]), sorted(codes))


def site_entry(name):
    return (f"dn: CN={name},CN=Sites,{CONFIG}\nobjectClass: site\n"
            f"cn: {name}\n\n")


def person(mail):
    name = mail.partition("@")[0]
    return (f"dn: CN={name},DC=corp,DC=example\nobjectClass: user\n"
            f"mailNickname: {name}\nproxyAddresses: SMTP:{mail}\n"
            f"targetAddress: SMTP:{name}@fabrikam.example\n\n")


def elsewhere(url):
    """What the forest res.example says."""
    return scp("R1", f"keywords: {SCP}",
               f"serviceBindingInformation: {url}").replace(
                   CONFIG, "CN=Configuration,DC=res,DC=example")


@test
def what_is_named_counts_more_than_the_snapshot():
    whole = temporary(told("directory 1", config=CONFIG) + site_entry("HQ") +
                      pointer("res.example") +
                      told("directory 2 res.example:389") +
                      elsewhere("https://old.res.example/") + END)
    cut = temporary(told("directory 1", config=CONFIG) + site_entry("HQ") +
                    pointer("res.example") +
                    told("directory 2 res.example:389", "problem -12 silent") +
                    END)
    other = temporary(elsewhere("https://new.res.example/"))
    for snapshot in (whole, cut):
        answer = document("list", "-m", "a@res.example", "-l", snapshot,
                          "--ldif-at", f"LDAP://res.example={other}")
        same([row["url"] for row in answer["candidates"]],
             ["https://new.res.example/"])
        hasnt([row["code"] for row in answer["findings"]], "ldif-record-broken")
        refused(2, "No such file", "list", "-m", "a@res.example", "-l", snapshot,
                "--ldif-at", "LDAP://res.example=/none")
    for command in (["save", "/dev/null"], ["sites"], ["servers"]):
        # What a pointer leads to, and could not be read, is missing here, too.
        answered(*command, "-l", cut, status=5)


@test
def what_is_appended_to_a_snapshot_is_of_the_first_directory():
    other = temporary(elsewhere("https://r1.res.example/"))
    snapshot = answered(
        "save", "-", "-m", "a@res.example", "--ldif-at",
        f"LDAP://res.example={other}", "-l",
        temporary(told(config=CONFIG) + pointer("res.example")))
    more = scp("EX1", f"keywords: {SCP}",
               "serviceBindingInformation: https://ex1.corp.example/")
    for behind in (more, answered("save", "-", "-l", temporary(
            told(config=CONFIG) + more))):
        answer = document("list", "-l", temporary(snapshot + behind))
        same([row["url"] for row in answer["candidates"]],
             ["https://ex1.corp.example/"])


@test
def a_snapshot_commands_no_terminal():
    url = "https://ex1.corp.example/\x1b]0;owned\x07\x7f"
    forest = told(config=CONFIG) + scp(
        "EX1", f"keywords: {SCP}", "serviceBindingInformation:: " +
        base64.b64encode(url.encode()).decode())
    snapshot = answered("save", "-", "-l", temporary(forest))
    same([c for c in snapshot if not (c.isascii() and c.isprintable()) and
          c not in "\n\t"], [], "what a terminal would obey")
    at = ["--at", "2012-02-14"]
    read = document("list", "-l", temporary(snapshot), *at, status=3)
    same(read, document("list", "-l", temporary(forest), *at, status=3) |
         {"forest": read["forest"]}, "what is read")


@test
def a_snapshot_that_was_cut_is_not_complete():
    whole = answered("save", "-", "-l", FOREST)
    records = whole.split("\n\n")
    for length in range(2, len(records) - 1):
        answer = document("list", "-s", "HQ", "-l", temporary(
            "\n\n".join(records[:length]) + "\n\n"), status=5)
        has([row["code"] for row in answer["findings"]], "snapshot-cut")
    again = answered("save", "-", "-l", temporary(
        "\n\n".join(records[:3]) + "\n\n"), status=5)
    has([row["code"] for row in document(
        "list", "-s", "HQ", "-l", temporary(again), status=5)["findings"]],
        "snapshot-cut")
    # Cut behind a line of a record as well.
    document("list", "-s", "HQ", "-l", temporary(
        whole[:whole.index("\n", whole.index("keywords: Site=")) + 1]),
             status=5)


@test
def people_beside_a_snapshot_are_all_of_them():
    forest = told(config=CONFIG) + scp(
        "EX1", f"keywords: {SCP}",
        "serviceBindingInformation: https://ex1.corp.example/")
    ann = ["-m", "ann@corp.example", "--at", "2012-02-14"]
    bare, asked = (temporary(answered("save", "-", "-l", temporary(
        forest + person("ann@corp.example")), *mail)) for mail in ([], ann[:2]))
    others = temporary(person("bob@corp.example"))
    for exports, kind in (([bare], "not-read"), ([bare, others], "not-found"),
                          ([others, bare], "not-found"), ([asked], "mail-user")):
        files = [word for path in exports for word in ("-l", path)]
        same(document("predict", *ann, *files)["mailbox"]["kind"], kind, exports)


# --------------------------------------------------------------- timing --


@test
def timing_tells_every_part():
    for arguments, wanted in (
            (["list"], ["export", "join", "predict outlook", "predict ews",
                        "print"]),
            (["list", "-j"], ["export", "join", "predict outlook", "print"]),
            (["sites"], ["export", "join", "cover", "predict", "print"]),
            (["save", "/dev/null"], ["export", "join", "save"]),
            (["observe", "127.0.0.1:1"], ["export", "join", "observe",
                                          "print"])):
        arguments += ["--at", "2012-02-14"] * (arguments[0] != "save")
        done = run(*arguments, "--timing", "-l", FOREST)
        phases = []
        for line in done.stderr.decode().splitlines():
            mark, ms, unit, phase = line.split(None, 3)
            same((mark, unit), ("adscp:", "ms"), line)
            float(ms)
            phases.append(phase)
        same(phases, wanted, arguments)
        same(answered(*arguments, "-l", FOREST, status=done.returncode),
             done.stdout.decode(), "what is printed")


# ---------------------------------------------------------------- usage --


@test
def usage_errors():
    refused(1, "say what to do: predict, list, observe, sites,")
    refused(1, "HOST:PORT", "observe", "-l", FOREST)
    refused(1, "port from 1 to 65535", "observe", "a.example:x")
    refused(1, "port from 1 to 65535", "observe", "[::1]:65536")
    refused(1, "not a host name", "observe", ":443")
    refused(1, "list", "list", "predict", "-l", FOREST)
    refused(1, "list", "list", "list", "-l", FOREST)
    refused(1, "list", "list", "--", "list", "-l", FOREST)
    refused(1, "--observe", "list", "--observe", "-l", FOREST)
    refused(1, "-g", "list", "-g", "corp.example")
    refused(1, "--observe", "list", "-jo", "-l", FOREST)
    refused(1, "--json", "list", "--json=yes", "-l", FOREST)
    refused(1, "--ldif", "list", "--ldif")
    refused(1, "-l", "list", "-l")
    refused(1, "exclude", "list", "-l", FOREST, "-H", "ldap://127.0.0.1")
    refused(1, "exclude", "list", "-l", FOREST, "-d", "corp.example")
    refused(1, "exclude", "list", "-d", "corp.example", "-H",
            "ldap://127.0.0.1")
    refused(1, "name of a domain", "list", "-d", "corp example")


@test
def usage_of_save():
    refused(1, "say where to save", "save", "-l", FOREST)
    refused(1, "one word too many", "save", "a", "b", "-l", FOREST)
    for option in (["-s", "HQ"], ["--no-site"], ["-P", "ews"], ["-j"],
                   ["--trust", EX10], ["-t", "2026-01-01"]):
        refused(1, "save does not take", "save", "-", "-l", FOREST,
                *option)
    refused(1, "list, sites or servers", "save", "-", "-l", FOREST, "--csv")


@test
def nothing_said_about_what_to_read():
    """The domain is looked for, here in vain, and every step is told."""
    nobody = ["--dns", "127.0.0.1:1", "--timeout", "5"]
    refused(2, "no domain was found", "list", "-m", "a@corp.example", *nobody)
    refused(2, "tried: the mail address names the domain corp.example", "list",
            "-m", "a@corp.example", *nobody)
    refused(2, "tried: the caller names the domain corp.example", "list", "-d",
            "corp.example", *nobody)


@test
def options_that_contradict_each_other():
    for pair in (["-s", "HQ", "--no-site"],
                 ["-a", "10.1.0.1", "--no-site"], ["-x", "-Y", "GSSAPI"]):
        refused(1, "exclude", "list", "-l", FOREST, *pair)
    for alone in (["-D", "cn=a"], ["-y", FOREST], ["-W"], ["-Z"],
                  ["--key", FOREST]):
        refused(1, "requires", "list", "-l", FOREST, *alone)
    refused(1, "requires a password", "list", "-H", "ldap://127.0.0.1", "-x",
            "-D", "cn=a")
    refused(1, "one --mail", "list", "-l", FOREST, "-m", "a@b.example", "-m",
            "c@d.example")
    answered("save", "/dev/null", "-l", FOREST, "-m", "a@b.example", "-m",
             "c@d.example")
    refused(1, "exclude", "list", "-H", "ldap://127.0.0.1", "-x", "-D", "cn=a",
            "-W", "-y", FOREST)


@test
def values_that_the_library_refuses():
    for wrong in (["-m", "ann"], ["-m", "a@b@c"], ["-a", "10.1"],
                  ["-P", "word"], ["-P", "Outlook"], ["-Y", "PLAIN"],
                  ["--resolve", "host"], ["--dns", "dns.example"],
                  ["--ldif-at", "LDAP://res.example"],
                  ["--ldif-at", "res.example=file"],
                  ["-s", b"\xff"]):
        refused(1, "", "list", "-l", FOREST, *wrong)
    refused(1, "--uri", "list", "-H", "http://dc1.corp.example")
    for wrong in ("0", "-1", "1.5", "", "1s", " 1", "+1", "2147484",
                  "99999999999999999999"):
        refused(1, "--timeout", "list", "-l", FOREST, "--timeout", wrong)


@test
def the_command_stands_anywhere():
    first = answered("list", "-l", FOREST, "--at", "2012-02-14")
    same(answered("-l", FOREST, "--at", "2012-02-14", "list"), first)
    same(answered("-l", FOREST, "list", "--at", "2012-02-14",
                  env={"POSIXLY_CORRECT": "1"}), first)
    same(answered("-l", FOREST, "--at", "2012-02-14", "--", "list"), first)


@test
def help_and_version():
    has(answered("--help"), "--ldif-at LDAP://HOST=FILE")
    same(answered("-h", "-V"), answered("--help"))
    same(answered("-V", "-h"), answered("--version"))
    has(answered("list", "-V"), "adscp 0.")
    for line in answered("-h").splitlines():
        if len(line) > 80:
            raise Failure(f"wider than 80 columns: {line}")


# ---------------------------------------------------------- exit status --


@test
def status_of_an_export_that_is_none():
    refused(2, "nowhere.ldif", "list", "-l", "nowhere.ldif")
    refused(2, HERE, "list", "-l", HERE)
    refused(2, "", "list", "-l", temporary(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"))
    refused(2, "", "list", "-l", ADSCP)
    refused(2, "nowhere.ldif", "predict", "-j", "-l", FOREST, "-l",
            "nowhere.ldif")


@test
def status_of_a_directory_that_is_none():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))  # bound, but nobody listens
        port = listener.getsockname()[1]
        refused(2, "", "list", "-x", "-H", f"ldap://127.0.0.1:{port}")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        start = time.monotonic()
        refused(2, "--timeout", "list", "-x", "--timeout", "1", "-H",
                f"ldap://127.0.0.1:{port}")
        if not 0.9 < time.monotonic() - start < 3:
            raise Failure("the budget of one second was not kept")


@test
def status_without_candidates():
    empty = temporary(f"dn: CN=HQ,CN=Sites,{CONFIG}\nobjectClass: site\n\n")
    has(answered("list", "-l", empty, status=3), "scp-none")
    has(answered("predict", "-l", empty, status=3), "no server")
    same(document("predict", "-l", empty, status=3)["choice"], None)
    same(document("list", "-P", "ews", "-l", FOREST, status=3)["candidates"],
         [])


@test
def status_of_an_answer_cut_short():
    pointer = temporary(scp(
        "res.example", f"keywords: {POINTER}", "keywords: Domain=res.example",
        "serviceBindingInformation: LDAP://res.example"))
    answer = document("predict", "-m", "a@res.example", "-l", FOREST, "-l",
                      pointer, status=5)
    same(answer["forest"]["complete"], False)
    same(answer["candidates"], [])
    has(answered("predict", "-m", "a@res.example", "-l", pointer, status=5),
        "Incomplete")


# ----------------------------------------------------------------- data --


def ann(at, *more):
    """The arguments of the founding case."""
    return ["predict", "-s", "HQ", "-m", "ann@corp.example", "-t", at, "-l",
            FOREST, *more]


@test
def json_has_every_key_in_order():
    common = ["schema", "command", "client", "forest", "candidates", "choice"]
    answer = document(*ann("2012-02-14"), status=4)
    same(list(answer), common + ["mailbox", "hops", "services", "observations",
                                 "behind", "alert", "steps", "then", "findings"])
    same(list(document("list", "-l", FOREST)), common + ["then", "findings"])
    same(list(answer["client"]), [
        "site", "site_source", "address", "mail", "domain", "profile", "kind", "time",
        "assumes"])
    same(list(answer["forest"]), [
        "config_dn", "source", "sources", "server", "pointers_followed", "complete"])
    same(list(answer["candidates"][0]), [
        "rank", "url", "host", "port", "group", "tail", "tie", "sites",
        "created", "dn", "also", "server", "version", "why"])
    same(list(answer["hops"][0]), [
        "hop", "via", "candidate", "url", "host", "server", "version", "action",
        "evidence", "certificate", "alert", "alternatives", "dn", "why"])
    same(list(answer["mailbox"]), [
        "kind", "dn", "database", "server", "version", "site", "target"])
    for finding in answer["findings"]:
        same(list(finding), ["code", "severity", "about", "dn",
                             "parameters", "text"])
    met = ["certificate", "alert"]
    same(list(answer["services"][0]), ["wave", "service", "url", "host",
                                       "server", "dn", *met])
    same(list(answer["hops"][1]["certificate"]), [
        "source", "method", "subject", "issuer", "dns_names", "ip_addresses",
        "serial", "not_before", "not_after", "days_left", "sha1", "sha256",
        "key", "signature", "self_signed", "problem", "chain"])
    same(list(answer["hops"][1]["alert"]), [
        "outcome", "flags", "flags_possible", "reasons", "confidence", "lines",
        "changes_on", "notes"])
    same(list(answer["alert"]), [
        "outcome", "hop", "reasons", "doubtful", "changes_on"])
    same(list(answer["choice"]), ["evidence", "rival", "doubt"])


@test
def json_of_the_founding_case():
    answer = document("predict", "-s", "hq", "-m", "ann@corp.example", "-t",
                      "2012-02-14T10:00:00+01:00", "-l", FOREST, status=4)
    same([row["server"] for row in answer["candidates"]],
         ["EX07", "EX10", "EXBR"])
    same([row["tail"] for row in answer["candidates"]], [False, False, True])
    same(answer["candidates"][0]["created"], "2008-03-11T09:33:47Z")
    same(answer["choice"],
         {"evidence": "observed", "rival": None, "doubt": None})
    same(answer["client"]["time"], "2012-02-14T09:00:00Z")
    same(answer["hops"][0]["host"], "ex07.corp.example")
    same(answer["hops"][0]["server"], "EX07")
    same(answer["hops"][0]["version"], "Exchange 2007 SP3")
    same([row["version"] for row in answer["candidates"]],
         ["Exchange 2007 SP3", "Exchange 2010 SP2", "Exchange 2007 SP3"])
    same([(hop["via"], hop["host"], hop["action"], hop["evidence"])
          for hop in answer["hops"]],
         [("scp", "ex07.corp.example", "redirect", "documented"),
          ("redirect", "ex10.corp.example", "answer", "documented")])
    same([answer["mailbox"][key] for key in ("kind", "server", "version", "site")],
         ["mailbox", "EX10", "Exchange 2010 SP2", "HQ"])
    same(answer["forest"]["server"], "dc1.corp.example")


@test
def words_of_the_founding_case():
    words = answered(*ann("2012-02-14"), status=4)
    has(words, "EX07 first, which redirects the client to EX10")
    has(words, "Server          EX10, Exchange 2010 SP2, site HQ")
    has(words, "Hop 1: EX07 redirects the client")
    has(words, "Hop 2: EX10 answers")
    has(words, "CN=Ann Archer,OU=HQ,DC=corp,DC=example")
    has(words, "observed by practitioners")
    has(words, "https://autodiscover.corp.example/autodiscover/")
    listed = answered("list", "-s", "HQ", "-l", FOREST)
    for server in ("EX07", "EX10", "EXBR", "EWS", "2010 SP2"):
        has(listed, server)


def verdicts(answer):
    return [(hop["alert"]["outcome"], hop["alert"]["flags"],
             hop["alert"]["lines"]) for hop in answer["hops"]]


def lines(issuer="good", date="good", name="good"):
    return {"issuer": issuer, "date": date, "name": name}


@test
def alert_of_the_founding_case():
    answer = document(*ann("2012-02-14"), status=4)
    same(verdicts(answer), [("no-alert", 0, lines()),
                            ("alert", 8, lines(issuer="bad"))])
    same(answer["alert"], {"outcome": "alert", "hop": 2,
                           "reasons": ["untrusted-issuer"],
                           "doubtful": False,
                           "changes_on": "2016-03-07T10:22:01Z"})
    first, second = [hop["certificate"] for hop in answer["hops"]]
    same([(row["subject"], row["source"]) for row in first["chain"]],
         [("CN=Corp Root CA,DC=corp,DC=example", "directory")])
    same([second[key] for key in ("source", "subject", "issuer", "dns_names",
                                  "self_signed", "key", "signature")],
         ["directory", "CN=EX10", "CN=EX10", ["EX10", "ex10.corp.example"],
          True, "RSA 2048", "sha1WithRSAEncryption"])
    same([hop["alert"]["confidence"] for hop in answer["hops"]],
         ["medium", "high"])
    same({row["alert"]["outcome"] for row in answer["services"]}, {"alert"})
    words = answered(*ann("2012-02-14"), status=4)
    has(words, "The user sees: Security Alert at hop 2, EX10 (untrusted issuer; ")
    has(words, "CN=EX10, self-signed, valid until 2015-06-02, RSA 2048")
    has(words, "issuer        bad: The security certificate was issued by a comp")
    has(words, "date          good: The security certificate date is valid.")
    has(words, "name          good: The security certificate has a valid name.")


@test
def workaround_of_the_founding_case():
    """The article: silence, while it is listed and has not expired."""
    trusted = ["--trust", EX10]
    answer = document(*ann("2012-02-14", *trusted))
    same(verdicts(answer), [("no-alert", 0, lines())] * 2)
    same(answer["alert"], {"outcome": "no-alert", "hop": 1, "reasons": [],
                           "doubtful": False,
                           "changes_on": "2015-06-02T14:21:37Z"})
    same(document(*ann("2015-06-02T14:21:36Z", *trusted))["alert"]["outcome"],
         "no-alert")
    answer = document(*ann("2015-06-02T14:21:37Z", *trusted), status=4)
    same(verdicts(answer)[1], ("alert", 32, lines(date="bad")))
    same(answer["alert"]["hop"], 2)
    words = answered(*ann("2015-07-01", *trusted), status=4)
    has(words, "date          bad: The security certificate has expired")
    answer = document(*ann("2015-07-01"), status=4)
    same(verdicts(answer)[1], ("alert", 40, lines(issuer="bad", date="bad")))


@test
def certificate_files():
    for option in ("--trust", "--roots"):
        refused(1, "nowhere", *ann("2012-02-14", option, "nowhere"))
        refused(1, option, *ann("2012-02-14", option, temporary("-----BEGIN")))
        refused(1, option, *ann("2012-02-14", option, HERE))
        # DER on the outside only.
        refused(1, "no certificate", *ann("2012-02-14", option, temporary(
            b"0\x82\x01\x000\x81\xfd" + bytes(253))))
    with open(EX10, encoding="ascii") as file:
        behind = temporary("subject=CN = EX10\n" + file.read())
    document(*ann("2012-02-14", "--trust", behind))
    document(*ann("2012-02-14", "--roots", behind))


@test
def json_and_words_are_utf8_in_any_locale():
    odd = temporary(scp(
        "Z\u00fcrich", f"keywords: {SCP}", "keywords: Site=Z\u00fcrich",
        "serviceBindingInformation: https://a.example/autodiscover/"
        "autodiscover.xml"))
    for locale in ("C", "C.UTF-8", "tr_TR.UTF-8"):
        done = run("list", "-j", "-s", "z\u00fcrich", "-l", odd,
                   env={"LC_ALL": locale})
        row = json.loads(done.stdout.decode())["candidates"][0]
        same((row["group"], row["sites"]), ("in-site", ["Z\u00fcrich"]))


@test
def forms_of_time():
    good = {
        "2012-02-14": "2012-02-14T00:00:00Z",
        "2012-02-14T09:00:00Z": "2012-02-14T09:00:00Z",
        "2012-02-14t09:00:00z": "2012-02-14T09:00:00Z",
        "2012-02-14T09:00:00.999Z": "2012-02-14T09:00:00Z",
        "2012-02-14T00:30:00+01:00": "2012-02-13T23:30:00Z",
        "2012-02-29T23:30:00-01:00": "2012-03-01T00:30:00Z",
        "2016-12-31T23:59:60Z": "2017-01-01T00:00:00Z",
        "1970-01-01": "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z": "9999-12-31T23:59:59Z",
    }
    for text, expected in good.items():
        same(document("list", "-l", FOREST, "-t", text)["client"]["time"],
             expected, text)
    for text in ("", "now", "2012", "2012-2-14", "2012-02-30", "2012-13-01",
                 "2012-00-01", "2012-02-00", "1969-12-31",
                 "2012-02-14T09:00Z", "2012-02-14T09:00:00",
                 "2012-02-14 09:00:00Z", "2012-02-14T24:00:00Z",
                 "2012-02-14T09:60:00Z", "2012-02-14T09:00:60Z",
                 "2012-02-14T09:00:00.Z", "2012-02-14T09:00:00+1",
                 "2012-02-14T09:00:00+24:00", "2012-02-14T09:00:00Z ",
                 "2012-02-14Z", "1970-01-01T00:00:00+01:00", "+012-02-14"):
        refused(1, "--at", "list", "-l", FOREST, f"--at={text}")


# -------------------------------------------------------------- streams --


@test
def a_full_disk_is_an_error():
    for arguments in (["list"], ["predict", "-j"], ["-h"], ["-V"]):
        with open("/dev/full", "wb") as full:
            done = run(*arguments, "-l", FOREST, stdout=full)
        same(done.returncode, 1, f"status of {arguments}")
        has(done.stderr.decode(), "No space left")


@test
def a_closed_standard_output_is_an_error():
    for arguments in (["list"], ["predict", "-j"]):
        done = run(*arguments, "-l", FOREST,
                   preexec_fn=lambda: os.close(1))
        same(done.returncode, 1, f"status of {arguments}")
        has(done.stderr.decode(), "standard output")
    done = run("list", "-l", "nowhere.ldif", preexec_fn=lambda: os.close(2))
    same((done.returncode, done.stdout), (2, b""))


def candidates(count):
    """An export with so many SCPs for one site."""
    return temporary("".join(scp(
        f"EX{i}", f"keywords: {SCP}", "keywords: Site=HQ",
        f"serviceBindingInformation: https://ex{i}.corp.example/x",
        f"whenCreated: 2010{i % 12 + 1:02}01000000.0Z") for i in range(count)))


@test
def many_candidates_print_in_time():
    few, many = candidates(2500), candidates(20000)
    start = time.monotonic()
    for _ in range(3):
        document("list", "-s", "HQ", "-l", few)
    control = time.monotonic() - start
    start = time.monotonic()
    same(len(document("list", "-s", "HQ", "-l", many)["candidates"]), 20000)
    words = answered("list", "-v", "-s", "HQ", "-l", many)
    if "and 19994 more" not in words:
        raise Failure("the findings of one code are not counted")
    has(answered("list", "-s", "HQ", "-l", many)[-200:], "-v shows them")
    # 8 times as much; a cost per pair of them would make it 64.
    if time.monotonic() - start > 24 * control:
        raise Failure("too slow")


# ------------------------------------------------------------- terminal --


@test
def colour_on_a_terminal_only():
    arguments = ["list", "-s", "HQ", "-l", FOREST]
    hasnt(answered(*arguments, env={"TERM": "xterm"}), "\033")
    has(on_terminal(*arguments)[1], b"\033[1m")
    has(on_terminal(*arguments, env={"NO_COLOR": ""})[1], b"\033[")
    hasnt(on_terminal(*arguments, env={"NO_COLOR": "1"})[1], b"\033")
    hasnt(on_terminal(*arguments, env={"TERM": "dumb"})[1], b"\033")
    hasnt(on_terminal(*arguments, "--json")[1], b"\033")


@test
def no_escape_of_the_directory_reaches_the_terminal():
    evil = temporary(
        scp("EX\033[2J", f"keywords: {SCP}", "keywords: Site=\033]0;x\a",
            "keywords: \033[31m",
            "serviceBindingInformation: https://a.example/\033[5m",
            "serviceClassName: \x9b31m\033").encode("latin-1") +
        scp("EX2", f"keywords: {SCP}", "keywords: Site=\u202e",
            "serviceBindingInformation: https://b.example/\u009b31m",
            ).encode())
    for command in ("list", "predict"):
        shown = on_terminal(command, "-l", evil, env={"NO_COLOR": "1"})[1]
        for bad in (b"\033", b"\a", "\u009b".encode(), "\u202e".encode()):
            hasnt(shown, bad)
        has(shown, b"\\x1B" if b"\\x1B" in shown else b"\\x1b")
        hasnt(run(command, "-j", "-l", evil).stdout, b"\\u001b")


@test
def no_escape_of_the_caller_reaches_the_terminal():
    for bad in ("\033[31m", "\u009b31m"):
        for arguments in ([bad], ["list", "-l", bad], ["list", "--" + bad],
                          ["list", "-m", bad], ["list", "-P", bad]):
            hasnt(run(*arguments).stderr, bad.encode()[:2])
    odd = os.path.join(scratch.name, "\033[31m\u009b.ldif")
    os.symlink(FOREST, odd)
    hasnt(answered("list", "-l", odd), "\033")
    hasnt(answered("list", "-l", odd), "\u009b")


# ------------------------------------------------------------- password --


@test
def password_files():
    def bind(content, *more):
        path = temporary(content)
        os.chmod(path, 0o600)
        return ["list", "-H", "ldap://127.0.0.1:1", "-x", "-D", "cn=a", "-y",
                path, *more]

    refused(1, "nowhere", "list", "-H", "ldap://127.0.0.1:1", "-x", "-D",
            "cn=a", "-y", "nowhere")
    refused(1, "", *bind(""))
    refused(1, "", *bind("\nsecond line"))
    refused(1, "NUL", *bind("pass\0word\n"))
    refused(1, "too long", *bind("x" * 5000))
    refused(2, "", *bind("pass word\n"))  # a password; then no server
    path = temporary("secret\n")
    os.chmod(path, 0o644)
    refused(2, "others can read", "list", "-H", "ldap://127.0.0.1:1", "-x",
            "-D", "cn=a", "-y", path)


@test
def a_password_is_asked_for_without_echo():
    arguments = ["list", "-H", "ldap://127.0.0.1:1", "-x", "-D", "cn=a", "-W"]
    status, shown = on_terminal(*arguments, send=b"geheim\n")
    same(os.waitstatus_to_exitcode(status), 2)
    hasnt(shown, b"geheim")
    refused(1, "terminal", *arguments, start_new_session=True)


@test
def ctrl_c_at_the_prompt_restores_the_echo():
    modes = []

    def interrupt(pid, master):
        for _ in range(100):
            if not termios.tcgetattr(master)[3] & termios.ECHO:
                break
            time.sleep(0.05)
        os.kill(pid, signal.SIGINT)
        time.sleep(0.3)
        modes.append(termios.tcgetattr(master)[3] & termios.ECHO)

    status, _ = on_terminal("list", "-H", "ldap://127.0.0.1:1", "-x", "-D",
                            "cn=a", "-W", send=interrupt)
    same(os.WIFSIGNALED(status) and os.WTERMSIG(status), signal.SIGINT)
    if not modes[0]:
        raise Failure("the terminal was left without echo")


@test
def ctrl_c_ends_a_reading():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(30)
        port = silent.getsockname()[1]
        with subprocess.Popen(
                [ADSCP, "list", "-x", "-H", f"ldap://127.0.0.1:{port}"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            peer, _ = silent.accept()
            child.send_signal(signal.SIGINT)
            out, words = child.communicate(timeout=10)
            peer.close()
        same((child.returncode, out), (130, b""))
        has(words.decode(), "adscp: interrupted")


def main():
    failed = 0
    print(f"1..{len(tests)}")
    for number, function in enumerate(tests, 1):
        name = function.__name__.replace("_", " ")
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except (Failure, subprocess.TimeoutExpired, ValueError, KeyError,
                IndexError, OSError) as error:
            failed += 1
            print(f"not ok {number} - {name}\n# {error}", flush=True)
    return 1 if failed else 0


sys.exit(main())
