#include "node/engine/reports.hpp"

#include "base/text.hpp"
#include "mail/parameters.hpp"

#include <algorithm>

namespace longwire::engine {

using mail::DsnAction;

namespace {

mail::DsnRecipient recipient_of(const store::RecipientRow& row, const ReportEntry& entry, Time retry_until) {
  const auto& v = entry.verdict;
  mail::DsnRecipient r;
  r.final_recipient = row.recipient.address;
  r.orcpt = row.recipient.orcpt;
  r.action = *v.report;
  r.status = v.status;
  r.remote_mta = v.remote;
  r.diagnostic_type = v.diagnostic_type;
  r.diagnostic = v.diagnostic;
  if (*v.report == DsnAction::failed && v.diagnostic.empty()) r.status_comment = v.text;
  if (row.attempts > 0) r.last_attempt = entry.at;
  if (*v.report == DsnAction::delayed) r.will_retry_until = retry_until;
  return r;
}

}  // namespace

bool wants_report(const mail::Envelope& envelope, const mail::Recipient& recipient, DsnAction action,
                  bool local_sender) {
  const auto& notify = recipient.notify;
  if (notify && notify->never) return false;
  switch (action) {
    case DsnAction::failed:
      return !notify || notify->failure;
    // BY=..;N asks for the delayed report by itself (RFC 2852 4.1.3).
    case DsnAction::delayed:
      return notify ? notify->delay || (envelope.by && !envelope.by->return_if_late)
                    : local_sender || (envelope.by && !envelope.by->return_if_late);
    case DsnAction::relayed:
      return (notify && notify->success) || (envelope.by && envelope.by->trace);
    case DsnAction::delivered:
    case DsnAction::expanded:
      return notify && notify->success;
  }
  return false;
}

bool Reports::flush(Time now) {
  bool written = false;
  // A report may itself fail at once (no route back): it comes from <>, so the second pass ends it.
  for (auto collected = outcomes_.take_reports(); !collected.empty(); collected = outcomes_.take_reports())
    for (const auto& [id, entries] : collected) written = write(id, entries, now) || written;
  outcomes_.close_finished(now);
  return written;
}

bool Reports::write(std::uint64_t id, const std::vector<ReportEntry>& entries, Time now) {
  auto* m = core_.ledger.find(id);
  const auto* row = core_.rows.get(id);
  if (m == nullptr || row == nullptr) return false;
  if (row->envelope.from.empty()) {
    no_way_back(*m, entries, now);
    return false;
  }
  auto mine = entries;
  const auto copy = *row;
  // What came by X.400 and was only to pass through is reported in X.400; only a CMS object is delivered from there.
  if (copy.form == store::Form::p1) {
    x400_.failed(copy, entries, now);
    std::erase_if(mine, [](const auto& e) { return *e.verdict.report != DsnAction::delivered; });
  }
  std::vector<ReportEntry> wanted;
  for (const auto& e : mine)
    if (wants_report(copy.envelope, copy.rows.at(e.index).recipient, *e.verdict.report,
                     core_.counts_as_local(copy.from_peer)))
      wanted.push_back(e);
  if (wanted.empty()) return copy.form == store::Form::p1;
  write_mail(*m, copy, wanted, now);
  return true;
}

bool Reports::may_quote(const store::MessageRow& row) const {
  const auto& to = row.envelope.from;
  return core_.labels.way_is_cleared(row.label, core_.router.route(mail::domain_of(to)), to, core_.router);
}

void Reports::write_mail(LiveMessage& m, const store::MessageRow& row, const std::vector<ReportEntry>& wanted,
                         Time now) {
  const auto report = compose(m, row, wanted, now);
  auto octets = mail::format_dsn(report, report.return_nothing ? Bytes{} : core_.store.body(row.id));

  store::MessageRow dsn;
  // What speaks of the message has its label.
  if (row.label && may_quote(row)) {
    dsn.label = row.label;
    octets = core_.labelled(octets, *row.label, now);
  } else if (const auto found = core_.labels.rules().label_of(octets); found && core_.labels.on()) {
    dsn.label = *found;
  }
  dsn.envelope.mt_priority = row.envelope.mt_priority.value_or(0);  // RFC 6710 4.6
  dsn.rows.push_back({});
  dsn.rows.front().recipient.address = report.to;
  dsn.rows.front().recipient.notify = mail::Notify{true, false, false, false};
  dsn.accepted = now;
  dsn.expiry = now + core_.config.default_expiry;
  dsn.origin = "report";
  dsn.message_id = "<" + report.message_id + ">";
  dsn.subject = "delivery report for " + m.tracking_id;
  const auto actions = std::string(to_string(*wanted.front().verdict.report));
  outcomes_.track(m, {}, now, "report", actions + " to " + report.to);
  const auto id = m.id;
  const auto subject_id = m.tracking_id;
  const auto& accepted = intake_.accept(std::move(dsn), octets, now);
  core_.report(now, level::info, events::dsn_sent,
               {{"id", id},
                {"tracking_id", subject_id},
                {"report_id", accepted.id},
                {"action", actions},
                {"recipients", wanted.size()},
                {"to", report.to}});
}

mail::DsnReport Reports::compose(const LiveMessage& m, const store::MessageRow& row,
                                 const std::vector<ReportEntry>& entries, Time now) {
  mail::DsnReport report;
  report.reporting_mta = core_.config.domain;
  report.message_id = intake_.new_tracking_id() + "." + std::to_string(to_unix32(now)) + "@" + core_.config.domain;
  report.to = row.envelope.from;
  report.original_envid = row.envelope.envid;
  report.arrival = row.accepted;
  report.now = now;
  report.deliver_by = row.deliver_by;
  bool failure = false;
  for (const auto& e : entries) {
    report.recipients.push_back(recipient_of(row.rows.at(e.index), e, m.expiry));
    failure = failure || *e.verdict.report == DsnAction::failed;
  }
  // The whole message comes back only when asked for, for a failure, and not over the air.
  report.return_full = failure && row.envelope.ret == mail::Ret::full && core_.counts_as_local(row.from_peer) &&
                       row.octets <= limits::returned_octets;
  report.return_nothing = row.form == store::Form::p1;
  if (may_quote(row)) return report;
  // Its sender chose these texts as well as the subject.
  report.return_nothing = true;
  report.original_envid.clear();
  for (auto& r : report.recipients) r.orcpt = r.diagnostic_type = r.diagnostic = r.status_comment = "";
  return report;
}

void Reports::no_way_back(const LiveMessage& m, const std::vector<ReportEntry>& entries, Time now) {
  for (const auto& e : entries) {
    if (*e.verdict.report != DsnAction::failed) continue;
    core_.report(
        now, level::warning, events::undeliverable_report,
        {{"id", m.id}, {"tracking_id", m.tracking_id}, {"status", e.verdict.status}, {"text", e.verdict.text}});
    core_.alert(now, events::undeliverable_report,
                "message " + m.tracking_id + " from <> could not be delivered: " + e.verdict.text);
  }
}

void Reports::correlate(const store::MessageRow& report, ByteView message, Time now) {
  const auto parsed = mail::parse_dsn(message);
  if (!parsed) return;
  // The store keeps both as they came: xtext, and the field with its angle brackets.
  const auto& id = parsed->original_message_id;
  auto subjects =
      core_.store.find_by_envelope(mail::xtext_encode(parsed->original_envid), id.empty() ? id : "<" + id + ">");
  // A report that came back by X.400 names what we called the message there, its tracking id, and may return
  // something else than the message.
  if (const auto mts = x400::parse_mts_id(parsed->x400_subject); mts && mts->domain == core_.gateway.domain)
    if (auto row = core_.store.find(mts->local)) subjects = {*std::move(row)};
  // Whoever speaks X.400 with us can name our messages: he is believed about what was handed to him, towards its
  // sender.
  const bool by_x400 = !parsed->x400_subject.empty();
  const auto peer = core_.router.peer_of(report.from_peer);
  const auto believed = [&](const store::RecipientRow& row) {
    return !by_x400 || (peer && row.next_hop == core_.config.peers[*peer].name);
  };
  for (const auto& subject : subjects) {
    if (by_x400 && !iequals(subject.envelope.from, report.rows.at(0).recipient.address)) continue;
    for (const auto& r : parsed->recipients) {
      const auto named = std::find_if(subject.rows.begin(), subject.rows.end(), [&](const store::RecipientRow& row) {
        return believed(row) && (iequals(row.recipient.address, r.final_recipient) ||
                                 iequals("rfc822;" + row.recipient.address, r.original_recipient));
      });
      if (named == subject.rows.end()) continue;
      core_.store.track(
          {subject.id, named->recipient.address, now, "reported_" + std::string(to_string(r.action)), r.status});
      core_.report(now, r.action == DsnAction::failed ? level::warning : level::info, events::dsn_received,
                   {{"id", subject.id},
                    {"tracking_id", subject.tracking_id},
                    {"recipient", named->recipient.address},
                    {"action", to_string(r.action)},
                    {"status", r.status}});
    }
  }
}

}  // namespace longwire::engine
