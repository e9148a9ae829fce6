"""One network namespace for each station, joined by air.py."""
import contextlib
import ctypes
import itertools
import json
import os
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
SERIAL = itertools.count()
HERE = os.path.dirname(os.path.abspath(__file__))


def address(station):
    return f"10.77.0.{station + 1}"


class Network:
    """Station 0 sends, the others receive. Several networks may exist at a time: nothing is shared."""

    def __init__(self, link, receivers, loss, burst, seed, queue):
        serial = next(SERIAL)
        self.names = [f"lwp{os.getpid()}-{serial}-{i}" for i in range(receivers + 1)]
        self.options = {"link": link, "loss": loss, "burst": burst, "seed": seed, "queue": queue,
                        "stations": [[name, address(i) + "/24"] for i, name in enumerate(self.names)]}
        self.air = None

    def __enter__(self):
        for name in self.names:
            subprocess.run(["ip", "netns", "add", name], check=True)
        self.air = subprocess.Popen([sys.executable, os.path.join(HERE, "air.py")], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
        self.say(json.dumps(self.options))
        assert self.air.stdout.readline() == "ready\n", "the emulator did not start"
        return self

    def __exit__(self, *_):
        if self.air and self.air.poll() is None:
            self.air.kill()
            self.air.wait()
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], check=False)

    def say(self, line):
        self.air.stdin.write(line + "\n")
        self.air.stdin.flush()

    def go(self):
        """Time 0 of the measurement, on the monotonic clock."""
        self.say("go")
        return json.loads(self.air.stdout.readline())["zero"]

    def stop(self):
        """What was on the air since go()."""
        return json.loads(self.air.communicate("stop\n", timeout=30)[0])

    def prefix(self, station):
        return ["ip", "netns", "exec", self.names[station]]

    @contextlib.contextmanager
    def inside(self, station):
        """This thread in the namespace of a station."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.names[station]}", os.O_RDONLY)
        try:
            if LIBC.setns(there, 0x40000000) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            yield
        finally:
            LIBC.setns(home, 0x40000000)
            os.close(home)
            os.close(there)
