"""Real `longwire run` daemons on loopback addresses of their own, for the scripts in this folder."""
import json
import os
import pathlib
import random
import signal
import smtplib
import subprocess
import tempfile
import time

LONGWIRE = os.environ.get("LONGWIRE", "build/dev/longwire")
SOURCE = pathlib.Path(os.environ.get("LONGWIRE_SOURCE", pathlib.Path(__file__).resolve().parents[2]))


def wait_for(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.03)
    raise AssertionError(f"{what}: not within {seconds} s")


def longwire(*arguments, stdin="", code=0):
    """Runs a sub-command; its exit code must be `code`. Gives (stdout, stderr)."""
    done = subprocess.run([LONGWIRE, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, (
        f"longwire {' '.join(map(str, arguments))}: exit {done.returncode}, not {code}\n{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


class Network:
    """Addresses 127.x.y.1, .2 ... that no other test uses, so that fixed ports collide with nobody."""

    def __init__(self):
        r = random.SystemRandom()
        self.net = f"127.{r.randrange(1, 255)}.{r.randrange(0, 255)}"
        self.group = f"239.{r.randrange(1, 255)}.{r.randrange(0, 255)}.{r.randrange(1, 255)}"
        self.dir = tempfile.TemporaryDirectory(prefix="longwire-nodes-")
        self.nodes = {}

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for node in self.nodes.values():
            if kind is not None:
                print(f"--- log of {node.name}\n" + node.log_text()[-6000:])
            node.kill()
        self.dir.cleanup()

    def add(self, names, peer_lines=None, **kw):
        for n in names:
            self.nodes[n] = Node(self, n, len(self.nodes) + 1)
        for n in names:
            self.nodes[n].write_config(peer_lines or {}, **kw)
        return [self.nodes[n] for n in names]


class Node:
    def __init__(self, network, name, number):
        self.network, self.name = network, name
        self.address = f"{network.net}.{number}"
        self.dir = pathlib.Path(network.dir.name, name)
        self.dir.mkdir()
        self.config = self.dir / "node.toml"
        self.log = self.dir / "log"
        self.process = None

    def write_config(self, peer_lines, rate="256k", node="", smtp="", deliver=None, bearer=""):
        text = f"""[node]
name = "{self.name}"
domain = "{self.name}.example"
pmul_id = "{self.address}"
data_dir = "{self.dir}/data"
{node}
[smtp]
listen = ["{self.address}:2525"]
{smtp}
[deliver]
{deliver or f'maildir = "{self.dir}/mail/{{local}}"'}
[[bearer]]
name = "sat"
bind = "{self.address}"
group = "{self.network.group}"
rate = "{rate}"
{bearer}
"""
        for other in self.network.nodes.values():
            if other is self:
                continue
            text += f"""[[peer]]
name = "{other.name}"
pmul_id = "{other.address}"
domains = ["{other.name}.example"]
bearers = ["sat"]
{peer_lines.get(other.name, "")}
"""
        self.config.write_text(text)

    def start(self, **env):
        with self.log.open("a") as log:
            self.process = subprocess.Popen([LONGWIRE, "run", "-c", self.config, "--log-level", "debug"], stderr=log,
                                            env={**os.environ, **env})
        started = self.log_text().count(" ready ")
        wait_for(f"{self.name} ready", lambda: self.log_text().count(" ready ") > started or self.process.poll() is not None)
        return self

    def log_text(self):
        return self.log.read_text() if self.log.exists() else ""

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, f"{self.name} ended with {self.process.returncode}"

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def ask(self, *arguments, code=0):
        out, err = longwire(*arguments, "-c", self.config, "--json", code=code)
        assert out.count("\n") == 1, out
        return json.loads(out)

    def smtp(self):
        return smtplib.SMTP(self.address, 2525, timeout=30)

    def submit(self, to, body, subject="test", options=(), sender=None):
        """Gives the tracking id of the 250 reply."""
        to = [to] if isinstance(to, str) else to
        sender = sender or f"ops@{self.name}.example"
        text = f"From: {sender}\r\nTo: {', '.join(to)}\r\nSubject: {subject}\r\n\r\n{body}\r\n"
        with self.smtp() as s:
            s.ehlo("test.example")
            s.mail(sender, options)
            for r in to:
                code, reply = s.rcpt(r)
                assert code == 250, reply
            code, reply = s.data(text.encode())
            assert code == 250, reply
        return self.ask("queue")["messages"]

    def mails(self, user):
        files = [f for part in ("new", "cur") for f in self.dir.glob(f"mail/{user}/{part}/*")]
        return sorted(f.read_bytes() for f in files)

    def wait_for_mails(self, user, count, seconds=30):
        wait_for(f"{count} messages for {user} at {self.name}", lambda: len(self.mails(user)) >= count, seconds)
        time.sleep(0.2)  # one too many would come now
        found = self.mails(user)
        assert len(found) == count, f"{len(found)} messages for {user} at {self.name}, not {count}"
        return found

    def octets_out(self):
        return self.ask("status")["bearers"][0]["octets_out"]


def body_of(message):
    return message.split(b"\r\n\r\n", 1)[1]


def run_tests(tests):
    for test in tests:
        started = time.monotonic()
        test()
        print(f"ok  {test.__name__}  {time.monotonic() - started:.1f} s", flush=True)
