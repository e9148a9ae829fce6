#!/usr/bin/env python3
"""A radio network of TUN devices in network namespaces: a second emulator that shares no code with
`longwire link`.

  tun_hub.py --loss 0.2 --delay 0.05 --seed 1 [--pcap FILE] NETNS=ADDRESS/PREFIX ...

Makes `tun0` in each (existing) namespace. A packet to a group or to everybody goes to all the others,
each losing it by chance; any other one to the station that has the address. Prints "ready", and at
SIGTERM or end of input one JSON object: what each station sent, by protocol.
"""
import argparse
import collections
import heapq
import ipaddress
import itertools
import json
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

from tun_device import open_tun

PROTOCOLS = {1: "ICMP", 2: "IGMP", 6: "TCP", 17: "UDP"}


def protocol(packet):
    if packet[0] >> 4 == 6:
        return "IPv6"
    return PROTOCOLS.get(packet[9], f"IP-{packet[9]}")


class Hub:
    def __init__(self, options):
        self.loss, self.delay, self.chance = options.loss, options.delay, random.Random(options.seed)
        self.fds, self.names, self.addresses = [], [], []
        self.sent = []
        self.dropped = 0
        self.waiting, self.order = [], itertools.count()
        self.pcap = open(options.pcap, "wb") if options.pcap else None
        if self.pcap:
            self.pcap.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for station in options.stations:
            namespace, address = station.split("=")
            self.fds.append(open_tun(namespace))
            self.names.append(namespace)
            self.addresses.append(ipaddress.ip_interface(address))
            self.sent.append(collections.Counter())
            for command in (f"addr add {address} dev tun0", "link set lo up", "link set tun0 up",
                            "route add 224.0.0.0/4 dev tun0"):
                subprocess.run(["ip", "-n", namespace, *command.split()], check=True)

    def receivers(self, sender, packet):
        if packet[0] >> 4 != 4:
            return []
        to = ipaddress.ip_address(packet[16:20])
        everybody = to.is_multicast or to in (ipaddress.ip_address("255.255.255.255"),
                                              self.addresses[sender].network.broadcast_address)
        return [i for i in range(len(self.fds)) if i != sender and (everybody or self.addresses[i].ip == to)]

    def take(self, sender):
        while True:
            try:
                packet = os.read(self.fds[sender], 65535)
            except BlockingIOError:
                return
            self.sent[sender][protocol(packet)] += 1
            if self.pcap:
                now = time.time()
                self.pcap.write(struct.pack("<IIII", int(now), int(now % 1 * 1e6), len(packet), len(packet)) + packet)
            for receiver in self.receivers(sender, packet):
                if self.chance.random() < self.loss:
                    self.dropped += 1
                else:
                    heapq.heappush(self.waiting, (time.monotonic() + self.delay, next(self.order), receiver, packet))

    def deliver(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            _, _, receiver, packet = heapq.heappop(self.waiting)
            os.write(self.fds[receiver], packet)

    def run(self):
        stopping = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.append(True))
        print("ready", flush=True)
        while not stopping:
            wait = max(0, self.waiting[0][0] - time.monotonic()) if self.waiting else 0.2
            for fd in select.select(self.fds, [], [], min(wait, 0.2))[0]:
                self.take(self.fds.index(fd))
            self.deliver()
        if self.pcap:
            self.pcap.close()
        print(json.dumps({"dropped": self.dropped, "sent": dict(zip(self.names, map(dict, self.sent)))}), flush=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--loss", type=float, default=0.2)
    options.add_argument("--delay", type=float, default=0.05)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--pcap")
    options.add_argument("stations", nargs="+")
    Hub(options.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
