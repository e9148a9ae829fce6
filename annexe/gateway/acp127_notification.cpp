// Military other-notifications about recipients reached by ACP 127.
#include "annexe/gateway/acp127.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::size_t recipient_bound = 128;  // stanag4406.md 3.4, extension 16
constexpr std::size_t supplementary_bound = 128;

// The specifier a recipient of the envelope has in the heading.
const x400::RecipientSpecifier* specifier_of(const x400::Heading& heading, const x400::OrName& name,
                                             const Settings& settings) {
  const auto address = settings.addresses.to_rfc822(name);
  for (const auto* list : {&heading.primary, &heading.copy, &heading.blind_copy})
    for (const auto& r : *list)
      if (r.recipient.formal && settings.addresses.to_rfc822(*r.recipient.formal) == address) return &r;
  return nullptr;
}

}  // namespace

std::vector<x400::Message> acp127_notifications(const x400::Message& message, const std::vector<int>& numbers,
                                                const Acp127Outcome& outcome, const Settings& settings,
                                                const std::string& local_id, Time now) {
  std::vector<x400::Message> out;
  const auto content = x400::decode_p772(message.content);
  const auto* ipm = content ? std::get_if<x400::Ipm>(&*content) : nullptr;
  if (ipm == nullptr) return out;
  for (const auto& r : message.envelope.recipients) {
    if (std::find(numbers.begin(), numbers.end(), r.number) == numbers.end()) continue;
    const auto* wanted = specifier_of(ipm->heading, r.name, settings);
    if (wanted == nullptr || (wanted->acp127_request & outcome.type) == 0) continue;
    x400::Acp127Response response;
    response.type = outcome.type;
    response.time = now;
    const auto* user = settings.addresses.by_address(settings.addresses.to_rfc822(r.name));
    response.recipient = user != nullptr ? user->plad : settings.addresses.to_rfc822(r.name);
    response.recipient.resize(std::min(response.recipient.size(), recipient_bound));
    response.supplementary = outcome.supplementary.substr(0, supplementary_bound);
    x400::Ipn ipn;
    ipn.subject = ipm->heading.this_id;
    ipn.originator = wanted->recipient;
    ipn.outcome = x400::OtherNotification{response, {}};
    auto& m = out.emplace_back();
    m.envelope.id = {settings.domain, local_id + "." + std::to_string(r.number)};
    m.envelope.originator = r.name;
    m.envelope.content_type.oid = x400::content_p772_oid;
    x400::set_precedence(m.envelope, x400::precedence_of(message.envelope));
    m.envelope.trace.push_back({settings.domain, now, x400::TraceAction::relayed, {}, {}, {}, 0});
    auto& to = m.envelope.recipients.emplace_back();
    to.name = message.envelope.originator;
    to.number = 1;
    to.mta_report = to.report = x400::ReportRequest::none;
    m.content = x400::encode_p772(ipn);
  }
  return out;
}

}  // namespace longwire::gateway
