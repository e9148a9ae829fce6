#include "annexe/x400/p1.hpp"

#include "annexe/x400/p1_parts.hpp"

#include <algorithm>

namespace longwire::x400 {

namespace {

using ber::context_tag;

Result<Message> read_message(const ber::Document& doc, std::size_t index) {
  const auto parts = doc.children(index);
  if (parts.size() != 2) return error("missing_element", doc[index].offset, "a message is envelope and content");
  if (doc[parts[0]].tag != set_tag) return error("bad_tag", doc[parts[0]].offset, "no message envelope");
  const auto& tag = doc[parts[1]].tag;
  if (tag.cls != ber::TagClass::universal || tag.number != ber::octet_string_tag.number)
    return error("bad_tag", doc[parts[1]].offset, "the content is an OCTET STRING");
  auto envelope = read_message_envelope(doc, parts[0]);
  if (!envelope) return envelope.error();
  auto content = doc.octet_string(parts[1]);
  if (!content) return content.error();
  return Message{*std::move(envelope), *std::move(content)};
}

template <class T>
Result<MtsApdu> as_apdu(Result<T> read) {
  if (!read) return read.error();
  return MtsApdu(*std::move(read));
}

struct Encode {
  ber::Writer& out;
  void operator()(const Message& message) const {
    out.begin(context_tag(apdu_message, true));
    write(out, set_tag, message.envelope);
    out.primitive(ber::octet_string_tag, message.content);
    out.end();
  }
  void operator()(const Report& report) const { write(out, report); }
  void operator()(const Probe& probe) const { write(out, probe); }
};

}  // namespace

Result<MtsApdu> decode_p1(ByteView in) {
  const auto doc = ber::Document::read(in, {limits::ber_depth, limits::p1_elements});
  if (!doc) return doc.error();
  if (doc->octets() != in.size()) return error("trailing_octets", doc->octets(), "octets behind the MTS-APDU");
  const auto& tag = (*doc)[0].tag;
  if (tag == context_tag(apdu_message, true)) return as_apdu(read_message(*doc, 0));
  if (tag == context_tag(apdu_report, true)) return as_apdu(read_report(*doc, 0));
  if (tag == context_tag(apdu_probe, true)) return as_apdu(read_probe(*doc, 0));
  return error("bad_tag", 0, "neither message, report nor probe");
}

Bytes encode_p1(const MtsApdu& apdu) {
  ber::Writer out;
  std::visit(Encode{out}, apdu);
  return out.finish();
}

namespace {

bool is_qualifier(const ExtensionField& field) {
  return field.standard < 0 && field.private_oid == ext_priority_level_qualifier;
}

// ENUMERATED high(1); anything else, and none at all, counts as low (5.1).
bool is_high(const MessageEnvelope& envelope) {
  const auto field = std::find_if(envelope.extensions.begin(), envelope.extensions.end(), is_qualifier);
  if (field == envelope.extensions.end()) return false;
  const auto doc = ber::Document::read(field->value);
  if (!doc) return false;
  const auto number = doc->integer(0);
  return number && *number == 1;
}

}  // namespace

Precedence precedence_of(const MessageEnvelope& envelope) {
  const bool high = is_high(envelope);
  switch (envelope.priority) {
    case Priority::urgent:
      return high ? Precedence::override_ : Precedence::flash;
    case Priority::normal:
      return high ? Precedence::immediate : Precedence::priority;
    case Priority::non_urgent:
      return high ? Precedence::routine : Precedence::deferred;
  }
  return Precedence::priority;
}

void set_precedence(MessageEnvelope& envelope, Precedence level) {
  envelope.priority = static_cast<Priority>(row(level).x400);
  const bool high = level == Precedence::override_ || level == Precedence::immediate || level == Precedence::routine;
  ber::Writer value;
  value.integer(enumerated_tag, high ? 1 : 0);
  const auto field = std::find_if(envelope.extensions.begin(), envelope.extensions.end(), is_qualifier);
  if (field != envelope.extensions.end()) field->value = value.finish();
  else envelope.extensions.push_back({-1, std::string(ext_priority_level_qualifier), 0, value.finish()});
}

}  // namespace longwire::x400
