// The reports a gateway makes itself (E-07 .. E-11).
#include "annexe/gateway/descriptors.hpp"
#include "annexe/gateway/gateway.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::size_t supplementary_octets = 256;  // X.411 ub-supplementary-info-length
constexpr int user_public = 0;                     // type-of-MTS-user

std::uint8_t indicators_of(const x400::Recipient& r) {
  const auto mta = static_cast<unsigned>(r.mta_report) << 5;
  const auto originator = static_cast<unsigned>(r.report) << 3;
  return static_cast<std::uint8_t>((r.responsibility ? 0x80U : 0U) | mta | originator);
}

x400::Report report_about(const x400::MessageEnvelope& subject, const Settings& settings, std::string local_id,
                          Time now) {
  x400::Report out;
  out.id = {settings.domain, std::move(local_id)};
  out.destination = subject.originator;
  x400::TraceElement own;
  own.domain = settings.domain;
  own.arrival = now;
  out.trace.push_back(std::move(own));
  out.subject = subject.id;
  out.eits = subject.eits;
  out.content_type = subject.content_type;
  out.content_id = subject.content_id;
  if (const auto* correlator = find_extension(subject.extensions, x400::ext_content_correlator))
    out.extensions.push_back(*correlator);
  return out;
}

x400::ReportRecipient about(const x400::Recipient& r, std::string_view text, Time now) {
  x400::ReportRecipient out;
  out.actual = r.name;
  out.number = r.number;
  out.indicators = indicators_of(r);
  out.arrival = now;
  out.supplementary = printable_text(text, supplementary_octets);
  const auto* redirected = find_extension(r.extensions, x400::ext_redirection_history);
  const auto history = redirected != nullptr ? redirection_value(*redirected) : std::nullopt;
  if (history && !history->empty()) out.intended = history->front().intended;
  return out;
}

bool contains(const std::vector<int>& numbers, int number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

}  // namespace

std::optional<x400::Report> refuse(const x400::Message& message, const std::vector<int>& numbers, const Refusal& why,
                                   const Settings& settings, std::string local_id, Time now) {
  auto out = report_about(message.envelope, settings, std::move(local_id), now);
  for (const auto& r : message.envelope.recipients) {
    // The report goes to the originator: what the MTAs want for themselves is no request of his.
    const bool wanted = r.report != x400::ReportRequest::none;
    if (!r.responsibility || !wanted || !contains(numbers, r.number)) continue;
    auto recipient = about(r, why.text, now);
    recipient.outcome = x400::NonDelivered{why.reason, why.diagnostic};
    out.recipients.push_back(std::move(recipient));
  }
  if (out.recipients.empty()) return std::nullopt;
  const bool back = message.envelope.indicators.content_return_request;
  if (back && message.content.size() <= limits::returned_octets) out.returned = message.content;
  return out;
}

x400::Report answer_probe(const x400::Probe& probe, const std::vector<int>& good_numbers, const Settings& settings,
                          std::string local_id, Time now) {
  auto out = report_about(probe.envelope, settings, std::move(local_id), now);
  const auto text = "This probe was answered by the gateway " + settings.host;  // RFC 2156 5.3.9
  for (const auto& r : probe.envelope.recipients) {
    if (!r.responsibility) continue;
    auto recipient = about(r, text, now);
    if (contains(good_numbers, r.number)) recipient.outcome = x400::Delivered{now, user_public};
    else recipient.outcome = x400::NonDelivered{1, 0};  // unable-to-transfer, unrecognised-OR-name
    out.recipients.push_back(std::move(recipient));
  }
  return out;
}

bool looped(const std::vector<x400::TraceElement>& trace, const x400::GlobalDomainId& own) {
  // As X.400 compares: case and outer spaces do not count.
  const auto same = [](std::string_view a, std::string_view b) { return iequals(trim(a), trim(b)); };
  return std::any_of(trace.begin(), trace.end(), [&](const auto& e) {
    return same(e.domain.country, own.country) && same(e.domain.admd, own.admd) && same(e.domain.prmd, own.prmd);
  });
}

}  // namespace longwire::gateway
