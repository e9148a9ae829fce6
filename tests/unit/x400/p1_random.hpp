// Random MTS-APDUs that fill every member now and then, for round trips.
#pragma once

#include "annexe/x400/p1.hpp"
#include "base/ber_reader.hpp"
#include "tests/unit/x400/p772_random.hpp"

namespace longwire::test {

class RandomP1 {
 public:
  explicit RandomP1(std::uint64_t seed) : rng_(seed), content_(seed) {}

  x400::MtsApdu apdu() {
    switch (rng_.below(5)) {
      case 0:
        return report();
      case 1: {
        x400::Probe probe{envelope(), std::nullopt};
        probe.envelope.deferred.reset();
        probe.envelope.priority = x400::Priority::normal;  // a probe has none
        if (maybe()) probe.length = static_cast<std::int64_t>(rng_.below(1ULL << 40));
        return probe;
      }
      default:
        return message();
    }
  }

  x400::Message message() {
    x400::Message out{envelope(), {}};
    if (!out.envelope.content_type.oid.empty()) out.content = x400::encode_p772(content_.content());
    else out.content = octets(300);
    return out;
  }

  x400::Report report() {
    x400::Report out;
    out.id = mts_id();
    out.destination = or_name();
    out.trace = trace();
    out.envelope_extensions = extensions();
    out.subject = mts_id();
    if (maybe()) out.subject_trace = trace();
    if (maybe()) out.eits = eits();
    if (maybe()) out.content_type = content_type();
    if (maybe()) out.content_id = text(16);
    const bool is_p772 = out.content_type && !out.content_type->oid.empty();
    if (maybe()) out.returned = is_p772 ? x400::encode_p772(content_.content()) : octets(200);
    if (rng_.chance(0.2)) out.additional = any();
    out.extensions = extensions();
    for (auto n = 1 + rng_.below(4); n > 0; --n) out.recipients.push_back(report_recipient());
    return out;
  }

  x400::MessageEnvelope envelope() {
    x400::MessageEnvelope out;
    out.id = mts_id();
    out.originator = or_name();
    if (maybe()) out.eits = eits();
    out.content_type = content_type();
    if (maybe()) out.content_id = text(16);
    out.indicators = {maybe(), maybe(), maybe(), maybe(), rng_.chance(0.1)};
    if (rng_.chance(0.2)) out.deferred = time();
    if (rng_.chance(0.1)) out.bilateral = {any(), any()};
    out.trace = trace();
    out.extensions = extensions();
    if (maybe()) set_precedence(out, static_cast<Precedence>(rng_.below(precedence_levels)));
    else out.priority = static_cast<x400::Priority>(rng_.below(3));
    for (auto n = 1 + rng_.below(5); n > 0; --n) out.recipients.push_back(recipient());
    if (rng_.chance(0.1)) out.unknown = {{0x9F, 0x2A, 0x01, 0x00}, {0xB9, 0x00}};  // [42], [25]
    return out;
  }

 private:
  bool maybe() { return rng_.chance(0.5); }
  std::string text(std::uint64_t most) {
    static constexpr std::string_view set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'()+,-./:=?";
    std::string out;
    for (auto n = 1 + rng_.below(most); n > 0; --n) out += set[rng_.below(set.size())];
    return out;
  }
  Bytes octets(std::uint64_t most) {
    Bytes out;
    for (auto n = rng_.below(most + 1); n > 0; --n) out.push_back(static_cast<std::uint8_t>(rng_.next()));
    return out;
  }
  std::string oid() { return "1.3.26.0.4406.99." + std::to_string(rng_.below(1'000'000)); }
  Time time() { return from_unix(static_cast<std::int64_t>(1'700'000'000 + rng_.below(200'000'000))); }
  Bytes any() {
    ber::Writer out;
    out.begin(ber::sequence_tag);
    out.primitive(ber::octet_string_tag, octets(20));
    out.end();
    return out.finish();
  }
  x400::GlobalDomainId domain() { return {maybe() ? "NO" : "578", maybe() ? " " : "TAC", maybe() ? text(10) : ""}; }
  x400::MtsId mts_id() { return {domain(), text(32)}; }

  x400::OrName or_name() {
    auto out = content_.or_name();
    if (rng_.chance(0.1)) out.x121 = "2423456789";
    if (rng_.chance(0.1)) out.terminal_id = text(24);
    if (rng_.chance(0.1)) out.numeric_user_id = "4711";
    if (rng_.chance(0.1)) {
      ber::Writer value;
      ber::put_teletex(value, ber::teletex_string_tag, "Bj\xC3\xB8rn");
      out.extensions.push_back({2, value.finish()});
    }
    return out;
  }
  x400::ContentType content_type() {
    if (rng_.chance(0.7)) return {0, std::string(x400::content_p772_oid)};
    return {static_cast<int>(rng_.below(41)), {}};
  }
  x400::Eits eits() {
    x400::Eits out{static_cast<std::uint16_t>(rng_.below(1024) << 6), {}, {}};
    if (maybe()) out.extended = {oid(), oid()};
    if (rng_.chance(0.2)) out.raw = {{0xA1, 0x00}};
    return out;
  }
  std::vector<x400::TraceElement> trace() {
    std::vector<x400::TraceElement> out;
    for (auto n = 1 + rng_.below(3); n > 0; --n) {
      x400::TraceElement element;
      element.domain = domain();
      element.arrival = time();
      if (maybe()) element.action = x400::TraceAction::rerouted;
      if (rng_.chance(0.2)) element.attempted = domain();
      if (rng_.chance(0.2)) element.deferred = time();
      if (rng_.chance(0.2)) element.converted = eits();
      element.other_actions = static_cast<std::uint8_t>(rng_.below(4) << 6);
      out.push_back(std::move(element));
    }
    return out;
  }
  template <class Put>
  static Bytes written(Put put) {
    ber::Writer out;
    put(out);
    return out.finish();
  }
  // A value of the type X.411 gives this extension; above 99 there is none.
  Bytes value_of(int standard) {
    switch (standard) {
      case x400::ext_latest_delivery_time:
        return written([&](ber::Writer& out) { ber::put_utc_time(out, ber::utc_time_tag, time()); });
      case x400::ext_originator_return_address:
        return {0x30, 0x02, 0x30, 0x00};
      case x400::ext_message_security_label:
        return encode_label(content_.label());
      case x400::ext_content_correlator:
        return written([&](ber::Writer& out) { ber::put_text(out, ber::ia5_string_tag, text(512)); });
      case 1:
      case x400::ext_dl_expansion_prohibited:
      case x400::ext_conversion_with_loss_prohibited:
      case 22:  // proof-of-delivery-request
        return written([&](ber::Writer& out) { out.integer(ber::enumerated_tag, maybe() ? 1 : 0); });
      default:
        return any();
    }
  }
  std::vector<x400::ExtensionField> extensions() {
    static constexpr int kinds[] = {1,
                                    x400::ext_dl_expansion_prohibited,
                                    x400::ext_conversion_with_loss_prohibited,
                                    x400::ext_latest_delivery_time,
                                    x400::ext_originator_return_address,
                                    x400::ext_message_security_label,
                                    22,
                                    x400::ext_content_correlator,
                                    100,
                                    1000};
    std::vector<x400::ExtensionField> out;
    std::size_t kind = 0;
    for (auto n = rng_.below(4); n > 0; --n) {
      const auto criticality = static_cast<std::uint8_t>(rng_.below(8) << 5);
      kind += rng_.below(4);
      if (kind < std::size(kinds) && rng_.chance(0.8)) {
        out.push_back({kinds[kind], {}, criticality, value_of(kinds[kind])});
        ++kind;
      } else {
        out.push_back({-1, oid(), criticality, maybe() ? any() : Bytes{}});
      }
    }
    return out;
  }
  x400::ReportRequest request() { return static_cast<x400::ReportRequest>(rng_.below(4)); }
  x400::Recipient recipient() {
    x400::Recipient out;
    out.name = or_name();
    out.number = 1 + static_cast<int>(rng_.below(limits::x400_recipients));
    out.responsibility = maybe();
    out.mta_report = request();
    out.report = request();
    if (rng_.chance(0.1)) out.conversion = static_cast<int>(rng_.below(10));
    out.extensions = extensions();
    return out;
  }
  x400::ReportRecipient report_recipient() {
    x400::ReportRecipient out;
    out.actual = or_name();
    out.number = 1 + static_cast<int>(rng_.below(limits::x400_recipients));
    out.indicators = static_cast<std::uint8_t>(rng_.below(32) << 3);
    out.arrival = time();
    if (rng_.chance(0.2)) out.converted = eits();
    if (maybe()) {
      out.outcome = x400::Delivered{time(), maybe() ? std::optional(static_cast<int>(rng_.below(8))) : std::nullopt};
    } else {
      x400::NonDelivered failed{static_cast<int>(rng_.below(12)), std::nullopt};
      if (maybe()) failed.diagnostic = static_cast<int>(rng_.below(90));
      out.outcome = failed;
    }
    if (maybe()) out.intended = or_name();
    if (maybe()) out.supplementary = text(256);
    out.extensions = extensions();
    return out;
  }

  Rng rng_;
  RandomContent content_;
};

}  // namespace longwire::test
