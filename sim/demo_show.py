#!/usr/bin/env python3
"""The show of sim/demo: real daemons, real SMTP, real Maildirs; only the radio is simulated."""
import argparse
import base64
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fleet as fl
import p_mul_capture as capture

RATE, TURNAROUND, LOSS = 9600, "300ms", 0.03
STATIONS = {"shore": 9, "ship-a": 1, "ship-b": 2, "ship-c": 3}
SILENT = "ship-c"
LIMIT = 150.0  # seconds; something is wrong if it is not over by then


def link_file(seed):
    text = (f'seed = {seed}\n[[link]]\nname = "radio"\nkind = "half-duplex"\nrate = "{RATE}"\n'
            f'turnaround = "{TURNAROUND}"\nloss = {LOSS}\n')
    for name, host in STATIONS.items():
        text += (f'[[station]]\nname = "{name}"\naddress = "10.66.0.{host}/24"\nview = "127.66.{host}.0/24"\n'
                 'groups = ["239.66.0.1"]\n')
    return text


def node_file(name, folder):
    host = STATIONS[name]
    bearer = {"bind": f"127.66.{host}.{host}", "group": f"239.66.{host}.1", "rate": str(RATE), "duplex": "half",
              "turnaround": TURNAROUND, "emcon_rtc": 2, "emcon_rti": "10s"}
    peers = [{"name": other, "pmul_id": f"10.66.0.{other_host}", "address": f"127.66.{host}.{other_host}",
              "emcon": other == SILENT} for other, other_host in STATIONS.items() if other != name]
    return fl.node_file(folder, name, f"10.66.0.{host}", f"127.66.{host}.{host}:2525", bearer, peers, name == SILENT)


def chart(octets, seed):
    """A picture, so incompressible, in the base64 of a mail attachment."""
    lines = base64.encodebytes(random.Random(seed).randbytes(octets)).decode()
    return ("WEATHER CHART NORTH ATLANTIC\r\n\r\n" + lines.replace("\n", "\r\n")).encode()


# What is sent: (when, name, precedence, from, to, subject, body)
PLAN = [
    (0.0, "chart", "routine", "shore", ["ship-a", "ship-b", "ship-c"], "Weather chart", chart(15000, 1)),
    (3.0, "warning", "flash", "shore", ["ship-a", "ship-b", "ship-c"], "COLLISION WARNING",
     b"FLASH\r\nUNLIT VESSEL 54-12N 007-55E DRIFTING NE 2 KN. KEEP CLEAR.\r\n"),
    (4.0, "position", "priority", "ship-a", ["shore"], "Position 1200Z",
     b"54-30N 008-10E COURSE 270 SPEED 12\r\nFUEL 61 PCT\r\nALL WELL\r\n"),
    (5.0, "request", "immediate", "ship-b", ["ship-a"], "Medical help",
     b"BROKEN ARM. REQUEST YOUR DOCTOR BY BOAT.\r\n.leading dot line\r\nFrom the captain\r\n"),
    (6.0, "return", "routine", "ship-c", ["shore"], "Fuel return",
     b"Written in silence, to be sent when silence is lifted.\r\n" + b"F-76  112 M3\r\n" * 12),
]


class Show:
    def __init__(self, program, folder, seed):
        self.folder, self.seed = folder, seed
        self.fleet = fl.Fleet(program, folder)
        self.begin = None
        self.pcap = os.path.join(folder, "air.pcap")
        self.sent, self.tracking, self.pmul = {}, {}, {}
        self.arrived = {}                  # (message, station) -> seconds
        self.failures = []
        self.released_at = None
        self.on_terminal = sys.stdout.isatty()

    # --- talking ---------------------------------------------------------------------------
    def now(self):
        return time.time() - self.begin

    def say(self, text):
        if self.on_terminal:
            print("\r\x1b[K", end="")
        print(f"{self.now() if self.begin else 0:7.1f} s  {text}", flush=True)

    def status_line(self):
        packets = self.packets()
        octets = sum(p.octets for p in packets)
        text = (f"{self.now():7.1f} s  ... {octets:6d} octets in {len(packets)} packets on the air, "
                f"{len(self.arrived)} of {self.wanted()} deliveries")
        if self.on_terminal:
            print("\r\x1b[K" + text, end="", flush=True)
        elif int(self.now()) % 5 == 0:
            print(text, flush=True)

    def check(self, what, right):
        print(f"  {'ok ' if right else 'BAD'} {what}", flush=True)
        if not right:
            self.failures.append(what)

    # --- the play ----------------------------------------------------------------------------
    def wanted(self):
        return sum(len(step[4]) for step in PLAN)

    def start(self):
        for name, host in STATIONS.items():
            self.fleet.add(name, f"10.66.0.{host}", node_file(name, self.folder), smtp=f"127.66.{host}.{host}:2525")
        self.fleet.check()
        path = os.path.join(self.folder, "link.toml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(link_file(self.seed))
        self.link_log = open(os.path.join(self.folder, "link.json"), "w+", encoding="utf-8")
        link = self.fleet.keep(subprocess.Popen([self.fleet.program, "link", path, "--json", "--pcap", self.pcap],
                                                stdout=self.link_log, start_new_session=True))
        end = time.monotonic() + 10
        while not self.link_totals():
            if link.poll() is not None or time.monotonic() > end:
                raise fl.FleetError("longwire link did not start")
            time.sleep(0.05)
        self.fleet.start()
        self.begin = time.time()
        self.say(f"{len(STATIONS)} daemons on one half-duplex channel: {RATE} bit/s, turnaround {TURNAROUND}, "
                 f"{LOSS:.0%} of the packets lost; {SILENT} is under radio silence")

    def link_totals(self):
        """The last line `longwire link --json` has completed: name -> counters."""
        with open(self.link_log.name, encoding="utf-8") as f:
            lines = [line for line in f.read().split("\n")[:-1] if line]
        if not lines:
            return None
        return {s["name"]: s for s in json.loads(lines[-1])["links"][0]["stations"]}

    def packets(self):
        return capture.read(self.pcap) if os.path.exists(self.pcap) else []

    def submit(self, step):
        _, name, precedence, sender, recipients, subject, body = step
        to = [f"watch@{r}.example" for r in recipients]
        octets = fl.message(f"watch@{sender}.example", to, subject, body, f"{name}@{sender}.example")
        reply = self.fleet.stations[sender].submit(octets, f"watch@{sender}.example", to, precedence)
        self.sent[name] = (self.now(), step)
        self.tracking[name] = reply.split()[1] if reply[:1] == "2" else reply.split()[0]
        self.say(f"{precedence.upper():9} {name!r} submitted at {sender} for {', '.join(recipients)}: {len(octets)} octets")

    def look_at_transfers(self):
        """Which P_MUL message id each message got, for the account of octets at the end."""
        for name, (_, step) in self.sent.items():
            if name in self.pmul:
                continue
            shown = self.fleet.stations[step[3]].json("show", self.tracking[name])
            for transfer in shown.get("message", shown).get("transfers", []):
                self.pmul[name] = (f"10.66.0.{STATIONS[step[3]]}", transfer["pmul_id"])

    def look_at_mailboxes(self):
        for station in STATIONS:
            for box, octets, when in self.fleet.stations[station].deliveries():
                header, body = fl.split(octets)
                name = str(header["Message-ID"] or "").strip("<>").split("@")[0]
                if box != "watch" or name not in self.sent or (name, station) in self.arrived:
                    continue
                self.arrived[name, station] = when - self.begin
                submitted, step = self.sent[name]
                same = body == step[6] or body == step[6].replace(b"\r\n", b"\n")
                if not same:
                    self.failures.append(f"{name} at {station} is not what was sent")
                self.say(f"{step[2].upper():9} {name!r} delivered at {station}, {when - self.begin - submitted:.1f} s after "
                         f"its submission, body {'identical' if same else 'DIFFERS'}")

    def ripe_for_release(self):
        """Everybody else has everything, the silent one has heard it all, its own mail waits, and the
        channel is free: the blind repeats for it are over."""
        others = [(n, r) for _, n, _, _, to, _, _ in PLAN for r in to if n != "return"]
        there = all(key in self.arrived for key in others if key[1] != SILENT)
        quiet = self.now() + self.begin - max((p.time for p in self.packets()), default=self.begin)
        # Should a packet be lost each time it was repeated, the silent one says so once it may speak.
        enough = 3 if all(key in self.arrived for key in others) else 15
        return "return" in self.sent and there and quiet > enough

    def release(self):
        self.released_at = time.time()
        self.silence = self.link_totals()[SILENT]["octets_offered"]
        self.silent_packets = [p for p in self.packets() if p.source == f"10.66.0.{STATIONS[SILENT]}"]
        self.say(f"{SILENT} has offered {self.silence} octets to its radio so far; silence is lifted now")
        self.fleet.stations[SILENT].command("emcon", "off")

    def all_closed(self):
        """No station waits for anything any more."""
        return all(not station.json("queue")["messages"] for station in self.fleet.stations.values())

    def play(self):
        waiting = sorted(PLAN, key=lambda step: step[0])
        next_status = 1.0
        while True:
            while waiting and self.now() >= waiting[0][0]:
                self.submit(waiting.pop(0))
            self.look_at_transfers()
            self.look_at_mailboxes()
            if self.released_at is None and not waiting and self.ripe_for_release():
                self.release()
            if self.released_at and len(self.arrived) == self.wanted() and self.all_closed():
                break
            if self.now() >= next_status:
                next_status = self.now() + 1
                self.status_line()
            if self.now() > LIMIT:
                self.failures.append(f"not over after {LIMIT:.0f} s")
                break
            time.sleep(0.1)
        time.sleep(1.2)  # the emulator writes its account every second
        self.say("all messages delivered and acknowledged" if not self.failures else "; ".join(self.failures))

    # --- the account -----------------------------------------------------------------------------
    def table(self):
        octets = capture.octets_by_message(self.packets())
        row = "  {:10} {:10} {:8} {:8} {:>10} {:>10} {:>14}".format
        print("\n" + row("message", "precedence", "from", "to", "submitted", "delivered", "octets on air"))
        for name, (submitted, step) in self.sent.items():
            forward, back = octets.get(self.pmul.get(name), (0, 0))
            for i, station in enumerate(step[4]):
                at = self.arrived.get((name, station))
                print(row(name if i == 0 else "", step[2] if i == 0 else "", step[3] if i == 0 else "", station,
                          f"{submitted:.1f} s" if i == 0 else "", f"{at:.1f} s" if at is not None else "MISSING",
                          f"{forward:.0f} + {back:.0f}" if i == 0 else ""))
        total = sum(p.octets for p in self.packets())
        print(f"  Octets on air: Address and Data PDUs + acknowledgements, IP headers included. Channel: {total} in all, "
              f"{total * 8 / RATE:.1f} s of air time.\n")

    def first_burst(self, packets):
        """What the silent station sent before it let go of the channel for the first time."""
        burst = []
        for p in packets:
            if burst and p.time - burst[-1].time > 2.0:
                break
            burst.append(p)
        return burst

    def verify(self):
        everything = {(n, r) for _, n, _, _, to, _, _ in PLAN for r in to}
        self.check(f"{len(everything)} deliveries, every body identical to what was submitted",
                   set(self.arrived) == everything and not self.failures)
        first = max((self.arrived.get(("warning", s), 1e9) for s in ("ship-a", "ship-b")), default=1e9)
        then = min((self.arrived.get(("chart", s), -1) for s in ("ship-a", "ship-b")), default=-1)
        self.check("the FLASH, submitted behind the long ROUTINE, arrived before it everywhere", first < then)
        if self.released_at is None:
            self.check(f"{SILENT} was released", False)
            return
        self.check(f"{SILENT} emitted 0 octets until it was released", self.silence == 0 and not self.silent_packets)
        mine = [p for p in self.packets() if p.source == f"10.66.0.{STATIONS[SILENT]}"]
        self.check(f"its first packet left after the release", bool(mine) and mine[0].time >= self.released_at)
        owed = {self.pmul.get(n) for _, n, _, _, to, _, _ in PLAN if SILENT in to}
        burst = self.first_burst(mine)
        acked = {(m[0], m[1]) for p in burst if p.kind == capture.ACK for m in p.messages}
        acks = [p for p in burst if p.kind == capture.ACK]
        self.check(f"then it acknowledged all {len(owed)} messages in one burst ({len(acks)} Ack_PDU{'s' * (len(acks) != 1)}, "
                   f"{sum(p.octets for p in acks)} octets)", None not in owed and owed <= acked)
        mailboxes = sum(len(s.deliveries()) for s in self.fleet.stations.values())
        self.check("nothing was delivered twice", mailboxes == len(everything))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--keep", action="store_true")
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    program = os.path.abspath(chosen.program)
    if not os.access(program, os.X_OK):
        sys.exit(f"{chosen.program} is not there; run sim/demo without --no-build")
    def stop(*_):
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    folder = tempfile.mkdtemp(prefix="longwire-demo-")
    show = Show(program, folder, chosen.seed)
    keep = chosen.keep
    try:
        show.start()
        show.play()
        show.table()
        show.verify()
    except KeyboardInterrupt:
        print("\nstopped", flush=True)
        return 130
    except fl.FleetError as cause:
        print(f"\nsim/demo: {cause}", flush=True)
        show.failures.append(str(cause))
    finally:
        show.fleet.end()
        keep = keep or bool(show.failures)
        if keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print("Result: " + ("FAILED" if show.failures else "everything verified"))
    return 1 if show.failures else 0


if __name__ == "__main__":
    sys.exit(main())
