"""Reads a capture of raw IPv4 packets with P_MUL in them: who put how many octets on the air for
which message. Written from the PDU tables of ACP 142, sharing nothing with the program."""
import collections
import socket
import struct

DATA, ACK, ADDRESS, DISCARD, EXTRA_ADDRESS = 0x00, 0x01, 0x02, 0x03, 0x12

Packet = collections.namedtuple("Packet", "time source destination octets kind messages")
# messages: (source id, message id) pairs the packet is about; for an Ack with the numbers it misses.


def dotted(number):
    return socket.inet_ntoa(struct.pack("!I", number))


def ack_entries(pdu):
    """[(source id, message id, missing words)] of an Ack_PDU."""
    at, entries = 14, []
    for _ in range(struct.unpack("!H", pdu[12:14])[0]):
        length, source, message = struct.unpack("!HII", pdu[at:at + 10])
        entries.append((dotted(source), message, pdu[at + 10:at + length]))
        at += length
    return entries


def parse(time, packet):
    source, destination = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
    kind, messages = None, []
    header = 4 * (packet[0] & 15)
    if packet[0] >> 4 == 4 and packet[9] == 17 and len(packet) >= header + 8 + 8:
        pdu = packet[header + 8:]
        kind = pdu[3] & 0x3F
        if kind == ACK:
            messages = ack_entries(pdu)
        elif kind in (DATA, ADDRESS, DISCARD, EXTRA_ADDRESS) and len(pdu) >= 16:
            messages = [(dotted(struct.unpack("!I", pdu[8:12])[0]), struct.unpack("!I", pdu[12:16])[0], b"")]
    return Packet(time, source, destination, len(packet), kind, messages)


def read(path):
    """Every complete packet of a capture, also of one that is still being written."""
    packets = []
    with open(path, "rb") as f:
        f.read(24)
        while len(head := f.read(16)) == 16:
            seconds, micro, length, _ = struct.unpack("<IIII", head)
            octets = f.read(length)
            if len(octets) < length:
                break
            packets.append(parse(seconds + micro / 1e6, octets))
    return packets


def octets_by_message(packets):
    """(source id, message id) -> [octets forward, octets of acknowledgements]; an Ack about several
    messages is shared evenly among them."""
    out = collections.defaultdict(lambda: [0.0, 0.0])
    for p in packets:
        for source, message, _ in p.messages:
            out[source, message][1 if p.kind == ACK else 0] += p.octets / len(p.messages)
    return out
