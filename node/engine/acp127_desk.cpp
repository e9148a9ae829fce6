#include "node/engine/acp127_desk.hpp"

#include "annexe/acp127/characters.hpp"
#include "base/text.hpp"
#include "mail/message.hpp"
#include "node/engine/content_key.hpp"

#include <algorithm>

namespace longwire::engine {

namespace {

constexpr std::string_view section_reason = "section";
constexpr Duration garbled_kept = std::chrono::hours{1};    // the same of what nobody could read
constexpr Duration name_kept = std::chrono::hours{24 * 7};  // how long a repetition is known as one

using Kind = acp127::Reassembly::Outcome::Kind;

std::string told(const Error& e) { return e.text.empty() ? std::string(e.name) : e.text; }

}  // namespace

std::size_t Acp127Desk::circuit_named(const std::string& name) const {
  const auto& all = core_.config.circuits;
  const auto at = std::find_if(all.begin(), all.end(), [&name](const CircuitConfig& c) { return c.name == name; });
  return static_cast<std::size_t>(at - all.begin());
}

void Acp127Desk::recover(Time now) {
  for (const auto& row : core_.store.desk_rows()) {
    if (row.reason != section_reason) continue;
    const auto stored = core_.store.desk_row(row.id);
    auto m = acp127::parse(stored ? stored->text : "");
    const auto circuit = circuit_named(row.circuit);
    if (!m || !m->section || circuit == core_.config.circuits.size()) continue;
    const auto out = reassembly_.add(*std::move(m), row.id, row.time);
    if (out.kind == Kind::whole) finish(out, circuit, now);
  }
  due(now);
}

// The same FL3 with the same text came before: the far station sent it again, as it should when it is in doubt.
bool Acp127Desk::known(const acp127::Message& m, const std::string& circuit, Time now) {
  const auto section = m.section ? std::to_string(m.section->number) : std::string{};
  const auto key =
      ContentHash().add("acp127").add(circuit).add(identifier(m)).add(m.dtg).add(section).add(m.text).key();
  if (core_.store.seen(key)) {
    core_.report(now, level::info, events::duplicate_suppressed,
                 {{"circuit", circuit}, {"acp127_id", identifier(m)}, {"by", "content"}});
    return true;
  }
  core_.store.remember(key, now + name_kept);
  return false;
}

void Acp127Desk::received(const event::CircuitIn& e, Time now) {
  const auto& circuit = core_.config.circuits.at(e.circuit).name;
  auto m = acp127::parse(e.text);
  // What the scanner saw comes first: of a message without an end the last line may be half a line.
  const std::string_view reason = !e.problem.empty() ? std::string_view(e.problem) : m ? "" : m.error().name;
  if (!reason.empty()) {
    // A file is read again when the node stopped before it was put away.
    const auto key = ContentHash().add("acp127 text").add(circuit).add(e.text).key();
    if (core_.store.seen(key)) return;
    core_.store.remember(key, now + garbled_kept);
    return hold(circuit, {reason, m ? "" : m.error().text}, e.text, now);
  }
  if (known(*m, circuit, now)) return;
  if (m->section) return section(*std::move(m), e.circuit, e.text, now);
  const auto accepted = accept(*m, e.circuit, {}, now);
  if (!accepted) hold(circuit, {accepted.error().name, told(accepted.error())}, e.text, now);
}

void Acp127Desk::section(acp127::Message m, std::size_t circuit, const std::string& text, Time now) {
  const auto& name = core_.config.circuits[circuit].name;
  const auto id = identifier(m);
  const auto number = m.section->number;
  const auto row = core_.store.desk_insert({0, name, now, std::string(section_reason), id, text, 0});
  const auto out = reassembly_.add(std::move(m), row, now);
  switch (out.kind) {
    case Kind::waiting:
      core_.report(now, level::info, events::circuit_section,
                   {{"circuit", name}, {"acp127_id", id}, {"number", number}});
      if (!armed_) core_.timers.arm(now + core_.config.circuits[circuit].section_wait, TimerKind::circuit_sections, 0);
      armed_ = true;
      return;
    case Kind::whole:
      return finish(out, circuit, now);
    case Kind::duplicate:
      core_.store.desk_remove(row);
      return;
    case Kind::conflict:
      core_.store.desk_remove(row);
      return hold(name, {"ambiguous", "another text came as section " + std::to_string(number) + " before"}, text, now);
    case Kind::full:
      core_.store.desk_remove(row);
      return hold(name, {"too_long", "no room for further messages in sections"}, text, now);
  }
}

void Acp127Desk::finish(const acp127::Reassembly::Outcome& whole, std::size_t circuit, Time now) {
  for (const auto ticket : whole.tickets) core_.store.desk_remove(ticket);
  const auto accepted = accept(whole.message, circuit, {}, now);
  if (accepted) return;
  acp127::Style style;
  hold(core_.config.circuits[circuit].name, {accepted.error().name, told(accepted.error())},
       acp127::format(whole.message, style), now);
}

void Acp127Desk::due(Time now) {
  armed_ = false;
  Duration wait{0};
  for (const auto& c : core_.config.circuits) wait = std::max(wait, c.section_wait);
  // One wait for all circuits: the longest that any of them asks for.
  for (const auto& lost : reassembly_.give_up(now - wait + Duration{1})) {
    std::string text, circuit;
    for (const auto ticket : lost.tickets)
      if (const auto row = core_.store.desk_row(ticket)) {
        circuit = row->circuit;
        text += row->text;
        core_.store.desk_remove(ticket);
      }
    hold(circuit, {"missing_section", lost.what + ": sections " + lost.missing + " did not come"}, text, now);
  }
  if (reassembly_.oldest() == never) return;
  armed_ = true;
  core_.timers.arm(reassembly_.oldest() + wait, TimerKind::circuit_sections, 0);
}

Result<std::string> Acp127Desk::accept(const acp127::Message& m, std::size_t circuit,
                                       const std::vector<std::string>& to, Time now) {
  const auto& config = core_.config.circuits[circuit];
  auto id = intake_.new_tracking_id();
  auto apdu = gateway::from_acp127(m, config.routing_indicator, id, now, core_.gateway, to);
  if (!apdu) return apdu.error();
  auto mail = gateway::to_mail(apdu->apdu, core_.gateway, {}, now);
  if (!mail) return mail.error();
  for (const auto& r : mail->envelope.recipients) {
    const auto route = core_.router.route(mail::domain_of(r.address));
    if (route.kind == Route::Kind::circuit && route.peer == circuit)
      return error("looped", 0, r.address + " is reached by the circuit the message came from");
    if (route.kind == Route::Kind::none) return error("no_route", 0, "no route to " + r.address);
  }
  store::MessageRow row;
  row.tracking_id = std::move(id);
  row.accepted = now;
  row.expiry = now + core_.config.default_expiry;
  row.origin = "acp127 " + config.name + " " + identifier(m);
  for (auto& r : mail->envelope.recipients) row.rows.push_back(store::new_recipient(std::move(r)));
  mail->envelope.recipients.clear();
  row.envelope = std::move(mail->envelope);
  const mail::HeaderView header(mail->message);
  row.message_id = header.value("Message-ID").value_or("");
  row.subject = header.value("Subject").value_or("");
  const auto judged = Judge(core_).mail(mail->message, PmulId{}, row.envelope.from, now);
  judged.tell(row);
  auto& kept = intake_.accept(std::move(row), mail->message, now);
  intake_.conclude(kept, judged, now);
  core_.report(now, level::info, events::message_received,
               {{"id", kept.id},
                {"tracking_id", kept.tracking_id},
                {"circuit", config.name},
                {"acp127_id", identifier(m)},
                {"precedence", to_string(kept.level)},
                {"octets", kept.octets},
                {"recipients", kept.recipients.size()}});
  auto notes = std::move(apdu->notes);
  notes.insert(notes.end(), mail->notes.begin(), mail->notes.end());
  if (!notes.empty())
    core_.report(now, level::notice, events::converted,
                 {{"id", kept.id},
                  {"tracking_id", kept.tracking_id},
                  {"notes", boost::json::array(notes.begin(), notes.end())}});
  return kept.tracking_id;
}

void Acp127Desk::hold(const std::string& circuit, const Held& why, std::string text, Time now) {
  if (core_.store.desk_size() >= limits::acp127_desk_entries) {
    core_.report(now, level::alert, events::circuit_desk_full,
                 {{"circuit", circuit}, {"reason", why.reason}, {"octets", text.size()}});
    core_.alert(now, events::circuit_desk_full,
                "the operator queue of ACP 127 is full: messages are lost until somebody empties it");
    return;
  }
  store::DeskRow row{0, circuit, now, std::string(why.reason), why.detail, std::move(text), 0};
  row.id = core_.store.desk_insert(row);
  row.alert = core_.alert(now, events::circuit_held,
                          "message " + std::to_string(row.id) + " from circuit " + circuit +
                              " waits for an operator: " + row.reason + (row.detail.empty() ? "" : ": " + row.detail));
  core_.store.desk_update(row);
  core_.report(now, level::warning, events::circuit_held,
               {{"id", row.id}, {"circuit", circuit}, {"reason", row.reason}, {"text", row.detail}});
}

std::vector<store::DeskRow> Acp127Desk::entries() {
  auto rows = core_.store.desk_rows();
  std::erase_if(rows, [](const store::DeskRow& r) { return r.reason == section_reason; });
  return rows;
}

std::optional<store::DeskRow> Acp127Desk::entry(std::uint64_t id) {
  auto row = core_.store.desk_row(id);
  return row && row->reason != section_reason ? row : std::nullopt;
}

void Acp127Desk::remove(const store::DeskRow& row, Time now) {
  core_.store.desk_remove(row.id);
  if (row.alert != 0) core_.clear_alert(row.alert, now);
}

Result<std::string> Acp127Desk::release(const Release& order, Time now) {
  auto row = entry(order.id);
  if (!row) return error("no_entry", 0, "no message " + std::to_string(order.id) + " waits for an operator");
  const auto circuit = circuit_named(row->circuit);
  if (circuit == core_.config.circuits.size())
    return error("no_circuit", 0, "there is no circuit " + row->circuit + " any more");
  if (!order.text.empty()) row->text = order.text;
  auto m = acp127::parse(row->text);
  // An operator who puts sections together leaves their line in the text: it is the whole message now.
  if (m && m->section) m->section.reset();
  const auto accepted = m ? accept(*m, circuit, order.to, now) : Result<std::string>(m.error());
  if (accepted) {
    remove(*row, now);
    return accepted;
  }
  // What was corrected is kept, with what is wrong now.
  row->reason = accepted.error().name;
  row->detail = told(accepted.error());
  core_.store.desk_update(*row);
  return accepted.error();
}

bool Acp127Desk::drop(std::uint64_t id, Time now) {
  const auto row = entry(id);
  if (row) remove(*row, now);
  return row.has_value();
}

}  // namespace longwire::engine
