// One gateway at the edge of the tables that the tests share.
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "annexe/gateway/headings.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace longwire::gateway::test {

inline Time noon() { return from_unix(1795262400); }  // 2026-11-21T12:00:00Z

inline x400::OrName name(std::string_view text) {
  const auto out = x400::parse_or_name(text);
  EXPECT_TRUE(out) << text;
  return out ? *out : x400::OrName{};
}

inline Settings settings() {
  AddressMapConfig config;
  config.domain = "gw.example";
  config.or_address = name("/O=TAC/PRMD=GW/ADMD= /C=NO/");
  config.domains = *read_mapping_table(
      "# the fleet\n"
      "ship.example#PRMD$SHIP.ADMD$ .C$NO#\n"
      "hq.example#O$HQ NORTH.PRMD$MIL.ADMD$ .C$NO#\n"
      "flat.example#O$@.PRMD$FLAT.ADMD$TAC.C$NO#\n");
  UserEntry bridge;
  bridge.address = "bridge@tor.example";
  bridge.or_name = name("/CN=Bridge/O=KNM TOR/PRMD=SHIP/ADMD= /C=NO/");
  bridge.plad = "KNM TOR";
  bridge.dmp = 17;
  config.users.push_back(bridge);
  Settings out{AddressMap(std::move(config)), {"NO", " ", "GW"}, "GW-MTA", "gw.example", FilesAs::ftbp, 2, {}};
  out.policies["1.3.26.1.3.1"] = "NATO";
  return out;
}

// Lines without CRLF become a message.
inline Bytes message(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return to_bytes(out);
}

struct Mail {
  mail::Envelope envelope;
  Bytes message;
};

inline Mail simple(std::string_view header = "", std::string_view body = "HELLO\n") {
  Mail out;
  out.envelope.from = "ops@hq.example";
  out.envelope.recipients.resize(1);
  out.envelope.recipients[0].address = "duty@ship.example";
  std::string text =
      "From: ops@hq.example\nTo: duty@ship.example\nDate: Sat, 21 Nov 2026 11:50:00 +0000\n"
      "Message-ID: <1.2@hq.example>\nSubject: Test\n";
  text += header;
  out.message = message(text + "\n" + std::string(body));
  return out;
}

inline Result<ApduItem> convert(const Mail& mail, const Settings& with) {
  ToX400 in{mail.envelope, {}, mail.message, "Q1.0001", noon(), {}};
  for (std::size_t i = 0; i < mail.envelope.recipients.size(); ++i) in.numbers.push_back(static_cast<int>(i + 1));
  return to_x400(in, with);
}

// Over the wire: what the codec does not carry is not there afterwards.
inline Result<x400::MtsApdu> over_the_wire(const x400::MtsApdu& apdu) { return x400::decode_p1(x400::encode_p1(apdu)); }

inline x400::Message sent(const Mail& mail, const Settings& with) {
  const auto item = convert(mail, with);
  EXPECT_TRUE(item) << item.error().name << ": " << item.error().text;
  if (!item) return {};
  const auto back = over_the_wire(item->apdu);
  EXPECT_TRUE(back) << back.error().name << ": " << back.error().text;
  const auto* m = back ? std::get_if<x400::Message>(&*back) : nullptr;
  EXPECT_NE(m, nullptr);
  return m != nullptr ? *m : x400::Message{};
}

inline x400::Ipm content(const x400::Message& m) {
  const auto out = x400::decode_p772(m.content);
  EXPECT_TRUE(out) << out.error().name;
  const auto* ipm = out ? std::get_if<x400::Ipm>(&*out) : nullptr;
  EXPECT_NE(ipm, nullptr);
  return ipm != nullptr ? *ipm : x400::Ipm{};
}

inline FindSubject nothing_known() {
  return [](const x400::MtsId&) { return std::optional<SubjectMail>{}; };
}

inline Mail received(const x400::MtsApdu& apdu, const Settings& with) {
  const auto item = to_mail(apdu, with, nothing_known(), noon());
  EXPECT_TRUE(item) << item.error().name << ": " << item.error().text;
  return item ? Mail{item->envelope, item->message} : Mail{};
}

inline Mail there_and_back(const Mail& mail, const Settings& with) { return received(sent(mail, with), with); }

inline std::string field(const Mail& mail, std::string_view name) {
  return mail::HeaderView(mail.message).value(name).value_or("(none)");
}
inline std::vector<std::string> fields(const Mail& mail, std::string_view name) {
  std::vector<std::string> out;
  const mail::HeaderView header(mail.message);
  for (const auto& f : header.fields())
    if (iequals(f.name, name)) out.emplace_back(trim(mail::unfold(f.raw_value)));
  return out;
}
inline std::string body(const Mail& mail) {
  return std::string(as_text(mail.message).substr(mail::HeaderView(mail.message).body_offset()));
}

}  // namespace longwire::gateway::test
