// Mail to P772 content and back, through the coded octets, for the tests of bodies.
#pragma once

#include "annexe/gateway/bodies.hpp"
#include "base/text.hpp"
#include "mail/base64.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"

#include <gtest/gtest.h>

#include <string>

namespace longwire::gateway::test {

inline x400::OrName or_name(std::string text) { return x400::parse_or_name(text).value(); }

inline AddressMap test_addresses() {
  AddressMapConfig config;
  config.domain = "ship.example";
  config.or_address = or_name("/S=Gateway/O=SHIP/PRMD=NO/ADMD=TAC/C=NO/");
  config.domains.push_back({"hqn.example", or_name("/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/")});
  return AddressMap(std::move(config));
}

inline Settings test_settings() {
  Settings settings{.addresses = test_addresses(),
                    .domain = {"NO", "TAC", "NO"},
                    .mta_name = "SHIP-MTA",
                    .host = "gw.ship.example",
                    .policies = {}};
  settings.policies["1.3.26.1.3.1"] = "NATO";
  return settings;
}

// A heading with nothing but the subject: what becomes of the others is not asked here.
inline const HeadingOf subject_only = [](ByteView message, std::vector<std::string>&) -> Result<x400::Heading> {
  x400::Heading out;
  out.this_id.user = or_name("/S=Duty/PRMD=NO/ADMD=TAC/C=NO/");
  out.this_id.local = "7 261121120000Z ";
  out.subject = mail::HeaderView(message).value("Subject").value_or("");
  return out;
};
inline const HeaderOf subject_field = [](const x400::Heading& heading, std::vector<std::string>&) {
  return "Subject: " + heading.subject + "\r\n";
};

struct Trip {
  x400::Ipm ipm;                   // as decoded from its octets
  std::string mail;                // what came back: MIME fields, empty line, body
  std::vector<std::string> notes;  // both ways
  Bytes content;
};

inline Trip round_trip(std::string_view message, const Settings& settings = test_settings(), bool military = true) {
  Trip out;
  auto heading = subject_only(as_bytes(message), out.notes).value();
  auto parts = to_body_parts(as_bytes(message), military, settings, subject_only, out.notes);
  EXPECT_TRUE(parts) << parts.error().name << ' ' << parts.error().text;
  if (!parts) return out;
  if (auto extension = multipart_extension(as_bytes(message))) heading.extensions.push_back(*extension);
  out.content = x400::encode_p772(x400::Ipm{heading, *parts});
  auto decoded = x400::decode_p772(out.content);
  EXPECT_TRUE(decoded) << decoded.error().name << ' ' << decoded.error().text;
  if (!decoded) return out;
  out.ipm = std::get<x400::Ipm>(*decoded);
  auto mime = to_mime(out.ipm, "seed", subject_field, out.notes);
  EXPECT_TRUE(mime) << mime.error().name;
  if (mime) out.mail = mime->header + "\r\n" + std::string(as_text(mime->body));
  return out;
}

inline std::string body_of(std::string_view mail) {
  return std::string(mail.substr(mail::HeaderView(as_bytes(mail)).body_offset()));
}
inline std::string header_value(std::string_view mail, std::string_view name) {
  return mail::HeaderView(as_bytes(mail)).value(name).value_or("");
}

struct Leaf {
  std::string type, header, octets;
};
// The parts that hold no others, decoded.
inline std::vector<Leaf> leaves(std::string_view message) {
  std::vector<Leaf> out;
  const auto parts = mail::walk_mime(as_bytes(message)).value();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& p = parts[i];
    if (i + 1 < parts.size() && parts[i + 1].parent == i) continue;
    const auto raw = message.substr(p.body, p.end - p.body);
    auto octets = p.encoding == "base64"             ? mail::base64_decode(raw).octets
                  : p.encoding == "quoted-printable" ? mail::quoted_printable_decode(raw).octets
                                                     : to_bytes(raw);
    out.push_back(
        {p.content_type.type, std::string(message.substr(p.header, p.body - p.header)), std::string(as_text(octets))});
  }
  return out;
}

inline bool noted(const std::vector<std::string>& notes, std::string_view text) {
  for (const auto& n : notes)
    if (n.find(text) != std::string::npos) return true;
  return false;
}

}  // namespace longwire::gateway::test
