"""Coded P_MUL, written from docs/coded-p_mul.md and the layouts of ACP 142 alone: nothing here is taken from our code.

The sections named are those of the document.
"""
import random
import struct

DATA, ACK, ADDRESS, FEC_ADDRESS = 0x00, 0x01, 0x02, 0x08
EXTRA = 0x10
FEC_ID = 193


# ---- section 1: the field, its coefficients, and any k of n

class Field:
    def __init__(self):
        self.power, self.log = [0] * 0x1FFFE, [0] * 0x10000
        value = 1
        for i in range(0xFFFF):
            self.power[i] = self.power[i + 0xFFFF] = value
            self.log[value] = i
            value <<= 1
            if value > 0xFFFF:
                value ^= 0x1100B

    def multiply(self, a, b):
        return self.power[self.log[a] + self.log[b]] if a and b else 0

    def inverse(self, a):
        return self.power[0xFFFF - self.log[a]]

    def add_scaled(self, to, factor, words):
        """to += factor * words, in place."""
        if factor:
            by, power, log = self.log[factor], self.power, self.log
            for i, word in enumerate(words):
                if word:
                    to[i] ^= power[by + log[word]]


FIELD = Field()


def coefficient(row, column):
    assert 0 <= row < 0x8000 and 0 <= column < 0x8000
    return FIELD.inverse((0x8000 + row) ^ column)


def to_words(octets, size):
    octets = octets.ljust(size, b"\0")
    return list(struct.unpack(f">{size // 2}H", octets))


def to_octets(words):
    return struct.pack(f">{len(words)}H", *words)


def parity(sources, size, row):
    """The parity symbol of all k sources of a block."""
    total = [0] * (size // 2)
    for column, octets in enumerate(sources):
        FIELD.add_scaled(total, coefficient(row, column), to_words(octets, size))
    return to_octets(total)


def solve(k, size, sources, rows):
    """All k sources of a block, by elimination: sources {column: octets}, rows {row: octets}, k symbols in all."""
    unknown = [c for c in range(k) if c not in sources]
    equations = []
    for row, octets in list(rows.items())[:len(unknown)]:
        right = to_words(octets, size)
        for column, source in sources.items():
            FIELD.add_scaled(right, coefficient(row, column), to_words(source, size))
        equations.append(([coefficient(row, c) for c in unknown], right))
    for i in range(len(unknown)):
        pivot = next(e for e in range(i, len(equations)) if equations[e][0][i])
        equations[i], equations[pivot] = equations[pivot], equations[i]
        left, right = equations[i]
        scale = FIELD.inverse(left[i])
        left = [FIELD.multiply(scale, x) for x in left]
        right = [FIELD.multiply(scale, x) for x in right]
        equations[i] = (left, right)
        for e, (other_left, other_right) in enumerate(equations):
            if e != i and other_left[i]:
                factor = other_left[i]
                FIELD.add_scaled(other_left, factor, left)
                FIELD.add_scaled(other_right, factor, right)
    found = dict(sources)
    for i, column in enumerate(unknown):
        found[column] = to_octets(equations[i][1])
    return found


def crc64(octets):
    crc = 0xFFFFFFFFFFFFFFFF
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0xC96C5795D7870F42 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFFFFFFFFFF


# ---- sections 2 and 3: numbers, parameters

class Code:
    def __init__(self, total, octets, symbol, blocks, digest, first=0, last=0):
        self.total, self.octets, self.symbol, self.blocks, self.digest = total, octets, symbol, blocks, digest
        self.first, self.last = first, last

    @staticmethod
    def read(parameters, total):
        assert len(parameters) == 20, "parameters of another length"
        octets, symbol, blocks, digest, first, last = struct.unpack(">IHHQHH", parameters)
        assert total == -(-octets // symbol) and symbol % 2 == 0 and 1 <= blocks <= total
        return Code(total, octets, symbol, blocks, digest, first, last)

    def parameters(self, first=0, last=0):
        return struct.pack(">IHHQHH", self.octets, self.symbol, self.blocks, self.digest, first, last)

    def same_message(self, other):
        return self.parameters() == other.parameters() and self.total == other.total

    def k(self, block):
        return -(-(self.total - block) // self.blocks)

    def place(self, number):
        """(block, column or row) of a Data_PDU."""
        offset = number - 1 if number <= self.total else number - self.total - 1
        return offset % self.blocks, offset // self.blocks

    def source_number(self, block, column):
        return column * self.blocks + block + 1

    def parity_number(self, block, row):
        return self.total + 1 + row * self.blocks + block

    def size(self, number):
        return self.octets - (self.total - 1) * self.symbol if number == self.total else self.symbol


def code_of(message, symbol, blocks):
    return Code(-(-len(message) // symbol), len(message), symbol, blocks, crc64(message))


def sources_of(message, code, block):
    return [message[(n - 1) * code.symbol:n * code.symbol]
            for n in (code.source_number(block, c) for c in range(code.k(block)))]


def symbols_by_block(code, symbols):
    held = [{} for _ in range(code.blocks)]
    for number, octets in symbols.items():
        held[code.place(number)[0]][number] = octets
    return held


def decode(code, symbols, choose=None):
    """The message from {number: octets}, of which exactly k of each block are used; None when they are too few."""
    pieces = {}
    for block, held in enumerate(symbols_by_block(code, symbols)):
        k = code.k(block)
        if len(held) < k:
            return None
        taken = (choose or random).sample(sorted(held), k)
        sources = {code.place(n)[1]: held[n] for n in taken if n <= code.total}
        rows = {code.place(n)[1]: held[n] for n in taken if n > code.total}
        for column, octets in solve(k, code.symbol, sources, rows).items():
            number = code.source_number(block, column)
            assert octets[code.size(number):].strip(b"\0") == b"", "the padding of a source is zeros"
            pieces[number] = octets[:code.size(number)]
    message = b"".join(pieces[n] for n in range(1, code.total + 1))
    assert len(message) == code.octets
    return message if crc64(message) == code.digest else None


# ---- section 4: what an Ack in count form lists

def wanted(code, symbols):
    numbers = []
    for block, held in enumerate(symbols_by_block(code, symbols)):
        lacks = max(code.k(block) - len(held), 0)
        numbers += [code.source_number(block, column) for column in range(lacks)]
    return sorted(numbers)


# ---- the PDUs of ACP 142

class Pdu:
    pass


def internet_checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def seal(octets):
    octets = struct.pack(">H", len(octets)) + octets[2:6] + b"\0\0" + octets[8:]
    return octets[:6] + struct.pack(">H", internet_checksum(octets)) + octets[8:]


def read_pdu(octets):
    pdu = Pdu()
    length, pdu.priority, kind, word, checksum = struct.unpack(">HBBHH", octets[:8])
    assert length == len(octets) and internet_checksum(octets[:6] + b"\0\0" + octets[8:]) == checksum
    pdu.kind, pdu.word, pdu.map = kind & 0x2F, word, kind >> 6
    pdu.extra = bool(kind & EXTRA)
    if pdu.kind == ACK:
        pdu.sender, count = struct.unpack(">IH", octets[8:14])
        pdu.entries, at = [], 14
        for _ in range(count):
            size, source, message = struct.unpack(">HII", octets[at:at + 10])
            words = list(struct.unpack(f">{(size - 10) // 2}H", octets[at + 10:at + size]))
            missing = []
            while words:
                if len(words) > 2 and words[1] == 0:
                    missing += range(words[0], words[2] + 1)
                    words = words[3:]
                else:
                    missing.append(words.pop(0))
            pdu.entries.append((source, message, missing))
            at += size
        return pdu
    pdu.source, pdu.message = struct.unpack(">II", octets[8:16])
    if pdu.kind == DATA:
        pdu.octets = octets[16:]
        return pdu
    assert pdu.kind in (ADDRESS, FEC_ADDRESS), hex(kind)
    pdu.total, at = word, 20
    pdu.expiry = struct.unpack(">I", octets[16:20])[0]
    pdu.fec = None
    if pdu.kind == FEC_ADDRESS:
        size, pdu.fec_id = octets[20], octets[21]
        pdu.fec = octets[22:22 + size]
        at = 22 + size
    count, reserved = struct.unpack(">HH", octets[at:at + 4])
    at += 4
    pdu.destinations = [struct.unpack(">II", octets[i:i + 8]) for i in range(at, len(octets), 8 + reserved)]
    assert len(pdu.destinations) == count
    return pdu


def address_pdu(source, message, total, expiry, destinations, parameters=None, extra=False, priority=6):
    kind = (ADDRESS if parameters is None else FEC_ADDRESS) | (EXTRA if extra else 0)
    octets = struct.pack(">HBBHHIII", 0, priority, kind, total, 0, source, message, expiry)
    if parameters is not None:
        octets += struct.pack(">BB", len(parameters), FEC_ID) + parameters
    octets += struct.pack(">HH", len(destinations), 0)
    return seal(octets + b"".join(struct.pack(">II", *d) for d in destinations))


def data_pdu(source, message, number, fragment, priority=6):
    return seal(struct.pack(">HBBHHII", 0, priority, DATA, number, 0, source, message) + fragment)
