"""Is the channel what it says it is? Datagrams of known length, timed by the hosts' own clocks."""
import socket
import struct
import threading
import time

from . import links, network

PORT, GROUP = 7777, "239.77.0.3"


def sender(net, station, octets, count):
    with net.inside(station), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(network.address(station)))
        for _ in range(count):
            s.sendto(bytes(octets - 28), (GROUP, PORT))


class Listener(threading.Thread):
    def __init__(self, net, station):
        super().__init__(daemon=True)
        with net.inside(station):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind(("", PORT))
            self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack(
                "4s4s", socket.inet_aton(GROUP), socket.inet_aton(network.address(station))))
        self.socket.settimeout(0.1)
        self.times, self.over = [], False

    def run(self):
        while not self.over:
            try:
                self.socket.recv(65535)
                self.times.append(time.monotonic())
            except TimeoutError:
                pass
        self.socket.close()


def play(link, loss, burst, sends, seconds):
    """sends: [(station, packets, pause)]. Gives when each listener heard something, and what was on the air."""
    with network.Network(link, 2, loss, burst, 1, 200) as net:
        listeners = [Listener(net, station) for station in (1, 2)]
        for listener in listeners:
            listener.start()
        time.sleep(0.3)
        zero = net.go()
        for station, count, pause in sends:
            sender(net, station, link["mtu"], count)
            time.sleep(pause)
        time.sleep(seconds)
        for listener in listeners:
            listener.over = True
            listener.join()
        return [[t - zero for t in listener.times] for listener in listeners], net.stop()


def main(say):
    wrong = []

    def expect(what, right):
        say(f"{'ok ' if right else 'BAD'} {what}")
        if not right:
            wrong.append(what)

    for name in ("sat64k", "hf9600"):
        link = links.LINKS[name]
        packet = link["mtu"] * 8 / link["rate"]
        due = link["turnaround"] + 10 * packet + link["delay"]
        (heard, _), told = play(link, 0, 0, [(0, 10, 0)], due + 0.5)
        expect(f"{name}: ten packets in {due:.3f} s", len(heard) == 10 and abs(heard[-1] - due) < 0.05)
        expect(f"{name}: {10 * link['mtu']} octets in one over", len(told["overs"]) == 1
               and sum(p[3] for p in told["packets"]) == 10 * link["mtu"])
    link = links.LINKS["hf9600"]
    packet = link["mtu"] * 8 / link["rate"]
    due = 2 * link["turnaround"] + 4 * packet + link["delay"]
    (_, heard), told = play(link, 0, 0, [(0, 2, 0), (1, 2, 0)], due + 0.5)
    expect(f"hf9600: two stations take turns, {due:.3f} s", [o[1] for o in told["overs"]] == [0, 1]
           and len(heard) == 4 and abs(heard[-1] - due) < 0.05)
    fast = dict(links.LINKS["sat64k"], rate=10_000_000, delay=0.001)
    heard, _ = play(fast, 0.2, 0, [(0, 60, 0.2)] * 10, 0.5)  # less than the host's queues hold
    shares = [1 - len(h) / 600 for h in heard]
    expect(f"losses of 20 %: {', '.join(f'{100 * s:.1f} %' for s in shares)}", all(0.15 < s < 0.25 for s in shares))
    return not wrong
