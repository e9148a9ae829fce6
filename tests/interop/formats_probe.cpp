// Hands our format readers and writers to scripts that hold them against other implementations.
// stdin: records of a 32-bit length and octets; stdout: one such record for each.
//   formats_probe mime           message -> JSON list of parts
//   formats_probe write_dsn      JSON report (see read_report) -> message
//   formats_probe read_dsn       message -> JSON
//   formats_probe cdt_implicit | cdt_explicit    content -> CompressedData, content type 25
//   formats_probe cdt            CompressedData -> the JSON of `longwire decode cdt`, or {"error": name}
#include "annexe/compressed_data.hpp"
#include "annexe/compressed_data_json.hpp"
#include "base/text.hpp"
#include "mail/dsn.hpp"
#include "mail/dsn_format.hpp"
#include "mail/mime.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstdio>
#include <map>
#include <optional>
#include <string>

namespace {

using namespace longwire;
namespace json = boost::json;

std::string error_json(const Error& e) {
  return json::serialize(json::object{{"error", e.name}, {"offset", e.offset}});
}

std::string mime(ByteView in) {
  const auto parts = mail::walk_mime(in);
  if (!parts) return error_json(parts.error());
  json::array out;
  for (const auto& p : *parts)
    out.emplace_back(json::object{{"type", p.content_type.type},
                                  {"encoding", p.encoding},
                                  {"depth", p.depth},
                                  {"parent", p.parent},
                                  {"header", p.header},
                                  {"body", p.body},
                                  {"end", p.end}});
  return json::serialize(out);
}

std::string text_of(const json::object& o, const char* name) {
  // Hex, since these strings are to hold every octet.
  const auto octets = from_hex(std::string_view(o.at(name).as_string())).value();
  return std::string(as_text(octets));
}

mail::DsnReport read_report(const json::object& o) {
  mail::DsnReport r;
  r.reporting_mta = text_of(o, "reporting_mta");
  r.message_id = text_of(o, "message_id");
  r.to = text_of(o, "to");
  r.original_envid = text_of(o, "original_envid");
  r.arrival = r.now = from_unix(o.at("now").as_int64());
  r.return_full = o.at("return_full").as_bool();
  for (const auto& value : o.at("recipients").as_array()) {
    const auto& one = value.as_object();
    mail::DsnRecipient b;
    b.final_recipient = text_of(one, "final_recipient");
    b.orcpt = text_of(one, "orcpt");
    b.action = static_cast<mail::DsnAction>(one.at("action").as_int64());
    b.status = text_of(one, "status");
    b.status_comment = text_of(one, "status_comment");
    b.remote_mta = text_of(one, "remote_mta");
    b.diagnostic_type = text_of(one, "diagnostic_type");
    b.diagnostic = text_of(one, "diagnostic");
    b.last_attempt = b.will_retry_until = r.now;
    r.recipients.push_back(std::move(b));
  }
  return r;
}

std::string write_dsn(ByteView in) {
  const auto value = json::parse(as_text(in));
  const auto& o = value.as_object();
  return std::string(as_text(mail::format_dsn(read_report(o), as_bytes(text_of(o, "original")))));
}

std::string read_dsn(ByteView in) {
  const auto parsed = mail::parse_dsn(in);
  if (!parsed) return error_json(parsed.error());
  json::array recipients;
  for (const auto& r : parsed->recipients)
    recipients.emplace_back(json::object{{"original_recipient", r.original_recipient},
                                         {"final_recipient", r.final_recipient},
                                         {"action", mail::to_string(r.action)},
                                         {"status", r.status},
                                         {"diagnostic", r.diagnostic}});
  return json::serialize(json::object{{"original_envid", parsed->original_envid},
                                      {"original_message_id", parsed->original_message_id},
                                      {"recipients", std::move(recipients)}});
}

std::string write_cdt(ByteView in, annexe::TagStyle tags) {
  return std::string(as_text(annexe::encode_compressed_data(annexe::content_type_mule, in, tags)));
}

std::string read_cdt(ByteView in) {
  const auto decoded = annexe::decode_compressed_data(in);
  return decoded ? json::serialize(annexe::to_json(*decoded)) : error_json(decoded.error());
}

std::optional<Bytes> read_record() {
  std::array<std::uint8_t, 4> head{};
  if (std::fread(head.data(), 1, head.size(), stdin) != head.size()) return std::nullopt;
  Bytes out(ByteReader(head).u32());
  if (std::fread(out.data(), 1, out.size(), stdin) != out.size()) return std::nullopt;
  return out;
}

void write_record(std::string_view octets) {
  ByteWriter head;
  head.u32(static_cast<std::uint32_t>(octets.size()));
  std::fwrite(head.view().data(), 1, head.size(), stdout);
  std::fwrite(octets.data(), 1, octets.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string_view, std::string (*)(ByteView)> kinds{
      {"mime", mime},
      {"write_dsn", write_dsn},
      {"read_dsn", read_dsn},
      {"cdt_implicit", [](ByteView in) { return write_cdt(in, annexe::TagStyle::implicit_tags); }},
      {"cdt_explicit", [](ByteView in) { return write_cdt(in, annexe::TagStyle::explicit_tags); }},
      {"cdt", read_cdt}};
  const auto kind = argc == 2 ? kinds.find(argv[1]) : kinds.end();
  if (kind == kinds.end()) {
    std::fprintf(stderr, "usage: formats_probe mime|write_dsn|read_dsn|cdt_implicit|cdt_explicit|cdt\n");
    return 2;
  }
  while (const auto record = read_record()) write_record(kind->second(*record));
  return 0;
}
