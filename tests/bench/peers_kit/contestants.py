"""Who is compared: how each is set up for a link, started, and asked who holds the message."""
import math
import os
import random
import smtplib
import subprocess
import sys
import time

from . import network

SOURCE = os.environ.get("LONGWIRE_SOURCE") or os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 3)
sys.path.insert(0, os.path.join(SOURCE, "sim"))
import fleet as fl

ROUND_TRIP = {"sat64k": 0.7, "hf9600": 2.5, "hf2400": 4}  # s: without queueing, see docs/peers.md
LINE = 990  # octets of a line of the message, which SMTP allows
GROUP, GROUP_2 = "239.77.0.1", "239.77.0.2"


def built(variable, *names):
    """A program named by the environment, or of the newest build."""
    if variable in os.environ:
        return os.path.abspath(os.environ[variable])
    found = [os.path.join(SOURCE, "build", preset, *names) for preset in ("release", "dev")]
    found = [path for path in found if os.access(path, os.X_OK)]
    return max(found, key=os.path.getmtime, default=None)


def octets(size, seed):
    """What no compression shortens, in lines as mail has them."""
    chance = random.Random(f"octets {seed}")
    letters = [o for o in range(1, 256) if o not in b"\r\n"]
    lines = b""
    while len(lines) < size:
        line = min(LINE, size - len(lines) - 2)
        lines += bytes(chance.choices(letters, k=max(0, line))) + b"\r\n"
    return lines[:size]


class Contestant:
    def __init__(self, case, net, folder, payload):
        self.case, self.net, self.folder, self.payload = case, net, folder, payload
        self.receivers = range(1, case.receivers + 1)
        self.processes = []

    def spawn(self, station, name, *words, output=None):
        """A program on a station; what it says goes into a file, whose path is returned."""
        path = os.path.join(self.folder, f"{name}-{station}.log")
        with open(path, "ab") as log:
            self.processes.append(subprocess.Popen(
                [*self.net.prefix(station), *map(str, words)], stdin=subprocess.DEVNULL, stdout=log, stderr=log))
        return path

    def box(self, station):
        path = os.path.join(self.folder, f"box-{station}")
        os.makedirs(path, exist_ok=True)
        return path

    def warm_up(self):
        """What happens on the air before the measurement."""

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
        for process in self.processes:
            process.wait()


class Longwire(Contestant):
    """Real daemons: SMTP in, Maildir out. `coding` of all peers is written when it is given."""
    coding = None
    program = built("LONGWIRE", "longwire")
    needs = {"longwire (cmake --build --preset dev --target longwire)": program}

    def bearer(self):
        link = self.case.link
        table = {"group": GROUP, "rate": str(link["rate"]), "duplex": link["mode"], "mtu": link["mtu"],
                 "turnaround": f"{link['turnaround']}s", "latency": f"{int(link['delay'] * 1000)}ms"}
        return table | ({"max_over": "127500ms"} if link["mode"] == "half" else {})

    def prepare(self):
        self.fleet = fl.Fleet(self.program, self.folder)
        self.found = {}
        stations = range(self.case.receivers + 1)
        for station in stations:
            peers = [{"name": f"s{o}", "pmul_id": network.address(o)} | ({"coding": self.coding} if self.coding else {})
                     for o in stations if o != station]
            own = network.address(station)
            bearer = {"bind": own, **self.bearer()}
            config = fl.node_file(self.folder, f"s{station}", own, "127.0.0.1:2525", bearer, peers)
            self.fleet.add(f"s{station}", own, config, prefix=self.net.prefix(station), smtp="127.0.0.1:2525")
        self.fleet.check()
        self.fleet.start()

    def start(self):
        self.submit("ops", self.payload)

    def submit(self, user, body):
        recipients = [f"{user}@s{r}.example" for r in self.receivers]
        header = (f"From: <ops@s0.example>\r\nTo: {', '.join(recipients)}\r\nSubject: peers\r\n"
                  f"Message-ID: <{user}@s0.example>\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
        with self.net.inside(0), smtplib.SMTP("127.0.0.1", 2525, timeout=60) as client:
            client.sendmail("ops@s0.example", recipients, header.encode() + body, ["BODY=8BITMIME"])

    def complete(self):
        now = time.monotonic()
        for station in self.receivers:
            folder = os.path.join(self.folder, f"s{station}", "mail", "ops", "new")
            for name in os.listdir(folder) if station not in self.found and os.path.isdir(folder) else []:
                with open(os.path.join(folder, name), "rb") as f:
                    self.found[station] = now, f.read().partition(b"\r\n\r\n")[2] == self.payload
        return self.found

    def end(self):
        self.fleet.end()


class LongwirePlain(Longwire):
    name = "longwire plain"


class LongwireCoded(Longwire):
    name, coding = "longwire coded", "always"


class LongwireWarm(LongwireCoded):
    """The same after a first message, which has shown what the link loses; NORM is told."""
    name = "longwire warm"

    def warm_up(self):
        self.submit("first", octets(10000, "first"))
        end = time.monotonic() + 60 + 20 * self.case.genie
        while self.fleet.stations["s0"].json("queue")["messages"]:
            if time.monotonic() > end:
                raise RuntimeError("the first message is not through")
            time.sleep(0.5)


class Norm(Contestant):
    """The NRL library through its API: fixed rate = link rate, GRTT held at ROUND_TRIP, backoff factor 0 (few receivers
    on a link without collisions gain nothing by waiting), blocks of equal length, as long as 8-bit Reed-Solomon with
    enough parity lets them be."""
    name, proactive = "norm reactive", False
    program = built("BENCH_NORM_FILE", "tests", "bench", "bench_norm_file")
    needs = {"bench_norm_file (libnorm-dev; cmake --build --preset dev --target bench_norm_file)": program}
    longest_block, headers = 128, 28 + 32  # segments; octets: IP and UDP, NORM_DATA with its FEC object information

    def words(self, role, station, path, **more):
        named = {"address": f"{GROUP}:6003", "interface": "tun0", "node": station + 1} | more
        return [self.program, role, *[w for n, v in named.items() for w in ("--" + n, v)], path]

    def prepare(self):
        self.logs = {r: self.spawn(r, "norm", *self.words("receive", r, self.box(r))) for r in self.receivers}
        self.file = os.path.join(self.folder, "message")
        with open(self.file, "wb") as f:
            f.write(self.payload)

    def parity(self, block):
        """Segments of parity so that mean + 2 sigma of the losses of sources and parity are made good."""
        loss, extra = self.case.loss, 0
        while extra < (block + extra) * loss + 2 * math.sqrt((block + extra) * loss * (1 - loss)):
            extra += 1
        return extra

    def start(self):
        segment = self.case.link["mtu"] - self.headers
        segments = -(-len(self.payload) // segment)
        blocks = -(-segments // self.longest_block)
        block = -(-segments // blocks)
        self.spawn(0, "norm", *self.words(
            "send", 0, self.file, rate=self.case.link["rate"], segment=segment, block=block,
            parity=255 - self.longest_block, auto=self.parity(block) if self.proactive else 0,
            grtt=ROUND_TRIP[self.case.link_name], backoff=0, group=self.case.receivers))

    def complete(self):
        found = {}
        for station, path in self.logs.items():
            with open(path, encoding="utf-8", errors="replace") as f:
                for line in f:
                    if line.startswith("complete ") and line.endswith("\n"):
                        _, at, name = line.split(maxsplit=2)
                        with open(name.strip(), "rb") as got:
                            found[station] = float(at), got.read() == self.payload
        return found


class NormParity(Norm):
    name, proactive = "norm parity", True


class Uftp(Contestant):
    """UFTP: closed group, no encryption, whole kbit/s at or below the link rate, GRTT measured by itself (its defaults
    finish sooner than a generous first value), all the patience that can be set."""
    name = "uftp"
    needs = {"uftp and uftpd (uftp)": all(any(os.access(os.path.join(d, p), os.X_OK) for d in os.get_exec_path())
                                          for p in ("uftp", "uftpd"))}

    def uid(self, station):
        return f"0x0A4D00{station + 1:02X}"

    def prepare(self):
        self.found, self.seen = {}, {}
        for r in self.receivers:
            self.spawn(r, "uftpd", "uftpd", "-d", "-q", "-t", "-U", self.uid(r), "-I", "tun0", "-M", GROUP,
                       "-D", self.box(r))
        self.file = os.path.join(self.folder, "message")
        with open(self.file, "wb") as f:
            f.write(self.payload)

    def start(self):
        link = self.case.link
        self.spawn(0, "uftp", "uftp", "-R", link["rate"] // 1000, "-b", max(512, link["mtu"] - 100), "-s", 50,
                   "-I", "tun0", "-U", self.uid(0), "-M", GROUP, "-P", GROUP_2, "-t", 16, "-H",
                   ",".join(self.uid(r) for r in self.receivers), self.file)

    def complete(self):
        """A file counts from when its octets are right, also under its temporary name."""
        now = time.monotonic()
        for station in self.receivers:
            for entry in [] if station in self.found else list(os.scandir(self.box(station))):
                try:
                    key = entry.name, entry.stat().st_mtime_ns
                    if self.seen.get(station) == key:
                        continue
                    self.seen[station] = key
                    with open(entry.path, "rb") as f:
                        if f.read() == self.payload:
                            self.found[station] = now, True
                except FileNotFoundError:
                    pass  # renamed meanwhile
        return self.found


ALL = {kind.name: kind for kind in (LongwireCoded, LongwireWarm, LongwirePlain, NormParity, Norm, Uftp)}
