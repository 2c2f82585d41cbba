"""Sends the mail about a comparison to real SMTP servers on loopback, and looks at what they got.

usage: mail_check.py OVERSTAY BASELINE CURRENT WORK [--postfix]

aiosmtpd plays the server that takes, refuses, postpones and checks passwords; plain sockets play the one that hangs or
drops the connection. With --postfix, Debian's postfix is started from a folder of its own as well (as root).
Certificates are made here, for localhost; nothing leaves the machine.
"""
import base64
import email
import email.policy
import email.utils
import fcntl
import json
import logging
import os
import pathlib
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

# What the servers grumble about is what is tested.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

tool, baseline, current, work = sys.argv[1:5]
work = pathlib.Path(work)
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
SECRET = "correct horse battery staple"
WORSE, NOT_DELIVERED = 5, 6

authority = trustme.CA()
authority.cert_pem.write_to_path(str(work / "ca.pem"))
own = authority.issue_cert("localhost", "127.0.0.1")
stranger = trustme.CA().issue_cert("localhost", "127.0.0.1")
elsewhere = authority.issue_cert("smtp.elsewhere.example")
own.private_key_and_cert_chain_pem.write_to_path(str(work / "server.pem"))


def context(certificate):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Box:
    """A server that does what a test tells it, and keeps what it takes."""

    def __init__(self, refuse=(), postpone=0, postpone_rcpt=0):
        self.refuse, self.postpone, self.postpone_rcpt = set(refuse), postpone, postpone_rcpt
        self.mails, self.logins, self.encrypted = [], [], []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return "550 5.1.1 no such user here"
        if self.postpone_rcpt > 0:
            self.postpone_rcpt -= 1
            return "450 4.2.0 greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.encrypted.append(session.ssl is not None)
        if self.postpone > 0:
            self.postpone -= 1
            return "451 4.3.0 try again later"
        self.mails.append((list(envelope.rcpt_tos), envelope.content))
        return "250 2.0.0 taken"

    def login(self, server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (b"overstay", SECRET.encode())
        self.logins.append(right)
        return AuthResult(success=True) if right else AuthResult(success=False, handled=False)


class TokenBox(Box):
    """Takes an OAuth access token and no password, as hosted services do."""

    async def auth_XOAUTH2(self, server, args):
        said = base64.b64decode(args[1]) if len(args) > 1 else b""
        right = said == f"user=overstay\x01auth=Bearer {SECRET}\x01\x01".encode()
        self.logins.append(right)
        if right:
            return AuthResult(success=True, auth_data=b"overstay")
        # The error stands in a challenge, which the client answers with nothing.
        await server.challenge_auth(b'{"status":"401"}', encode_to_b64=True)
        return AuthResult(success=False, handled=False)


class Running:
    def __init__(self, box, certificate=own, implicit=False, plain=False, login=True):
        self.port = free_port()
        settings = {}
        if login and not plain:
            settings.update(authenticator=box.login, auth_required=True)
        if implicit:
            # aiosmtpd counts only STARTTLS as protection.
            settings.update(ssl_context=context(certificate), auth_require_tls=False)
        elif not plain:
            settings.update(tls_context=context(certificate), require_starttls=True)
        self.controller = Controller(box, hostname="127.0.0.1", port=self.port, **settings)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()


class Socket:
    """A server of a few lines, for what no decent server does."""

    def __init__(self, talk):
        self.talk, self.connections = talk, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        try:
            self.talk(connection)
        except OSError:
            pass


def hang(connection):
    time.sleep(60)


def hang_later(connection):
    connection.sendall(b"220 here\r\n")
    connection.recv(1000)
    time.sleep(60)


def drop_in_data(connection):
    """Answers everything, takes some of the mail, and is gone."""
    lines = connection.makefile("rb")
    connection.sendall(b"220 here\r\n")
    for line in lines:
        word = line[:4].upper()
        if word == b"DATA":
            connection.sendall(b"354 go on\r\n")
            for _ in range(20):
                lines.readline()
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()
            return
        connection.sendall(b"250 localhost\r\n")


def mail_file(name, port, security="starttls", to=("grc@acme.example",), extra="", login=True, rules=""):
    password = work / "password"
    password.write_text(SECRET + "\n")
    text = f"""from = "overstay <overstay@acme.example>"
[server]
host = "localhost"
port = {port}
security = "{security}"
ca_file = "{work / 'ca.pem'}"
timeout = "2s"
attempts = 2
back_off = "1s"
"""
    if login:
        text += f'user = "overstay"\npassword_file = "{password}"\n'
    text += extra + "\n"
    text += rules or f'[[recipient]]\nname = "GRC"\nto = {json.dumps(list(to))}\n'
    path = work / f"{name}.toml"
    path.write_text(text)
    return path


def run(name, path, *more, packs=(baseline, current), environment=None, send="--send"):
    outbox = work / f"{name}-outbox"
    command = [tool, "drift", *packs, "--mail", str(path), send, "--outbox", str(outbox), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **(environment or {})})
    assert SECRET not in done.stdout + done.stderr, "the password was printed"
    return done, outbox


def kept(outbox):
    return sorted(outbox.glob("*.eml"))


def served(outbox):
    """Who has a mail, as the record says."""
    record = outbox / "deliveries.json"
    return sorted(one["to"] for one in json.loads(record.read_text())["deliveries"]) if record.exists() else []


def look(content):
    """A mail as a mail program sees it."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail["Auto-Submitted"] == "auto-generated" and mail["MIME-Version"] == "1.0"
    assert mail["Subject"].startswith("overstay: ") and "—" in mail["Subject"], mail["Subject"]
    text, page = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()
    assert text.startswith("WORSE: ") and "<h1" in page and not mail.defects
    return mail


def starttls_and_auth():
    box = Box()
    with Running(box) as server:
        path = mail_file("starttls", server.port)
        done, outbox = run("starttls", path)
        assert done.returncode == WORSE, done
        assert box.logins == [True] and box.encrypted == [True] and len(box.mails) == 1
        mail = look(box.mails[0][1])
        sent = email.utils.parsedate_to_datetime(mail["Date"]).timestamp()
        assert abs(sent - time.time()) < 60, "a sent mail carries the time of sending"
        again, _ = run("starttls", path)
        assert again.returncode == WORSE and len(box.mails) == 1 and "delivered before" in again.stderr, again
        assert served(outbox) == ["grc@acme.example"] and not kept(outbox)


def other_passwords():
    box = Box()
    with Running(box) as server:
        for name, line in (
            ("env", 'password_env = "OVERSTAY_SMTP_PASSWORD"'),
            ("command", f'password_command = ["/bin/echo", "{SECRET}"]'),
        ):
            path = mail_file(name, server.port, login=False, extra=f'user = "overstay"\n{line}')
            done, _ = run(name, path, environment={"OVERSTAY_SMTP_PASSWORD": SECRET})
            assert done.returncode == WORSE, done
    assert box.logins == [True, True] and len(box.mails) == 2


def wrong_password():
    box = Box()
    with Running(box) as server:
        path = mail_file("wrong-password", server.port)
        (work / "password").write_text("guess\n")
        done, outbox = run("wrong-password", path)
        assert done.returncode == NOT_DELIVERED and "535" in done.stderr, done
        assert box.logins == [False], "a wrong password is not tried twice"
        assert not box.mails and len(kept(outbox)) == 1
        (work / "password").write_text(SECRET + "\n")
        done, _ = run("wrong-password", path)
        assert done.returncode == WORSE and len(box.mails) == 1 and not kept(outbox), done


def access_token():
    box = TokenBox()
    with Running(box) as server:
        path = mail_file("token", server.port, extra='auth = "xoauth2"')
        done, _ = run("token", path)
        assert done.returncode == WORSE and len(box.mails) == 1 and box.logins == [True], (done, box.logins)
        (work / "password").write_text("expired-token\n")
        done, outbox = run("token", path, packs=(baseline, current), send="--send")
        assert done.returncode == WORSE and "delivered before" in done.stderr, done
        done, outbox = run("wrong-token", path)
        assert done.returncode == NOT_DELIVERED and "does not take the access token" in done.stderr, done
        assert "expired-token" not in done.stdout + done.stderr and box.logins == [True, False]
        assert len(box.mails) == 1 and len(kept(outbox)) == 1


def no_password():
    box = Box()
    with Running(box) as server:
        path = mail_file("no-password", server.port)
        (work / "password").unlink()
        done, outbox = run("no-password", path)
        assert done.returncode == NOT_DELIVERED and "password cannot be read" in done.stderr, done
        assert not box.logins and len(kept(outbox)) == 1, "the mail is kept all the same"
        dry, _ = run("dry", path, send="--dry-run")
        assert dry.returncode == WORSE and "to: grc@acme.example" in dry.stdout, "a dry run needs no password"
        assert not (work / "dry-outbox").exists()


def refused_recipient():
    box = Box(refuse=["gone@acme.example"])
    with Running(box) as server:
        path = mail_file("refused", server.port, to=("grc@acme.example", "gone@acme.example", "cfo@acme.example"))
        done, outbox = run("refused", path)
        assert done.returncode == NOT_DELIVERED and "not delivered to gone@acme.example" in done.stderr, done
        assert "550" in done.stderr and "no such user here" in done.stderr, done
        assert [to for to, _ in box.mails] == [["grc@acme.example"], ["cfo@acme.example"]]
        assert served(outbox) == ["cfo@acme.example", "grc@acme.example"] and len(kept(outbox)) == 1
        box.refuse.clear()
        done, _ = run("refused", path)
        assert done.returncode == WORSE and box.mails[2][0] == ["gone@acme.example"] and not kept(outbox), done


def temporary_failure():
    box = Box(postpone=1)
    with Running(box) as server:
        done, outbox = run("temporary", mail_file("temporary", server.port))
        assert done.returncode == WORSE and len(box.mails) == 1 and "451" in done.stderr, done
        assert "attempt 1 of 2 did not deliver" in done.stderr and not kept(outbox), done
    box = Box(postpone_rcpt=1)
    with Running(box) as server:
        done, outbox = run("greylisted", mail_file("greylisted", server.port, to=("a@acme.example", "b@acme.example")))
        assert done.returncode == WORSE, done
        assert [to for to, _ in box.mails] == [["b@acme.example"], ["a@acme.example"]], box.mails


def wrong_certificate():
    for name, certificate in (("unknown-authority", stranger), ("other-name", elsewhere)):
        for security in ("starttls", "tls"):
            box = Box()
            with Running(box, certificate, implicit=security == "tls") as server:
                key = f"{name}-{security}"
                done, outbox = run(key, mail_file(key, server.port, security))
                assert done.returncode == NOT_DELIVERED and "cannot be trusted" in done.stderr, done
                assert not box.logins and not box.mails and len(kept(outbox)) == 1
                assert "attempt" not in done.stderr, "it is as wrong a second later"


def no_starttls():
    box = Box()
    with Running(box, plain=True) as server:
        done, _ = run("no-starttls", mail_file("no-starttls", server.port))
        assert done.returncode == NOT_DELIVERED and "STARTTLS is not supported" in done.stderr, done
        assert not box.mails and not box.logins


def hanging_server():
    for name, talk in (("hangs", hang), ("hangs-later", hang_later)):
        with Socket(talk) as server:
            began = time.monotonic()
            done, outbox = run(name, mail_file(name, server.port))
            took = time.monotonic() - began
            assert done.returncode == NOT_DELIVERED and "did not answer within 2 s" in done.stderr, done
            # Two attempts of two seconds for each address of localhost, and a pause of one.
            assert took < 15 and server.connections == 2, (took, server.connections)
            assert len(kept(outbox)) == 1


def hang_at(word):
    """Answers up to a command, or with `.` up to the end of the mail."""
    def talk(connection):
        lines = connection.makefile("rb")
        connection.sendall(b"220 here\r\n")
        for line in lines:
            if line.upper().startswith(word):
                time.sleep(60)
            if line.upper().startswith(b"DATA"):
                connection.sendall(b"354 go on\r\n")
                while lines.readline() != b".\r\n":
                    pass
                time.sleep(60)
            connection.sendall(b"250 localhost\r\n")
    return talk


TWO_RULES = """[[recipient]]
name = "one"
to = ["one@acme.example"]
[[recipient]]
name = "two"
to = ["two@acme.example"]
min_severity = "low"
"""


def hangs_at_any_step():
    """Whoever does not answer is asked for one mail only: the other is kept without trying."""
    for word in (b"MAIL", b"RCPT", b"DATA", b"."):
        name = f"hangs-at-{word.decode().strip('.') or 'end'}"
        with Socket(hang_at(word)) as server:
            began = time.monotonic()
            path = mail_file(name, server.port, "none", login=False, rules=TWO_RULES, extra='deadline = "5s"')
            done, outbox = run(name, path)
            took = time.monotonic() - began
            # The mail has until the deadline; whoever may have it gets no other one in this run.
            assert done.returncode == NOT_DELIVERED and "was not done within 5 s" in done.stderr, done
            assert "may have arrived" in done.stderr and "two@acme.example: not tried" in done.stderr, done
            assert took < 15 and server.connections == 1, (word, took, server.connections)
            assert not served(outbox) and len(kept(outbox)) == 2, (word, served(outbox))


def drip(connection):
    """A byte now and then, and never an end."""
    for byte in b"220 " + b"x" * 600:
        connection.sendall(bytes([byte]))
        time.sleep(0.5)


def drip_after_mail(connection):
    lines = connection.makefile("rb")
    connection.sendall(b"220 here\r\n")
    for line in lines:
        word = line[:4].upper()
        connection.sendall(b"354 go on\r\n" if word == b"DATA" else b"250 localhost\r\n")
        if word == b"DATA":
            while lines.readline() != b".\r\n":
                pass
            drip(connection)


def dripping_server():
    """No single wait is long; all together have an end."""
    for name, talk in (("drips", drip), ("drips-at-the-end", drip_after_mail)):
        with Socket(talk) as server:
            began = time.monotonic()
            path = mail_file(name, server.port, "none", login=False, extra='deadline = "5s"')
            done, outbox = run(name, path)
            took = time.monotonic() - began
            assert done.returncode == NOT_DELIVERED and "within" in done.stderr, done
            assert took < 25 and not served(outbox) and len(kept(outbox)) == 1, (took, served(outbox))


def slow_at_the_end():
    """A server that looks for viruses before it answers gets the mail once."""
    mails = []

    def talk(connection):
        lines = connection.makefile("rb")
        connection.sendall(b"220 here\r\n")
        for line in lines:
            word = line[:4].upper()
            connection.sendall(b"354 go on\r\n" if word == b"DATA" else b"250 localhost\r\n")
            if word == b"DATA":
                while lines.readline() != b".\r\n":
                    pass
                mails.append(1)
                time.sleep(5)
                connection.sendall(b"250 taken\r\n")

    with Socket(talk) as server:
        done, outbox = run("slow-at-the-end", mail_file("slow-at-the-end", server.port, "none", login=False))
        assert done.returncode == WORSE and len(mails) == 1, done
        assert served(outbox) == ["grc@acme.example"]


def no_answer():
    """Without an answer the mail goes out once per run, and each run says that it may have arrived."""
    mails = []

    def talk(connection):
        lines = connection.makefile("rb")
        connection.sendall(b"220 here\r\n")
        for line in lines:
            word = line[:4].upper()
            connection.sendall(b"354 go on\r\n" if word == b"DATA" else b"250 localhost\r\n")
            if word == b"DATA":
                while lines.readline() != b".\r\n":
                    pass
                mails.append(1)
                return connection.shutdown(socket.SHUT_RDWR)

    with Socket(talk) as server:
        path = mail_file("no-answer", server.port, "none", login=False)
        for runs in (1, 2):
            done, outbox = run("no-answer", path)
            assert done.returncode == NOT_DELIVERED and "may have arrived" in done.stderr, done
            assert len(mails) == runs and len(kept(outbox)) == 1, mails


def no_smtp():
    """What is no mail server is asked once; a token is blamed only for its own trouble."""
    def web(connection):
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.recv(1000)

    def closes(connection):
        connection.close()

    for name, talk, said, connections in (
        ("web", web, "its answer is not SMTP", 1),
        ("closes", closes, "closed the connection", 2),
    ):
        with Socket(talk) as server:
            path = mail_file(name, server.port, "none", extra='auth = "xoauth2"')
            done, outbox = run(name, path)
            assert done.returncode == NOT_DELIVERED and said in done.stderr, done
            assert "access token" not in done.stderr and server.connections >= connections, (done, server.connections)
            assert ("attempt 1 of 2" in done.stderr) == (connections == 2), done
    box = Box()
    with Running(box, plain=True) as server:
        done, _ = run("token-no-tls", mail_file("token-no-tls", server.port, extra='auth = "xoauth2"'))
        assert done.returncode == NOT_DELIVERED and "STARTTLS is not supported" in done.stderr, done
        assert "access token" not in done.stderr, done


def moved_between_rules():
    """A report goes to nobody whose rule does not attach it, whatever an earlier run could not deliver."""
    def rules(with_report, without):
        rule = "[[recipient]]\nto = {}\n"
        return rule.format(json.dumps(with_report)) + 'attach = ["html"]\n' + rule.format(json.dumps(without))

    a, b = "a@acme.example", "b@acme.example"
    box = Box(postpone_rcpt=100)
    with Running(box) as server:
        run("moved", mail_file("moved", server.port, rules=rules([a], [b])))
        box.postpone_rcpt = 0
        done, _ = run("moved", mail_file("moved", server.port, rules=rules([b], [a])))
        assert done.returncode == WORSE, done
    reports = {to: [] for to in (a, b)}
    for recipients, content in box.mails:
        for to in recipients:
            reports[to].append(bool(list(look(content).iter_attachments())))
    assert reports == {a: [False], b: [True]}, reports


class Between:
    """Somebody on the way, who adds to what the server says before TLS begins."""

    def __init__(self, port, added):
        self.port, self.added = port, added

    def __call__(self, connection):
        server = socket.create_connection(("127.0.0.1", self.port))
        lines = server.makefile("rb", buffering=0)
        asked = b""
        while not asked.upper().startswith(b"STARTTLS"):
            # An answer is over with the line that has a space after its code.
            while (line := lines.readline())[3:4] == b"-":
                connection.sendall(line)
            connection.sendall(line)
            asked = connection.recv(4096)
            server.sendall(asked)
        connection.sendall(lines.readline() + self.added)
        threading.Thread(target=self.pass_on, args=(server, connection), daemon=True).start()
        self.pass_on(connection, server)

    @staticmethod
    def pass_on(one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def answers_before_tls():
    """Answers that somebody slips in before TLS begins do not pass for those of the server."""
    hello = b"250-localhost\r\n250 AUTH PLAIN\r\n"
    rest = b"235 in\r\n250 ok\r\n250 ok\r\n354 go on\r\n250 taken\r\n"
    for name, added, login in (
        ("slipped-all", hello + rest, True),
        ("slipped-hello", hello, True),
        ("slipped-hello-no-login", hello, False),
        ("slipped-all-no-login", b"250 localhost\r\n250 ok\r\n250 ok\r\n354 go on\r\n250 taken\r\n", False),
    ):
        box = Box()
        with Running(box, login=login) as server, Socket(Between(server.port, added)) as between:
            done, outbox = run(name, mail_file(name, between.port, login=login))
            assert done.returncode == NOT_DELIVERED and "cannot be trusted" in done.stderr, done
            assert not served(outbox) and not box.mails and len(kept(outbox)) == 1, served(outbox)
            assert between.connections == 1, "it is as wrong a second later"


def wrong_code_at_the_end(connection):
    lines = connection.makefile("rb")
    connection.sendall(b"220 here\r\n")
    for line in lines:
        word = line[:4].upper()
        connection.sendall(b"354 go on\r\n" if word == b"DATA" else b"250 localhost\r\n")
        if word == b"DATA":
            while lines.readline() != b".\r\n":
                pass
            connection.sendall(b"354 go on\r\n")


def wrong_codes():
    """An answer that belongs to another question is none."""
    with Socket(wrong_code_at_the_end) as server:
        done, outbox = run("wrong-code", mail_file("wrong-code", server.port, "none", login=False))
        assert done.returncode == NOT_DELIVERED and "cannot be trusted: its answer to the mail is 354" in done.stderr, done
        assert not served(outbox) and len(kept(outbox)) == 1


def repeats_the_password():
    """A server that repeats what it was sent: the password is in no message and in no record."""
    plain = base64.b64encode(f"\0overstay\0{SECRET}".encode())

    def talk(connection):
        secure = context(own).wrap_socket(connection, server_side=True)
        lines = secure.makefile("rb")
        secure.sendall(b"220 here\r\n")
        for line in lines:
            if line.upper().startswith(b"AUTH"):
                secure.sendall(b"535 what is " + line.split()[-1] + b" or " + SECRET.encode() + b"\r\n")
            else:
                secure.sendall(b"250-localhost\r\n250 AUTH PLAIN\r\n")

    with Socket(talk) as server:
        done, outbox = run("repeats", mail_file("repeats", server.port, "tls"))
        assert done.returncode == NOT_DELIVERED and "535" in done.stderr and "[…] or […]" in done.stderr, done
        assert plain.decode() not in done.stderr and not served(outbox), done


def dropped_in_data():
    name = "dropped"
    with Socket(drop_in_data) as server:
        path = mail_file(name, server.port, "none", login=False)
        done, outbox = run(name, path)
        assert done.returncode == NOT_DELIVERED and "may have arrived" in done.stderr, done
        assert server.connections == 1 and not served(outbox)
        assert "closed the connection" in done.stderr and "incomplete response" not in done.stderr, done
        identity = email.message_from_bytes(kept(outbox)[0].read_bytes())["Message-ID"]
    box = Box()
    with Running(box, plain=True) as server:
        done, _ = run(name, mail_file(name, server.port, "none", login=False))
        assert done.returncode == WORSE and len(box.mails) == 1 and not kept(outbox), done
        mail = look(box.mails[0][1])
        assert mail["Message-ID"] == identity, "mail programs can tell that it is the same"
        run(name, mail_file(name, server.port, "none", login=False))
        assert len(box.mails) == 1


def killed():
    """A run that is cut off, before the mail or in the middle of it, leaves it; the same command sends it."""
    for name, talk, begun in (("killed", hang, b""), ("killed-handing-over", hang_at(b"."), b"DATA")):
        seen = threading.Event()

        def watched(connection, talk=talk, begun=begun, seen=seen):
            if begun:
                threading.Timer(1, seen.set).start()
            else:
                seen.set()
            talk(connection)

        with Socket(watched) as server:
            path = mail_file(name, server.port, "none", login=False)
            outbox = work / f"{name}-outbox"
            command = [tool, "drift", baseline, current, "--mail", str(path), "--send", "--outbox", str(outbox)]
            running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            assert seen.wait(20)
            running.kill()
            running.wait()
            assert len(kept(outbox)) == 1 and not served(outbox)
        box = Box()
        with Running(box, plain=True) as server:
            done, _ = run(name, mail_file(name, server.port, "none", login=False))
            assert done.returncode == WORSE and len(box.mails) == 1 and not kept(outbox), done


def hangs_at_goodbye():
    """The goodbye has two seconds, and what the server took counts without it."""
    name = "hangs-at-goodbye"

    def talk(connection):
        lines = connection.makefile("rb")
        connection.sendall(b"220 here\r\n")
        for line in lines:
            word = line[:4].upper()
            if word == b"QUIT":
                time.sleep(60)
            connection.sendall(b"354 go on\r\n" if word == b"DATA" else b"250 localhost\r\n")
            if word == b"DATA":
                while lines.readline() != b".\r\n":
                    pass
                connection.sendall(b"250 taken\r\n")

    with Socket(talk) as server:
        began = time.monotonic()
        done, outbox = run(name, mail_file(name, server.port, "none", login=False))
        assert done.returncode == WORSE and served(outbox) == ["grc@acme.example"], done
        assert time.monotonic() - began < 10


def busy():
    """While another run sends for longer than a minute, the mails are put beside its own, and the exit code says so."""
    name = "busy"
    outbox = work / f"{name}-outbox"
    outbox.mkdir()
    with open(outbox / ".sending", "a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done, _ = run(name, mail_file(name, free_port()))
        assert done.returncode == NOT_DELIVERED and "another run has been sending" in done.stderr, done
        assert len(kept(outbox)) == 1 and not served(outbox)


def nobody_there():
    port = free_port()
    done, outbox = run("nobody", mail_file("nobody", port))
    assert done.returncode == NOT_DELIVERED and len(kept(outbox)) == 1, done
    assert "the same command sends it again" in done.stderr, done


def implicit_tls():
    box = Box()
    with Running(box, implicit=True) as server:
        done, _ = run("implicit", mail_file("implicit", server.port, "tls"))
        assert done.returncode == WORSE and box.logins == [True] and len(box.mails) == 1, done
        look(box.mails[0][1])


def rules_and_attachments():
    rules = """[[recipient]]
name = "all"
to = ["grc@acme.example"]
attach = ["html"]
[[recipient]]
name = "critical"
to = ["oncall@acme.example"]
min_severity = "critical"
[[recipient]]
name = "nothing"
to = ["lims@acme.example"]
systems = ["no-such-system"]
"""
    box = Box()
    with Running(box) as server:
        done, outbox = run("rules", mail_file("rules", server.port, rules=rules))
        assert done.returncode == WORSE and len(box.mails) == 2, done
        whole, part = (look(content) for _, content in box.mails)
        attached = list(whole.iter_attachments())
        report = (pathlib.Path(current) / "report.html").read_bytes()
        assert [one.get_payload(decode=True) for one in attached] == [report]
        text = part.get_body(("plain",)).get_content()
        assert "This is a part: of " in text and not list(part.iter_attachments())
        assert served(outbox) == ["grc@acme.example", "oncall@acme.example"]


def nothing_changed():
    box = Box()
    with Running(box) as server:
        path = mail_file("same", server.port)
        done, _ = run("same", path, packs=(current, current))
        assert done.returncode == 0 and not box.mails and "no mail" in done.stderr, done
        done, _ = run("same", path, "--always", packs=(current, current))
        assert done.returncode == 0 and len(box.mails) == 1, done


def files():
    names = []
    for name in ("one", "two"):
        target = work / f"{name}.eml"
        command = [tool, "drift", baseline, current, "--eml", str(target)]
        subprocess.run(command, capture_output=True, check=False, timeout=120)
        names.append(target.read_bytes())
    assert names[0] == names[1], "the same bytes every time"
    mail = look(names[0])
    as_of = json.loads((pathlib.Path(current) / "manifest.json").read_text())["as_of"]
    assert email.utils.parsedate_to_datetime(mail["Date"]).isoformat() == as_of.replace("Z", "+00:00")


def postfix():
    """Debian's postfix, from a folder of its own, without touching the one of the machine."""
    # Its own users must be able to enter, and the names of its sockets must stay short.
    base = pathlib.Path(tempfile.mkdtemp(prefix="overstay-postfix-"))
    base.chmod(0o755)
    port = free_port()
    user = os.environ.get("SUDO_UID", "65534")
    for folder in ("etc", "queue", "data", "mail"):
        (base / folder).mkdir(parents=True)
    shutil.chown(base / "data", "postfix")
    shutil.chown(base / "mail", int(user), int(user))
    shutil.copy(work / "server.pem", base / "server.pem")
    (base / "etc/main.cf").write_text(f"""compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
maillog_file = {base}/log
maillog_file_prefixes = {base}
myhostname = localhost.acme.example
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = loopback-only
inet_protocols = ipv4
virtual_mailbox_domains = acme.example
virtual_mailbox_base = {base}/mail
virtual_mailbox_maps = inline:{{ grc@acme.example=grc/ }}
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{user}
smtpd_tls_cert_file = {base}/server.pem
smtpd_tls_key_file = {base}/server.pem
smtpd_tls_security_level = encrypt
smtpd_recipient_restrictions = permit_auth_destination, reject
""")
    services = f"""127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
    (base / "etc/master.cf").write_text(services)
    command = ["postfix", "-c", str(base / "etc")]
    subprocess.run([*command, "start"], check=True, capture_output=True, text=True)
    try:
        wait_for(port)
        path = mail_file("postfix", port, login=False, to=("grc@acme.example", "gone@acme.example"))
        done, outbox = run("postfix", path)
        assert done.returncode == NOT_DELIVERED and "not delivered to gone@acme.example" in done.stderr, done
        assert served(outbox) == ["grc@acme.example"], served(outbox)
        box = base / "mail/grc/new"
        for _ in range(100):
            if box.is_dir() and list(box.iterdir()):
                break
            time.sleep(0.1)
        mails = list(box.iterdir())
        assert len(mails) == 1, mails
        look(mails[0].read_bytes())
        run("postfix", path)
        time.sleep(1)
        assert len(list(box.iterdir())) == 1, "nothing is sent twice"
        by_command(base, box)
    finally:
        subprocess.run([*command, "stop"], capture_output=True)
        shutil.rmtree(base, ignore_errors=True)


def by_command(base, box):
    """The same mail once more, by the `sendmail` of the same postfix: another outbox knows nothing of the first."""
    path = work / "by-command.toml"
    words = json.dumps(["/usr/sbin/sendmail", "-C", str(base / "etc"), "-i"])
    path.write_text(f'''from = "overstay <overstay@acme.example>"
[server]
command = {words}
[[recipient]]
to = ["grc@acme.example"]
''')
    done, outbox = run("by-command", path)
    assert done.returncode == WORSE and served(outbox) == ["grc@acme.example"] and not kept(outbox), done
    for _ in range(100):
        if len(list(box.iterdir())) == 2:
            break
        time.sleep(0.1)
    mails = [look(one.read_bytes()) for one in box.iterdir()]
    assert len(mails) == 2 and len({mail["Message-ID"] for mail in mails}) == 1, mails
    path.write_text(path.read_text().replace("/usr/sbin/sendmail", "/no/such/sendmail").replace("grc@", "cfo@"))
    done, outbox = run("by-command", path)
    assert done.returncode == NOT_DELIVERED and "/no/such/sendmail" in done.stderr and len(kept(outbox)) == 1, done


def weekly():
    """The script for scheduled use, twice: the first week has nothing to compare with, the second sends."""
    samples = pathlib.Path(__file__).parents[2] / "samples"
    script = pathlib.Path(__file__).parents[2] / "deploy/overstay-weekly"
    box = Box()
    with Running(box) as server:
        environment = {
            **os.environ,
            "OVERSTAY": str(pathlib.Path(tool).resolve()),
            "OVERSTAY_PACKS": str(work / "packs"),
            "OVERSTAY_MAIL": str(mail_file("weekly", server.port)),
        }
        codes = []
        for folder, period in (("acme-2026-Q2", "2026-Q2"), ("acme", "2026-Q3"), ("acme", "2026-Q3")):
            environment["OVERSTAY_EXPORTS"] = str(samples / folder)
            done = subprocess.run([script, period], env=environment, capture_output=True, text=True, timeout=120)
            codes.append(done.returncode)
        assert codes == [0, WORSE, WORSE] and len(box.mails) == 1, (codes, done)
        assert not kept(work / "packs/outbox")


def cron():
    """The line for cron, with the environment that cron gives and nothing else."""
    deploy = pathlib.Path(__file__).parents[2] / "deploy"
    samples = pathlib.Path(__file__).parents[2] / "samples"
    programs = work / "cron-bin"
    programs.mkdir()
    (programs / "overstay").symlink_to(pathlib.Path(tool).resolve())
    shutil.copy(deploy / "overstay-weekly", programs)
    # The samples are quarters, whatever today is.
    (programs / "date").write_text("#!/bin/sh\necho $QUARTER\n")
    (programs / "date").chmod(0o755)
    environment, command = {"HOME": "/", "LOGNAME": "overstay", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}, ""
    # The place of the programs is the only thing that is changed.
    for line in (deploy / "cron").read_text().replace("/usr/local/bin", str(programs)).splitlines():
        if line and line[0].isdigit():
            command = line.split(maxsplit=6)[6]
            assert line.split()[5] == "overstay" and "%" not in command, "cron breaks a line at a percent sign"
        elif "=" in line and not line.startswith("#"):
            environment.update([line.split("=", 1)])
    packs = work / "cron-packs"
    box = Box()
    with Running(box) as server:
        environment.update(OVERSTAY_PACKS=str(packs), OVERSTAY_MAIL=str(mail_file("cron", server.port)))
        codes = []
        for folder, quarter in (("acme-2026-Q2", "2026-Q2"), ("acme", "2026-Q3")):
            environment.update(OVERSTAY_EXPORTS=str(samples / folder), QUARTER=quarter)
            done = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, text=True, timeout=120)
            codes.append(done.returncode)
        # What is worse is no failure of the job.
        assert codes == [0, 0] and len(box.mails) == 1, (codes, done)
    for path in (packs, packs / "2026-Q3", packs / "2026-Q3/findings.csv", packs / "outbox/deliveries.json"):
        assert path.stat().st_mode & 0o077 == 0, f"others can read {path}"


def wait_for(port):
    for _ in range(100):
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


checks = [
    starttls_and_auth, other_passwords, wrong_password, access_token, no_password, refused_recipient, temporary_failure,
    wrong_certificate, no_starttls, hanging_server, hangs_at_any_step, dripping_server, slow_at_the_end,
    no_answer, no_smtp, moved_between_rules, answers_before_tls, wrong_codes,
    repeats_the_password, dropped_in_data, killed, hangs_at_goodbye, busy, nobody_there, implicit_tls,
    rules_and_attachments, nothing_changed, files, weekly, cron,
]
if "--postfix" in sys.argv:
    checks.append(postfix)
for check in checks:
    began = time.monotonic()
    check()
    print(f"{check.__name__}: as expected, {time.monotonic() - began:.1f} s", flush=True)
