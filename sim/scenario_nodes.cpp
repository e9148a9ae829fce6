// [[node]]: a scenario stays short because everything that follows from the links is filled in
// before the table goes to the same reader that reads the daemon's file.
#include "base/limits.hpp"
#include "base/text.hpp"
#include "bearers/modem/waveform.hpp"
#include "sim/hf_waveform.hpp"
#include "sim/scenario_parts.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>

namespace longwire::sim {

namespace {

constexpr std::uint32_t network = 10U << 24 | 66U << 16;       // 10.66.0.0: nodes are .1, .2 ...
constexpr std::uint32_t stations_5066 = 1U << 24 | 66U << 16;  // STANAG 5066 addresses: 1.66.0.1 ...
constexpr std::uint32_t groups = 239U << 24 | 66U << 16;       // 239.66.0.0: links are .1, .2 ...

struct Sketch {  // what the other nodes must know of one
  std::string name, domain, pmul_id, s5066;
  std::vector<std::size_t> links;
  bool relays = false;
  bool emcon = false;
};

template <class T>
void fill(toml::table& table, std::string_view key, T value) {
  if (!table.contains(key)) table.insert(key, std::move(value));
}

// nullptr when the key holds something else: the configuration reader will say so.
toml::array* array_of(toml::table& table, std::string_view key) {
  fill(table, key, toml::array{});
  return table.get_as<toml::array>(key);
}

// The table with that name in an array of tables, made when missing.
toml::table& named(toml::array& array, const std::string& name) {
  for (auto& element : array)
    if (auto* table = element.as_table(); table != nullptr && (*table)["name"].value_or(std::string()) == name)
      return *table;
  array.push_back(toml::table{{"name", name}});
  return *array.back().as_table();
}

std::string duration_text(Duration d) { return std::to_string(d.count() / 1000) + "ms"; }

// Stations that find each other on a frequency wait for a slot of their own; two alone need none.
std::int64_t slots_for(std::size_t stations) { return stations > 2 ? 8 : 0; }

void fill_coding(toml::table& bearer, const LinkConfig& link) {
  if (!link.coding.empty()) fill(bearer, "coding", link.coding);
}

void fill_modem(toml::table& bearer, const LinkConfig& link, const std::string& address, std::size_t stations) {
  fill(bearer, "kind", "modem");
  fill(bearer, "address", address);
  fill(bearer, "rate", std::to_string(link.rate_bps));
  fill(bearer, "turnaround", duration_text(link.turnaround));
  fill(bearer, "latency", duration_text(link.propagation));
  fill(bearer, "max_over", duration_text(link.max_over));
  fill(bearer, "interleaver", std::string(modem::to_string(link.hf.interleaver)));
  fill(bearer, "slots", slots_for(stations));
  // What the modem does not tell is only for estimates, but these should be good.
  if (const auto waveform = find_waveform({static_cast<std::uint32_t>(link.rate_bps), link.hf.interleaver})) {
    const auto timing = timing_of(*waveform, link.hf.keying);
    fill(bearer, "lead", duration_text(timing.lead));
    fill(bearer, "tail", duration_text(timing.tail));
    fill(bearer, "max_transmit", duration_text(link.max_over + timing.lead + timing.tail + std::chrono::seconds{1}));
  }
  if (link.hf.rates.empty()) return;
  toml::array rates;
  for (const auto rate : link.hf.rates) rates.push_back(static_cast<std::int64_t>(rate));
  fill(bearer, "rates", std::move(rates));
}

void fill_udp(toml::table& bearer, const LinkConfig& link, std::size_t link_index, const std::string& address) {
  fill(bearer, "bind", address);
  fill(bearer, "group", to_string(Ipv4{groups + static_cast<std::uint32_t>(link_index) + 1}));
  // One address on every link, as with a loopback address over several radios; so the ports differ.
  const auto first_port = static_cast<std::int64_t>(2751 + 10 * link_index);
  fill(bearer, "tport", first_port);
  fill(bearer, "rport", first_port + 1);
  fill(bearer, "dport", first_port + 2);
  fill(bearer, "aport", first_port + 3);
  if (link_index != 0) fill(bearer, "dmp_port", static_cast<std::int64_t>(5031 + 10 * link_index));
  fill(bearer, "rate", std::to_string(link.rate_bps));
  fill(bearer, "duplex", is_half_duplex(link.kind) ? "half" : "full");
  fill(bearer, "turnaround", duration_text(link.turnaround));
  fill(bearer, "latency", duration_text(link.propagation));
  if (is_half_duplex(link.kind)) fill(bearer, "max_over", duration_text(link.max_over));
  if (link.mtu != 0) fill(bearer, "mtu", static_cast<std::int64_t>(link.mtu));
}

bool on_modems(const Sketch& node, const std::vector<LinkConfig>& links) {
  return std::ranges::any_of(node.links, [&](std::size_t link) { return links[link].hf.modems; });
}

bool share_link(const Sketch& a, const Sketch& b) {
  return std::ranges::any_of(a.links, [&](std::size_t link) { return std::ranges::count(b.links, link) > 0; });
}

// first_hops[j]: the neighbour of `from` on the shortest way to j; only relays carry on.
std::vector<std::optional<std::size_t>> first_hops(const std::vector<Sketch>& nodes, std::size_t from) {
  std::vector<std::optional<std::size_t>> hop(nodes.size());
  std::deque<std::size_t> frontier{from};
  while (!frontier.empty()) {
    const auto at = frontier.front();
    frontier.pop_front();
    if (at != from && !nodes[at].relays) continue;
    for (std::size_t next = 0; next < nodes.size(); ++next) {
      if (next == from || hop[next] || !share_link(nodes[at], nodes[next])) continue;
      hop[next] = at == from ? next : hop[at];
      frontier.push_back(next);
    }
  }
  return hop;
}

void fill_peer(toml::table& peer, const std::vector<Sketch>& nodes, std::size_t self, std::size_t other,
               const std::vector<LinkConfig>& links) {
  const auto& node = nodes[other];
  fill(peer, "pmul_id", node.pmul_id);
  if (on_modems(nodes[self], links) && on_modems(node, links)) fill(peer, "s5066", node.s5066);
  if (!peer.contains("domains")) {
    toml::array domains;
    const auto hops = first_hops(nodes, self);
    for (std::size_t j = 0; j < nodes.size(); ++j)
      if (hops[j] == other) domains.push_back(nodes[j].domain);
    peer.insert("domains", std::move(domains));
  }
  if (!peer.contains("bearers")) {
    toml::array bearers;
    for (const auto link : nodes[self].links)
      if (std::ranges::count(node.links, link) > 0) bearers.push_back(links[link].name);
    peer.insert("bearers", std::move(bearers));
  }
  if (node.emcon) fill(peer, "emcon", true);  // whoever starts silent has told the others before
}

void fill_node(toml::table& table, const std::vector<Sketch>& nodes, std::size_t self,
               const std::vector<LinkConfig>& links, const std::optional<std::vector<std::string>>& wanted_peers) {
  const auto& sketch = nodes[self];
  fill(table, "domain", sketch.domain);
  fill(table, "pmul_id", sketch.pmul_id);
  auto* bearers = array_of(table, "bearer");
  auto* peers = array_of(table, "peer");
  if (bearers == nullptr || peers == nullptr) return;
  for (const auto link : sketch.links) {
    auto& bearer = named(*bearers, links[link].name);
    const auto stations =
        std::ranges::count_if(nodes, [&](const Sketch& s) { return std::ranges::count(s.links, link) > 0; });
    if (links[link].hf.modems) fill_modem(bearer, links[link], sketch.s5066, static_cast<std::size_t>(stations));
    else fill_udp(bearer, links[link], link, sketch.pmul_id);
    fill_coding(bearer, links[link]);
  }
  for (std::size_t other = 0; other < nodes.size(); ++other) {
    if (other == self || !share_link(sketch, nodes[other])) continue;
    if (wanted_peers && std::ranges::count(*wanted_peers, nodes[other].name) == 0) continue;
    fill_peer(named(*peers, nodes[other].name), nodes, self, other, links);
  }
}

Sketch sketch_of(const toml::table& table, std::size_t index, Section& section, const ReaderContext& context) {
  Sketch s;
  section.required("name");
  s.name = table["name"].value_or(std::string());
  s.domain = to_lower(table["domain"].value_or(to_lower(s.name) + ".example"));
  s.pmul_id = table["pmul_id"].value_or(to_string(Ipv4{network + static_cast<std::uint32_t>(index) + 1}));
  s.s5066 = to_string(Ipv4{stations_5066 + static_cast<std::uint32_t>(index) + 1});
  s.relays = table["relay"].is_array() && !table["relay"].as_array()->empty();
  s.emcon = table["emcon"].value_or(false);
  std::vector<std::string> names;
  section.texts("links", names);
  for (const auto& name : names)
    if (const auto link = section.lookup(*table.get("links"), "link", name, context.links)) s.links.push_back(*link);
  return s;
}

// Which link each bearer stands on: by name, else by its place in `links`.
void attach(NodePlan& plan, const Sketch& sketch, const toml::table& table, const std::vector<LinkConfig>& links,
            Section& section) {
  for (std::size_t b = 0; b < plan.config.bearers.size(); ++b) {
    const auto& name = plan.config.bearers[b].name;
    const auto by_name = std::ranges::find_if(sketch.links, [&](std::size_t l) { return links[l].name == name; });
    if (by_name != sketch.links.end()) plan.links.push_back(*by_name);
    else if (plan.config.bearers.size() == sketch.links.size()) plan.links.push_back(sketch.links[b]);
    else return section.error(table.source(), "bearer \"" + name + "\" is on none of the links of this node");
    const auto& link = links[plan.links.back()];
    if (link.hf.modems != (plan.config.bearers[b].kind == "modem"))
      return section.error(table.source(), "bearer \"" + name + "\" is of kind " + plan.config.bearers[b].kind +
                                               ", and its link is " +
                                               (link.hf.modems ? "one of modems" : "none of modems"));
  }
}

std::optional<engine::Config> read_config(toml::table& table, ReaderContext& context) {
  config::TableOptions options;
  options.node_keys_inline = true;
  options.host_keys_optional = true;
  options.foreign_keys = {"links", "config", "peers"};
  auto parsed = config::parse_config(table, context.file, options);
  for (auto& problem : parsed.problems) context.problems.push_back(std::move(problem));
  return std::move(parsed.config);
}

std::optional<engine::Config> load_config(const std::string& file, Section& section, ReaderContext& context) {
  if (context.directory.empty()) {
    section.error_at("config", "no other file can be read here");
    return std::nullopt;
  }
  auto parsed = config::load_config((std::filesystem::path(context.directory) / file).string());
  for (auto& problem : parsed.problems) context.problems.push_back(std::move(problem));
  return std::move(parsed.config);
}

bool all_named_once(const std::vector<Sketch>& sketches, const std::vector<toml::table*>& tables, Section& top) {
  bool good = true;
  for (std::size_t i = 0; i < sketches.size(); ++i) {
    const auto same = [&](const Sketch& s) { return s.name == sketches[i].name; };
    if (sketches[i].name.empty()) good = false;
    if (!sketches[i].name.empty() && std::ranges::count_if(sketches, same) > 1) {
      top.error(tables[i]->source(), "two nodes are named \"" + sketches[i].name + "\"");
      good = false;
    }
  }
  return good;
}

}  // namespace

std::vector<NodePlan> read_nodes(toml::table& root, Section& top, const std::vector<LinkConfig>& links,
                                 ReaderContext& context) {
  std::vector<NodePlan> plans;
  const auto count = top.tables("node", limits::scenario_nodes).size();
  if (count == 0) {
    if (!root.contains("node")) top.error(root.source(), "a scenario needs a [[node]]");
    return plans;
  }
  std::vector<toml::table*> tables;
  std::vector<Sketch> sketches;
  for (auto& element : *root["node"].as_array()) {
    tables.push_back(element.as_table());
    Section section(*tables.back(), context.file, context.problems);
    sketches.push_back(sketch_of(*tables.back(), sketches.size(), section, context));
  }
  if (!all_named_once(sketches, tables, top) || links.size() != context.links.size()) return plans;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    Section section(*tables[i], context.file, context.problems);
    std::string file;
    section.text("config", file);
    std::optional<std::vector<std::string>> peers;
    if (section.has("peers")) section.texts("peers", peers.emplace());
    for (const auto& name : peers.value_or(std::vector<std::string>{}))
      section.lookup(*tables[i]->get("peers"), "node", name, context.nodes);
    if (file.empty()) fill_node(*tables[i], sketches, i, links, peers);
    auto read = file.empty() ? read_config(*tables[i], context) : load_config(file, section, context);
    NodePlan plan;
    if (read) plan.config = std::move(*read);
    attach(plan, sketches[i], *tables[i], links, section);
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace longwire::sim
