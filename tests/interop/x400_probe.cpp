// Hands our X.400 codec to scripts that hold it against other implementations.
//   x400_probe write SEED COUNT    random MTS-APDUs, a line each: {"octets": hex, "view": the JSON of `decode p1`}
//   x400_probe write_typed SEED COUNT    the same without what only ours makes nothing of
//   x400_probe read                stdin: hex of an MTS-APDU a line -> its view or {"error": name, ...}, a line each
#include "annexe/x400/p1_json.hpp"
#include "annexe/x400/p772.hpp"
#include "base/text.hpp"
#include "tests/unit/x400/p1_random.hpp"

#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using namespace longwire;
namespace json = boost::json;

// What tshark's definition of mm-message wants to be there.
Bytes delivery_envelope() {
  x400::OrName name;
  name.country = "NO";
  ber::Writer out;
  out.begin(ber::context_tag(1, true));
  (void)out.oid(ber::oid_tag, x400::content_p772_oid);
  write(out, x400::or_name_tag, name);
  write(out, ber::context_tag(4, true), name);
  ber::put_utc_time(out, ber::context_tag(7, false), from_unix(1'795'262'400));
  out.end();
  return out.finish();
}

// The file transfer body part has a definition of its own, of which the other readers know nothing. typed: neither is
// there anything that ours keeps as it came and that is not of the type the standards give it.
void leave_out(x400::Ipm& message, bool typed) {
  constexpr std::string_view file_transfer = "2.6.1.4.12";
  std::erase_if(message.body, [&](const x400::BodyPart& part) {
    const auto* extended = std::get_if<x400::body::Extended>(&part);
    if (typed && (std::holds_alternative<x400::body::Unknown>(part) || extended != nullptr)) return true;
    return extended != nullptr && extended->data_oid == file_transfer;
  });
  if (typed) message.heading.unknown.clear();
  for (auto& part : message.body)
    if (auto* forwarded = std::get_if<x400::body::Forwarded>(&part)) {
      if (typed) forwarded->delivery_fields = forwarded->military ? delivery_envelope() : Bytes{};
      for (auto& inner : forwarded->message) leave_out(inner, typed);
    }
}

void leave_out(Bytes& octets, bool typed) {
  auto content = x400::decode_p772(octets);
  if (!content) return;
  if (auto* ipm = std::get_if<x400::Ipm>(&*content)) leave_out(*ipm, typed);
  if (auto* ipn = std::get_if<x400::Ipn>(&*content))
    if (auto* non = std::get_if<x400::NonReceipt>(&ipn->outcome))
      for (auto& returned : non->returned) leave_out(returned, typed);
  octets = x400::encode_p772(*content);
}

void type(std::vector<x400::TraceElement>& trace) {
  for (auto& element : trace)
    if (element.converted) element.converted->raw.clear();
}

void type(x400::MessageEnvelope& envelope) {
  if (envelope.eits) envelope.eits->raw.clear();
  envelope.bilateral.clear();
  envelope.unknown.clear();
  type(envelope.trace);
}

void type(x400::MtsApdu& apdu) {
  if (auto* message = std::get_if<x400::Message>(&apdu)) {
    type(message->envelope);
    if (message->envelope.content_type.oid.empty()) {  // unidentified content: tshark wants some BER all the same
      message->envelope.content_type.number = 0;
      ber::Writer content;
      content.primitive(ber::octet_string_tag, message->content);
      message->content = content.finish();
    }
  } else if (auto* probe = std::get_if<x400::Probe>(&apdu)) {
    type(probe->envelope);
  } else if (auto* report = std::get_if<x400::Report>(&apdu)) {
    report->additional.clear();
    // tshark stumbles over content whose type it does not know.
    if (!report->content_type || report->content_type->oid.empty()) report->returned.reset();
    if (report->returned) leave_out(*report->returned, true);
    if (report->eits) report->eits->raw.clear();
    type(report->trace);
    type(report->subject_trace);
    for (auto& recipient : report->recipients)
      if (recipient.converted) recipient.converted->raw.clear();
  }
}

void write(std::uint64_t seed, std::uint64_t count, bool typed) {
  for (std::uint64_t i = 0; i < count; ++i) {
    auto apdu = test::RandomP1(seed + i).apdu();
    if (auto* message = std::get_if<x400::Message>(&apdu)) leave_out(message->content, typed);
    if (typed) type(apdu);
    const json::object line{{"octets", to_hex(x400::encode_p1(apdu))}, {"view", x400::to_json(apdu)}};
    std::cout << json::serialize(line) << '\n';
  }
}

json::object read(std::string_view hex) {
  const auto octets = from_hex(hex);
  if (!octets) return {{"error", "bad_hex"}};
  const auto apdu = x400::decode_p1(*octets);
  if (apdu) return x400::to_json(*apdu);
  return {{"error", apdu.error().name}, {"offset", apdu.error().offset}, {"text", apdu.error().text}};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if ((mode == "write" || mode == "write_typed") && argc == 4) {
    write(std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10), mode == "write_typed");
  } else if (mode == "read") {
    for (std::string line; std::getline(std::cin, line);) std::cout << json::serialize(read(line)) << '\n';
  } else {
    std::cerr << "usage: x400_probe write SEED COUNT | write_typed SEED COUNT | read\n";
    return 2;
  }
  return 0;
}
