"""Talks to formats_probe: one record in, one record out."""
import os
import struct
import subprocess
import sys


class Probe:
    def __init__(self, kind):
        program = os.environ.get("FORMATS_PROBE", "")
        if not os.access(program, os.X_OK):
            sys.exit(f"formats_probe is not built ({program or 'FORMATS_PROBE is not set'})")
        self.process = subprocess.Popen([program, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, octets):
        self.process.stdin.write(struct.pack(">I", len(octets)) + octets)
        self.process.stdin.flush()
        head = self.process.stdout.read(4)
        if len(head) != 4:
            sys.exit(f"formats_probe ended on {octets[:200]!r}")
        return self.process.stdout.read(struct.unpack(">I", head)[0])


def check(condition, what, *details):
    if not condition:
        print("FAILED:", what)
        for detail in details:
            print("  ", repr(detail)[:2000])
        sys.exit(1)
