#include "node/engine/admission.hpp"

#include "base/text.hpp"
#include "mail/message.hpp"
#include "mail/mmhs.hpp"
#include "node/engine/content_key.hpp"
#include "node/engine/submitter_rule.hpp"

#include <algorithm>

namespace longwire::engine {

namespace {

// How long a client may take to come back after it lost its connection.
constexpr Duration resubmission = std::chrono::hours{1};

std::string lowered_text(int mt_priority) { return std::to_string(mt_priority) + " is the new priority"; }

// The header as raw octets: up to the empty line.
ByteView header_of(ByteView message) {
  const auto end = as_text(message).find("\r\n\r\n");
  return message.first(end == std::string_view::npos ? message.size() : end);
}

// RFC 6758 3.1 and RFC 6477: the header speaks only when the parameter does not.
void take_priority_from_header(mail::Envelope& envelope, const mail::MmhsFields& fields) {
  if (envelope.mt_priority) return;
  if (fields.mt_priority) envelope.mt_priority = fields.mt_priority;
  else if (fields.primary_precedence) envelope.mt_priority = row(*fields.primary_precedence).mt_priority;
  else if (fields.copy_precedence) envelope.mt_priority = row(*fields.copy_precedence).mt_priority;
}

}  // namespace

Admission::Admission(Core& core, Intake& intake, Time started)
    : core_(core), intake_(intake), judge_(core), started_(started) {
  auto submitters = core.config.submitters;
  if (submitters.empty()) {  // nobody named: the machine itself
    submitters.push_back({"127.0.0.0/8", Precedence::override_, false, true});
    submitters.push_back({"::1", Precedence::override_, false, true});
    submitters.push_back({"local", Precedence::override_, false, true});
  }
  for (const auto& s : submitters)
    if (const auto network = Network::parse(s.network)) rules_.push_back({*network, s});
}

const Submitter* Admission::rights_of(const smtp::Client& client) const {
  for (const auto& rule : rules_)
    if (rule.network.contains(client.address)) return &rule.rights;
  return nullptr;
}

smtp::Reply Admission::refuse(const smtp::Client& client, smtp::Reply reply, std::string_view what, Time now) {
  core_.report(now, level::notice, events::message_refused,
               {{"client", client.address},
                {"what", what},
                {"code", reply.code},
                {"status", reply.enhanced},
                {"text", reply.text}});
  return reply;
}

std::optional<smtp::Reply> Admission::cap(const Submitter& rights, mail::Envelope& envelope) const {
  const int highest = row(rights.max_precedence).mt_priority;
  // Override is the top level: 7..9 belong to it too.
  if (rights.max_precedence == Precedence::override_ || envelope.mt_priority.value_or(0) <= highest)
    return std::nullopt;
  if (rights.strict) return smtp::Reply{550, "5.7.1", "precedence above your right"};
  envelope.mt_priority = highest;
  return smtp::Reply{250, "2.3.6", lowered_text(highest)};
}

smtp::Reply Admission::on_mail(const smtp::Client& client, mail::Envelope& envelope, Time now) {
  const auto* rights = rights_of(client);
  if (rights == nullptr) return refuse(client, {550, "5.7.1", "you may not submit here"}, "mail", now);
  if (const auto refusal = refuse_session(*rights, client, envelope.from, core_.config.domain))
    return refuse(client, *refusal, "mail", now);
  if (core_.config.max_message != 0 && envelope.size.value_or(0) > core_.config.max_message)
    return refuse(client, {552, "5.3.4", "message too big"}, "mail", now);
  if (envelope.by && envelope.by->return_if_late && envelope.by->seconds <= 0)
    return refuse(client, {501, "5.5.4", "BY with R needs a time above 0"}, "mail", now);
  if (const auto changed = cap(*rights, envelope))
    return changed->positive() ? *changed : refuse(client, *changed, "mail", now);
  return {250, "2.1.0", "sender ok"};
}

smtp::Reply Admission::on_rcpt(const smtp::Client& client, const mail::Envelope& envelope,
                               const mail::Recipient& recipient, Time now) {
  const auto* rights = rights_of(client);
  if (rights == nullptr) return refuse(client, {550, "5.7.1", "you may not submit here"}, "rcpt", now);
  const auto domain = mail::domain_of(recipient.address);
  if (domain.empty()) {
    // RFC 5321 4.5.1: postmaster needs no domain.
    if (iequals(recipient.address, "postmaster")) return {250, "2.1.5", "recipient ok"};
    return refuse(client, {554, "5.1.2", "the address has no domain"}, "rcpt", now);
  }
  const auto route = core_.router.route(domain);
  if (route.kind == Route::Kind::local) return {250, "2.1.5", "recipient ok"};
  if (!rights->relay) return refuse(client, {550, "5.7.1", "relaying not allowed"}, "rcpt", now);
  if (route.kind == Route::Kind::none) return refuse(client, {550, "5.4.4", "no route to " + domain}, "rcpt", now);
  if (route.kind == Route::Kind::circuit) return {250, "2.1.5", "recipient ok"};
  const auto& bearers = core_.router.bearers_of(route.peer);
  const auto carries = [&](std::size_t b) {
    const auto most = core_.config.bearers[b].max_message;
    return most == 0 || envelope.size.value_or(0) <= most;
  };
  if (std::none_of(bearers.begin(), bearers.end(), carries))
    return refuse(client, {552, "5.2.3", "too big for the links to " + domain}, "rcpt", now);
  return {250, "2.1.5", "recipient ok"};
}

bool Admission::leaves_by_radio(const mail::Envelope& envelope) const {
  return std::any_of(envelope.recipients.begin(), envelope.recipients.end(), [this](const mail::Recipient& r) {
    return core_.router.route(mail::domain_of(r.address)).kind == Route::Kind::peer;
  });
}

std::optional<smtp::Reply> Admission::check_content(const mail::Envelope& envelope, ByteView message, Time now) {
  if (core_.config.max_message != 0 && message.size() > core_.config.max_message)
    return smtp::Reply{552, "5.3.4", "message too big"};
  for (const auto octet : header_of(message))
    if (octet == 0 || octet > 127) return smtp::Reply{554, "5.6.0", "NUL or 8-bit octet in the header"};
  const mail::HeaderView header(message);
  const auto hops = header.count("Received");
  const auto most = leaves_by_radio(envelope) ? limits::received_fields_radio : limits::received_fields;
  if (hops < most) return std::nullopt;
  core_.report(now, level::warning, events::loop_detected, {{"received_fields", hops}});
  return smtp::Reply{554, "5.4.6", "too many Received fields: mail loop"};
}

bool Admission::stored_before_restart(const smtp::Client& client, const mail::Envelope& envelope, ByteView message,
                                      Time now) {
  ContentHash hash;
  hash.add(client.address).add(envelope.from);
  for (const auto& r : envelope.recipients) hash.add(r.address);
  const auto key = hash.add(message).key();
  while (!taken_order_.empty() && taken_order_.front().first + resubmission < now) {
    taken_.erase(taken_order_.front().second);
    taken_order_.pop_front();
  }
  if (now < started_ + resubmission && !taken_.contains(key) && core_.store.seen(key)) return true;
  if (taken_.insert(key).second) {
    taken_order_.emplace_back(now, key);
    core_.store.remember(key, now + resubmission);
  }
  return false;
}

std::optional<smtp::Reply> Admission::judge(const smtp::Client& client, const mail::Envelope& envelope,
                                            const Bytes& message, Judgement& judged, Time now) {
  judged = judge_.mail(message, PmulId{}, envelope.from, now);
  auto why = judged.refusal;
  if (!why && core_.labels.on()) why = core_.labels.rules().check_submission(judged.label, envelope.from);
  if (!why) return std::nullopt;
  core_.report(now, level::warning, events::security_refused,
               {{"client", client.address}, {"from", envelope.from}, {"status", why->status}, {"reason", why->detail}});
  core_.store.audit(now, "security",
                    "refused submission of " + envelope.from + " from " + client.address + ": " + why->detail);
  return refuse(client, {550, why->status, why->text}, "message", now);
}

smtp::Reply Admission::on_message(const smtp::Client& client, mail::Envelope envelope, Bytes message, Time now) {
  const auto* rights = rights_of(client);
  if (rights == nullptr) return refuse(client, {550, "5.7.1", "you may not submit here"}, "message", now);
  if (const auto refusal = refuse_authors(*rights, client, message, core_.config.domain))
    return refuse(client, *refusal, "message", now);
  if (const auto bad = check_content(envelope, message, now)) return refuse(client, *bad, "message", now);
  const mail::HeaderView header(message);
  const auto fields = mail::read_mmhs(header);
  if (!fields)
    return refuse(client, {554, "5.6.0", std::string(fields.error().name) + ": " + fields.error().text}, "message",
                  now);
  take_priority_from_header(envelope, *fields);
  const auto changed = cap(*rights, envelope);
  if (changed && !changed->positive()) return refuse(client, *changed, "message", now);
  Judgement judged;
  if (const auto refused = judge(client, envelope, message, judged, now)) return *refused;
  if (stored_before_restart(client, envelope, message, now)) {
    core_.report(now, level::notice, events::duplicate_suppressed, {{"client", client.address}, {"by", "submission"}});
    return {250, "2.6.0", "accepted before the restart"};
  }

  store::MessageRow row;
  row.tracking_id = intake_.new_tracking_id();
  row.accepted = now;
  row.expiry = now + core_.config.default_expiry;
  judged.tell(row);
  if (envelope.by) row.deliver_by = now + std::chrono::seconds{envelope.by->seconds};
  row.origin = "smtp " + client.address;
  row.message_id = header.value("Message-ID").value_or("");
  row.subject = header.value("Subject").value_or("");
  for (auto& r : envelope.recipients) row.rows.push_back(store::new_recipient(std::move(r)));
  envelope.recipients.clear();
  mail::Received trace;
  trace.from_name = client.helo;
  trace.from_address = client.address == "local" ? "" : client.address;
  trace.by = core_.config.domain;
  trace.with = client.protocol;
  trace.id = row.tracking_id;
  if (row.rows.size() == 1) trace.for_path = row.rows.front().recipient.address;
  trace.mt_priority = envelope.mt_priority.value_or(0);
  trace.date = format_rfc5322(now);
  row.envelope = std::move(envelope);
  auto octets = to_bytes(mail::format_received(trace));
  // `header` looks into the message as it came.
  const auto stored =
      judged.label && judged.protection == "clear" ? core_.labelled(message, *judged.label, now) : std::move(message);
  octets.insert(octets.end(), stored.begin(), stored.end());

  auto& m = intake_.accept(std::move(row), octets, now);
  intake_.conclude(m, judged, now);
  core_.report(now, level::info, events::message_accepted,
               {{"id", m.id},
                {"tracking_id", m.tracking_id},
                {"precedence", to_string(m.level)},
                {"octets", m.octets},
                {"recipients", m.recipients.size()},
                {"client", client.address}});
  if (changed) return *changed;
  return {250, "2.6.0", m.tracking_id + (core_.minimize.holds(m.level) ? " accepted, held by MINIMIZE" : " accepted")};
}

}  // namespace longwire::engine
