// Hands the gateway to a script that holds it against Python's email package.
// stdin: records of a 32-bit length and octets; stdout: one such record for each.
//   gateway_probe round     mail -> the mail it is again after P1 and P772, or {"error": name}
//   gateway_probe report    {"entries": [[number, reason, diagnostic] | [number]], "own": bool} -> DSN
//   gateway_probe dsn       DSN -> the view of `longwire decode p1`, or {"error": name}
//   gateway_probe mdn       {"kind": "receipt" | "automatic" | "discarded" | "forwarded", "text": ..} -> MDN
#include "annexe/gateway/reports.hpp"
#include "annexe/x400/p1_json.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstdio>
#include <map>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::gateway;
namespace json = boost::json;

const Time now = from_unix(1795262400);

Settings make_settings() {
  AddressMapConfig config;
  config.domain = "ship.example";
  config.or_address = x400::parse_or_name("/O=SHIP/PRMD=NO/ADMD=TAC/C=NO/").value();
  config.domains.push_back({"hqn.example", x400::parse_or_name("/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/").value()});
  return {.addresses = AddressMap(std::move(config)),
          .domain = {"NO", "TAC", "NO"},
          .mta_name = "SHIP",
          .host = "gw.ship.example",
          .policies = {}};
}
const Settings& settings() {
  static const auto made = make_settings();
  return made;
}

std::string error_json(const Error& e) { return json::serialize(json::object{{"error", e.name}, {"text", e.text}}); }

mail::Envelope some_envelope(std::string from, std::string to) {
  mail::Envelope out;
  out.from = std::move(from);
  out.recipients.emplace_back().address = std::move(to);
  return out;
}

std::string round(ByteView in) {
  const auto envelope = some_envelope("ops@ship.example", "nansen@hqn.example");
  const auto apdu = to_x400({envelope, {1}, in, "7F3A", now, std::nullopt}, settings());
  if (!apdu) return error_json(apdu.error());
  const auto decoded = x400::decode_p1(x400::encode_p1(apdu->apdu));
  if (!decoded) return error_json(decoded.error());
  const auto mail = to_mail(*decoded, settings(), {}, now);
  if (!mail) return error_json(mail.error());
  return std::string(as_text(mail->message));
}

x400::Report some_report(const json::object& o) {
  x400::Report out;
  out.id = {settings().domain, "R.1"};
  out.destination = settings().addresses.to_or("ops@ship.example").value();
  out.subject = {settings().domain, "7F3A"};
  for (const auto& item : o.at("entries").as_array()) {
    const auto& entry = item.as_array();
    x400::ReportRecipient r;
    r.number = static_cast<int>(entry.at(0).as_int64());
    r.actual = settings().addresses.to_or("r" + std::to_string(r.number) + "@hqn.example").value();
    r.arrival = now;
    if (entry.size() == 1) {
      x400::Delivered outcome;
      outcome.time = now;
      r.outcome = outcome;
    } else {
      x400::NonDelivered outcome;
      outcome.reason = static_cast<int>(entry.at(1).as_int64());
      if (entry.at(2).is_int64()) outcome.diagnostic = static_cast<int>(entry.at(2).as_int64());
      r.outcome = outcome;
    }
    out.recipients.push_back(std::move(r));
  }
  return out;
}

std::string report(ByteView in) {
  const auto o = json::parse(as_text(in)).as_object();
  const FindSubject find = [](const x400::MtsId&) {
    SubjectMail out;
    out.from = "ops@ship.example";
    out.envid = "QQ+2B1";
    out.message_id = "<042@ship.example>";
    for (int i = 1; i < 40; ++i) out.recipients.emplace_back().address = "r" + std::to_string(i) + "@hqn.example";
    return std::optional(out);
  };
  const auto item = report_to_dsn(some_report(o), settings(), o.at("own").as_bool() ? find : FindSubject{}, now);
  return item ? std::string(as_text(item->message)) : error_json(item.error());
}

std::string dsn(ByteView in) {
  const auto envelope = some_envelope("", "ops@ship.example");
  const auto item = dsn_to_report({envelope, {1}, in, "7F3B", now, std::nullopt}, settings());
  return item ? json::serialize(x400::to_json(item->apdu)) : error_json(item.error());
}

std::string mdn(ByteView in) {
  const auto o = json::parse(as_text(in)).as_object();
  const auto kind = std::string_view(o.at("kind").as_string());
  const std::string text(o.at("text").as_string());
  x400::MessageEnvelope envelope;
  envelope.id = {settings().domain, "N.1"};
  envelope.originator = settings().addresses.to_or("nansen@hqn.example").value();
  envelope.recipients.emplace_back().name = settings().addresses.to_or("ops@ship.example").value();
  x400::Ipn ipn;
  ipn.subject.local = "042(a)ship.example";
  if (kind == "receipt" || kind == "automatic") {
    x400::Receipt outcome;
    outcome.time = now;
    outcome.automatic = kind == "automatic";
    outcome.supplementary = text;
    ipn.outcome = outcome;
  } else {
    x400::NonReceipt outcome;
    outcome.reason = kind == "forwarded" ? 1 : 0;
    outcome.comment = text;
    ipn.outcome = outcome;
  }
  return std::string(as_text(ipn_to_mdn(envelope, ipn, settings(), now).value().message));
}

bool read_all(void* to, std::size_t n) { return std::fread(to, 1, n, stdin) == n; }

}  // namespace

int main(int argc, char** argv) {
  using Convert = std::string (*)(ByteView);
  const std::map<std::string, Convert> kinds{{"round", round}, {"report", report}, {"dsn", dsn}, {"mdn", mdn}};
  if (argc != 2 || !kinds.contains(argv[1])) return 2;
  for (std::array<std::uint8_t, 4> head{}; read_all(head.data(), head.size());) {
    ByteReader length(head);
    Bytes in(length.u32());
    if (!in.empty() && !read_all(in.data(), in.size())) return 1;
    const auto out = kinds.at(argv[1])(in);
    ByteWriter record;
    record.u32(static_cast<std::uint32_t>(out.size()));
    record.text(out);
    std::fwrite(record.view().data(), 1, record.size(), stdout);
    std::fflush(stdout);
  }
  return 0;
}
