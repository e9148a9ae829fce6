// Mail to body parts and back (first octet even), or P772 content to mail (odd). What came back is a fixed point: going
// the same way again changes no type and no octet of the contents.
#include "annexe/gateway/bodies.hpp"
#include "mail/base64.hpp"
#include "mail/mime.hpp"

#include <cstdlib>

namespace {

using namespace longwire;

const gateway::HeadingOf heading_of = [](ByteView, std::vector<std::string>&) -> Result<x400::Heading> {
  x400::Heading out;
  out.this_id.local = "7 261121120000Z ";
  out.this_id.user.emplace();
  out.this_id.user->country = "NO";
  out.subject = "x";
  return out;
};
const gateway::HeaderOf header_of = [](const x400::Heading& heading, std::vector<std::string>&) {
  return "Subject: " + heading.subject + "\r\n";
};

gateway::Settings make_settings() {
  gateway::AddressMapConfig config;
  config.domain = "gw.example";
  config.or_address.country = "NO";
  config.or_address.organization = "GW";
  return {.addresses = gateway::AddressMap(std::move(config)),
          .domain = {"NO", "TAC", "GW"},
          .mta_name = "GW",
          .host = "gw.example",
          .policies = {}};
}
const gateway::Settings& settings() {
  static const auto made = make_settings();
  return made;
}

std::optional<std::string> to_mail(const x400::Ipm& ipm) {
  std::vector<std::string> notes;
  const auto mime = gateway::to_mime(ipm, "seed", header_of, notes);
  if (!mime) return std::nullopt;
  return mime->header + "\r\n" + std::string(as_text(mime->body));
}

std::optional<std::string> round(ByteView in) {
  std::vector<std::string> notes;
  auto parts = gateway::to_body_parts(in, true, settings(), heading_of, notes);
  if (!parts) {
    if (parts.error().name.empty()) std::abort();
    return std::nullopt;
  }
  auto heading = *heading_of(in, notes);
  if (auto extension = gateway::multipart_extension(in)) heading.extensions.push_back(*extension);
  const auto decoded = x400::decode_p772(x400::encode_p772(x400::Ipm{heading, *parts}));
  if (!decoded) std::abort();
  auto out = to_mail(std::get<x400::Ipm>(*decoded));
  if (!out) std::abort();
  return out;
}

// Types and decoded octets of the parts that hold no others.
std::vector<std::pair<std::string, Bytes>> contents(std::string_view message) {
  std::vector<std::pair<std::string, Bytes>> out;
  const auto parts = mail::walk_mime(as_bytes(message));
  if (!parts) std::abort();
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const auto& p = (*parts)[i];
    if (i + 1 < parts->size() && (*parts)[i + 1].parent == i) continue;
    const auto raw = message.substr(p.body, p.end - p.body);
    auto octets = p.encoding == "base64"             ? mail::base64_decode(raw).octets
                  : p.encoding == "quoted-printable" ? mail::quoted_printable_decode(raw).octets
                                                     : to_bytes(raw);
    out.emplace_back(p.content_type.type, std::move(octets));
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView in(data + 1, size - 1);
  if (data[0] % 2 == 1) {
    const auto content = x400::decode_p772(in);
    if (content && std::holds_alternative<x400::Ipm>(*content)) (void)to_mail(std::get<x400::Ipm>(*content));
    (void)gateway::opaque_of(in);
    return 0;
  }
  const auto once = round(in);
  if (!once) return 0;
  if (mail::body_needed(as_bytes(*once)) == mail::Body::binary && mail::body_needed(in) != mail::Body::binary)
    std::abort();  // worse to carry than what came
  const auto twice = round(as_bytes(*once));
  if (!twice || contents(*twice) != contents(*once)) std::abort();
  return 0;
}
