// [[acp127]]: circuits that speak ACP 127.
#include "annexe/acp127/characters.hpp"
#include "node/config/file_value.hpp"
#include "node/config/schema.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace longwire::config {

namespace {

using engine::CircuitConfig;

void read_kind(const Value& v, CircuitConfig& c) {
  constexpr std::array<std::string_view, 3> words{"file", "tcp", "serial"};
  v.choice(words, c.kind);
}

void read_code(const Value& v, CircuitConfig& c) {
  constexpr std::array<std::string_view, 2> words{"ia5", "ita2"};
  v.choice(words, c.code);
}

void read_override(const Value& v, CircuitConfig& c) {
  constexpr std::array<std::string_view, 2> words{"Z", "Y"};
  v.choice(words, c.override_as);
}

void read_form(const Value& v, CircuitConfig& c) {
  constexpr std::array<std::string_view, 2> words{"exact", "plain"};
  v.choice(words, c.form);
}

void read_emcon(const Value& v, CircuitConfig& c) {
  constexpr std::array<std::string_view, 2> words{"send", "hold"};
  v.choice(words, c.emcon);
}

void read_routing_indicator(const Value& v, CircuitConfig& c) {
  std::string text;
  v.text(text);
  if (text.empty()) return;  // told already
  if (!acp127::is_routing_indicator(text))
    return v.error("a routing indicator is 4 to 7 capital letters, the first R or U, such as \"RFLSVH\"");
  c.routing_indicator = text;
}

void read_channel(const Value& v, CircuitConfig& c) {
  std::string text;
  v.text(text);
  const bool good = text.size() <= 10 && std::all_of(text.begin(), text.end(), [](char x) {
                      return (x >= 'A' && x <= 'Z') || (x >= '0' && x <= '9');
                    });
  if (!good) return v.error("a channel is 1 to 10 capital letters and digits such as \"ABA051\"");
  c.channel = text;
}

constexpr std::array circuit_table{
    Field<CircuitConfig>{"name", "name", "required", "\"shore-tape\"", "what operators call it",
                         [](const Value& v, CircuitConfig& c) { v.name(c.name); }},
    Field<CircuitConfig>{"kind", "file, tcp, serial", "\"file\"", "\"file\"", "what carries it", read_kind},
    Field<CircuitConfig>{"inbox", "path", "", "\"/var/spool/acp127/in\"",
                         "file: folder that is looked into every second; done/ and failed/ in it keep what was read",
                         [](const Value& v, CircuitConfig& c) { v.text(c.inbox); }},
    Field<CircuitConfig>{"outbox", "path", "", "\"/var/spool/acp127/out\"", "file: folder for messages, one a file",
                         [](const Value& v, CircuitConfig& c) { v.text(c.outbox); }},
    Field<CircuitConfig>{"listen", "address", "", "\"127.0.0.1:4127\"", "tcp: where the other side connects to",
                         [](const Value& v, CircuitConfig& c) { v.endpoint(c.listen, true); }},
    Field<CircuitConfig>{"connect", "address", "", "\"10.1.2.3:4127\"", "tcp: where this side connects to",
                         [](const Value& v, CircuitConfig& c) { v.endpoint(c.connect, true); }},
    Field<CircuitConfig>{"device", "path", "", "\"/dev/ttyS0\"", "serial: the line",
                         [](const Value& v, CircuitConfig& c) { v.text(c.device); }},
    Field<CircuitConfig>{"baud", "number", "75", "75", "serial: its rate; five data bits with ita2, else eight",
                         [](const Value& v, CircuitConfig& c) { v.number(c.baud, 45, 4'000'000); }},
    Field<CircuitConfig>{"code", "ia5, ita2", "\"ia5\"", "\"ia5\"", "ita2: one five-unit code an octet", read_code},
    Field<CircuitConfig>{"routing_indicator", "routing indicator", "required", "\"RFLSVH\"",
                         "of this station: FL3 of what it sends, FL7 and FL8 of what it delivers",
                         read_routing_indicator},
    Field<CircuitConfig>{"channel", "word", "none", "\"ABA051\"", "behind VZCZC in FL1; without it there is no FL1",
                         read_channel},
    Field<CircuitConfig>{"domains", "array of domains", "[]", "[\"tape.example\"]",
                         "mail for these leaves by this circuit; \"*\" = all else, \".x\" = sub-domains of x",
                         [](const Value& v, CircuitConfig& c) { v.domains(c.domains, true); }},
    Field<CircuitConfig>{"form", "exact, plain", "\"exact\"", "\"exact\"",
                         "exact: the text has lines for what ACP 127 lacks; plain: for stations that know only ACP 127",
                         read_form},
    Field<CircuitConfig>{"line", "number", "69", "69", "columns of a line that is sent",
                         [](const Value& v, CircuitConfig& c) { v.number(c.line, 60, 200); }},
    Field<CircuitConfig>{"section_lines", "number", "100", "100", "lines of text that are sent as one section",
                         [](const Value& v, CircuitConfig& c) { v.number(c.section_lines, 10, 10'000); }},
    Field<CircuitConfig>{"section_wait", "duration", "\"1h\"", "\"1h\"",
                         "after which sections whose others do not come go to the operator",
                         [](const Value& v, CircuitConfig& c) { v.duration(c.section_wait); }},
    Field<CircuitConfig>{"override_as", "Z, Y", "\"Z\"", "\"Z\"", "the prosign of override on this circuit",
                         read_override},
    Field<CircuitConfig>{"clearance", "clearance", "any", "\"RESTRICTED\"", "highest labels it may carry",
                         [](const Value& v, CircuitConfig& c) { read_clearance(v, c.clearance); }},
    Field<CircuitConfig>{"emcon", "send, hold", "\"send\"", "\"send\"",
                         "hold: a radio hangs on the circuit, nothing goes out under silence", read_emcon},
};

std::string path_of(std::size_t index, std::string_view key) {
  return "acp127[" + std::to_string(index) + "]" + (key.empty() ? "" : "." + std::string(key));
}

// Which keys a kind has, and which of them it needs.
struct KeyOfKind {
  std::string_view key;
  std::string_view kind;
  bool needed;
};
constexpr std::array keys_of_kinds{KeyOfKind{"inbox", "file", true},    KeyOfKind{"outbox", "file", true},
                                   KeyOfKind{"listen", "tcp", false},   KeyOfKind{"connect", "tcp", false},
                                   KeyOfKind{"device", "serial", true}, KeyOfKind{"baud", "serial", false}};

void check_kind(Reading& r, const CircuitConfig& c, std::size_t i) {
  for (const auto& k : keys_of_kinds) {
    const bool there = r.has(path_of(i, k.key));
    if (there && c.kind != k.kind)
      r.error(r.place(path_of(i, k.key)), std::string(k.key) + " goes with kind = \"" + std::string(k.kind) + "\"");
    if (!there && k.needed && c.kind == k.kind)
      r.error(r.place(path_of(i, "")), path_of(i, "") + ": missing key " + std::string(k.key));
  }
  if (c.kind == "tcp" && r.has(path_of(i, "listen")) == r.has(path_of(i, "connect")))
    r.error(r.place(path_of(i, "")), path_of(i, "") + ": exactly one of listen and connect");
  if (c.kind == "file" && !c.inbox.empty() && c.inbox == c.outbox)
    r.error(r.place(path_of(i, "outbox")), "outbox must not be the inbox: the node would read its own messages");
}

}  // namespace

std::span<const Field<engine::CircuitConfig>> circuit_fields() { return circuit_table; }

void check_circuits(Reading& r, engine::Config& config) {
  std::set<std::string> names, inboxes;
  const auto& users = config.gateway.addresses.users;
  const bool any_plad = std::any_of(users.begin(), users.end(), [](const auto& u) { return !u.plad.empty(); });
  for (std::size_t i = 0; i < config.circuits.size(); ++i) {
    const auto& c = config.circuits[i];
    if (!c.name.empty() && !names.insert(c.name).second)
      r.error(r.place(path_of(i, "name")), "circuit name '" + c.name + "' is used before");
    if (!c.inbox.empty() && !inboxes.insert(c.inbox).second)
      r.error(r.place(path_of(i, "inbox")), "this folder is the inbox of another circuit");
    check_kind(r, c, i);
    if (c.section_wait <= Duration{0}) r.error(r.place(path_of(i, "section_wait")), "section_wait must be above zero");
    if (!any_plad)
      r.warning(r.place(path_of(i, "")),
                "no [[gateway.user]] has a plad: nobody can be reached by this circuit or from it");
  }
  if (config.circuits.size() > limits::config_bearers)
    r.error(r.place("acp127"), "more than " + std::to_string(limits::config_bearers) + " circuits");
}

}  // namespace longwire::config
