#include "node/engine/intake.hpp"

#include "node/engine/goals.hpp"

namespace longwire::engine {

using store::RecipientState;

namespace {

constexpr std::string_view id_letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr unsigned id_bits = 40;  // eight letters

std::uint64_t name_hash(std::string_view name) {
  std::uint64_t h = 0xCBF29CE484222325ULL;  // FNV-1a: two nodes rarely show the same ids
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return h;
}

security::Refusal no_cleared_bearer(const std::string& peer) {
  return {"5.7.1", "no way that is cleared for this message", "no bearer to " + peer + " is cleared for its label"};
}

std::string next_hop_name(const Config& config, const Route& route) {
  switch (route.kind) {
    case Route::Kind::peer:
      return config.peers[route.peer].name;
    case Route::Kind::circuit:
      return config.circuits[route.peer].name;
    case Route::Kind::local:
    case Route::Kind::none:
      break;
  }
  return {};
}

}  // namespace

std::string Intake::new_tracking_id() {
  // An odd factor modulo a power of two is one to one, so the ids do not repeat and do not look
  // alike, which matters when one is read over a voice circuit.
  const auto n = core_.store.next_counter("tracking");
  std::uint64_t v = (n * 0x9E3779B97F4A7C15ULL ^ name_hash(core_.config.name)) & ((1ULL << id_bits) - 1);
  std::string out;
  for (unsigned i = 0; i < id_bits / 5; ++i, v >>= 5) out += id_letters.at(v & 31);
  return out;
}

void Intake::route(LiveMessage& m, store::MessageRow& row) {
  for (std::size_t i = 0; i < row.rows.size(); ++i) {
    auto& stored = row.rows[i];
    auto& live = m.recipients[i];
    const auto domain = mail::domain_of(stored.recipient.address);
    live.route = domain.empty() ? Route{Route::Kind::local, 0, true} : core_.router.route(domain);
    stored.next_hop = next_hop_name(core_.config, live.route);
  }
}

LiveMessage& Intake::enter(const store::MessageRow& row) {
  LiveMessage m;
  m.id = row.id;
  m.tracking_id = row.tracking_id;
  m.level = row.envelope.precedence();
  m.octets = row.octets;
  m.accepted = row.accepted;
  m.expiry = row.expiry;
  m.held = row.held;
  m.from_peer = row.from_peer;
  m.label = core_.labels.marking(row.label);
  m.barred = needs_no_label(row) ? 0 : core_.labels.barred(row.label);
  if (row.deliver_by) {
    if (row.envelope.by && row.envelope.by->return_if_late) m.expiry = std::min(m.expiry, *row.deliver_by);
    else m.deliver_by = *row.deliver_by;
  }
  m.warning = row.accepted + core_.config.delay_warning;
  m.goal = row.accepted + delivery_goal(m.level);
  m.recipients.resize(row.rows.size());
  auto& entered = core_.ledger.add(std::move(m));
  core_.timers.arm(entered.expiry, TimerKind::expiry, entered.id);
  core_.timers.arm(entered.warning, TimerKind::delay_warning, entered.id);
  core_.timers.arm(entered.deliver_by, TimerKind::deliver_by, entered.id);
  core_.timers.arm(entered.goal, TimerKind::overdue, entered.id);
  return entered;
}

LiveMessage& Intake::accept(store::MessageRow row, ByteView body, Time now) {
  if (row.tracking_id.empty()) row.tracking_id = new_tracking_id();
  row.octets = body.size();
  LiveMessage routed;
  routed.recipients.resize(row.rows.size());
  route(routed, row);
  row.id = core_.store.insert(row, body);
  auto& m = enter(row);
  m.recipients = std::move(routed.recipients);
  outcomes_.track(m, {}, now, "accepted", row.origin);
  core_.rows.keep(std::move(row));
  refuse_uncleared(m, now);
  refuse_hopeless(m, now);
  outcomes_.changed(m, now);
  return m;
}

void Intake::recover(store::MessageRow row, Time now) {
  auto& m = enter(row);
  route(m, row);
  for (std::size_t i = 0; i < row.rows.size(); ++i) {
    auto& live = m.recipients[i];
    const auto& stored = row.rows[i];
    // A transfer that still exists takes its recipients back; a delivery is asked for again.
    live.state = store::is_final(stored.state) ? stored.state : RecipientState::queued;
    live.attempts = static_cast<std::uint16_t>(stored.attempts);
    live.delay_reported = stored.delay_reported;
    if (stored.next_attempt > now) scheduler_.pause(m, live, stored.next_attempt);
  }
  core_.rows.keep(std::move(row));
  refuse_uncleared(m, now);  // clearances may have changed
  refuse_hopeless(m, now);
  outcomes_.changed(m, now);
}

void Intake::refuse_uncleared(LiveMessage& m, Time now) {
  const auto* row = core_.rows.get(m.id);
  if (row == nullptr || !core_.labels.on() || needs_no_label(*row)) return;
  const auto label = row->label;
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i) {
    if (m.recipients[i].state != RecipientState::queued) continue;
    const auto address = core_.rows.get(m.id)->rows.at(i).recipient.address;
    if (const auto why = core_.labels.check_hop(label, m.recipients[i].route, address))
      outcomes_.refuse(m, i, *why, now);
  }
}

void Intake::conclude(LiveMessage& m, const Judgement& judged, Time now) {
  if (!judged.words.empty()) {
    std::string all;
    for (const auto& w : judged.words) all += (all.empty() ? "" : "; ") + w;
    outcomes_.track(m, {}, now, "examined", all);
    core_.store.audit(now, "security", "examined " + m.tracking_id + ": " + all);
    core_.report(now, level::info, events::message_opened,
                 {{"id", m.id},
                  {"tracking_id", m.tracking_id},
                  {"protection", judged.protection},
                  {"words", boost::json::array(judged.words.begin(), judged.words.end())}});
  }
  if (judged.receipt) take_receipt(m, *judged.receipt, now);
  if (judged.refusal) outcomes_.refuse_waiting(m, *judged.refusal, now);
}

void Intake::take_receipt(LiveMessage& m, const security::ReceiptFound& found, Time now) {
  const auto expected = core_.store.expected_receipt(found.receipt.identifier);
  const auto result = expected ? core_.shaper.receipt_result(found, expected->octets) : std::string_view("unknown");
  std::string signer;
  for (const auto& s : found.signature.signers)
    if (s.certificate && signer.empty())
      signer = s.certificate->addresses.empty() ? s.certificate->subject_text() : s.certificate->addresses.front();
  const auto subject = expected ? core_.store.message(expected->message) : std::nullopt;
  if (subject) core_.store.track({subject->id, signer, now, "receipt", std::string(result)});
  core_.store.audit(now, "security",
                    "receipt of " + signer + " for " + (subject ? subject->tracking_id : "an unknown message") + ": " +
                        std::string(result));
  core_.report(
      now, result == "good" ? level::info : level::warning, events::receipt_received,
      {{"id", m.id}, {"tracking_id", subject ? subject->tracking_id : ""}, {"signer", signer}, {"result", result}});
}

void Intake::refuse_hopeless(LiveMessage& m, Time now) {
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i) {
    const auto& r = m.recipients[i];
    if (r.state != RecipientState::queued || r.route.kind == Route::Kind::local || r.route.kind == Route::Kind::circuit)
      continue;
    Verdict v{RecipientState::failed, "failed", "5.4.4", "no route to the domain", mail::DsnAction::failed};
    if (r.route.kind == Route::Kind::peer) {
      const auto choice = scheduler_.choose(m, r);
      if (!choice.bearer && choice.reason == link_policy::why::clearance) {
        outcomes_.refuse(m, i, no_cleared_bearer(core_.config.peers[r.route.peer].name), now);
        continue;
      }
      if (choice.bearer ||
          (choice.reason != link_policy::why::too_large && choice.reason != link_policy::why::precedence))
        continue;
      const bool large = choice.reason == link_policy::why::too_large;
      v.status = large ? "5.3.4" : "5.7.15";  // X.7.15: priority level too low (RFC 6710 10)
      v.text = large ? "too large for every bearer to the next hop" : "precedence too low for every bearer";
    }
    outcomes_.settle(m, i, v, now);
    core_.report(
        now, level::warning, events::delivery_failed,
        {{"id", m.id}, {"tracking_id", m.tracking_id}, {"recipient", i}, {"status", v.status}, {"text", v.text}});
  }
}

}  // namespace longwire::engine
