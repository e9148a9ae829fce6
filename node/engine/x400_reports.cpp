#include "node/engine/x400_reports.hpp"

#include "annexe/gateway/reports.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"
#include "node/engine/outcomes.hpp"

#include <algorithm>
#include <map>

namespace longwire::engine {

namespace {

bool same(std::string_view a, std::string_view b) { return iequals(a, b); }

}  // namespace

bool is_mapped(const Core& core, const x400::OrName& name) {
  const auto& map = core.gateway.addresses;
  const auto address = map.to_rfc822(name);
  // A DMP number that is in no table belongs to the peer it came from.
  if (std::any_of(name.domain_defined.begin(), name.domain_defined.end(),
                  [](const auto& d) { return d.first == "DMP"; }))
    return false;
  if (map.by_address(address) != nullptr) return true;
  const bool internet = std::any_of(name.domain_defined.begin(), name.domain_defined.end(),
                                    [](const auto& d) { return same(d.first, "RFC-822"); });
  if (internet || !same(mail::domain_of(address), map.config().domain)) return true;
  const auto& own = map.config().or_address;
  return same(name.country, own.country) && same(name.admd, own.admd) && same(name.prmd, own.prmd);
}

gateway::Settings settings_for(const Core& core, PmulId from) {
  auto out = core.gateway;
  const auto peer = core.router.peer_of(from);
  if (peer && core.config.peers[*peer].content != Content::mule)
    out.addresses = out.addresses.with_strangers_at(core.config.peers[*peer].name + "." + std::string(x400_domain));
  return out;
}

std::string address_of(const Core& core, const x400::OrName& name, std::optional<PmulId> from) {
  if (is_mapped(core, name)) return core.gateway.addresses.to_rfc822(name);
  auto peer = from ? core.router.peer_of(*from) : std::nullopt;
  if (const auto any = core.router.route(x400_domain); !from && any.kind == Route::Kind::peer) peer = any.peer;
  if (!peer || core.config.peers[*peer].content == Content::mule) return {};
  // Its text form, quoted where that is needed, at another domain than ours.
  auto address = core.gateway.addresses.to_rfc822(name);
  address.resize(address.rfind('@') + 1);
  return address + core.config.peers[*peer].name + "." + std::string(x400_domain);
}

bool takes_apdu(const Core& core, const Route& route) {
  // A circuit wants what mail has no word for: requests for ACP 127 notifications.
  if (route.kind == Route::Kind::circuit) return true;
  return route.kind == Route::Kind::peer && core.config.peers[route.peer].content != Content::mule;
}

int mt_priority_of(const Core& core, const x400::MessageEnvelope& envelope) {
  return gateway::mt_priority_of(envelope, core.gateway);
}

void reduce(x400::Report& report) {
  report.returned.reset();
  report.content_id.clear();
  report.additional.clear();
  report.extensions.clear();
  for (auto& r : report.recipients) {
    r.supplementary.clear();
    r.extensions.clear();
    r.intended.reset();  // an ORCPT: words of the sender
  }
}

void X400Reports::refuse(const x400::Message& message, const std::vector<int>& numbers, const gateway::Refusal& why,
                         PmulId from, const Label& label, Time now) {
  if (numbers.empty()) return;
  auto report = gateway::refuse(message, numbers, why, core_.gateway, intake_.new_tracking_id(), now);
  if (report) send(*std::move(report), mt_priority_of(core_, message.envelope), from, label, now);
}

void X400Reports::answer(const x400::Probe& probe, const std::vector<int>& good_numbers, PmulId from, Time now) {
  auto report = gateway::answer_probe(probe, good_numbers, core_.gateway, intake_.new_tracking_id(), now);
  send(std::move(report), mt_priority_of(core_, probe.envelope), from, std::nullopt, now);
}

void X400Reports::failed(const store::MessageRow& row, const std::vector<ReportEntry>& entries, Time now) {
  const auto apdu = x400::decode_p1(core_.store.body(row.id));
  const auto* message = apdu ? std::get_if<x400::Message>(&*apdu) : nullptr;
  if (message == nullptr) return;
  // One report, whatever the reasons: each recipient has its own.
  std::map<std::string, std::vector<const ReportEntry*>> by_status;
  for (const auto& e : entries)
    if (e.verdict.report == mail::DsnAction::failed) by_status[e.verdict.status].push_back(&e);
  std::optional<x400::Report> report;
  for (const auto& [status, group] : by_status) {
    std::vector<int> numbers;
    for (const auto* e : group) numbers.push_back(boundary_.number_of(row, e->index));
    const auto code = gateway::x411_of(status);
    auto part = gateway::refuse(*message, numbers, {code.reason, code.diagnostic, group.front()->verdict.text},
                                core_.gateway, report ? report->id.local : intake_.new_tracking_id(), now);
    if (!part) continue;
    if (!report) report = std::move(part);
    else report->recipients.insert(report->recipients.end(), part->recipients.begin(), part->recipients.end());
  }
  if (report) send(*std::move(report), row.envelope.mt_priority.value_or(0), row.from_peer, row.label, now);
}

bool X400Reports::send(x400::Report report, int mt_priority, PmulId from, const Label& label, Time now) {
  const auto address = address_of(core_, report.destination, from);
  const auto route = core_.router.route(mail::domain_of(address));
  if (address.empty() || route.kind == Route::Kind::none) {
    const auto text = "report on " + to_string(report.subject) + ": no way to " + x400::to_text(report.destination);
    core_.report(now, level::warning, events::undeliverable_report, {{"text", text}});
    core_.alert(now, events::undeliverable_report, text + "; a [[gateway.domain]] can give one");
    return false;
  }
  const bool cleared = core_.labels.way_is_cleared(label, route, address, core_.router);
  if (!cleared) reduce(report);
  store::MessageRow row;
  if (cleared) row.label = label;
  row.tracking_id = report.id.local;
  row.envelope.mt_priority = mt_priority;
  row.accepted = now;
  row.expiry = now + core_.config.default_expiry;
  row.origin = "report";
  row.rows.push_back(store::new_recipient({address, mail::Notify{.never = true}, {}, {}}));
  Bytes octets;
  std::vector<std::string> notes;
  if (takes_apdu(core_, route)) {
    row.form = store::Form::p1;
    row.message_id = to_string(report.id);
    octets = x400::encode_p1(report);
  } else {
    auto item = gateway::to_mail(report, settings_for(core_, from),
                                 cleared ? boundary_.subject_of_own(report, from) : gateway::FindSubject{}, now);
    if (!item) return false;
    octets = std::move(item->message);
    notes = std::move(item->notes);
    row.message_id = mail::HeaderView(octets).value("Message-ID").value_or("");
  }
  row.subject = "report on " + to_string(report.subject);
  auto& m = intake_.accept(std::move(row), octets, now);
  core_.report(now, level::info, events::x400_report_sent,
               {{"id", m.id}, {"tracking_id", m.tracking_id}, {"subject", to_string(report.subject)}, {"to", address}});
  intake_.tell_notes(m, notes, now);
  return true;
}

}  // namespace longwire::engine
