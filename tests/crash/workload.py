"""A fixed set of messages, what the clients were told about each, and what is in the Maildirs."""
import base64
import hashlib
import os
import re
import smtplib
import threading
import time

from fleet import SMTP_PORT

CONNECT_AGAIN = 0.01  # seconds
ANSWER_WITHIN = 20


def text(name, octets):
    """A body that is not the same anywhere, so that a lost or doubled part shows, and that zlib cannot
    shrink to a single fragment."""
    lines, size = [], 0
    while size < octets:
        digest = hashlib.sha512(f"{name} {len(lines)}".encode()).digest()
        lines.append(base64.b64encode(digest[:57]).decode())
        size += len(lines[-1]) + 2
    return "\r\n".join(lines) + "\r\n"


class Message:
    def __init__(self, name, at, recipients, octets, priority=None, report=False):
        self.name, self.at, self.recipients, self.priority, self.report = name, at, recipients, priority, report
        self.sender = f"sender-{name}@{at}.example"
        self.content = (f"From: <{self.sender}>\r\nTo: <{recipients[0]}>\r\nSubject: {name}\r\n"
                        f"Message-ID: <{name}@{at}.example>\r\nX-Crash-Test: {name}\r\n\r\n"
                        + text(name, octets)).encode()
        self.answered = None  # True: 250; False: sent, but nobody knows

    def submit(self, client):
        """True when the server said 250. An exception after the data were sent leaves answered False."""
        options = ["BODY=8BITMIME", f"ENVID={self.name}"]
        if self.priority is not None:
            options.append(f"MT-PRIORITY={self.priority}")
        client.ehlo_or_helo_if_needed()
        code, reply = client.mail(self.sender, options)
        for recipient in self.recipients:
            if code == 250:
                notify = ["NOTIFY=SUCCESS,FAILURE"] if self.report else ["NOTIFY=FAILURE"]
                code, reply = client.rcpt(recipient, notify)
        if code == 250:
            self.answered = False
            code, reply = client.data(self.content)
        if code != 250:
            raise RuntimeError(f"{self.name} was refused: {code} {reply!r}")
        self.answered = True


def same(content, message):
    """Octet by octet; where a gateway wrote the header anew, the body and what only the sender knew."""
    if os.environ.get("LONGWIRE_CRASH_CONTENT", "mule") == "mule":
        return content.endswith(b"\r\n" + message.content)
    header, body = content.split(b"\r\n\r\n", 1)
    return (body == message.content.split(b"\r\n\r\n", 1)[1] and
            f"\r\nx-crash-test: {message.name}\r\n" in (header.decode() + "\r\n").lower())


def messages():
    """Both directions, one and many fragments, local, remote and both, urgent and not, with reports."""
    return [
        [Message("a1", "a", ["r1@b.example"], 900),
         Message("a2", "a", ["r2@b.example", "r3@b.example"], 60_000, priority=-4),
         Message("a3", "a", ["local1@a.example", "r4@b.example"], 2_000, report=True)],
        [Message("a4", "a", ["r5@b.example"], 900, priority=6, report=True),
         Message("a5", "a", ["local2@a.example"], 500)],
        [Message("b1", "b", ["r6@a.example"], 5_000),
         Message("b2", "b", ["r7@a.example", "local3@b.example"], 900, priority=4)],
    ]


class Workload:
    def __init__(self, fleet):
        self.fleet = fleet
        self.sessions = messages()
        self.trouble = []

    def all(self):
        return [m for session in self.sessions for m in session]

    def submit_all(self, deadline):
        threads = [threading.Thread(target=self.session, args=(s, deadline)) for s in self.sessions]
        for thread in threads:
            thread.start()
        while any(t.is_alive() for t in threads):
            self.fleet.revive()
            time.sleep(0.005)
        for thread in threads:
            thread.join()

    def session(self, session, deadline):
        """One client: a message whose data never left is sent again, one with an unknown fate is not."""
        client = None
        for message in session:
            while message.answered is None:
                if time.monotonic() > deadline:
                    self.trouble.append(f"{message.name} could not be submitted in time")
                    return
                try:
                    if client is None:
                        client = smtplib.SMTP(self.fleet.daemons[message.at].address, SMTP_PORT,
                                              local_hostname="client.example", timeout=ANSWER_WITHIN)
                    message.submit(client)
                except RuntimeError as error:
                    self.trouble.append(str(error))
                    message.answered = False
                    client = None
                except (OSError, smtplib.SMTPException):
                    client = None
                    time.sleep(CONNECT_AGAIN)
        if client is not None:
            try:
                client.quit()
            except (OSError, smtplib.SMTPException):
                pass

    def mailbox(self, address):
        local, domain = address.split("@")
        folder = f"{self.fleet.daemons[domain.split('.')[0]].folder}/mail/{local}"
        found = []
        for part in ("new", "cur"):
            if os.path.isdir(f"{folder}/{part}"):
                for name in os.listdir(f"{folder}/{part}"):
                    with open(f"{folder}/{part}/{name}", "rb") as file:
                        found.append(file.read())
        return found

    def everything_arrived(self):
        return all(self.mailbox(r) for m in self.all() if m.answered for r in m.recipients) and all(
            len(self.reports(m)) >= len(m.recipients) for m in self.all() if m.answered and m.report)

    def reports(self, message):
        """The recipients that delivery reports to the sender of this message speak of."""
        out = []
        for report in self.mailbox(message.sender):
            if f"original-envelope-id: {message.name}\r\n".encode() in report.lower():
                out += re.findall(rb"(?mi)^Final-Recipient: *rfc822; *(\S+)", report)
        return sorted(r.decode().lower() for r in out)

    def problems(self):
        found = list(self.trouble)
        known = set()
        for message in self.all():
            found += self.problems_of(message)
            known.update(message.recipients, [message.sender])
        for daemon in self.fleet.daemons.values():
            for local in os.listdir(f"{daemon.folder}/mail"):
                if f"{local}@{daemon.name}.example" not in known:
                    found.append(f"a Maildir for {local} at {daemon.name}, whom nobody wrote to")
        return found

    def problems_of(self, message):
        found = []
        copies = {r: self.mailbox(r) for r in message.recipients}
        counts = [len(c) for c in copies.values()]
        for recipient, files in copies.items():
            for content in files:
                if not same(content, message):
                    found.append(f"{message.name} to {recipient}: the content changed ({len(content)} octets)")
        if message.answered and counts != [1] * len(counts):
            found.append(f"{message.name} was answered 250 and is there {counts} times for {message.recipients}")
        if not message.answered and counts not in ([0] * len(counts), [1] * len(counts)):
            found.append(f"{message.name} was not answered and is there {counts} times for {message.recipients}")
        expected = sorted(r for r in message.recipients) if message.report and counts[0] else []
        if self.reports(message) != expected:
            found.append(f"{message.name}: delivery reports for {self.reports(message)}, expected for {expected}")
        others = len(self.mailbox(message.sender)) - len({*map(bytes, self.mailbox(message.sender))})
        if others:
            found.append(f"{message.sender} has {others} reports twice")
        return found
