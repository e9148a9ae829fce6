"""The TUN device of a network namespace, for the emulators that join such devices."""
import ctypes
import fcntl
import os
import struct

TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 1, 0x1000, 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def open_tun(namespace):
    home, there = os.open("/proc/self/ns/net", os.O_RDONLY), os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if LIBC.setns(there, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
        fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", b"tun0", IFF_TUN | IFF_NO_PI))
        return fd
    finally:
        LIBC.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(there)
