#include "node/engine/commands.hpp"

#include "base/text.hpp"
#include "node/engine/bearer_setup.hpp"
#include "node/security/certificate_commands.hpp"

#include <algorithm>

namespace longwire::engine {

namespace json = boost::json;

namespace {

json::object wrong(std::string text) { return {{"ok", false}, {"error", std::move(text)}}; }

std::string text_of(const json::object& request, std::string_view key) {
  const auto* v = request.if_contains(key);
  if (v == nullptr) return {};
  if (v->is_string()) return std::string(v->as_string());
  return v->is_number() ? json::serialize(*v) : std::string{};
}

json::value time_or_null(Time t) { return t == never ? json::value(nullptr) : json::value(format_utc(t)); }

}  // namespace

json::object Commands::run(const json::object& request, Time now) {
  const auto verb = text_of(request, "command");
  who_ = text_of(request, "who");
  if (who_.empty()) who_ = "operator";  // nobody asked over a socket: the simulator
  if (verb == "status") return status(now);
  if (verb == "queue") return queue(request, now);
  if (verb == "emcon") return emcon(request, now);
  if (verb == "minimize") return minimize(request, now);
  if (verb == "alerts") return alerts(request, now);
  if (verb == "acp127") return acp127(request, now);
  if (verb == "cert") return cert(request, now);
  const bool about_message =
      verb == "show" || verb == "track" || verb == "hold" || verb == "release" || verb == "cancel";
  if (!about_message) return wrong(verb.empty() ? "no command" : "unknown command '" + verb + "'");
  const auto row = find(request);
  if (!row) return wrong("no message '" + text_of(request, "id") + "'");
  if (verb == "show") return show(*row, now);
  if (verb == "track") return track(*row);
  if (verb == "cancel") return cancel(*row, now);
  return hold(*row, verb == "hold", now);
}

std::optional<store::MessageRow> Commands::find(const json::object& request) {
  const auto id = text_of(request, "id");
  if (id.empty()) return std::nullopt;
  std::string upper(id);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; });
  if (auto row = core_.store.find(upper)) return row;
  const auto number = parse_unsigned(id);
  return number ? core_.store.message(*number) : std::nullopt;
}

json::object Commands::cert(const json::object& request, Time now) {
  auto done = security::certificate_command(core_.shaper.book(), request, now);
  if (done.audit.empty()) return std::move(done.answer);
  core_.store.audit(now, who_, done.audit);
  // What waits for a certificate may go; what still has none says so again.
  core_.clear_alerts(events::certificate_missing, {}, now);
  for (auto& [id, m] : core_.ledger.all())
    for (auto& r : m.recipients)
      if (r.awaits_certificate) {
        r.awaits_certificate = false;
        r.next_attempt = now;
      }
  parts_.scheduler.place_all(now);
  return std::move(done.answer);
}

json::object Commands::hold(const store::MessageRow& row, bool held, Time now) {
  auto* m = core_.ledger.find(row.id);
  if (m == nullptr) return wrong("message " + row.tracking_id + " is finished");
  if (m->held != held) {
    m->held = held;
    core_.store.set_held(m->id, held);
    core_.rows.forget();
    parts_.transfers.hold(m->id, held, now);
    parts_.scheduler.place(*m, now);
    parts_.outcomes.track(*m, {}, now, held ? "held" : "released", "by the operator");
    core_.store.audit(now, who_, (held ? "hold " : "release ") + row.tracking_id);
    core_.report(now, level::notice, held ? events::message_held : events::message_released,
                 {{"id", m->id}, {"tracking_id", m->tracking_id}});
  }
  return {{"ok", true}, {"tracking_id", row.tracking_id}, {"held", held}};
}

json::object Commands::cancel(const store::MessageRow& row, Time now) {
  auto* m = core_.ledger.find(row.id);
  if (m == nullptr) return wrong("message " + row.tracking_id + " is finished");
  core_.store.audit(now, who_, "cancel " + row.tracking_id);
  core_.report(now, level::notice, events::message_cancelled, {{"id", m->id}, {"tracking_id", m->tracking_id}});
  m->cancelled = true;  // a delivery under way may still succeed; if it does not, that was the last one
  parts_.transfers.cancel(m->id, now);
  parts_.outcomes.settle_waiting(*m, Transfers::cancelled_verdict(), now);
  return {{"ok", true}, {"tracking_id", row.tracking_id}};
}

json::object Commands::emcon(const json::object& request, Time now) {
  const auto state = text_of(request, "state");
  if (state != "on" && state != "off" && state != "status") return wrong("emcon takes on, off or status");
  if (const auto peer = text_of(request, "peer"); !peer.empty()) return peer_emcon(peer, state, now);
  auto until = never;
  if (const auto limit = text_of(request, "for"); !limit.empty()) {
    const auto d = parse_duration(limit);
    if (!d || *d == Duration{0}) return wrong("'" + limit + "' is no duration");
    if (state != "on") return wrong("\"for\" goes with on only");
    until = now + *d;
  }
  if (state == "on") parts_.enter_emcon(until, now);
  if (state == "off" && core_.gate.silent()) parts_.leave_emcon(now);
  if (state != "status") core_.store.audit(now, who_, "emcon " + state);
  return {{"ok", true}, {"silent", core_.gate.silent()}, {"until", time_or_null(core_.gate.until())}};
}

json::object Commands::peer_emcon(const std::string& name, const std::string& state, Time now) {
  const auto& peers = core_.config.peers;
  const auto at = std::find_if(peers.begin(), peers.end(), [&name](const PeerConfig& p) { return p.name == name; });
  if (at == peers.end()) return wrong("no peer '" + name + "'");
  const auto index = static_cast<PeerIndex>(at - peers.begin());
  if (state != "status") {
    parts_.set_peer_emcon(index, state == "on", now);
    core_.store.audit(now, who_, "emcon " + state + " of " + name);
  }
  return {{"ok", true}, {"peer", name}, {"silent", core_.peers[index].silent}};
}

json::object Commands::minimize(const json::object& request, Time now) {
  const auto word = text_of(request, "level");
  const auto name = text_of(request, "bearer");
  const auto lowest = word == "off" ? std::optional{Precedence::deferred} : parse_precedence(word);
  if (!lowest) return wrong("'" + word + "' is no precedence and not off");
  if (name.empty()) {
    core_.minimize.set_node(*lowest);
  } else {
    const auto& bearers = core_.config.bearers;
    const auto at =
        std::find_if(bearers.begin(), bearers.end(), [&name](const BearerConfig& b) { return b.name == name; });
    if (at == bearers.end()) return wrong("no bearer '" + name + "'");
    core_.minimize.set_bearer(static_cast<std::size_t>(at - bearers.begin()), *lowest);
  }
  core_.store.set_setting(minimize_setting(name), to_string(*lowest));
  core_.store.audit(now, who_, "minimize " + word + (name.empty() ? "" : " on " + name));
  parts_.minimize_changed(now);
  return {{"ok", true}, {"minimize", minimize_state()}};
}

json::object Commands::alerts(const json::object& request, Time now) {
  if (const auto ack = text_of(request, "ack"); !ack.empty()) {
    const auto id = parse_unsigned(ack);
    const auto known = core_.store.alerts(true);
    const auto at = std::find_if(known.begin(), known.end(), [&id](const auto& a) { return id && a.id == *id; });
    if (at == known.end()) return wrong("no alert '" + ack + "'");
    if (!at->cleared) {
      core_.clear_alert(*id, now);
      core_.store.audit(now, who_, "alert " + ack + " acknowledged");
    }
  }
  const auto* all = request.if_contains("all");
  json::array out;
  for (const auto& a : core_.store.alerts(all != nullptr && all->is_bool() && all->as_bool()))
    out.push_back(json::object{
        {"id", a.id}, {"time", format_utc(a.time)}, {"name", a.name}, {"text", a.text}, {"cleared", a.cleared}});
  return {{"ok", true}, {"alerts", std::move(out)}};
}

json::object Commands::track(const store::MessageRow& row) {
  json::array out;
  for (const auto& t : core_.store.tracking(row.id))
    out.push_back(json::object{
        {"time", format_utc(t.time)}, {"event", t.event}, {"recipient", t.recipient}, {"detail", t.detail}});
  return {{"ok", true},
          {"tracking_id", row.tracking_id},
          {"label", core_.labels.marking(row.label)},
          {"protection", row.protection},
          {"events", std::move(out)}};
}

}  // namespace longwire::engine
