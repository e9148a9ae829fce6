"""A second reader and writer of X.411 P1 and P772, which shares nothing with the program but the names of its JSON.

The types below are tables of tags, written from the standards' definitions; reading and writing follow from them.
The writer uses all the freedom BER gives: indefinite and overlong lengths, strings in segments, SETs in any order.
"""
import datetime
import random
import re

UNIVERSAL, APPLICATION, CONTEXT = 0, 1, 2
STRINGS = {"numeric": 18, "printable": 19, "teletex": 20, "ia5": 22, "general": 27}


class Wrong(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Wrong(what)


# --- BER ------------------------------------------------------------------------------------------------------------

class Element:
    """One element: tag as (class, number), and either octets or children."""

    def __init__(self, octets, at=0, end=None):
        end = len(octets) if end is None else end
        start = at
        need(at < end, "an identifier octet")
        first = octets[at]
        at += 1
        number = first & 0x1F
        if number == 0x1F:
            number = 0
            while True:
                number = number << 7 | octets[at] & 0x7F
                at += 1
                if octets[at - 1] < 0x80:
                    break
        self.tag, self.constructed = (first >> 6, number), bool(first & 0x20)
        length = octets[at]
        at += 1
        indefinite = length == 0x80
        if length > 0x80:
            count = length & 0x7F
            length = int.from_bytes(octets[at:at + count], "big")
            at += count
        self.children, self.octets = [], b""
        if indefinite:
            need(self.constructed, "indefinite lengths are of constructed elements")
            while octets[at:at + 2] != b"\0\0":
                self.children.append(Element(octets, at, end))
                at = self.children[-1].end
            at += 2
        else:
            stop = at + length
            need(stop <= end, "an element within its parent")
            if self.constructed:
                while at < stop:
                    self.children.append(Element(octets, at, stop))
                    at = self.children[-1].end
            else:
                self.octets = octets[at:stop]
            at = stop
        self.end, self.raw = at, octets[start:at]

    def joined(self):
        if not self.constructed:
            return self.octets
        need(all(c.tag == (UNIVERSAL, 4) for c in self.children), "segments are OCTET STRINGs")
        return b"".join(c.joined() for c in self.children)


def only(octets):
    element = Element(octets)
    need(element.end == len(octets), "nothing behind the element")
    return element


class Writer:
    """odd = 0: definite, shortest lengths, the order of the definition; else the chance of each liberty."""

    def __init__(self, seed=0, odd=0.0):
        self.rng, self.odd = random.Random(seed), odd

    def chance(self):
        return self.rng.random() < self.odd

    def length(self, n):
        if self.chance():
            return bytes([0x80 | 5]) + n.to_bytes(5, "big")
        if n < 0x80:
            return bytes([n])
        octets = n.to_bytes((n.bit_length() + 7) // 8, "big")
        return bytes([0x80 | len(octets)]) + octets

    def element(self, tag, constructed, content):
        head = tag[0] << 6 | (0x20 if constructed else 0)
        if tag[1] < 31:
            head = bytes([head | tag[1]])
        else:
            groups = [tag[1] & 0x7F]
            while tag[1] >> 7 * len(groups):
                groups.insert(0, tag[1] >> 7 * len(groups) & 0x7F | 0x80)
            head = bytes([head | 0x1F, *groups])
        if constructed and self.chance():
            return head + b"\x80" + content + b"\0\0"
        return head + self.length(len(content)) + content

    def string(self, tag, octets):
        if not self.chance():
            return self.element(tag, False, octets)
        cut = self.rng.randrange(len(octets) + 1)
        return self.element(tag, True, self.string((UNIVERSAL, 4), octets[:cut]) +
                            self.string((UNIVERSAL, 4), octets[cut:]))


# --- types ----------------------------------------------------------------------------------------------------------
# Each has `tag` (universal), read(element) -> value and write(writer, value, tag) -> octets.

def int_octets(value):
    return value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True)


class Int:
    def __init__(self, number=2, names=None):
        self.tag, self.names = (UNIVERSAL, number), names

    def read(self, e):
        need(not e.constructed and e.octets, "an INTEGER")
        value = int.from_bytes(e.octets, "big", signed=True)
        return self.names[value] if self.names else value

    def write(self, w, value, tag=None):
        return w.element(tag or self.tag, False, int_octets(self.names.index(value) if self.names else value))


class Bool:
    tag = (UNIVERSAL, 1)

    def read(self, e):
        need(not e.constructed and len(e.octets) == 1, "a BOOLEAN")
        return e.octets != b"\0"

    def write(self, w, value, tag=None):
        return w.element(tag or self.tag, False, bytes([w.rng.randrange(1, 256) if value else 0]))


class Str:
    def __init__(self, kind="printable", coding="ascii"):
        self.tag, self.coding = (UNIVERSAL, STRINGS[kind]), coding

    def read(self, e):
        return e.joined().decode(self.coding)

    def write(self, w, value, tag=None):
        return w.string(tag or self.tag, value.encode(self.coding))


class Octets:
    tag = (UNIVERSAL, 4)

    def read(self, e):
        return e.joined().hex()

    def write(self, w, value, tag=None):
        return w.string(tag or self.tag, bytes.fromhex(value))


class Bits:
    """names: one a bit; or None for their numbers."""
    tag = (UNIVERSAL, 3)

    def __init__(self, names=None, size=None):
        self.names, self.size = names, size

    def octets(self, e):
        if not e.constructed:
            need(e.octets and e.octets[0] < 8, "a BIT STRING")
            return e.octets[1:]
        return b"".join(self.octets(c) for c in e.children)

    def read(self, e):
        octets = self.octets(e)
        found = [i for i in range(8 * len(octets)) if octets[i // 8] >> (7 - i % 8) & 1]
        return [self.names[i] for i in found] if self.names else found

    def write(self, w, value, tag=None):
        numbers = [self.names.index(v) if self.names else v for v in value]
        size = self.size or max(numbers, default=-1) + 1
        if w.chance():
            size += w.rng.randrange(4)
        number = sum(1 << (size - 1 - n) for n in numbers)
        unused = -size % 8
        octets = (number << unused).to_bytes((size + 7) // 8, "big")
        if len(octets) > 1 and w.chance():
            parts = self.primitive(w, 0, octets[:1]) + self.primitive(w, unused, octets[1:])
            return w.element(tag or self.tag, True, parts)
        return self.primitive(w, unused, octets, tag)

    def primitive(self, w, unused, octets, tag=None):
        return w.element(tag or self.tag, False, bytes([unused]) + octets)


class RawBits:
    """A BIT STRING as the hex of its octets."""
    tag = (UNIVERSAL, 3)

    def read(self, e):
        return Bits().octets(e).hex()

    def write(self, w, value, tag=None):
        return w.element(tag or self.tag, False, b"\0" + bytes.fromhex(value))


class Time:
    tag = (UNIVERSAL, 23)

    def read(self, e):
        match = re.fullmatch(r"(\d{10})(\d\d)?(Z|[+-]\d{4})", e.joined().decode())
        need(match, "a UTCTime")
        year = int(match[1][:2])
        t = datetime.datetime.strptime(f"{1900 + year if year >= 80 else 2000 + year}{match[1][2:]}{match[2] or '00'}",
                                       "%Y%m%d%H%M%S")
        if match[3] != "Z":
            east = datetime.timedelta(hours=int(match[3][1:3]), minutes=int(match[3][3:]))
            t = t - east if match[3][0] == "+" else t + east
        return t.strftime("%Y-%m-%dT%H:%M:%SZ")

    def write(self, w, value, tag=None):
        t = datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
        zone = "Z"
        if w.chance():
            minutes = w.rng.randrange(-12 * 60, 12 * 60)
            t += datetime.timedelta(minutes=minutes)
            zone = "%s%02d%02d" % ("-" if minutes < 0 else "+", *divmod(abs(minutes), 60))
        text = t.strftime("%y%m%d%H%M%S")
        if text.endswith("00") and w.chance():
            text = text[:-2]
        return w.string(tag or self.tag, (text + zone).encode())


class Oid:
    tag = (UNIVERSAL, 6)

    def read(self, e):
        need(not e.constructed and e.octets and e.octets[-1] < 0x80, "an OBJECT IDENTIFIER")
        arcs, arc = [], 0
        for octet in e.octets:
            arc = arc << 7 | octet & 0x7F
            if octet < 0x80:
                arcs.append(arc)
                arc = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, [first, arcs[0] - 40 * first] + arcs[1:]))

    def write(self, w, value, tag=None):
        arcs = [int(a) for a in value.split(".")]
        octets = b""
        for arc in [arcs[0] * 40 + arcs[1]] + arcs[2:]:
            groups = [arc & 0x7F]
            while arc >> 7:
                arc >>= 7
                groups.insert(0, arc & 0x7F | 0x80)
            octets += bytes(groups)
        return w.element(tag or self.tag, False, octets)


class Any:
    """Hex of the whole element. tag None: any; else only elements of that tag."""

    def __init__(self, tag=None):
        self.tag = tag

    def read(self, e):
        return e.raw.hex()

    def write(self, w, value, tag=None):
        return bytes.fromhex(value)


class List:
    def __init__(self, of, number=16):
        self.of, self.tag = of, (UNIVERSAL, number)

    def read(self, e):
        need(e.constructed, "a list")
        tags = tags_of(self.of)
        for c in e.children:
            need(tags is None or c.tag in tags, f"a member of the list: {c.tag}")
        return [self.of.read(c) for c in e.children]

    def write(self, w, value, tag=None):
        return w.element(tag or self.tag, True, b"".join(self.of.write(w, v) for v in value))


class Explicit:
    def __init__(self, of):
        self.of = of

    def read(self, e):
        need(e.constructed and len(e.children) == 1, "one element under an explicit tag")
        return self.of.read(e.children[0])

    def write(self, w, value, tag):
        return w.element(tag, True, self.of.write(w, value))


class Choice:
    """Alternatives by tag; `member`: the view is {name: value}, else the bare value."""

    def __init__(self, *alternatives, member=False):
        self.alternatives, self.member = alternatives, member
        self.tag = None

    def tags(self):
        return [tag or type_.tag for _, tag, type_ in self.alternatives]

    def read(self, e):
        for name, tag, type_ in self.alternatives:
            if e.tag == (tag or type_.tag):
                return {name: type_.read(e)} if self.member else type_.read(e)
        raise Wrong(f"an alternative for {e.tag}")

    def write(self, w, value, tag=None):
        for name, own, type_ in self.alternatives:
            if not self.member or name in value:
                return type_.write(w, value[name] if self.member else value, own)
        raise Wrong("an alternative")


class NumOrPrint(Choice):
    def __init__(self):
        super().__init__(("n", None, Str("numeric")), ("p", None, Str()))

    def write(self, w, value, tag=None):
        numeric = value.isdigit() and not w.chance()
        return Str("numeric" if numeric else "printable").write(w, value)


def tags_of(type_):
    if isinstance(type_, Choice):
        return type_.tags()
    return None if type_.tag is None else [type_.tag]


REQUIRED, OPTIONAL = object(), object()


class Field:
    """tag None: that of the type. default: REQUIRED, OPTIONAL (left out, also when empty), or a value always shown."""

    def __init__(self, name, tag, type_, default=OPTIONAL):
        self.name, self.type, self.default = name, type_, default
        self.own = tag
        self.tags = [tag] if tag else tags_of(type_)


class Record:
    """SEQUENCE or SET. unknown: the name under which elements of other tags are kept."""

    def __init__(self, number, *fields, unknown=None):
        self.tag, self.fields, self.unknown = (UNIVERSAL, number), fields, unknown

    def read(self, e):
        need(e.constructed, "a SET or SEQUENCE")
        out, left = {}, list(e.children)
        for field in self.fields:
            found = [c for c in left if field.tags is None or c.tag in field.tags]
            if field.tags is None:
                found = found[:1]
            need(len(found) <= 1, f"{field.name} once")
            if found:
                left.remove(found[0])
                value = field.type.read(found[0])
                if field.default is not OPTIONAL or value not in ("", [], {}):
                    out[field.name] = value
            else:
                need(field.default is not REQUIRED, f"{field.name} in {sorted(out)}")
                if field.default is not OPTIONAL:
                    out[field.name] = field.default
        need(self.unknown or not left, f"a place for {[c.tag for c in left]}")
        if left:
            out[self.unknown] = [c.raw.hex() for c in left]
        return out

    def write(self, w, value, tag=None):
        members = []
        for field in self.fields:
            given = value.get(field.name)
            if given is None or (field.default not in (REQUIRED, OPTIONAL) and given == field.default and not w.chance()):
                continue
            members.append(field.type.write(w, given, field.own) if field.own else field.type.write(w, given))
        if self.tag[1] == 17 and w.odd:
            w.rng.shuffle(members)
        members += [bytes.fromhex(u) for u in value.get(self.unknown, [])] if self.unknown else []
        return w.element(tag or self.tag, True, b"".join(members))


def sequence(*fields, **more):
    return Record(16, *fields, **more)


def set_(*fields, **more):
    return Record(17, *fields, **more)


def c(number):
    return (CONTEXT, number)


def a(number):
    return (APPLICATION, number)


class View:
    """A type whose view differs from its record: `out` makes the view, `back` the record again."""

    def __init__(self, of, out, back):
        self.of, self.out, self.back, self.tag = of, out, back, of.tag

    def read(self, e):
        return self.out(self.of.read(e))

    def write(self, w, value, tag=None):
        return self.of.write(w, self.back(w, value), tag)


# --- names of things ------------------------------------------------------------------------------------------------

PERSON = set_(Field("surname", c(0), Str()), Field("given_name", c(1), Str()), Field("initials", c(2), Str()),
              Field("generation_qualifier", c(3), Str()))
STANDARD = sequence(
    Field("country_name", a(1), Explicit(NumOrPrint())), Field("administration_domain_name", a(2), Explicit(NumOrPrint())),
    Field("network_address", c(0), Str()), Field("terminal_identifier", c(1), Str()),
    Field("private_domain_name", c(2), Explicit(NumOrPrint())), Field("organization_name", c(3), Str()),
    Field("numeric_user_identifier", c(4), Str()), Field("personal_name", c(5), PERSON),
    Field("organizational_unit_names", c(6), List(Str())))
DOMAIN_DEFINED = List(View(List(Str()), lambda v: {"type": v[0], "value": v[1]}, lambda w, v: [v["type"], v["value"]]))
ATTRIBUTE = sequence(Field("type", c(0), Int(), REQUIRED), Field("value", c(1), Explicit(Any()), REQUIRED))
COMMON_NAME, TELETEX_COMMON_NAME = 1, 2


def quoted(text):
    out = ""
    for character in text:
        if not " " <= character <= "~" or character in "{}":
            out += "{%03d}" % ord(character)
        else:
            out += "$" + character if character in "/=;$*" else character
    return out


def name_text(name):
    """RFC 2156 4.1: most significant right."""
    pairs = [("DD." + quoted(d["type"]), quoted(d["value"])) for d in reversed(name.get("domain_defined_attributes", []))]
    common = quoted(name.get("common_name", ""))
    for attribute in name.get("extension_attributes", []):
        need(attribute["type"] == TELETEX_COMMON_NAME, "an attribute this reader has text for")
        common += "*" + quoted(bytes.fromhex(attribute["value"])[2:].decode("latin-1"))
    person = name.get("personal_name", {})
    pairs += [("CN", common), ("G", quoted(person.get("given_name", ""))), ("I", quoted(person.get("initials", ""))),
              ("S", quoted(person.get("surname", ""))), ("GQ", quoted(person.get("generation_qualifier", ""))),
              ("UA-ID", quoted(name.get("numeric_user_identifier", ""))),
              ("T-ID", quoted(name.get("terminal_identifier", ""))), ("X121", quoted(name.get("network_address", "")))]
    pairs += [("OU", quoted(unit)) for unit in reversed(name.get("organizational_unit_names", []))]
    pairs += [("O", quoted(name.get("organization_name", ""))), ("PRMD", quoted(name.get("private_domain_name", ""))),
              ("ADMD", quoted(name.get("administration_domain_name", ""))), ("C", quoted(name.get("country_name", "")))]
    return "".join(f"/{key}={value}" for key, value in pairs if value) + "/"


class OrName:
    tag = a(0)

    def read(self, e):
        parts = list(e.children)
        need(parts and parts[0].tag == (UNIVERSAL, 16), "standard attributes")
        out = STANDARD.read(parts.pop(0))
        if parts and parts[0].tag == (UNIVERSAL, 16):
            out["domain_defined_attributes"] = DOMAIN_DEFINED.read(parts.pop(0))
        if parts and parts[0].tag == (UNIVERSAL, 17):
            for attribute in List(ATTRIBUTE).read(parts.pop(0)):
                if attribute["type"] == COMMON_NAME:
                    out["common_name"] = Str().read(only(bytes.fromhex(attribute["value"])))
                else:
                    out.setdefault("extension_attributes", []).append(attribute)
        if parts and parts[0].tag == c(0):
            out["directory_name"] = parts.pop(0).raw.hex()
        need(not parts, "nothing more in an O/R name")
        out["text"] = name_text(out)
        return out

    def write(self, w, value, tag=None):
        out = STANDARD.write(w, value)
        if "domain_defined_attributes" in value:
            out += DOMAIN_DEFINED.write(w, value["domain_defined_attributes"])
        attributes = list(value.get("extension_attributes", []))
        if "common_name" in value:
            common = Str().write(w, value["common_name"]).hex()
            attributes.insert(w.rng.randrange(len(attributes) + 1), {"type": COMMON_NAME, "value": common})
        if attributes:
            out += List(ATTRIBUTE, 17).write(w, attributes)
        return w.element(tag or self.tag, True, out + bytes.fromhex(value.get("directory_name", "")))


NAME = OrName()
DOMAIN = Record(16, Field("country_name", a(1), Explicit(NumOrPrint()), REQUIRED),
                Field("administration_domain_name", a(2), Explicit(NumOrPrint()), REQUIRED),
                Field("private_domain_identifier", None, NumOrPrint()))
DOMAIN.tag = a(3)


def id_text(value):
    domain = value["global_domain_identifier"]
    text = name_text({"country_name": domain["country_name"],
                      "administration_domain_name": domain["administration_domain_name"],
                      "private_domain_name": domain.get("private_domain_identifier", "")})
    return f"[{text};{value['local_identifier']}]"


MTS_ID = sequence(Field("global_domain_identifier", None, DOMAIN, REQUIRED),
                  Field("local_identifier", None, Str("ia5"), REQUIRED))
MTS_ID.tag = a(4)
MTS_ID = View(MTS_ID, lambda v: {"text": id_text(v), **v}, lambda w, v: v)
LABEL = set_(Field("security_policy_identifier", None, Oid()), Field("security_classification", None, Int()),
             Field("privacy_mark", None, Str()),
             Field("security_categories", None, List(sequence(Field("type", c(0), Oid(), REQUIRED),
                                                              Field("value", c(1), Explicit(Any()), REQUIRED)), 17)))

# --- P1 -------------------------------------------------------------------------------------------------------------

EITS = set_(Field("built_in_encoded_information_types", c(0), Bits(), []),
            Field("extended_encoded_information_types", c(4), List(Oid(), 17)), unknown="unknown")
EITS.tag = a(5)
QUALIFIER = "1.3.26.0.4406.0.8.0"
EXTENSIONS = {
    1: "recipient-reassignment-prohibited", 2: "originator-requested-alternate-recipient", 3: "dl-expansion-prohibited",
    4: "conversion-with-loss-prohibited", 5: "latest-delivery-time", 13: "originator-return-address",
    15: "originator-certificate", 16: "message-token", 17: "content-confidentiality-algorithm",
    18: "content-integrity-check", 19: "message-origin-authentication-check", 20: "message-security-label",
    22: "proof-of-delivery-request", 23: "content-correlator", 25: "redirection-history", 26: "dl-expansion-history",
    29: "proof-of-delivery", 30: "originator-and-dl-expansion-history", 31: "reporting-dl-name",
    33: "report-origin-authentication-check", 38: "internal-trace", 39: "reporting-MTA-name",
    41: "blind-copy-recipients", 42: "dl-exempted-recipients", QUALIFIER: "priority-level-qualifier"}


def extension_view(v):
    if v["type"] in EXTENSIONS:
        v["name"] = EXTENSIONS[v["type"]]
    if v["type"] == 20:
        v["security_label"] = LABEL.read(only(bytes.fromhex(v["value"])))
    return v


class ExtensionType(Choice):
    def __init__(self):
        super().__init__(("standard", c(0), Int()), ("private", c(3), Oid()))

    def write(self, w, value, tag=None):
        return Int().write(w, value, c(0)) if isinstance(value, int) else Oid().write(w, value, c(3))


EXTENSION = View(sequence(Field("type", None, ExtensionType(), REQUIRED),
                          Field("criticality", c(1), Bits(["submission", "transfer", "delivery", "3", "4", "5", "6"])),
                          Field("value", c(2), Explicit(Any()))), extension_view, lambda w, v: v)
TRACE = List(sequence(
    Field("global_domain_identifier", None, DOMAIN, REQUIRED),
    Field("domain_supplied_information", None, set_(
        Field("arrival_time", c(0), Time(), REQUIRED),
        Field("routing_action", c(2), Int(names=["relayed", "rerouted"]), REQUIRED),
        Field("attempted_domain", None, DOMAIN), Field("deferred_time", c(1), Time()),
        Field("converted_encoded_information_types", None, EITS),
        Field("other_actions", c(3), Bits(["redirected", "dl-operation", "2", "3", "4", "5"]))), REQUIRED)))
TRACE.tag = a(9)
RECIPIENT_BITS = Bits(["responsibility", "originating-MTA-report", "originating-MTA-non-delivery-report",
                       "originator-report", "originator-non-delivery-report", "5", "6", "7", "8", "9", "10"], 8)
MESSAGE_BITS = Bits(["disclosure-of-other-recipients", "implicit-conversion-prohibited", "alternate-recipient-allowed",
                     "content-return-request", "4", "5", "6", "service-message", "8", "9", "10", "11"], 8)
RECIPIENT = set_(Field("recipient_name", None, NAME, REQUIRED),
                 Field("originally_specified_recipient_number", c(0), Int(), REQUIRED),
                 Field("per_recipient_indicators", c(1), RECIPIENT_BITS, REQUIRED),
                 Field("explicit_conversion", c(2), Int()), Field("extensions", c(3), List(EXTENSION, 17)))


class ContentType(Choice):
    def __init__(self):
        super().__init__(("builtin", a(6), Int()), ("extended", None, Oid()))

    def write(self, w, value, tag=None):
        return Int().write(w, value, a(6)) if isinstance(value, int) else Oid().write(w, value)


ENVELOPE = [
    Field("message_identifier", None, MTS_ID, REQUIRED), Field("originator_name", None, NAME, REQUIRED),
    Field("original_encoded_information_types", None, EITS), Field("content_type", None, ContentType(), REQUIRED),
    Field("content_identifier", a(10), Str()),
    Field("priority", a(7), Int(names=["normal", "non-urgent", "urgent"]), "normal"),
    Field("per_message_indicators", a(8), MESSAGE_BITS),
    Field("per_domain_bilateral_information", c(1), List(Any())), Field("trace_information", None, TRACE, REQUIRED),
    Field("extensions", c(3), List(EXTENSION, 17)), Field("per_recipient_fields", c(2), List(RECIPIENT), REQUIRED)]
PRECEDENCES = {"urgent": ("flash", "override"), "normal": ("priority", "immediate"),
               "non-urgent": ("deferred", "routine")}


def envelope_view(v):
    high = any(x["type"] == QUALIFIER and x.get("value", "")[-2:] == "01" for x in v.get("extensions", []))
    v["precedence"] = PRECEDENCES[v["priority"]][high]
    return v


MESSAGE_ENVELOPE = View(set_(*ENVELOPE, Field("deferred_delivery_time", c(0), Time()), unknown="unknown"),
                        envelope_view, lambda w, v: v)
PROBE = View(set_(*ENVELOPE, Field("content_length", c(0), Int()), unknown="unknown"), envelope_view, lambda w, v: v)
IPMS_TYPES = (2, 22, "1.3.26.0.4406.0.4.1")


class Message:
    tag = c(0)

    def read(self, e):
        need(len(e.children) == 2 and e.children[1].tag == (UNIVERSAL, 4), "envelope and content")
        out = MESSAGE_ENVELOPE.read(e.children[0])
        content = e.children[1].joined()
        out["content"] = content.hex()
        if out["content_type"] in IPMS_TYPES:
            try:
                from x400_p772 import read_p772  # which is made of this module's types
                out["ipms"] = read_p772(content)
            except (Wrong, IndexError, UnicodeDecodeError, ValueError):
                out["ipms"] = None  # random octets; what is wrong with them is for the other reader to say
        return out

    def write(self, w, value, tag=None):
        return w.element(self.tag, True, MESSAGE_ENVELOPE.write(w, value) +
                         w.string((UNIVERSAL, 4), bytes.fromhex(value["content"])))


REASONS = ["transfer-failure", "unable-to-transfer", "conversion-not-performed", "physical-rendition-not-performed",
           "physical-delivery-not-performed", "restricted-delivery", "directory-operation-unsuccessful",
           "deferred-delivery-not-performed", "transfer-failure-for-security-reason"]
DIAGNOSTICS = {
    0: "unrecognised-OR-name", 1: "ambiguous-OR-name", 2: "mts-congestion", 3: "loop-detected",
    4: "recipient-unavailable", 5: "maximum-time-expired", 6: "encoded-information-types-unsupported",
    7: "content-too-long", 11: "invalid-arguments", 12: "content-syntax-error", 13: "size-constraint-violation",
    14: "protocol-violation", 15: "content-type-not-supported", 16: "too-many-recipients", 17: "no-bilateral-agreement",
    18: "unsupported-critical-function", 26: "recipient-reassignment-prohibited", 28: "dl-expansion-prohibited",
    46: "secure-messaging-error", 48: "unable-to-complete-transfer", 49: "transfer-attempts-limit-reached",
    53: "security-policy-violation", 62: "decryption-failed", 68: "invalid-security-label",
    76: "unknown-security-label", 78: "unsupported-security-policy"}


def failed_view(v):
    if v["non_delivery_reason_code"] < len(REASONS):
        v["non_delivery_reason"] = REASONS[v["non_delivery_reason_code"]]
    if v.get("non_delivery_diagnostic_code") in DIAGNOSTICS:
        v["non_delivery_diagnostic"] = DIAGNOSTICS[v["non_delivery_diagnostic_code"]]
    return v


OUTCOME = Choice(
    ("delivery", c(0), set_(Field("message_delivery_time", c(0), Time(), REQUIRED),
                            Field("type_of_mts_user", c(1), Int()))),
    ("non_delivery", c(1), View(set_(Field("non_delivery_reason_code", c(0), Int(), REQUIRED),
                                     Field("non_delivery_diagnostic_code", c(1), Int())), failed_view, lambda w, v: v)),
    member=True)
REPORT_RECIPIENT = set_(
    Field("actual_recipient_name", c(0), NAME, REQUIRED),
    Field("originally_specified_recipient_number", c(1), Int(), REQUIRED),
    Field("per_recipient_indicators", c(2), RECIPIENT_BITS, REQUIRED),
    Field("last_trace_information", c(3), set_(Field("arrival_time", c(0), Time(), REQUIRED),
                                               Field("converted_encoded_information_types", None, EITS),
                                               Field("report_type", c(1), Explicit(OUTCOME), REQUIRED)), REQUIRED),
    Field("originally_intended_recipient_name", c(4), NAME), Field("supplementary_information", c(5), Str()),
    Field("extensions", c(6), List(EXTENSION, 17)))


class Report:
    tag = c(1)
    envelope = set_(Field("report_identifier", None, MTS_ID, REQUIRED), Field("report_destination_name", None, NAME, REQUIRED),
                    Field("trace_information", None, TRACE, REQUIRED),
                    Field("envelope_extensions", c(1), List(EXTENSION, 17)), unknown="envelope_unknown")
    content = set_(Field("subject_identifier", None, MTS_ID, REQUIRED),
                   Field("subject_intermediate_trace_information", None, TRACE),
                   Field("original_encoded_information_types", None, EITS), Field("content_type", None, ContentType()),
                   Field("content_identifier", a(10), Str()), Field("returned_content", c(1), Octets(), None),
                   Field("additional_information", c(2), Explicit(Any())),
                   Field("extensions", c(3), List(EXTENSION, 17)),
                   Field("per_recipient_fields", c(0), List(REPORT_RECIPIENT), REQUIRED), unknown="unknown")

    def read(self, e):
        need(len(e.children) == 2, "envelope and content")
        out = {**self.envelope.read(e.children[0]), **self.content.read(e.children[1])}
        return {k: v for k, v in out.items() if v is not None}

    def write(self, w, value, tag=None):
        return w.element(self.tag, True, self.envelope.write(w, value) + self.content.write(w, value))


APDU = Choice(("message", c(0), Message()), ("report", c(1), Report()), ("probe", c(2), PROBE), member=True)


def read_p1(octets):
    return APDU.read(only(octets))


def write_p1(view, writer):
    return APDU.write(writer, view)
