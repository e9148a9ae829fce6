"""A client of the STANAG 5066 subnetwork interface (Annex A over TCP), written from the reference for
the tests in this folder. It shares nothing with the program under test."""
import socket
import struct
import time

NAMES = {1: "BIND_REQUEST", 2: "UNBIND_REQUEST", 3: "BIND_ACCEPTED", 4: "BIND_REJECTED", 5: "UNBIND_INDICATION",
         6: "HARD_LINK_ESTABLISH", 7: "HARD_LINK_TERMINATE", 8: "HARD_LINK_ESTABLISHED", 9: "HARD_LINK_REJECTED",
         10: "HARD_LINK_TERMINATED", 11: "HARD_LINK_INDICATION", 12: "HARD_LINK_ACCEPT", 13: "HARD_LINK_REJECT",
         14: "SUBNET_AVAILABILITY", 15: "DATA_FLOW_ON", 16: "DATA_FLOW_OFF", 17: "KEEP_ALIVE",
         20: "UNIDATA_REQUEST", 21: "UNIDATA_INDICATION", 22: "UNIDATA_CONFIRM", 23: "UNIDATA_REJECTED",
         24: "EXPEDITED_REQUEST", 25: "EXPEDITED_INDICATION", 26: "EXPEDITED_CONFIRM", 27: "EXPEDITED_REJECTED"}
ARQ, NON_ARQ, NON_ARQ_ERRORS = 1, 2, 3
NONE, NODE, CLIENT = 0, 1, 2


def address(dotted):
    """The 32-bit field of A.2.2.28.1: size 7, group bit, 28 bits."""
    a, b, c, d = (int(x) for x in dotted.split("."))
    return struct.pack(">I", 7 << 29 | a << 24 | b << 16 | c << 8 | d)


def dotted(field):
    v = struct.unpack(">I", field)[0] & 0x1FFFFFFF
    return ".".join(str(x) for x in (v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255))


def mode_bits(mode, confirm=NONE, as_they_arrive=False, repeats=0):
    return mode << 8 | confirm << 6 | as_they_arrive << 5 | repeats


def frame(kind, body=b""):
    return b"\x90\xeb\x00" + struct.pack(">HB", 1 + len(body), kind) + body


class Closed(Exception):
    pass


class Client:
    """One connection, one SAP. receive() gives (name, fields) of the next primitive."""

    def __init__(self, host, port, timeout=30):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.buffer = b""
        self.flow = True

    def close(self):
        self.socket.close()

    def send(self, kind, body=b""):
        self.socket.sendall(frame(kind, body))

    def raw(self, octets):
        self.socket.sendall(octets)

    def bind(self, sap, mode, confirm=NONE, rank=0, as_they_arrive=False, repeats=0):
        bits = mode_bits(mode, confirm, as_they_arrive, repeats)
        self.send(1, bytes([sap << 4 | rank, bits >> 4, (bits & 15) << 4]))
        return self.expect("BIND_ACCEPTED")

    def unidata(self, dest, sap, u_pdu, priority=0, mode=None, ttl=0, expedited=False):
        """mode: of mode_bits(); None: what was bound. ttl in units of 2 s."""
        bits = mode or 0
        low = (bits & 15) << 20 | ttl
        self.send(24 if expedited else 20, bytes([priority << 4 | sap]) + address(dest) + bytes([bits >> 4]) +
                  struct.pack(">I", low)[1:] + struct.pack(">H", len(u_pdu)) + u_pdu)

    def receive(self, timeout=30):
        end = time.monotonic() + timeout
        while True:
            if len(self.buffer) >= 5:
                assert self.buffer[:3] == b"\x90\xeb\x00", f"bad preamble {self.buffer[:8].hex()}"
                size = struct.unpack(">H", self.buffer[3:5])[0]
                if len(self.buffer) >= 5 + size:
                    body, self.buffer = self.buffer[5:5 + size], self.buffer[5 + size:]
                    return self.parse(body)
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("no primitive came")
            self.socket.settimeout(left)
            try:
                more = self.socket.recv(65536)
            except socket.timeout:
                raise TimeoutError("no primitive came") from None
            if not more:
                raise Closed("the server closed the connection")
            self.buffer += more

    def parse(self, body):
        kind, b = body[0], body[1:]
        name = NAMES[kind]
        if name == "BIND_ACCEPTED":
            return name, {"sap": b[0] >> 4, "mtu": struct.unpack(">H", b[1:3])[0]}
        if name in ("BIND_REJECTED", "UNBIND_INDICATION"):
            return name, {"reason": b[0]}
        if name == "SUBNET_AVAILABILITY":
            return name, {"status": b[0], "reason": b[1]}
        if name in ("DATA_FLOW_ON", "DATA_FLOW_OFF"):
            self.flow = name == "DATA_FLOW_ON"
            return name, {}
        if name == "KEEP_ALIVE":
            return name, {}
        if kind in (8, 9, 10, 11, 13):
            return name, {"code": b[0], "type": b[1] >> 6, "priority": b[1] >> 4 & 3, "sap": b[1] & 15,
                          "address": dotted(b[2:6])}
        if kind in (21, 25):
            mode, size = b[5] >> 4, struct.unpack(">H", b[10:12])[0]
            at = 12
            if mode == NON_ARQ_ERRORS:
                for _ in range(2):
                    at += 2 + 4 * struct.unpack(">H", b[at:at + 2])[0]
            assert len(b) == at + size, f"indication of {len(b)} octets, {at} + {size} expected"
            return name, {"priority": b[0] >> 4, "dest_sap": b[0] & 15, "dest": dotted(b[1:5]), "mode": mode,
                          "source_sap": b[5] & 15, "source": dotted(b[6:10]), "u_pdu": b[at:]}
        if kind in (22, 23, 26, 27):
            size = struct.unpack(">H", b[5:7])[0]
            assert len(b) == 7 + size
            return name, {"reason": b[0] >> 4, "sap": b[0] & 15, "dest": dotted(b[1:5]), "part": b[7:]}
        raise AssertionError(f"a server must not send {name}")

    def expect(self, wanted, timeout=30):
        """Skips what tells of the subnet only; the next primitive besides must be `wanted`."""
        end = time.monotonic() + timeout
        while True:
            name, fields = self.receive(max(0.01, end - time.monotonic()))
            if name == wanted:
                return fields
            assert name in ("SUBNET_AVAILABILITY", "DATA_FLOW_ON", "DATA_FLOW_OFF", "KEEP_ALIVE"), (
                f"{name} {fields} came, not {wanted}")
