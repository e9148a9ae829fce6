"""Real daemons in a temporary folder: what the demo and the interop tests share.

A Fleet writes one configuration a station, starts `longwire run` for each, submits mail by SMTP,
watches the Maildirs, and ends everything it started.
"""
import email
import email.policy
import email.utils
import json
import os
import signal
import smtplib
import subprocess
import time

MT_PRIORITY = {"override": 6, "flash": 4, "immediate": 2, "priority": 0, "routine": -2, "deferred": -4}  # RFC 6710 A


class FleetError(Exception):
    pass


def toml(value):
    return json.dumps(value)  # strings, numbers, booleans and lists look the same


def node_file(folder, name, pmul_id, smtp, bearer, peers, emcon=False):
    """A configuration: mail of NAME.example goes into Maildirs below `folder`. `bearer` and each of
    `peers` are tables; a peer needs name and pmul_id, and gets the mail of its own domain."""
    text = (f'[node]\nname = "{name}"\ndomain = "{name}.example"\npmul_id = "{pmul_id}"\n'
            f'data_dir = "{folder}/{name}/data"\nemcon = {toml(emcon)}\n'
            f'[smtp]\nlisten = ["{smtp}"]\n[deliver]\nmaildir = "{folder}/{name}/mail/{{local}}"\n')
    text += '[[bearer]]\nname = "radio"\n' + "".join(f"{key} = {toml(value)}\n" for key, value in bearer.items())
    for peer in peers:
        table = {"domains": [peer["name"] + ".example"], "bearers": ["radio"], **peer}
        text += "[[peer]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in table.items())
    return text


class Station:
    """One daemon. `prefix` is put in front of its commands, e.g. to enter a network namespace."""

    def __init__(self, fleet, name, pmul_id, config, prefix=(), smtp="127.0.0.1:0"):
        self.fleet, self.name, self.pmul_id, self.prefix = fleet, name, pmul_id, list(prefix)
        self.folder = os.path.join(fleet.folder, name)
        self.mail = os.path.join(self.folder, "mail")
        self.log = os.path.join(self.folder, "log")
        self.config = os.path.join(self.folder, "node.toml")
        self.smtp_host, self.smtp_port = smtp.split(":")
        os.makedirs(self.folder)
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(config)
        self.process = None

    def start(self):
        log = open(self.log, "ab")
        self.process = subprocess.Popen([*self.prefix, self.fleet.program, "run", "-c", self.config],
                                        stdout=log, stderr=log, start_new_session=True)

    def wait_ready(self, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise FleetError(f"{self.name}: longwire run ended with {self.process.returncode}: {self.tail()}")
            if self.command("status", check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise FleetError(f"{self.name}: not ready within {seconds} s: {self.tail()}")

    def kill(self):
        """As a power switch would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self, seconds=10):
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise FleetError(f"{self.name}: did not end within {seconds} s after SIGTERM") from None

    def command(self, *words, check=True):
        done = subprocess.run([*self.prefix, self.fleet.program, *words, "-c", self.config], capture_output=True,
                              text=True, timeout=30)
        if check and done.returncode != 0:
            raise FleetError(f"{self.name}: longwire {' '.join(words)}: exit {done.returncode}: {done.stderr}{done.stdout}")
        return done

    def json(self, *words):
        return json.loads(self.command(*words, "--json").stdout)

    def tail(self, lines=15):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as f:
                return "".join(f.readlines()[-lines:])
        except OSError:
            return "(no log)"

    def submit(self, octets, sender, recipients, precedence):
        """Through SMTP, as any mail client would; returns the server's reply to the message."""
        with smtplib.SMTP(self.smtp_host, int(self.smtp_port), timeout=30) as client:
            client.ehlo("client.example")
            code, text = client.mail(sender, [f"MT-PRIORITY={MT_PRIORITY[precedence]}"])
            if code != 250:
                raise FleetError(f"{self.name}: MAIL FROM: {code} {text}")
            for recipient in recipients:
                code, text = client.rcpt(recipient)
                if code != 250:
                    raise FleetError(f"{self.name}: RCPT TO:<{recipient}>: {code} {text}")
            code, text = client.data(octets)
            if code != 250:
                raise FleetError(f"{self.name}: DATA: {code} {text}")
            return text.decode()

    def deliveries(self):
        """(mailbox, message octets, time of delivery) of everything in new/ of the Maildirs."""
        found = []
        for box in sorted(os.listdir(self.mail)) if os.path.isdir(self.mail) else []:
            new = os.path.join(self.mail, box, "new")
            for name in sorted(os.listdir(new)) if os.path.isdir(new) else []:
                path = os.path.join(new, name)
                with open(path, "rb") as f:
                    found.append((box, f.read(), os.stat(path).st_mtime))
        return found


class Fleet:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.stations, self.others = {}, []

    def add(self, name, pmul_id, config, **more):
        self.stations[name] = Station(self, name, pmul_id, config, **more)
        return self.stations[name]

    def check(self):
        for station in self.stations.values():
            station.command("check")

    def start(self):
        for station in self.stations.values():
            station.start()
        for station in self.stations.values():
            station.wait_ready()

    def keep(self, process):
        """A helper process to be ended with the fleet."""
        self.others.append(process)
        return process

    def end(self):
        for station in self.stations.values():
            if station.process is not None and station.process.poll() is None:
                station.process.terminate()
        for station in self.stations.values():
            if station.process is not None:
                try:
                    station.process.wait(10)
                except subprocess.TimeoutExpired:
                    station.kill()
        for process in self.others:
            if process.poll() is None:
                process.terminate()
        for process in self.others:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def message(sender, recipients, subject, body, message_id):
    """A message as a mail client writes it; `body` is text with CRLF line ends."""
    to = ", ".join(recipients)
    return (f"From: <{sender}>\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{message_id}>\r\n"
            f"Date: {email.utils.format_datetime(email.utils.localtime())}\r\n\r\n").encode() + body


def split(octets):
    """(header, body) of a delivered message."""
    header, _, body = octets.partition(b"\r\n\r\n")
    if not body and b"\n\n" in octets:
        header, _, body = octets.partition(b"\n\n")
    return email.message_from_bytes(header + b"\r\n\r\n", policy=email.policy.default), body
