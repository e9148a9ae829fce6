// Random IPMS content that fills every member now and then, for round trips.
#pragma once

#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/file_transfer.hpp"
#include "annexe/x400/information_labels.hpp"
#include "annexe/x400/p772.hpp"
#include "base/rng.hpp"

namespace longwire::test {

class RandomContent {
 public:
  explicit RandomContent(std::uint64_t seed) : rng_(seed) {}

  x400::IpmsContent content() {
    if (rng_.chance(0.7)) return ipm(0);
    return ipn();
  }

  x400::Ipm ipm(int depth) {
    x400::Ipm out;
    out.heading = heading();
    for (auto n = rng_.below(4); n > 0; --n) out.body.push_back(part(depth));
    return out;
  }

  x400::Ipn ipn() {
    x400::Ipn out;
    out.subject = ipm_id();
    if (maybe()) out.originator = descriptor();
    if (maybe()) out.intended = descriptor();
    if (maybe()) out.converted = x400::Eits{0xA000, {oid()}, {}};
    out.extensions = extensions();
    switch (rng_.below(3)) {
      case 0: {
        x400::NonReceipt non{number(2), std::nullopt, maybe() ? text(20) : "", {}, extensions()};
        if (maybe()) non.discard = number(3);
        if (maybe()) non.returned.push_back(ipm(0));
        out.outcome = std::move(non);
        break;
      }
      case 1:
        out.outcome = x400::Receipt{time(), maybe(), maybe() ? text(20) : "", extensions()};
        break;
      default: {
        x400::OtherNotification other{std::nullopt, extensions()};
        if (maybe())
          other.acp127 = x400::Acp127Response{static_cast<std::uint8_t>(rng_.below(8) << 5), time(), address_lists(),
                                              text(7), maybe() ? text(30) : ""};
        out.outcome = std::move(other);
      }
    }
    return out;
  }

  SecurityLabel label() {
    SecurityLabel out;
    if (maybe()) out.policy = oid();
    if (maybe()) out.classification = number(6);
    if (maybe()) out.mark = text(20);
    if (maybe()) out.categories.push_back({oid(), any()});
    return out;
  }

  x400::OrName or_name() {
    x400::OrName out;
    out.country = "NO";
    out.admd = maybe() ? " " : "TAC";
    if (maybe()) out.prmd = text(10);
    if (maybe()) out.organization = text(20);
    if (maybe()) out.units = strings(4, 8);
    if (maybe()) out.person = {text(10), maybe() ? text(6) : "", maybe() ? text(3) : "", maybe() ? text(2) : ""};
    if (maybe()) out.common_name = text(20);
    if (rng_.chance(0.2)) out.domain_defined = {{text(8), text(30)}};
    return out;
  }

 private:
  bool maybe() { return rng_.chance(0.5); }
  int number(std::uint64_t below) { return static_cast<int>(rng_.below(below)); }

  // 1..most characters of PrintableString, no outer spaces.
  std::string text(std::uint64_t most) {
    static constexpr std::string_view set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'()+,-./:=?";
    std::string out;
    for (auto n = 1 + rng_.below(most); n > 0; --n) out += set[rng_.below(set.size())];
    return out;
  }
  std::vector<std::string> strings(std::uint64_t most, std::uint64_t length) {
    std::vector<std::string> out;
    for (auto n = 1 + rng_.below(most); n > 0; --n) out.push_back(text(length));
    return out;
  }
  Bytes octets(std::uint64_t most) {
    Bytes out;
    for (auto n = rng_.below(most + 1); n > 0; --n) out.push_back(static_cast<std::uint8_t>(rng_.next()));
    return out;
  }
  // Characters of ISO 8859-1 as UTF-8.
  std::string latin(std::uint64_t most) { return text(most) + (maybe() ? "\xC3\xB8 \xC3\x86" : ""); }
  std::string oid() { return "1.3.26.0.4406.99." + std::to_string(rng_.below(1'000'000)); }
  Time time() { return from_unix(static_cast<std::int64_t>(1'700'000'000 + rng_.below(200'000'000))); }
  Bytes any() {
    ber::Writer out;
    out.begin(ber::sequence_tag);
    out.primitive(ber::octet_string_tag, octets(20));
    out.end();
    return out.finish();
  }

  x400::IpmId ipm_id() {
    x400::IpmId out;
    if (maybe()) out.user = or_name();
    out.local = text(64);
    return out;
  }
  std::vector<x400::IpmId> ipm_ids() {
    std::vector<x400::IpmId> out;
    for (auto n = rng_.below(3); n > 0; --n) out.push_back(ipm_id());
    return out;
  }
  x400::OrDescriptor descriptor() {
    x400::OrDescriptor out;
    if (rng_.chance(0.9)) out.formal = or_name();
    if (maybe()) out.free_form = latin(30);
    if (rng_.chance(0.2)) out.telephone = text(15);
    return out;
  }
  std::vector<x400::OrDescriptor> descriptors() {
    std::vector<x400::OrDescriptor> out;
    for (auto n = rng_.below(3); n > 0; --n) out.push_back(descriptor());
    return out;
  }
  std::vector<x400::HeadingExtension> extensions() {
    std::vector<x400::HeadingExtension> out;
    for (auto n = rng_.below(3); n > 0; --n) out.push_back({oid(), maybe() ? any() : Bytes{}});
    return out;
  }
  std::vector<x400::RecipientSpecifier> recipients() {
    std::vector<x400::RecipientSpecifier> out;
    for (auto n = rng_.below(3); n > 0; --n) {
      x400::RecipientSpecifier r;
      r.recipient = descriptor();
      r.receipt_wanted = maybe();
      r.non_receipt_wanted = maybe();
      r.return_wanted = maybe();
      r.other_requests = static_cast<std::uint8_t>(rng_.below(4) << 3);
      r.reply_requested = maybe();
      r.acp127_request = static_cast<std::uint8_t>(rng_.below(8) << 5);
      r.extensions = extensions();
      out.push_back(std::move(r));
    }
    return out;
  }
  std::vector<x400::AddressList> address_lists() {
    std::vector<x400::AddressList> out;
    for (auto n = rng_.below(3); n > 0; --n) {
      x400::AddressList list{number(2), descriptor(), std::nullopt, std::nullopt};
      if (maybe()) list.notification = number(3);
      if (maybe()) list.reply = number(3);
      out.push_back(std::move(list));
    }
    return out;
  }

  x400::MmhsExtensions mmhs() {
    x400::MmhsExtensions m;
    if (maybe()) m.primary_precedence = number(32);
    if (maybe()) m.copy_precedence = number(32);
    if (maybe()) m.message_type = {number(256), maybe() ? text(69) : ""};
    m.address_lists = address_lists();
    m.exempted = descriptors();
    if (maybe()) m.authorisation_time = time();
    if (maybe()) m.sics = strings(8, 8);
    if (rng_.chance(0.2)) m.distribution_extensions = extensions();
    if (maybe()) m.handling = strings(3, 69);
    if (maybe()) m.instructions = strings(3, 69);
    if (maybe()) m.codress = static_cast<std::int64_t>(rng_.below(1'000'000'000'000));
    if (maybe()) m.originator_reference = text(69);
    if (maybe()) m.other_recipients = {{0, text(69)}, {1, text(69)}};
    if (maybe()) m.pilot = {{number(6), descriptors(), label(), strings(2, 69)}, {}};
    if (maybe()) m.acp127_id = text(69);
    if (maybe()) m.originator_plad = text(69);
    if (maybe()) m.information_labels = x400::encode_information_labels({label(), label(), {{label(), number(5)}}});
    return m;
  }

  x400::Heading heading() {
    x400::Heading h;
    h.this_id = ipm_id();
    if (maybe()) h.originator = descriptor();
    h.authorizing = descriptors();
    h.primary = recipients();
    h.copy = recipients();
    h.blind_copy = recipients();
    if (maybe()) h.replied_to = ipm_id();
    h.obsoleted = ipm_ids();
    h.related = ipm_ids();
    if (maybe()) h.subject = latin(128);
    if (maybe()) h.expiry = time();
    if (maybe()) h.reply_by = time();
    h.reply_to = descriptors();
    if (maybe()) h.importance = number(3);
    if (maybe()) h.sensitivity = 1 + number(3);
    h.auto_forwarded = maybe();
    if (maybe()) h.mmhs = mmhs();
    h.extensions = extensions();
    if (rng_.chance(0.1)) h.unknown = {{0x9F, 0x2A, 0x01, 0x00}, {0xB9, 0x00}};  // [42], [25]
    return h;
  }

  x400::BodyPart part(int depth) {
    namespace body = x400::body;
    const auto as_string = [](const Bytes& b) { return std::string(as_text(b)); };
    switch (rng_.below(depth < 3 ? 11 : 9)) {
      case 0:
        return body::Ia5{as_string(octets(300)), maybe() ? 5 : 2};
      case 1:
        return body::General{{1, 6, number(200)}, octets(100)};
      case 2:
        return body::Bilateral{octets(100)};
      case 3:
        return body::make_adatp3({maybe(), {text(60)}, number(10)});
      case 4:
        if (maybe()) return body::make_acp127_data({text(60), number(3)});
        return body::make_corrections({text(60), number(3)});
      case 5:
        return body::make_forwarded_encrypted({time(), {}, octets(200)});
      case 6:
        return body::make_file_transfer({"",
                                         std::string(body::ftbp_mime_data),
                                         {latin(20)},
                                         latin(20),
                                         time(),
                                         time(),
                                         time(),
                                         12,
                                         extensions(),
                                         octets(200)});
      case 7:
        return maybe() ? body::Extended{oid(), any(), oid(), any()} : body::Extended{"", {}, oid(), any()};
      case 8:
        return body::Unknown{{0xA5, 0x02, 0x31, 0x00}};
      default: {
        body::Forwarded forwarded;
        forwarded.military = maybe();
        if (maybe()) forwarded.delivered = time();
        if (maybe()) forwarded.delivery_fields = {0xA1, 0x02, 0x31, 0x00};
        forwarded.message.push_back(ipm(depth + 1));
        return forwarded;
      }
    }
  }

  Rng rng_;
};

}  // namespace longwire::test
