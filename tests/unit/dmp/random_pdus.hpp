// Random datagrams that encode, for the round trip test and for the script that holds our encoder against tshark.
#pragma once

#include "annexe/dmp/address.hpp"
#include "annexe/dmp/pdu.hpp"
#include "annexe/dmp/security.hpp"
#include "annexe/dmp/sic.hpp"
#include "annexe/dmp/times.hpp"
#include "base/rng.hpp"

#include <algorithm>
#include <string>

namespace longwire::dmp::test {

class RandomPdus {
 public:
  // plain: only what tshark reads right: no country codes (it looks for them behind all categories), three character
  // and eight character SICs of base 74 below 16 and 44 bits (it masks the rest away), text that survives JSON, O/R
  // names it is not asked to read.
  RandomPdus(std::uint64_t seed, bool plain) : rng_(seed), plain_(plain) {}

  Datagram datagram(Time submission) {
    if (below(8) == 0) return ack();
    Pdu out;
    out.envelope = envelope(submission);
    switch (below(6)) {
      case 0:
        out.content = report(out.envelope);
        break;
      case 1:
        out.content = notification(out.envelope);
        break;
      default:
        out.content = message();
    }
    finish(out);
    return out;
  }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(rng_.below(n)); }
  bool flag() { return rng_.chance(0.5); }
  std::uint8_t octet() { return static_cast<std::uint8_t>(below(256)); }
  std::string text(std::size_t most) {
    std::string out(rng_.below(most + 1), ' ');
    for (auto& c : out) c = static_cast<char>('!' + rng_.below(94));
    return out;
  }
  Bytes octets(std::size_t least, std::size_t most) {
    Bytes out(least + rng_.below(most - least + 1));
    for (auto& o : out) o = octet();
    return out;
  }

  Address address(bool extended) {
    Address out;
    if (!extended || flag()) out.direct = below(flag() ? 128 : direct_address_most + 1);
    else {
      out.extended = octets(1, 80);
      out.form = plain_ ? 1 : static_cast<std::uint8_t>(below(2));
    }
    return out;
  }

  std::vector<Recipient> recipients(bool extended, std::size_t most) {
    std::vector<Recipient> out(1 + below(static_cast<unsigned>(most)));
    int number = 0;
    for (auto& r : out) {
      number += 1 + static_cast<int>(flag() ? 0 : below(900));
      r.number = number;
      r.report = static_cast<Wanted>(below(3));
      r.notification = static_cast<Wanted>(below(3));
      r.action = flag();
      r.address = address(extended);
      if (!extended || flag()) continue;
      r.p2_address = address(true);
      if (flag()) r.address = {};
    }
    return out;
  }

  Envelope envelope(Time submission) {
    Envelope out;
    out.version = flag() ? 2 : 1;
    out.hops = static_cast<std::uint8_t>(below(8));
    out.extended_addressing = flag();
    out.checksum = flag();
    out.id = static_cast<std::uint16_t>(below(flag() ? 4096 : 65'536));
    out.submission = submission;
    if (flag()) out.time_difference = read_time_difference(static_cast<std::uint8_t>(2 + below(0xF6)));
    out.content_id_discarded = flag();
    out.reassignment_prohibited = flag();
    out.dl_expansion_prohibited = flag();
    out.originator = address(out.extended_addressing);
    out.recipients = recipients(out.extended_addressing, below(10) == 0 ? 70 : 4);
    if (out.version == 1) return out;
    if (out.extended_addressing && flag()) out.second_originator = address(true);
    if (flag()) out.id_type = IdType::x400;
    for (auto n = below(3); n > 0; --n) out.extensions.push_back(octets(1, 128));
    return out;
  }

  Security security(int version) {
    Security out;
    out.classification = static_cast<std::uint8_t>(below(8));
    out.policy = static_cast<std::uint8_t>(below(8));
    if (out.policy >= policy_extended_national) out.nation_or_mission = static_cast<std::uint8_t>(1 + below(0x1C));
    out.categories.emplace();
    out.categories->first = static_cast<std::uint8_t>(octet() & 0xF0U);
    if (version < 2 || out.policy < policy_nato || out.policy > policy_extended_national) return out;
    for (auto n = below(3); n > 0; --n) {
      Categories::Continuation one{flag(), static_cast<std::uint8_t>(1 + below(0x3E)), {}};
      if (!plain_ && below(4) == 0) one = {false, 0x3F, octet()};
      out.categories->more.push_back(one);
    }
    return out;
  }

  std::vector<std::string> sics() {
    constexpr std::string_view narrow = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    constexpr std::string_view wide = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+,-./:=? ";
    const auto letters = flag() ? narrow : wide;
    std::vector<std::string> out(below(static_cast<unsigned>(sics_most) + 1));
    for (auto& sic : out) {
      sic.resize(3 + (flag() ? 0 : below(6)));
      for (auto& c : sic) c = letters[rng_.below(letters.size())];
      if (plain_ && sic.size() == 3) sic[0] = letters[rng_.below(11)];
      if (plain_ && sic.size() == 8) sic[0] = letters[0];
    }
    return out;
  }

  Body body() {
    Body out;
    out.format = static_cast<BodyFormat>(below(3));
    if (out.format == BodyFormat::subject_and_text) out.subject = text(40);
    out.data = plain_ ? to_bytes(text(300)) : octets(0, 300);
    if (out.format == BodyFormat::structured) return out;
    out.eit = static_cast<std::uint8_t>(below(5));
    out.compressed = !out.data.empty() && flag();
    return out;
  }

  Message message() {
    Message out;
    out.military = flag();
    out.message_type = out.military ? static_cast<std::uint8_t>(below(4)) : std::uint8_t{0};
    out.precedence = static_cast<std::uint8_t>(out.military ? below(8) : 2 * below(3));
    out.authorizing_discarded = flag();
    out.subject_discarded = flag();
    if (flag()) out.expiry = read_age(static_cast<std::uint8_t>(1 + below(0xFE)));
    out.body = body();
    if (!out.military) return out;
    if (flag()) out.dtg = read_dtg(static_cast<std::uint8_t>((1 + below(0x7E)) | (flag() ? 0x80U : 0U)));
    out.sics = sics();
    return out;
  }

  Report report(const Envelope& e) {
    Report out;
    set_subject(out.subject, e, 35);
    for (auto& r : recipients(false, 4)) {
      ReportEntry one;
      one.recipient = std::move(r);
      one.delivered = flag();
      if (flag()) one.info = text(60);
      if (one.delivered) {
        one.delivery_age = *read_age(static_cast<std::uint8_t>(below(0xFF)));
      } else {
        one.reason = static_cast<std::uint8_t>(below(0x3F));
        one.diagnostic = static_cast<std::uint8_t>(below(0x7F));
      }
      out.entries.push_back(std::move(one));
    }
    return out;
  }

  Notification notification(const Envelope& e) {
    Notification out;
    set_subject(out.subject, e, 64);
    out.type = static_cast<NotificationType>(below(3));
    if (out.type == NotificationType::non_receipt) {
      out.reason = static_cast<std::uint8_t>(below(2));
      if (flag()) out.discard_reason = static_cast<std::uint8_t>(below(3));
      return out;
    }
    out.receipt_age = *read_age(static_cast<std::uint8_t>(1 + below(0xFE)));
    out.text = text(60);
    if (out.type != NotificationType::other) return out;
    out.acp127 = static_cast<std::uint8_t>(below(3));
    out.acp127_recipient = text(63);
    return out;
  }

  void set_subject(Subject& out, const Envelope& e, std::size_t most) {
    if (e.id_type == IdType::dmp) out.id = static_cast<std::uint16_t>(below(65'536));
    else out.x400 = "A" + text(most - 1);
  }

  // What depends on content and envelope together.
  void finish(Pdu& pdu) {
    auto& e = pdu.envelope;
    const bool report = std::holds_alternative<Report>(pdu.content);
    if (report) {
      e.originator.reset();
      e.second_originator.reset();
    }
    if (e.id_type == IdType::x400 && !report) e.mts_id = "M" + text(31);
    const bool asked = std::any_of(e.recipients.begin(), e.recipients.end(),
                                   [](const Recipient& r) { return r.notification != Wanted::none; });
    if (e.id_type == IdType::x400 && asked && std::holds_alternative<Message>(pdu.content)) e.ipm_id = "I" + text(63);
    std::visit([&](auto& content) { content.security = security(e.version); }, pdu.content);
  }

  Ack ack() {
    Ack out;
    out.version = flag() ? 2 : 1;
    out.checksum = flag();
    out.reason = static_cast<std::uint8_t>(below(3));
    out.diagnostic = octet();
    out.id = static_cast<std::uint16_t>(below(65'536));
    if (flag()) out.recipients = recipients(flag(), 3);
    if (!plain_ && out.version == 2 && flag()) out.extensions.push_back(octets(1, 128));
    return out;
  }

  Rng rng_;
  bool plain_;
};

}  // namespace longwire::dmp::test
