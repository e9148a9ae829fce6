#include "sim/live_config.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "node/config/config_table.hpp"
#include "sim/scenario_parts.hpp"
#include "sim/section.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace longwire::sim {

namespace {

constexpr std::size_t most_stations = 250;      // a view has so many host numbers
constexpr std::size_t most_sockets = 4000;      // stations x neighbours x ports, each a descriptor
constexpr std::size_t device_name_octets = 15;  // IFNAMSIZ - 1
const std::vector<std::uint16_t> pmul_ports{2751, 2752, 2753, 2754};

struct Prefixed {
  Ipv4 address;
  std::optional<unsigned> prefix;
};

// "10.66.0.1" or "10.66.0.1/24"
std::optional<Prefixed> parse_prefixed(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ipv4(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Prefixed{*address, std::nullopt};
  const auto prefix = parse_unsigned(text.substr(slash + 1));
  if (!prefix || *prefix > 32) return std::nullopt;
  return Prefixed{*address, static_cast<unsigned>(*prefix)};
}

void read_address(Section& section, StationConfig& station) {
  std::string text;
  section.required("address");
  section.text("address", text);
  if (text.empty()) return;
  const auto parsed = parse_prefixed(text);
  if (!parsed || parsed->address.is_multicast() || parsed->prefix.value_or(24) < 8)
    return section.error_at("address", "address must be an IPv4 address such as \"10.66.0.1/24\"");
  station.address = parsed->address;
  station.prefix = parsed->prefix.value_or(24);
}

void read_view(Section& section, StationConfig& station) {
  std::string text;
  section.text("view", text);
  if (text.empty()) return;
  const auto parsed = parse_prefixed(text);
  if (!parsed || parsed->prefix != 24U || parsed->address.value >> 24 != 127 || (parsed->address.value & 0xFF) != 0)
    return section.error_at("view", "view must be a network of the loopback device such as \"127.66.1.0/24\"");
  station.view = parsed->address;
}

void read_ports(Section& section, StationConfig& station) {
  station.ports = pmul_ports;
  const auto* node = section.node("ports");
  if (node == nullptr) return;
  station.ports.clear();
  const auto* array = node->as_array();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    const auto port = array->get(i)->value<std::int64_t>();
    if (!port || *port < 1 || *port > 65'535)
      return section.error(*array->get(i), "a port is a number from 1 to 65535");
    station.ports.push_back(static_cast<std::uint16_t>(*port));
  }
  if (station.ports.empty()) section.error(*node, "ports must be a list of port numbers");
}

void read_groups(Section& section, StationConfig& station) {
  std::vector<std::string> groups;
  section.texts("groups", groups);
  for (const auto& text : groups) {
    const auto group = parse_ipv4(text);
    if (group && group->is_multicast()) station.groups.push_back(*group);
    else section.error_at("groups", "\"" + text + "\" is no multicast group (224.0.0.0 to 239.255.255.255)");
  }
}

void read_networks(Section& section, StationConfig& station) {
  std::vector<std::string> networks;
  section.texts("networks", networks);
  for (const auto& text : networks) {
    if (const auto parsed = parse_prefixed(text); parsed)
      station.networks.push_back({parsed->address, parsed->prefix.value_or(32)});
    else section.error_at("networks", "\"" + text + "\" is no network such as \"192.168.5.0/24\"");
  }
}

StationConfig read_station(const toml::table& table, ReaderContext& context) {
  Section section(table, context.file, context.problems);
  StationConfig station;
  section.required("name");
  section.text("name", station.name);
  if (const auto link = section.reference("link", "link", context.links)) station.link = *link;
  else if (!section.has("link") && context.links.size() != 1)
    section.error_at("link", "there are several links: which one is the station on?");
  read_address(section, station);
  read_view(section, station);
  read_ports(section, station);
  read_groups(section, station);
  section.text("tun", station.tun);
  section.text("netns", station.netns);
  read_networks(section, station);
  if (station.tun.size() > device_name_octets) section.error_at("tun", "a device name has at most 15 characters");
  if (station.netns.find('/') != std::string::npos) section.error_at("netns", "a namespace is a name, no path");
  if (section.has("view") == section.has("tun"))
    section.error_at("view", "a station has either a view (UDP on loopback) or a tun device");
  for (const auto* key : {"ports", "groups"})
    if (section.has(key) && section.has("tun"))
      section.error_at(key, std::string(key) + " is for stations with a view");
  for (const auto* key : {"netns", "networks"})
    if (section.has(key) && section.has("view")) section.error_at(key, std::string(key) + " is for TUN stations");
  section.finish();
  return station;
}

ModemStation read_modem(const toml::table& table, ReaderContext& context) {
  using Kind = ModemStation::Kind;
  Section section(table, context.file, context.problems);
  ModemStation modem;
  section.required("name");
  section.text("name", modem.name);
  if (const auto link = section.reference("link", "link", context.links)) modem.link = *link;
  else if (!section.has("link") && context.links.size() != 1)
    section.error_at("link", "there are several links: which one is the modem on?");
  section.required("kind");
  if (const auto kind = section.choice("kind", {"110d", "tcp", "pty"})) modem.kind = static_cast<Kind>(*kind);
  std::string listen;
  section.text("listen", listen);
  section.text("path", modem.path);
  const bool pty = modem.kind == Kind::pty;
  section.required(pty ? "path" : "listen");
  if (section.has(pty ? "listen" : "path"))
    section.error_at(pty ? "listen" : "path", pty ? "a pty has a path, no port" : "a TCP port has no path");
  if (const auto colon = listen.rfind(':'); !listen.empty()) {
    const auto port = parse_unsigned(listen.substr(colon == std::string::npos ? listen.size() : colon + 1));
    modem.listen.host = listen.substr(0, colon);
    if (!port || *port > 65'535 || !parse_ipv4(modem.listen.host))
      section.error_at("listen", "listen must be an IPv4 address and a port such as \"127.0.0.1:3000\"");
    else modem.listen.port = static_cast<std::uint16_t>(*port);
  }
  section.finish();
  return modem;
}

// Every link has stations of its own kind, and two at least.
void check_modems(Section& top, const LiveConfig& config) {
  for (std::size_t l = 0; l < config.links.size(); ++l) {
    const auto& link = config.links[l];
    const auto here = [l](const auto& s) { return s.link == l; };
    const auto modems = std::ranges::count_if(config.modems, here);
    const auto stations = std::ranges::count_if(config.stations, here);
    if (link.hf.modems && stations > 0)
      top.error_at("station", "link \"" + link.name + "\" is one of modems: write [[modem]]");
    if (!link.hf.modems && modems > 0)
      top.error_at("modem", "link \"" + link.name + "\" carries packets; for modems it needs bearer = \"modem\"");
    if (link.hf.modems && modems < 2) top.error_at("modem", "link \"" + link.name + "\" joins at least two modems");
  }
  for (std::size_t i = 0; i < config.modems.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (config.modems[i].name == config.modems[j].name)
        top.error_at("modem", "two modems are named \"" + config.modems[i].name + "\"");
}

// Names, addresses and views must differ, or the emulator would talk to itself.
void check_together(Section& top, const LiveConfig& config) {
  std::size_t sockets = 0;
  for (std::size_t i = 0; i < config.stations.size(); ++i) {
    const auto& a = config.stations[i];
    for (const auto& b : config.stations)
      if (&b != &a && b.link == a.link) sockets += a.view ? a.ports.size() : 0;
    for (std::size_t j = 0; j < i; ++j) {
      const auto& b = config.stations[j];
      const auto both = "stations " + b.name + " and " + a.name;
      if (a.name == b.name) top.error_at("station", "two stations are named \"" + a.name + "\"");
      if (a.link == b.link && a.address == b.address) top.error_at("station", both + " have the same address");
      if (a.view && b.view && *a.view == *b.view) top.error_at("station", both + " have the same view");
      const bool viewed =
          std::ranges::any_of(config.stations, [&](const auto& s) { return s.view && s.link == a.link; });
      if (a.link == b.link && viewed && (a.address.value & 0xFF) == (b.address.value & 0xFF))
        top.error_at("station", both + " have the same host number (last octet of the address), which views go by");
    }
  }
  if (config.stations.size() < 2 && config.modems.empty())
    top.error_at("station", "a link joins at least two stations");
  if (sockets > most_sockets) top.error_at("station", "too many sockets: stations x neighbours x ports is above 4000");
}

LiveConfig read_config(const toml::table& root, ReaderContext& context) {
  Section top(root, context.file, context.problems);
  LiveConfig config;
  top.number("seed", config.seed, 0, INT64_MAX);
  const auto tables = top.tables("station", most_stations);
  for (const auto* table : tables) context.nodes.push_back((*table)["name"].value_or(std::string()));
  const auto modems = top.tables("modem", most_stations);
  for (const auto* table : modems) context.nodes.push_back((*table)["name"].value_or(std::string()));
  config.links = read_links(root, top, context);
  if (config.links.empty()) top.error_at("link", "missing [[link]]");
  for (const auto* table : tables) config.stations.push_back(read_station(*table, context));
  for (const auto* table : modems) config.modems.push_back(read_modem(*table, context));
  check_together(top, config);
  check_modems(top, config);
  top.finish();
  return config;
}

}  // namespace

ParsedLiveConfig parse_live_config(std::string_view text, std::string_view file_name) {
  ParsedLiveConfig out;
  if (text.size() > limits::config_file_octets) {
    out.problems.push_back({config::Problem::Severity::error, std::string(file_name), 1, 1, "the file is too large"});
    return out;
  }
  const auto parsed = toml::parse(text, file_name);
  if (!parsed) {
    out.problems.push_back(
        config::problem_at(parsed.error().source(), file_name, std::string(parsed.error().description())));
    return out;
  }
  ReaderContext context{std::string(file_name), {}, out.problems, {}, {}};
  auto config = read_config(parsed.table(), context);
  if (!config::has_errors(out.problems)) out.config = std::move(config);
  return out;
}

ParsedLiveConfig load_live_config(const std::string& path) {
  std::error_code ignored;
  std::ifstream file;
  if (std::filesystem::is_directory(path, ignored)) file.setstate(std::ios::failbit);
  else file.open(path, std::ios::binary);
  std::string text;
  if (file) text.assign(std::istreambuf_iterator<char>(file), {});
  if (file) return parse_live_config(text, path);
  ParsedLiveConfig out;
  out.problems.push_back({config::Problem::Severity::error, path, 1, 1, "cannot be read"});
  return out;
}

}  // namespace longwire::sim
