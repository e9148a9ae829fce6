"""The P772 and P22 half of x400_reader.py: headings with every extension, body parts, notifications."""
from x400_reader import (EITS, LABEL, NAME, REQUIRED, UNIVERSAL, Any, Bits, Bool, Choice, Explicit, Field, Int, List,
                         Octets, Oid, RawBits, Record, Str, Time, View, a, c, need, only, sequence, set_)

MM, ET = "1.3.26.0.4406.0.2.", "1.3.26.0.4406.0.7."

DESCRIPTOR = set_(Field("formal_name", None, NAME), Field("free_form_name", c(0), Str("teletex", "latin-1")),
                  Field("telephone_number", c(1), Str()))
IPM_ID = set_(Field("user", None, NAME), Field("user_relative_identifier", None, Str(), REQUIRED))
IPM_ID.tag = a(11)
EXTENSION = sequence(Field("type", None, Oid(), REQUIRED), Field("value", None, Any()))
ADDRESS_LISTS = List(set_(Field("type", c(0), Int(), REQUIRED), Field("list_name", c(1), DESCRIPTOR, REQUIRED),
                          Field("notification_request", c(2), Int()), Field("reply_request", c(3), Int())))
LABELS = sequence(
    Field("content_security_label", c(0), LABEL, REQUIRED), Field("heading_security_label", c(1), LABEL, None),
    Field("body_part_security_labels", c(2), List(set_(Field("body_part_security_label", c(0), LABEL, REQUIRED),
                                                       Field("body_part_sequence_number", c(1), Int())))))
LABELS = View(LABELS, lambda v: {k: x for k, x in v.items() if x is not None}, lambda w, v: v)
HEADING_EXTENSIONS = {
    0: ("primary_precedence", Int()), 1: ("copy_precedence", Int()),
    2: ("message_type", set_(Field("type", c(0), Int(), REQUIRED), Field("identifier", c(1), Str()))),
    3: ("address_list_indicator", ADDRESS_LISTS), 4: ("exempted_address", List(DESCRIPTOR)),
    5: ("extended_authorisation_info", Time()),
    6: ("distribution_codes", set_(Field("sics", c(0), List(Str())), Field("dist_extensions", c(1), List(EXTENSION)))),
    7: ("handling_instructions", List(Str())), 8: ("message_instructions", List(Str())), 9: ("codress_message", Int()),
    10: ("originator_reference", Str()),
    11: ("other_recipients_indicator", List(set_(Field("type", c(0), Int(), REQUIRED),
                                                 Field("designator", c(1), Str(), REQUIRED)))),
    12: ("pilot_forwarding_info", List(sequence(
        Field("pilot_precedence", c(0), Int()), Field("pilot_recipient", c(1), List(DESCRIPTOR)),
        Field("pilot_security", c(2), LABEL, None), Field("pilot_handling", c(3), List(Str()))))),
    13: ("acp127_message_identifier", Str()), 14: ("originator_plad", Str()), 17: ("information_labels", LABELS)}
ACP127_BITS = Bits(["nn", "pn", "tn", "3", "4", "5", "6", "7", "8"])


def no_nothing(value):
    """Members that are None were not there."""
    if isinstance(value, dict):
        return {k: no_nothing(v) for k, v in value.items() if v is not None}
    return [no_nothing(v) for v in value] if isinstance(value, list) else value


def write_known(w, number, type_, value):
    return {"type": MM + str(number), "value": type_.write(w, value).hex()}


def mixed(w, known, others):
    """The known extensions anywhere among the others, whose order stays."""
    out = list(others)
    for one in known:
        out.insert(w.rng.randrange(len(out) + 1) if w.odd else 0, one)
    return out


def recipient_view(v):
    left = []
    for extension in v.pop("recipient_extensions", []):
        if extension["type"] == MM + "15":
            found = ACP127_BITS.read(only(bytes.fromhex(extension["value"])))
            if found:
                v["acp127_notification_request"] = found
        else:
            left.append(extension)
    if left:
        v["recipient_extensions"] = left
    return v


def recipient_back(w, v):
    known = [write_known(w, 15, ACP127_BITS, v["acp127_notification_request"])] if "acp127_notification_request" in v else []
    out = {**v, "recipient_extensions": mixed(w, known, v.get("recipient_extensions", []))}
    return {k: x for k, x in out.items() if x != []}


RECIPIENTS = List(View(set_(
    Field("recipient", c(0), DESCRIPTOR, REQUIRED),
    Field("notification_requests", c(1), Bits(["rn", "nrn", "ipm_return", "an_supported", "suppress_an", "5", "6", "7"])),
    Field("reply_requested", c(2), Bool(), False), Field("recipient_extensions", c(3), List(EXTENSION, 17))),
    recipient_view, recipient_back))


def heading_view(v):
    known, others = {}, []
    names = {MM + str(n): (name, type_) for n, (name, type_) in HEADING_EXTENSIONS.items()}
    for extension in v.pop("extensions", []):
        if extension["type"] in names:
            name, type_ = names[extension["type"]]
            known[name] = type_.read(only(bytes.fromhex(extension["value"])))
        else:
            others.append(extension)
    if known:
        v["extensions"] = no_nothing(known)
    if others:
        v["other_extensions"] = others
    return v


def heading_back(w, v):
    given = v.get("extensions", {})
    known = [write_known(w, n, type_, given[name]) for n, (name, type_) in HEADING_EXTENSIONS.items() if name in given]
    return {**v, "extensions": mixed(w, known, v.get("other_extensions", [])) or None}


HEADING = View(set_(
    Field("this_ipm", None, IPM_ID, REQUIRED), Field("originator", c(0), DESCRIPTOR, None),
    Field("authorizing_users", c(1), List(DESCRIPTOR)), Field("primary_recipients", c(2), RECIPIENTS),
    Field("copy_recipients", c(3), RECIPIENTS), Field("blind_copy_recipients", c(4), RECIPIENTS),
    Field("replied_to_ipm", c(5), IPM_ID), Field("obsoleted_ipms", c(6), List(IPM_ID)),
    Field("related_ipms", c(7), List(IPM_ID)), Field("subject", c(8), Explicit(Str("teletex", "latin-1"))),
    Field("expiry_time", c(9), Time()), Field("reply_time", c(10), Time()),
    Field("reply_recipients", c(11), List(DESCRIPTOR)), Field("importance", c(12), Int()),
    Field("sensitivity", c(13), Int()), Field("auto_forwarded", c(14), Bool(), False),
    Field("extensions", c(15), List(EXTENSION, 17)), unknown="unknown"), heading_view, heading_back)

# --- bodies ---------------------------------------------------------------------------------------------------------

EXTERNAL = Record(8, Field("direct_reference", None, Oid(), REQUIRED), Field("value", c(0), Explicit(Any()), REQUIRED))
EXTENDED = sequence(Field("parameters", c(0), EXTERNAL), Field("data", None, EXTERNAL, REQUIRED))
DELIVERY = set_(Field("delivery_time", c(0), Time()), Field("delivery_envelope", c(1), Any()))
REPERTOIRE = set_(Field("repertoire", c(0), Int(10), 5))
IA5 = Str("ia5", "latin-1")
SETS = Choice(("line_oriented", c(0), IA5), ("set_oriented", c(1), List(IA5)), member=True)
TEXT_PARTS = {"1": "corrections", "12": "acp127_data"}


def hexed(type_, w, value):
    return type_.write(w, value).hex()


def general_text(part, octets):
    """In ISO 8859-1, the escape sequences in front that say so left out."""
    out = {"type": "general_text", "repertoires": List(Int(), 17).read(only(bytes.fromhex(part["parameters"]["value"])))}
    text, found = octets, True
    while found:
        found = [e for e in (b"\x1b(B", b"\x1b-A", b"\x1b!A", b"\x1b~") if text.startswith(e)]
        text = text[len(found[0]):] if found else text
    if all(r in (1, 6, 100) for r in out["repertoires"]) and b"\x1b" not in text:
        out["text"] = text.decode("latin-1")
    return {**out, "data": octets.hex()}


def extended_view(part):
    oid, octets = part["data"]["direct_reference"], bytes.fromhex(part["data"]["value"])
    number = oid[len(ET):] if oid.startswith(ET) else ""
    parameters = bytes.fromhex(part["parameters"]["value"]) if "parameters" in part else None
    if oid == "2.6.1.4.11":
        return general_text(part, Str("general", "latin-1").read(only(octets)).encode("latin-1"))
    if number == "0":
        return {"type": "adatp3", "parameters": Int().read(only(parameters)), **SETS.read(only(octets))}
    if number in TEXT_PARTS:
        return {"type": TEXT_PARTS[number], "parameters": Int().read(only(parameters)), "data": IA5.read(only(octets))}
    if number == "6":
        return {"type": "forwarded_encrypted", **DELIVERY.read(only(parameters)), "data": RawBits().read(only(octets))}
    if number == "9":
        delivery = DELIVERY.read(only(parameters)) if parameters else {}
        return {"type": "mm_message", **delivery, "message": IPM.read(only(octets))}
    return {"type": "extended", **part}


def extended_back(w, v):
    def part(data_number, parameters_number, data, parameters):
        return {"data": {"direct_reference": ET + data_number, "value": data},
                "parameters": {"direct_reference": ET + parameters_number, "value": parameters}}
    kind = v["type"]
    if kind == "general_text":
        return {"data": {"direct_reference": "2.6.1.4.11",
                         "value": w.string((UNIVERSAL, 27), bytes.fromhex(v["data"])).hex()},
                "parameters": {"direct_reference": "2.6.1.11.11", "value": hexed(List(Int(), 17), w, v["repertoires"])}}
    if kind == "adatp3":
        return part("0", "2", hexed(SETS, w, v), hexed(Int(), w, v["parameters"]))
    if kind in ("corrections", "acp127_data"):
        numbers = ("1", "3") if kind == "corrections" else ("12", "13")
        return part(*numbers, hexed(IA5, w, v["data"]), hexed(Int(), w, v["parameters"]))
    if kind == "forwarded_encrypted":
        return part("6", "7", hexed(RawBits(), w, v["data"]), hexed(DELIVERY, w, v))
    if kind == "mm_message":
        out = part("9", "10", hexed(IPM, w, v["message"]), hexed(DELIVERY, w, v))
        if not v.keys() & {"delivery_time", "delivery_envelope"} and w.chance():
            del out["parameters"]
        return out
    return v


class BodyPart:
    tag = None

    def read(self, e):
        if e.tag == c(0):
            need(len(e.children) == 2, "parameters and data")
            repertoire = REPERTOIRE.read(e.children[0])["repertoire"]
            return {"type": "ia5_text", "repertoire": {2: "ita2", 5: "ia5"}[repertoire], "data": IA5.read(e.children[1])}
        if e.tag == c(9):
            need(len(e.children) == 2, "parameters and data")
            return {"type": "message", **DELIVERY.read(e.children[0]), "message": IPM.read(e.children[1])}
        if e.tag == c(14):
            return {"type": "bilaterally_defined", "data": Octets().read(e)}
        if e.tag == c(15):
            return extended_view(EXTENDED.read(e))
        return {"type": "unknown", "element": e.raw.hex()}

    def write(self, w, v, tag=None):
        if v["type"] == "ia5_text":
            number = {"ita2": 2, "ia5": 5}[v["repertoire"]]
            return w.element(c(0), True, REPERTOIRE.write(w, {"repertoire": number}) + IA5.write(w, v["data"]))
        if v["type"] == "message":
            return w.element(c(9), True, DELIVERY.write(w, v) + IPM.write(w, v["message"]))
        if v["type"] == "bilaterally_defined":
            return Octets().write(w, v["data"], c(14))
        if v["type"] == "unknown":
            return bytes.fromhex(v["element"])
        return EXTENDED.write(w, extended_back(w, v), c(15))


class Ipm:
    tag = (UNIVERSAL, 16)

    def read(self, e):
        need(len(e.children) == 2 and e.children[0].tag == (UNIVERSAL, 17), "heading and body")
        return {"heading": no_nothing(HEADING.read(e.children[0])), "body": List(BodyPart()).read(e.children[1])}

    def write(self, w, v, tag=None):
        return w.element(tag or self.tag, True, HEADING.write(w, v["heading"]) + List(BodyPart()).write(w, v["body"]))


IPM = Ipm()

# --- notifications --------------------------------------------------------------------------------------------------

RESPONSE = set_(Field("acp127_notification_type", c(0), ACP127_BITS, REQUIRED), Field("receipt_time", c(1), Time(), REQUIRED),
                Field("address_list_indicator", c(2), ADDRESS_LISTS), Field("acp127_recipient", c(3), Str()),
                Field("acp127_supp_info", c(4), Str()))


def other_view(extensions):
    out, left = {}, []
    for extension in extensions:
        if extension["type"] == MM + "16":
            out["acp127_notification_response"] = RESPONSE.read(only(bytes.fromhex(extension["value"])))
        else:
            left.append(extension)
    return {**out, "other_extensions": left} if left else out


def other_back(w, v):
    known = [write_known(w, 16, RESPONSE, v["acp127_notification_response"])] if "acp127_notification_response" in v else []
    return mixed(w, known, v.get("other_extensions", []))


NON_RECEIPT = set_(Field("non_receipt_reason", c(0), Int(), REQUIRED), Field("discard_reason", c(1), Int()),
                   Field("auto_forward_comment", c(2), Str()), Field("returned_ipm", c(3), IPM),
                   Field("nrn_extensions", c(4), List(EXTENSION, 17)))
RECEIPT = set_(Field("receipt_time", c(0), Time(), REQUIRED),
               Field("acknowledgment_mode", c(1), Int(10, ["manual", "automatic"]), "manual"),
               Field("suppl_receipt_info", c(2), Str()), Field("rn_extensions", c(3), List(EXTENSION, 17)))
OUTCOME = Choice(("non_receipt_fields", c(0), NON_RECEIPT), ("receipt_fields", c(1), RECEIPT),
                 ("other_notification_type_fields", c(2), View(List(EXTENSION, 17), other_view, other_back)), member=True)


def ipn_view(v):
    outcome = v.pop("choice")
    return no_nothing({**v, **outcome})


IPN = View(set_(Field("subject_ipm", None, IPM_ID, REQUIRED), Field("ipn_originator", c(1), DESCRIPTOR, None),
                Field("ipm_intended_recipient", c(2), DESCRIPTOR, None), Field("conversion_eits", None, EITS),
                Field("notification_extensions", c(3), List(EXTENSION, 17)),
                Field("choice", c(0), Explicit(OUTCOME), REQUIRED)),
           ipn_view, lambda w, v: {**v, "choice": {k: v[k] for k in v if k.endswith("_fields")}})
CONTENT = Choice(("mm", c(0), IPM), ("mn", c(1), IPN), member=True)


def read_p772(octets):
    return CONTENT.read(only(octets))


def write_p772(view, writer):
    return CONTENT.write(writer, view)
