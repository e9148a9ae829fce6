#!/usr/bin/env python3
"""One radio channel in real time between TUN devices of network namespaces; a process of its own.

Reads one JSON object on the first line of its input: link (see links.py), loss, burst (seconds, 0 for
independent losses), seed, queue (packets a radio holds), stations ([[namespace, address/prefix], ...]).
Says "ready"; at "go" forgets all before and begins to count; at "stop", or when the input ends, it prints
what was on the air as one JSON object and ends.

Half duplex: one channel with ideal medium access. A station keeps the floor while it has packets, at most
max_over of them; then the floor goes round. A turnaround passes at the start of every over. Who goes on within
`hang` after its last packet, while nobody else has begun, is still in the same over: programs that keep just
below the rate of the link need no turnaround for each packet. Full duplex: every station has a transmitter.
Losses are drawn for each pair of sender and receiver from a row of its own, so that every program meets
the same losses (the same fades, when they come in bursts) as long as it sends the same number of packets.
"""
import collections
import gc
import heapq
import ipaddress
import itertools
import json
import os
import pathlib
import random
import select
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "interop"))
from tun_device import open_tun  # noqa: E402

MAX_OVER = 127.5  # s: what a STANAG 5066 end-of-transmission field can tell
HANG = 0.5        # s
IGMP = 2


def set_up(namespace, address, mtu):
    subprocess.run(["ip", "netns", "exec", namespace, "sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=1"],
                   check=False, stderr=subprocess.DEVNULL)
    for command in (f"addr add {address} dev tun0", f"link set tun0 mtu {mtu}", "link set lo up", "link set tun0 up",
                    "route add default dev tun0", "route add 224.0.0.0/4 dev tun0"):
        subprocess.run(["ip", "-n", namespace, *command.split()], check=True)


class Fading:
    """Nothing gets through for exponential times of `burst` seconds in the mean, `loss` of the time."""

    def __init__(self, loss, burst, chance):
        self.chance, self.bad_mean, self.good_mean = chance, burst, burst * (1 - loss) / loss
        self.bad, self.until = chance.random() < loss, 0.0
        self.until = self.draw()

    def draw(self):
        return self.until + self.chance.expovariate(1 / (self.bad_mean if self.bad else self.good_mean))

    def lost(self, at):
        while self.until <= at:
            self.bad = not self.bad
            self.until = self.draw()
        return self.bad


class Independent:
    def __init__(self, loss, chance):
        self.chance, self.loss = chance, loss

    def lost(self, _):
        return self.chance.random() < self.loss


class Radio:
    def __init__(self):
        self.queue = collections.deque()
        self.free_at = 0.0  # when its transmitter (full duplex) can take the next packet


class Air:
    def __init__(self, fds, addresses, options):
        link = options["link"]
        self.fds, self.addresses, self.options = fds, addresses, options
        self.half, self.rate, self.delay = link["mode"] == "half", link["rate"], link["delay"]
        self.turnaround = link["turnaround"]
        self.flights, self.order = [], itertools.count()
        self.reset()

    def reset(self):
        """The moment from which everything counts."""
        self.zero = time.monotonic()
        self.radios = [Radio() for _ in self.fds]
        self.packets, self.overs = [], []  # [start, end, station, octets], [start, station]
        self.full, self.ignored, self.lost, self.undelivered = 0, 0, 0, 0
        self.holder, self.channel_free, self.over_air = None, 0.0, 0.0
        self.noise = {}
        for pair in itertools.permutations(range(len(self.fds)), 2):
            chance = random.Random(f"{self.options['seed']}/{pair[0]}/{pair[1]}")
            loss, burst = self.options["loss"], self.options["burst"]
            self.noise[pair] = Fading(loss, burst, chance) if burst and loss else Independent(loss, chance)
        self.flights = []

    def now(self):
        return time.monotonic() - self.zero

    def take(self, station):
        """What the host of a station wants to send. Group membership reports are not carried."""
        while True:
            try:
                packet = os.read(self.fds[station], 65535)
            except BlockingIOError:
                return
            if packet[0] >> 4 != 4 or packet[9] == IGMP:
                self.ignored += 1
            elif len(self.radios[station].queue) >= self.options["queue"]:
                self.full += 1
            else:
                self.radios[station].queue.append((self.now(), packet))

    def receivers(self, sender, packet):
        to = ipaddress.ip_address(packet[16:20])
        everybody = to.is_multicast or int(to) == 0xFFFFFFFF
        return [i for i in range(len(self.fds)) if i != sender and (everybody or self.addresses[i] == to)]

    def send(self, station, start):
        """Puts the first packet of a station on the air; returns when it has left."""
        _, packet = self.radios[station].queue.popleft()
        end = start + len(packet) * 8 / self.rate
        self.packets.append((start, end, station, len(packet)))
        for receiver in self.receivers(station, packet):
            if self.noise[station, receiver].lost(end):
                self.lost += 1
            else:
                heapq.heappush(self.flights, (end + self.delay, next(self.order), receiver, packet))
        return end

    def step_full(self, now):
        for station, radio in enumerate(self.radios):
            while radio.queue and radio.free_at <= now:
                start = max(radio.free_at, radio.queue[0][0])
                if start - radio.free_at > HANG or not radio.free_at:
                    self.overs.append((start, station))
                radio.free_at = self.send(station, start)

    def step_half(self, now):
        while self.channel_free <= now:
            station = self.next_station()
            if station is None:
                return
            start = max(self.channel_free, self.radios[station].queue[0][0])
            if not self.going_on(station, start):
                self.overs.append((start, station))
                self.holder, self.over_air = station, 0.0
                start += self.turnaround
            self.channel_free = self.send(station, start)
            self.over_air += self.channel_free - start

    def going_on(self, station, start):
        return station == self.holder and self.over_air < MAX_OVER and start <= self.channel_free + HANG

    def next_station(self):
        waiting = [i for i, radio in enumerate(self.radios) if radio.queue]
        if not waiting:
            return None
        if self.holder in waiting and self.going_on(self.holder, self.radios[self.holder].queue[0][0]):
            return self.holder
        first = 0 if self.holder is None else self.holder + 1
        return min(waiting, key=lambda i: (i - first) % len(self.radios))

    def deliver(self, now):
        while self.flights and self.flights[0][0] <= now:
            _, _, receiver, packet = heapq.heappop(self.flights)
            try:
                os.write(self.fds[receiver], packet)
            except OSError:
                self.undelivered += 1

    def next_event(self):
        events = [self.flights[0][0]] if self.flights else []
        if self.half:
            events += [self.channel_free] if any(r.queue for r in self.radios) else []
        else:
            events += [r.free_at for r in self.radios if r.queue]
        return min(events, default=None)

    def run(self):
        commands = sys.stdin.fileno()
        print("ready", flush=True)
        while True:
            event = self.next_event()
            wait = None if event is None else max(0.0, event - self.now())
            for fd in select.select([commands, *self.fds], [], [], wait)[0]:
                if fd != commands:
                    self.take(self.fds.index(fd))
                elif os.read(commands, 100) == b"go\n":
                    self.reset()
                    print(json.dumps({"zero": self.zero}), flush=True)
                else:
                    return
            now = self.now()
            self.deliver(now)
            (self.step_half if self.half else self.step_full)(now)

    def told(self):
        return {"packets": self.packets, "overs": self.overs, "lost": self.lost, "queue_full": self.full,
                "ignored": self.ignored, "undelivered": self.undelivered}


def main():
    options = json.loads(sys.stdin.buffer.raw.readline())
    fds, addresses = [], []
    for namespace, address in options["stations"]:
        fds.append(open_tun(namespace))
        set_up(namespace, address, options["link"]["mtu"])
        addresses.append(ipaddress.ip_interface(address).ip)
    gc.disable()  # no pauses; nothing here is cyclic
    air = Air(fds, addresses, options)
    air.run()
    print(json.dumps(air.told()), flush=True)


if __name__ == "__main__":
    main()
