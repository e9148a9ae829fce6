#include "node/engine/circuits.hpp"

#include "annexe/acp127/sections.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"
#include "node/engine/x400_reports.hpp"

#include <algorithm>
#include <array>

namespace longwire::engine {

using store::RecipientState;

namespace {

constexpr Duration retry_pause = std::chrono::seconds{30};
constexpr std::uint64_t serials = 9999;  // four digits, then from the start again

std::string serial_of(std::uint64_t count) {
  auto digits = std::to_string((count - 1) % serials + 1);
  return std::string(4 - std::min<std::size_t>(4, digits.size()), '0') + digits;
}

std::string positions(const std::vector<std::uint32_t>& recipients) {
  std::string out;
  for (const auto i : recipients) out += (out.empty() ? "" : ",") + std::to_string(i);
  return out;
}

// Enhanced status code of what to_acp127 and its like say.
std::string status_of(const Error& e) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> codes{{{"unknown_addressee", "5.1.1"},
                                                                                {"critical_extension", "5.3.3"},
                                                                                {"not_for_acp127", "5.6.1"},
                                                                                {"too_long", "5.3.4"},
                                                                                {"mixer_loop", "5.4.6"}}};
  const auto* at = std::find_if(codes.begin(), codes.end(), [&e](const auto& c) { return c.first == e.name; });
  return std::string(at == codes.end() ? "5.6.0" : at->second);
}

}  // namespace

acp127::Style style_of(const CircuitConfig& circuit) {
  acp127::Style out;
  out.code = circuit.code == "ita2" ? acp127::Code::ita2 : acp127::Code::ia5;
  out.line = circuit.line;
  out.section_lines = circuit.section_lines;
  out.override_as_y = circuit.override_as == "Y";
  return out;
}

Circuits::Circuits(Core& core, Scheduler& scheduler, Outcomes& outcomes, Intake& intake, Boundary& boundary,
                   std::uint64_t first)
    : core_(core),
      scheduler_(scheduler),
      outcomes_(outcomes),
      intake_(intake),
      boundary_(boundary),
      lines_(core.config.circuits.size()),
      last_(first) {}

bool Circuits::may_send(std::size_t circuit, Precedence level) const {
  const auto& line = lines_.at(circuit);
  if (!line.up || line.pending.delivery != 0 || core_.minimize.holds(level)) return false;
  // A circuit is a wire and no emission, unless its owner says that a radio hangs on it.
  return core_.config.circuits[circuit].emcon != "hold" || !core_.gate.silent();
}

void Circuits::dispatch(Time now) {
  const auto may = [this](PeerIndex circuit, Precedence level) { return may_send(circuit, level); };
  while (const auto* head = core_.queue.head(circuit_lane, may)) {
    const auto key = *head;
    auto* m = core_.ledger.find(key.id);
    if (m == nullptr) return;
    for (std::size_t c = 0; c < lines_.size(); ++c)
      if (may_send(c, m->level)) issue(*m, c, now);
    outcomes_.changed(*m, now);
    // Each turn takes the head out of a lane: were it not so, the next one would find the same.
    if (const auto* next = core_.queue.head(circuit_lane, may); next != nullptr && *next == key) return;
  }
}

// Those without a PLAD in the table can never be reached: they get their report, the others their message.
std::vector<std::uint32_t> Circuits::addressable(LiveMessage& m, const store::MessageRow& row, std::size_t circuit,
                                                 Time now) {
  std::vector<std::uint32_t> good, unknown;
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i) {
    const auto& r = m.recipients[i];
    if (r.lane != circuit_lane || r.route.peer != circuit) continue;
    const auto* user = core_.gateway.addresses.by_address(row.rows.at(i).recipient.address);
    const bool known = user != nullptr && !user->plad.empty() && !user->routing_indicator.empty();
    (known ? good : unknown).push_back(i);
  }
  if (!unknown.empty())
    refuse(m, unknown, "5.1.1", "no PLAD with a routing indicator in the table of users ([[gateway.user]])", now);
  return good;
}

void Circuits::issue(LiveMessage& m, std::size_t circuit, Time now) {
  const auto* stored = core_.rows.get(m.id);
  if (stored == nullptr) return;
  const auto row = *stored;
  Pending pending{0, m.id, addressable(m, row, circuit, now), {}};
  if (pending.recipients.empty()) return;
  auto octets = transmission(row, circuit, pending, now);
  if (!octets && octets.error().name == "blind_recipient") {
    // One at a time: the others stay in the lane.
    pending.recipients.resize(1);
    octets = transmission(row, circuit, pending, now);
  }
  if (!octets) {
    const auto& e = octets.error();
    return refuse(m, pending.recipients, status_of(e), std::string(e.name) + ": " + e.text, now);
  }
  for (const auto i : pending.recipients)
    outcomes_.settle(
        m, i, {RecipientState::delivering, "sending", "", "by circuit " + core_.config.circuits[circuit].name}, now);
  pending.delivery = ++last_;
  core_.outbox.circuit({circuit, pending.delivery, *std::move(octets), pending.name});
  lines_[circuit].pending = std::move(pending);
}

Result<Bytes> Circuits::transmission(const store::MessageRow& row, std::size_t circuit, Pending& pending, Time now) {
  const auto& config = core_.config.circuits[circuit];
  const auto key = positions(pending.recipients);
  const auto before = core_.store.circuit_sent(config.name, row.id, key);
  auto sent = before.value_or(store::CircuitSent{{}, now});
  if (!before) {
    sent.serial = serial_of(core_.store.next_counter("acp127 " + config.name));
    core_.store.circuit_sent(config.name, row.id, key, sent);
  }
  // As of the first time: what is sent again must be the same message to the letter.
  auto apdu = boundary_.apdu_of(row, pending.recipients, Boundary::View::opened, sent.filed);
  if (!apdu) return apdu.error();
  auto decoded = x400::decode_p1(apdu->octets);
  if (!decoded) return decoded.error();
  const auto* message = std::get_if<x400::Message>(&*decoded);
  if (message == nullptr) return error("not_for_acp127", 0, "a delivery report has no form in ACP 127");
  auto notes = std::move(apdu->notes);
  const gateway::Acp127Station station{config.routing_indicator, sent.serial, config.channel, config.form == "exact",
                                       style_of(config)};
  auto out = gateway::to_acp127(*message, station, core_.gateway, sent.filed, notes);
  if (!out) return out.error();
  if (before) out->instructions.emplace_back(suspected_duplicate);
  const auto all = acp127::sections(*out, station.style);
  if (!all) return all.error();
  pending.name = identifier(*out);
  Bytes octets;
  for (const auto& section : *all) {
    const auto one = acp127::transmission(section, station.style);
    octets.insert(octets.end(), one.begin(), one.end());
  }
  if (!notes.empty())
    core_.report(
        now, level::notice, events::converted,
        {{"id", row.id}, {"tracking_id", row.tracking_id}, {"notes", boost::json::array(notes.begin(), notes.end())}});
  return octets;
}

void Circuits::refuse(LiveMessage& m, const std::vector<std::uint32_t>& recipients, const std::string& status,
                      const std::string& text, Time now) {
  for (const auto i : recipients) {
    outcomes_.settle(m, i, {RecipientState::failed, "failed", status, text, mail::DsnAction::failed}, now);
    core_.report(now, level::warning, events::delivery_failed,
                 {{"id", m.id}, {"tracking_id", m.tracking_id}, {"recipient", i}, {"status", status}, {"text", text}});
  }
  notify(m.id, recipients, {0x80, text}, now);
}

void Circuits::state(const event::CircuitState& e, Time now) {
  auto& line = lines_.at(e.circuit);
  if (line.up == e.up) return;
  line.up = e.up;
  core_.report(now, e.up ? level::notice : level::warning, e.up ? events::circuit_up : events::circuit_down,
               {{"circuit", core_.config.circuits[e.circuit].name}, {"text", e.text}});
}

void Circuits::done(const event::CircuitDone& e, Time now) {
  auto& line = lines_.at(e.circuit);
  if (line.pending.delivery != e.delivery) return;  // of before a recovery
  const auto pending = std::exchange(line.pending, {});
  auto* m = core_.ledger.find(pending.message);
  if (m == nullptr) return;
  const auto& name = core_.config.circuits[e.circuit].name;
  e.ok ? ++line.sent : ++line.failed;
  line.octets += e.ok ? e.octets : 0;
  Verdict v;
  if (e.ok) {
    v = {RecipientState::relayed, "relayed", "2.0.0", "left by circuit " + name + " as " + pending.name,
         mail::DsnAction::relayed};
  } else if (m->cancelled) {
    v = {RecipientState::cancelled, "cancelled", "5.7.0", "cancelled by the operator", mail::DsnAction::failed};
  } else {
    v = {RecipientState::queued, "delivery_deferred", "4.4.1", e.text};
  }
  for (const auto i : pending.recipients) {
    auto& r = m->recipients.at(i);
    if (r.state != RecipientState::delivering) continue;
    ++r.attempts;
    if (v.state == RecipientState::queued) scheduler_.pause(*m, r, line.up ? now + retry_pause : now);
    outcomes_.settle(*m, i, v, now);
  }
  // Not an octet has left: the next attempt is the first one.
  if (!e.ok && !e.left) core_.store.circuit_not_sent(name, m->id, positions(pending.recipients));
  core_.report(now, e.ok ? level::info : level::warning, e.ok ? events::circuit_sent : events::delivery_deferred,
               {{"id", m->id},
                {"tracking_id", m->tracking_id},
                {"circuit", name},
                {"acp127_id", pending.name},
                {"octets", e.octets},
                {"text", e.text}});
  if (e.ok) notify(m->id, pending.recipients, {0x20, "LEFT BY ACP 127 AS " + pending.name}, now);
  outcomes_.changed(*m, now);
}

std::optional<x400::Message> Circuits::as_message(const store::MessageRow& row,
                                                  const std::vector<std::uint32_t>& recipients, Time now) {
  // Only what came by X.400 can ask for notifications: mail has no word for them.
  if (row.form != store::Form::p1) return std::nullopt;
  const auto apdu = boundary_.apdu_of(row, recipients, Boundary::View::as_came, now);
  if (!apdu) return std::nullopt;
  auto decoded = x400::decode_p1(apdu->octets);
  if (!decoded) return std::nullopt;
  auto* message = std::get_if<x400::Message>(&*decoded);
  return message == nullptr ? std::nullopt : std::optional(std::move(*message));
}

void Circuits::notify(std::uint64_t id, const std::vector<std::uint32_t>& recipients,
                      const gateway::Acp127Outcome& outcome, Time now) {
  const auto* stored = core_.rows.get(id);
  if (stored == nullptr) return;
  const auto row = *stored;
  const auto message = as_message(row, recipients, now);
  if (!message) return;
  std::vector<int> numbers;
  for (const auto i : recipients) numbers.push_back(boundary_.number_of(row, i));
  const auto local_id = intake_.new_tracking_id();
  for (const auto& mon : gateway::acp127_notifications(*message, numbers, outcome, core_.gateway, local_id, now))
    send_notification(mon, row, now);
  core_.rows.forget();
}

// As an MTS-APDU where the next hop reads one, else as the mail it stands for.
void Circuits::send_notification(const x400::Message& mon, const store::MessageRow& subject, Time now) {
  const auto& to = mon.envelope.recipients.at(0).name;
  const auto address = address_of(core_, to, subject.from_peer);
  if (address.empty()) {
    core_.report(now, level::warning, events::undeliverable_report,
                 {{"text", "ACP 127 notification: no way to " + x400::to_text(to)}});
    return;
  }
  store::MessageRow out;
  out.tracking_id = intake_.new_tracking_id();
  out.accepted = now;
  out.expiry = now + core_.config.default_expiry;
  out.origin = "acp127 notification";
  out.envelope.mt_priority = subject.envelope.mt_priority;
  out.label = subject.label;  // it names the message, and goes only where that may go
  out.message_id = to_string(mon.envelope.id);
  out.subject = "ACP 127 notification on " + subject.message_id;
  out.rows.push_back(store::new_recipient({address, mail::Notify{.never = true}, {}, {}}, 1));
  Bytes octets;
  if (takes_apdu(core_, core_.router.route(mail::domain_of(address)))) {
    out.form = store::Form::p1;
    octets = x400::encode_p1(mon);
  } else {
    auto item = gateway::to_mail(mon, core_.gateway, {}, now);
    if (!item) return;
    octets = std::move(item->message);
    out.message_id = mail::HeaderView(octets).value("Message-ID").value_or("");
  }
  intake_.accept(std::move(out), octets, now);
}

boost::json::array Circuits::status() const {
  boost::json::array out;
  for (std::size_t c = 0; c < lines_.size(); ++c) {
    const auto& config = core_.config.circuits[c];
    const auto& line = lines_[c];
    out.push_back(boost::json::object{{"name", config.name},
                                      {"kind", config.kind},
                                      {"code", config.code},
                                      {"up", line.up},
                                      {"sending", line.pending.name},
                                      {"sent", line.sent},
                                      {"octets_out", line.octets},
                                      {"failed", line.failed}});
  }
  return out;
}

}  // namespace longwire::engine
