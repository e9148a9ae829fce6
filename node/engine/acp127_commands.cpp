// The operator's side of ACP 127.
//
//   {"command": "acp127", "action": "list"}      circuits[{name, kind, code, up, sending, sent, octets_out, failed}],
//                                                messages[{id, circuit, time, reason, text}]
//   {"command": "acp127", "action": "show", "id": 7}    message{id, circuit, time, reason, text, received}
//   {"command": "acp127", "action": "release", "id": 7, "received": "...", "to": ["a@b"]}   tracking_id
//     "received": the corrected message; "to": deliver it to these. Both may be left out.
//   {"command": "acp127", "action": "drop", "id": 7}
#include "base/text.hpp"
#include "node/engine/commands.hpp"

namespace longwire::engine {

namespace json = boost::json;

namespace {

json::object wrong(std::string text) { return {{"ok", false}, {"error", std::move(text)}}; }

std::string string_of(const json::object& request, std::string_view key) {
  const auto* v = request.if_contains(key);
  return v != nullptr && v->is_string() ? std::string(v->as_string()) : std::string{};
}

std::uint64_t id_of(const json::object& request) {
  const auto* v = request.if_contains("id");
  if (v == nullptr) return 0;
  if (v->is_string()) return parse_unsigned(std::string(v->as_string())).value_or(0);
  boost::system::error_code bad;
  const auto number = v->is_number() ? v->to_number<std::uint64_t>(bad) : 0;
  return bad ? 0 : number;
}

json::object view(const store::DeskRow& row) {
  return {{"id", row.id},
          {"circuit", row.circuit},
          {"time", format_utc(row.time)},
          {"reason", row.reason},
          {"text", row.detail}};
}

// JSON is UTF-8 and a garbled message may hold anything.
std::string legible(const std::string& text) {
  std::string out;
  for (const char c : text) out += (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t' ? c : '?';
  return out;
}

std::vector<std::string> addresses_of(const json::object& request) {
  std::vector<std::string> out;
  const auto* list = request.if_contains("to");
  if (list == nullptr || !list->is_array()) return out;
  for (const auto& a : list->as_array())
    if (a.is_string()) out.emplace_back(a.as_string());
  return out;
}

}  // namespace

json::object Commands::acp127(const json::object& request, Time now) {
  const auto action = string_of(request, "action");
  if (action == "list") {
    json::array messages;
    for (const auto& row : parts_.desk.entries()) messages.push_back(view(row));
    return {{"ok", true}, {"circuits", parts_.circuits.status()}, {"messages", std::move(messages)}};
  }
  const auto id = id_of(request);
  const auto row = parts_.desk.entry(id);
  if (!row) return wrong("no message " + std::to_string(id) + " waits for an operator");
  if (action == "show") {
    auto message = view(*row);
    message["received"] = legible(row->text);
    return {{"ok", true}, {"message", std::move(message)}};
  }
  if (action == "drop") {
    parts_.desk.drop(id, now);
    core_.store.audit(now, who_, "acp127 drop " + std::to_string(id));
    return {{"ok", true}, {"id", id}};
  }
  if (action != "release") return wrong("acp127 takes list, show, release or drop");
  core_.store.audit(now, who_, "acp127 release " + std::to_string(id));
  const auto released = parts_.desk.release({id, string_of(request, "received"), addresses_of(request)}, now);
  if (!released) return wrong(std::string(released.error().name) + ": " + released.error().text);
  return {{"ok", true}, {"id", id}, {"tracking_id", *released}};
}

}  // namespace longwire::engine
