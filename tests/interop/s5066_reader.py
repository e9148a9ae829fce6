"""Reads S_PRIMITIVEs and D_PDUs of STANAG 5066 Edition 3. Written from the reference for the tests in this
folder; it shares nothing with the program under test. Field names are those of the vectors."""


class Cursor:
    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def take(self, n):
        part = self.octets[self.at:self.at + n]
        assert len(part) == n, "cut short"
        self.at += n
        return part

    def number(self, n=1):
        return int.from_bytes(self.take(n), "big")

    def rest(self):
        return self.take(len(self.octets) - self.at)


def dotted(v):
    return ".".join(str(x) for x in (v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255))


def crc(octets, polynomial):
    """LSB first, register 0 at the start, no inversion (C.3.2.8, C.3.2.11)."""
    register = 0
    for octet in octets:
        register ^= octet
        for _ in range(8):
            register = register >> 1 ^ (polynomial if register & 1 else 0)
    return register


# --- Annex A
MODES = {0: "DEFAULT (use bind service type)", 1: "ARQ", 2: "non-ARQ", 3: "non-ARQ with errors"}


def delivery(bits):
    return {"transmission_mode": MODES.get(bits >> 8, f"reserved ({bits >> 8})"),
            "delivery_confirmation": ("none", "node", "client", "undefined (3)")[bits >> 6 & 3],
            "delivery_order": "as-they-arrive" if bits & 32 else "in-order", "extended": bits >> 4 & 1,
            "min_retransmissions": bits & 15}


def field_address(c, name):
    v = c.number(4)
    return {name: dotted(v & 0x1FFFFFFF), "address_size": v >> 29, "group": v >> 28 & 1}


def link(c):
    octet = c.number()
    return {"link_type": octet >> 6, "link_priority": octet >> 4 & 3, "remote_sap": octet & 15, **field_address(c, "address")}


def blocks(c):
    return [[c.number(2), c.number(2)] for _ in range(c.number(2))]


def read_body(kind, c):
    if kind == 1:
        octet, service = c.number(), c.number(2)
        return {"sap_id": octet >> 4, "rank": octet & 15, **delivery(service >> 4)}
    if kind == 3:
        return {"sap_id": c.number() >> 4, "mtu": c.number(2)}
    if kind in (4, 5):
        return {"reason": c.number()}
    if kind in (6, 12):
        return link(c)
    if kind == 7:
        return field_address(c, "address")
    if kind in (8, 11):
        return {"remote_status": c.number(), **link(c)}
    if kind in (9, 10, 13):
        return {"reason": c.number(), **link(c)}
    if kind == 14:
        return {"node_status": c.number(), "reason": c.number()}
    if kind in (18, 19):
        return {"msg_type": c.number(), "msg_body_hex": c.rest().hex()}
    if kind in (20, 24):
        octet = c.number()
        out = {"priority": octet >> 4, "dest_sap": octet & 15, **field_address(c, "dest")}
        bits = c.number(4)
        out.update(delivery(bits >> 20), ttl_field=bits & 0xFFFFF, size=c.number(2))
        return {**out, "u_pdu_hex": c.take(out["size"]).hex()}
    if kind in (21, 25):
        octet = c.number()
        out = {"priority": octet >> 4, "dest_sap": octet & 15, **field_address(c, "dest")}
        octet = c.number()
        source = field_address(c, "source")
        out.update(transmission_mode=MODES[octet >> 4], source_sap=octet & 15, source=source["source"],
                   source_address_size=source["address_size"], size=c.number(2))
        if octet >> 4 == 3:
            out.update(errored_blocks=blocks(c), non_received_blocks=blocks(c))
        return {**out, "u_pdu_hex": c.take(out["size"]).hex()}
    if kind in (22, 23, 26, 27):
        octet = c.number()
        out = {"dest_sap": octet & 15, **field_address(c, "dest"), "size": c.number(2)}
        if kind in (23, 27):
            out["reason"] = octet >> 4
        return {**out, "u_pdu_part_hex": c.take(out["size"]).hex()}
    return {}


def read_primitive(octets):
    assert octets[:3] == b"\x90\xeb\x00", "preamble"
    assert int.from_bytes(octets[3:5], "big") == len(octets) - 5, "size"
    c = Cursor(octets[6:])
    out = {"type": octets[5], **read_body(octets[5], c)}
    assert not c.rest(), "octets left"
    return out


# --- Annex C
def flags(octet, **bits):
    return {name: octet >> bit & 1 for name, bit in bits.items()}


def data_part(c):
    octet = c.number()
    out = flags(octet, start=7, end=6, in_order=5, drop=4, uwe=3, lwe=2)
    return {**out, "segment_size": (octet & 3) << 8 | c.number(), "fsn": c.number()}


def ack_part(c):
    return {"rx_lwe": c.number(), "selective_acks_hex": c.rest().hex()}


def type_part(kind, c):
    if kind == 0:
        return data_part(c)
    if kind in (1, 5):
        return ack_part(c)
    if kind == 2:
        return {**data_part(c), **ack_part(c)}
    if kind == 3:
        return {**flags(c.number(), full_reset=3, tx_win_rqst=2, rx_win_cmnd=1, ack=0), "new_rx_lwe": c.number(),
                "frame_id": c.number()}
    if kind == 4:
        octet = c.number()
        return {**flags(octet, start=7, end=6), "c_pdu_id": octet >> 2 & 15,
                "segment_size": (octet & 3) << 8 | c.number(), "fsn": c.number()}
    if kind == 6:
        out = {**flags(c.number(), extended=2, valid=1, ack=0), "frame_id": c.number()}
        return {**out, "extended_message_hex": c.rest().hex()} if out["extended"] else out
    if kind in (7, 8):
        octet = c.number()
        out = {**flags(octet, in_order=3, group=2), "segment_size": (octet & 3) << 8 | c.number()}
        return {**out, "c_pdu_id": octet >> 4 << 8 | c.number(), "c_pdu_size": c.number(2), "offset": c.number(2),
                "window": c.number(2)}
    assert kind == 15, f"type {kind}"
    octet = c.number()
    return {"received_type": octet >> 4, "reason": octet & 15}


def read_d_pdu(octets):
    assert octets[:2] == b"\x90\xeb", "sync"
    c = Cursor(octets[2:])
    first, contents, eot, sizes = c.take(4)
    m, h = sizes >> 5, sizes & 31
    both = c.number(m)
    part = Cursor(c.take(h - 6))
    kind = first >> 4
    fields = type_part(kind, part)
    assert not part.rest(), "header octets left"
    assert int.from_bytes(c.take(2), "little") == crc(octets[2:m + h], 0x9299), "CRC-16"
    group = fields.get("group", 0) << 28
    out = {"type": kind, "eow_type": first & 15, "eow": (first & 15) << 8 | contents, "eot": eot, "address_octets": m,
           "dest": dotted(both >> 4 * m | group), "source": dotted(both & (1 << 4 * m) - 1), **fields}
    if "segment_size" in fields:
        segment = c.take(fields["segment_size"])
        assert int.from_bytes(c.take(4), "little") == crc(segment, 0xF3A4E550), "CRC-32"
        out["segment_hex"] = segment.hex()
    assert not c.rest(), "octets left"
    return out
