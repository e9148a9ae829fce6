#include "base/limits.hpp"
#include "base/text.hpp"
#include "sim/hf_waveform.hpp"
#include "sim/scenario_parts.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace longwire::sim {

namespace {

std::string address_of(const Scenario& scenario, std::size_t node) {
  return "ops@" + scenario.nodes[node].config.domain;
}

// A file beside the scenario. Errors are told at `key`.
Bytes read_file(Section& section, std::string_view key, const std::string& name, const ReaderContext& context) {
  if (context.directory.empty()) {
    section.error_at(key, "no other file can be read here");
    return {};
  }
  const auto path = std::filesystem::path(context.directory) / name;
  std::error_code ec;
  const auto size = std::filesystem::file_size(path, ec);
  std::ifstream in(path, std::ios::binary);
  if (ec || !in) {
    section.error_at(key, "cannot read " + path.string());
    return {};
  }
  if (size == 0 || size > limits::message_octets) {
    section.error_at(key, path.string() + " is empty or larger than a message may be");
    return {};
  }
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void read_recipients(Section& section, const toml::table& table, MessagePlan& plan, const Scenario& scenario,
                     ReaderContext& context) {
  std::vector<std::string> names;
  section.required("to");
  section.texts("to", names);
  for (const auto& name : names) {
    if (name == "*") {
      for (std::size_t i = 0; i < scenario.nodes.size(); ++i)
        if (i != plan.from) plan.to.push_back(address_of(scenario, i));
    } else if (name.find('@') != std::string::npos) {
      plan.to.push_back(name);
    } else if (const auto i = section.lookup(*table.get("to"), "node", name, context.nodes)) {
      if (*i < scenario.nodes.size()) plan.to.push_back(address_of(scenario, *i));
    }
  }
  if (table.contains("to") && names.empty()) section.error_at("to", "to must name a recipient");
  if (plan.to.size() > limits::recipients) section.error_at("to", "too many recipients");
}

// A node, or an address in the domain of one.
void read_sender(Section& section, const toml::table& table, MessagePlan& plan, const Scenario& scenario,
                 ReaderContext& context) {
  std::string from;
  section.text("from", from);
  if (from.empty()) return;
  if (from.find('@') == std::string::npos) {
    if (const auto i = section.lookup(*table.get("from"), "node", from, context.nodes);
        i && *i < scenario.nodes.size()) {
      plan.from = *i;
      plan.from_address = address_of(scenario, *i);
    }
    return;
  }
  const auto serves = [domain = mail::domain_of(from)](const NodePlan& node) {
    return node.config.domain == domain || std::ranges::count(node.config.local_domains, domain) > 0;
  };
  const auto node = std::ranges::find_if(scenario.nodes, serves);
  plan.from_address = from;
  if (node != scenario.nodes.end()) plan.from = static_cast<std::size_t>(node - scenario.nodes.begin());
  else if (!scenario.nodes.empty()) section.error_at("from", "no node serves the domain of \"" + from + "\"");
}

void read_notify(Section& section, MessagePlan& plan) {
  std::vector<std::string> words;
  section.texts("notify", words);
  if (words.empty()) return;
  mail::Notify notify;
  for (const auto& word : words) {
    if (word == "never") notify.never = true;
    else if (word == "success") notify.success = true;
    else if (word == "failure") notify.failure = true;
    else if (word == "delay") notify.delay = true;
    else section.error_at("notify", "unknown notify \"" + word + "\": never, success, failure or delay");
  }
  if (notify.never && words.size() > 1) section.error_at("notify", "never stands alone");
  plan.notify = notify;
}

// Text files of this system end their lines with LF; SMTP takes CRLF only.
Bytes with_crlf(const Bytes& text) {
  Bytes out;
  out.reserve(text.size());
  for (const auto octet : text) {
    if (octet == '\n' && (out.empty() || out.back() != '\r')) out.push_back('\r');
    out.push_back(octet);
  }
  return out;
}

void read_content(Section& section, MessagePlan& plan, const ReaderContext& context) {
  section.size("size", plan.size, limits::scenario_least_message, limits::message_octets);
  std::string file, text;
  section.text("file", file);
  section.text("text", text);
  if (section.has("size") + section.has("file") + section.has("text") > 1)
    section.error_at("size", "only one of size, file and text");
  if (!file.empty()) plan.body = with_crlf(read_file(section, "file", file, context));
  if (!text.empty()) plan.body = with_crlf(to_bytes(text));
}

void read_message(const toml::table& table, const Scenario& scenario, ReaderContext& context,
                  std::vector<MessagePlan>& out) {
  Section section(table, context.file, context.problems);
  MessagePlan plan;
  plan.name = "m" + std::to_string(out.size() + 1);
  section.text("name", plan.name);
  section.duration("at", plan.at);
  section.required("from");
  read_sender(section, table, plan, scenario, context);
  read_recipients(section, table, plan, scenario, context);
  section.precedence("precedence", plan.precedence);
  section.text("subject", plan.subject);
  section.text("label", plan.label);
  for (const auto* text : {&plan.subject, &plan.label})
    if (std::ranges::any_of(*text, [](char c) { return c < ' ' || c > '~' || c == '"'; }))
      section.error_at("from", "subject and label are printable ASCII without quotation marks");
  read_content(section, plan, context);
  read_notify(section, plan);
  section.duration("by", plan.by);
  section.duration("within", plan.within);
  if (const auto fate = section.choice("expect", {"delivered", "failed", "any"}))
    plan.expect = static_cast<Fate>(*fate);
  std::uint64_t count = 1;
  Duration every = std::chrono::minutes{1};
  section.number("count", count, 1, limits::scenario_messages);
  section.duration("every", every);
  section.finish();
  if (out.size() + count > limits::scenario_messages)
    return section.error_at("count", "more than " + std::to_string(limits::scenario_messages) + " messages");
  for (std::uint64_t i = 0; i < count; ++i) {
    auto copy = plan;
    if (count > 1) copy.name += "-" + std::to_string(i + 1);
    copy.at += every * static_cast<std::int64_t>(i);
    out.push_back(std::move(copy));
  }
}

// The one thing an [[event]] says; the keys exclude each other.
void read_event_kind(Section& section, EventPlan& event, const ReaderContext& context) {
  using Kind = EventPlan::Kind;
  int kinds = 0;
  const auto flag_kind = [&](std::string_view key, Kind kind, bool opposite = false) {
    std::optional<bool> value;
    section.on_off(key, value);
    if (!value) return;
    event.kind = kind;
    event.on = *value != opposite;
    ++kinds;
  };
  const auto text_kind = [&](std::string_view key, Kind kind, std::string& out) {
    if (section.has(key)) {
      event.kind = kind;
      ++kinds;
    }
    section.text(key, out);
  };
  flag_kind("emcon", Kind::emcon);
  flag_kind("kill", Kind::kill);
  flag_kind("power_cut", Kind::power_cut);
  flag_kind("restart", Kind::restart);
  flag_kind("up", Kind::link_state);
  flag_kind("down", Kind::link_state, true);
  flag_kind("peer_emcon", Kind::peer_emcon);
  flag_kind("modem", Kind::modem);
  if (section.has("rate")) {
    event.kind = Kind::rate;
    ++kinds;
  }
  section.number("rate", event.rate_bps, 0, 9'600);
  std::optional<double> snr;
  section.decibel("snr", snr);
  if (snr) {
    event.kind = Kind::snr;
    event.snr_db = *snr;
    event.everywhere = !section.has("node");
    ++kinds;
  }
  text_kind("minimize", Kind::minimize, event.level);
  text_kind("cancel", Kind::cancel, event.message);
  text_kind("hold", Kind::hold, event.message);
  text_kind("release", Kind::release, event.message);
  text_kind("command", Kind::command, event.command);
  if (section.has("inject")) {
    event.kind = Kind::inject;
    ++kinds;
  }
  section.hex("inject", event.octets);
  if (kinds != 1)
    section.error_at(
        "at",
        "an event is exactly one of emcon, minimize, kill, power_cut, restart, up, down, peer_emcon, cancel, "
        "hold, release, command, inject, modem, rate, snr");
  if (const auto link = section.reference("link", "link", context.links)) event.link = *link;
}

void check_modem_event(Section& section, const EventPlan& event, const Scenario& scenario) {
  section.required("link");
  if (event.link >= scenario.links.size()) return;
  const auto& link = scenario.links[event.link];
  if (!link.hf.modems) return section.error_at("link", "link \"" + link.name + "\" has no modems");
  if (event.node < scenario.nodes.size() && !event.everywhere &&
      std::ranges::count(scenario.nodes[event.node].links, event.link) == 0)
    section.error_at("node", "this node is not on link \"" + link.name + "\"");
  if (event.kind == EventPlan::Kind::rate && event.rate_bps != 0 && std::ranges::count(hf_rates(), event.rate_bps) == 0)
    section.error_at("rate", "no HF modem has that rate");
}

void check_event(Section& section, const EventPlan& event, const Scenario& scenario, const ReaderContext& context) {
  using Kind = EventPlan::Kind;
  const bool on_link = event.kind == Kind::link_state || event.kind == Kind::inject || event.kind == Kind::snr;
  section.required(on_link ? "link" : "node");
  if (event.kind == Kind::modem || event.kind == Kind::rate || event.kind == Kind::snr)
    check_modem_event(section, event, scenario);
  if (event.kind == Kind::inject && event.link < scenario.links.size() && scenario.links[event.link].hf.modems)
    section.error_at("link", "a link of modems carries no datagrams");
  if (event.kind == Kind::peer_emcon) section.required("peer");
  if (event.kind == Kind::inject) section.required("source");
  if ((event.kind == Kind::kill || event.kind == Kind::power_cut || event.kind == Kind::restart) && !event.on)
    section.error_at("at", "kill, power_cut and restart can only be true");
  if (event.kind == Kind::minimize && event.level != "off" && !parse_precedence(event.level))
    section.error_at("minimize", "minimize must be \"off\" or a precedence");
  if (event.kind == Kind::command) {
    boost::system::error_code ec;
    const auto value = boost::json::parse(event.command, ec);
    if (ec || !value.is_object()) section.error_at("command", "command must be a JSON object");
  }
  if (!event.message.empty() &&
      std::ranges::none_of(scenario.messages, [&](const auto& m) { return m.name == event.message; }))
    section.error_at("at", "unknown message \"" + event.message + "\"");
  if (!event.peer.empty() && std::ranges::count(context.nodes, event.peer) == 0)
    section.error_at("peer", "unknown node \"" + event.peer + "\"");
}

}  // namespace

std::vector<MessagePlan> read_messages(Section& top, const Scenario& scenario, ReaderContext& context) {
  std::vector<MessagePlan> out;
  for (const auto* table : top.tables("message", limits::scenario_messages))
    read_message(*table, scenario, context, out);
  std::vector<std::string_view> names;
  for (const auto& m : out) names.push_back(m.name);
  std::ranges::sort(names);
  if (const auto twice = std::ranges::adjacent_find(names); twice != names.end())
    top.error_at("message", "two messages are named \"" + std::string(*twice) + "\"");
  return out;
}

std::vector<EventPlan> read_events(Section& top, const Scenario& scenario, ReaderContext& context) {
  std::vector<EventPlan> out;
  for (const auto* table : top.tables("event", limits::scenario_messages)) {
    Section section(*table, context.file, context.problems);
    EventPlan event;
    section.required("at");
    section.duration("at", event.at);
    if (const auto node = section.reference("node", "node", context.nodes)) event.node = *node;
    read_event_kind(section, event, context);
    section.text("bearer", event.bearer);
    section.text("peer", event.peer);
    section.flag("torn", event.torn);
    section.ipv4("source", event.source);
    std::optional<Duration> restart_after, back_after;
    if (event.kind == EventPlan::Kind::modem) section.duration("back_after", back_after);
    section.duration("restart_after", restart_after);
    check_event(section, event, scenario, context);
    section.finish();
    out.push_back(event);
    if (back_after) {
      event.on = !event.on;
      event.at += *back_after;
      out.push_back(event);
    }
    if (!restart_after) continue;
    event.kind = EventPlan::Kind::restart;
    event.at += *restart_after;
    out.push_back(event);
  }
  return out;
}

Expectations read_expectations(Section& top, const Scenario& scenario, ReaderContext& context) {
  Expectations expect;
  const auto* value = top.node("expect");
  if (value == nullptr) return expect;
  const auto* table = value->as_table();
  if (table == nullptr) {
    top.error(*value, "expect must be a table: [expect]");
    return expect;
  }
  Section section(*table, context.file, context.problems);
  if (const auto* delivered = section.node("delivered")) {
    if (const auto* number = delivered->as_integer(); number != nullptr && number->get() >= 0)
      expect.delivered = static_cast<std::uint64_t>(number->get());
    else if (const auto* word = delivered->as_string(); word != nullptr && word->get() == "all")
      expect.all_delivered = true;
    else if (const auto* yes = delivered->as_boolean(); yes != nullptr && yes->get()) expect.all_delivered = true;
    else if (delivered->is_array()) section.texts("delivered", expect.delivered_names);
    else section.error(*delivered, "delivered must be \"all\", true, a number, or a list of message names");
  }
  for (const auto& name : expect.delivered_names)
    if (std::ranges::none_of(scenario.messages, [&](const auto& m) { return m.name == name; }))
      section.error_at("delivered", "unknown message \"" + name + "\"");
  section.duration("within", expect.within);
  if (section.has("max_bytes_on_air")) expect.max_bytes_on_air.emplace();
  std::uint64_t most = 0;
  section.size("max_bytes_on_air", most, 0, 1ULL << 50);
  if (expect.max_bytes_on_air) expect.max_bytes_on_air = most;
  if (section.has("coded_transfers")) section.number("coded_transfers", expect.coded_transfers.emplace(), 0, 1'000'000);
  section.duration("data_until", expect.data_until);
  section.flag("silence", expect.silence);
  section.flag("no_duplicates", expect.no_duplicates);
  section.flag("no_lost", expect.no_lost);
  section.flag("settled", expect.settled);
  section.finish();
  return expect;
}

}  // namespace longwire::sim
