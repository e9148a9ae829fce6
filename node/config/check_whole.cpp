// Checks across sections. Every problem is put at the value that has to change.
#include "bearers/s5066/address.hpp"
#include "node/config/check_gateway.hpp"
#include "node/config/check_hf.hpp"
#include "node/config/config_table.hpp"
#include "node/config/schema.hpp"
#include "node/config/schema_tls.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace longwire::config {

namespace {

using engine::Config;

std::string at(const char* section, std::size_t index, const char* key) {
  return std::string(section) + "[" + std::to_string(index) + "]." + key;
}

class Checker {
 public:
  Checker(Reading& r, Config& config) : r_(r), c_(config) {}

  void run() {
    node();
    smtp();
    deliver();
    for (std::size_t i = 0; i < c_.bearers.size(); ++i) bearer(i);
    for (std::size_t i = 0; i < c_.peers.size(); ++i) peer(i);
    for (std::size_t i = 0; i < c_.groups.size(); ++i) group(i);
    for (std::size_t i = 0; i < c_.circuits.size(); ++i)
      for (std::size_t k = 0; k < c_.circuits[i].domains.size(); ++k)
        domain(c_.circuits[i].domains[k], at("acp127", i, "domains") + "[" + std::to_string(k) + "]");
    check_circuits(r_, c_);
    if (c_.bearers.size() > limits::config_bearers)
      error("bearer", "more than " + std::to_string(limits::config_bearers) + " bearers");
    if (c_.peers.size() > limits::config_peers)
      error("peer", "more than " + std::to_string(limits::config_peers) + " peers");
    check_gateway(r_, c_);
    check_security(r_, c_);
    check_tls(r_, c_);
    check_coding(r_, c_);
    if (c_.console) warning("console.listen", "this version has no web console; the section has no effect");
  }

 private:
  void error(std::string_view path, std::string text) { r_.error(r_.place(path), std::move(text)); }
  void warning(std::string_view path, std::string text) { r_.warning(r_.place(path), std::move(text)); }

  void node() {
    auto& locals = c_.local_domains;
    if (!c_.domain.empty() && std::find(locals.begin(), locals.end(), c_.domain) == locals.end())
      locals.insert(locals.begin(), c_.domain);
    if (c_.data_dir.empty() && !r_.host_keys_optional)
      error("node", "node: missing key data_dir (store and control socket)");
    if (c_.default_expiry <= Duration{0}) error(r_.node_prefix + "default_expiry", "default_expiry must be above zero");
    if (c_.delay_warning >= c_.default_expiry && r_.has(r_.node_prefix + "delay_warning"))
      warning(r_.node_prefix + "delay_warning",
              "delay_warning is not before default_expiry: no delay will ever be reported");
    if (c_.bearers.empty() && c_.circuits.empty())
      warning("node", "no [[bearer]]: mail is only delivered on this node");
  }

  void smtp() {
    if (c_.smtp_listen.empty() && c_.smtp_listen_tls.empty() && !r_.host_keys_optional)
      warning("smtp", "no [smtp] listen: nobody can submit mail to this node");
    std::map<std::string, std::string> seen;
    const auto listener = [&](const engine::Endpoint& e, const std::string& path) {
      if (e.is_unix || e.port != 0) r_.unique(seen, e.host + ":" + std::to_string(e.port), path, "this address");
    };
    for (std::size_t i = 0; i < c_.smtp_listen.size(); ++i)
      listener(c_.smtp_listen[i], "smtp.listen[" + std::to_string(i) + "]");
    for (std::size_t i = 0; i < c_.smtp_listen_tls.size(); ++i)
      listener(c_.smtp_listen_tls[i], "smtp.listen_tls[" + std::to_string(i) + "]");
  }

  void deliver() {
    const auto& d = c_.deliver;
    const int count = int{!d.maildir.empty()} + int{d.lmtp.has_value()} + int{d.smtp.has_value()};
    // A value of the wrong kind has its own problem already.
    const bool any = r_.has("deliver.maildir") || r_.has("deliver.lmtp") || r_.has("deliver.smtp");
    if (count > 1) error("deliver", "[deliver] must have exactly one of maildir, lmtp and smtp");
    if (!any && !r_.host_keys_optional)
      error("deliver", "missing [deliver]: one of maildir, lmtp or smtp says where mail for this node goes");
    if (!d.maildir.empty() && d.maildir.find("{local}") == std::string::npos)
      warning("deliver.maildir", "no {local} in maildir: all recipients share one mailbox");
  }

  void bearer(std::size_t i) {
    auto& b = c_.bearers[i];
    const auto path = [i](const char* key) { return at("bearer", i, key); };
    if (!b.name.empty()) r_.unique(bearer_names_, b.name, path("name"), "bearer name '" + b.name + "'");
    check_kind_keys(r_, b, i);
    if (!r_.has(path("bind"))) b.bind = Ipv4{c_.pmul_id.value};
    if (b.is_hf()) check_hf_bearer(r_, c_, i);
    else udp_bearer(b, path);
    if (!b.half_duplex && b.turnaround > Duration{0})
      warning(path("turnaround"), "turnaround has no effect on a full-duplex bearer");
  }

  template <class Path>
  void udp_bearer(const engine::BearerConfig& b, const Path& path) {
    if (b.bind.is_multicast() || b.bind.value == 0 || b.bind.value == 0xFFFF'FFFF)
      error(path("bind"), "bind must be an address of this host, not " + to_string(b.bind));
    if (b.group && !b.group->is_multicast())
      error(path("group"), to_string(*b.group) + " is not a multicast address (224.0.0.0 to 239.255.255.255)");
    for (const auto& [key, port] :
         {std::pair{"tport", b.tport}, {"rport", b.rport}, {"dport", b.dport}, {"aport", b.aport}})
      r_.unique(ports_, std::pair{b.bind, port}, path(key),
                "port " + std::to_string(port) + " of " + to_string(b.bind));
    if (b.half_duplex && b.turnaround == Duration{0} && !r_.has(path("turnaround")))
      warning(path("duplex"), "half duplex without turnaround: timers will be too short for a radio");
    // 68: smallest MTU of IPv4 (RFC 791); 20 + 8 octets of headers and 64 of PDU must fit anyhow.
    if (b.mtu != 0 && b.mtu < 92) error(path("mtu"), "mtu must be 0 or from 92 to 65535");
    else if (b.mtu != 0 && b.max_pdu && *b.max_pdu + 28 > b.mtu)
      error(path("max_pdu"), "max_pdu does not fit the mtu: at most " + std::to_string(b.mtu - 28));
  }

  void peer(std::size_t i) {
    auto& p = c_.peers[i];
    const auto path = [i](const char* key) { return at("peer", i, key); };
    if (!p.name.empty()) r_.unique(peer_names_, p.name, path("name"), "peer name '" + p.name + "'");
    if (p.pmul_id.value != 0) {
      r_.unique(peer_ids_, p.pmul_id, path("pmul_id"), "pmul_id " + to_string(p.pmul_id));
      if (p.pmul_id == c_.pmul_id) error(path("pmul_id"), to_string(p.pmul_id) + " is the id of this node");
    }
    if (p.address && p.address->is_multicast())
      error(path("address"), "the address of a peer cannot be a multicast one");
    if (p.hf_address) peer_hf_address(*p.hf_address, path("s5066"));
    // ACP 142 (2001) knows neither the Internet checksum nor ranges (acp142.md section 14).
    if (p.edition == "2001" && !r_.has(path("checksum"))) p.checksum = "fletcher";
    if (p.edition == "2001" && !r_.has(path("ack_ranges"))) p.ack_ranges = false;
    if (p.bearers.empty() && r_.has(path("bearers"))) error(path("bearers"), "a peer needs at least one bearer");
    known_names(p.bearers, path("bearers"), bearer_names(), "bearer");
    for (std::size_t k = 0; k < p.bearers.size(); ++k)
      if (const auto* b = bearer_named(p.bearers[k]);
          b != nullptr && b->is_hf() && !p.hf_address && !r_.has(path("s5066")))
        error(path("bearers") + "[" + std::to_string(k) + "]",
              "bearer '" + b->name + "' is STANAG 5066: give the peer's address there, such as s5066 = \"1.2.3.9\"");
    if (p.domains.empty()) warning(path("domains"), "no domains: no mail is routed to this peer");
    for (std::size_t k = 0; k < p.domains.size(); ++k)
      domain(p.domains[k], path("domains") + "[" + std::to_string(k) + "]");
  }

  void peer_hf_address(Ipv4 address, const std::string& path) {
    if (s5066::from_bearer_address(address).group)
      return error(path,
                   to_string(address) + " is a group address; a peer has an individual one, 0.0.0.0 to 15.255.255.255");
    r_.unique(hf_addresses_, address, path, "STANAG 5066 address " + to_string(address));
    for (const auto& b : c_.bearers)
      if (b.is_hf() && b.hf.address == address)
        return error(path, to_string(address) + " is the address of this node on bearer '" + b.name + "'");
  }

  const engine::BearerConfig* bearer_named(std::string_view name) const {
    const auto at =
        std::find_if(c_.bearers.begin(), c_.bearers.end(), [name](const auto& b) { return b.name == name; });
    return at == c_.bearers.end() ? nullptr : &*at;
  }

  void domain(const std::string& domain, const std::string& path) {
    const auto [first, is_new] = domains_.emplace(domain, path);
    if (!is_new) {
      const auto line = std::to_string(r_.place(first->second).begin.line);
      error(path, domain == "*" ? "there is a default route already, in line " + line
                                : "mail for " + domain + " has a route already, in line " + line);
    }
    if (std::find(c_.local_domains.begin(), c_.local_domains.end(), domain) != c_.local_domains.end())
      error(path, "mail for " + domain + " is delivered on this node");
  }

  void group(std::size_t i) {
    const auto& g = c_.groups[i];
    const auto path = [i](const char* key) { return at("group", i, key); };
    if (!g.name.empty()) r_.unique(group_names_, g.name, path("name"), "group name '" + g.name + "'");
    if (r_.has(path("address")) && g.address.value != 0) {
      if (!g.address.is_multicast())
        error(path("address"), to_string(g.address) + " is not a multicast address (224.0.0.0 to 239.255.255.255)");
      r_.unique(group_addresses_, std::pair{g.address, g.bearer}, path("address"),
                "group address " + to_string(g.address));
    } else if (!r_.has(path("address")) && needs_ip_address(g))
      error("group[" + std::to_string(i) + "]",
            "group[" + std::to_string(i) + "]: missing key address (multicast address)");
    if (g.hf_address && !s5066::from_bearer_address(*g.hf_address).group)
      error(path("s5066"),
            to_string(*g.hf_address) +
                " is not a group address: the first number of a group is 16 to 31, such as \"16.0.0.1\"");
    std::vector<std::string_view> peers;
    for (const auto& p : c_.peers) peers.push_back(p.name);
    known_names(g.members, path("members"), peers, "peer");
    if (g.members.empty() && r_.has(path("members"))) error(path("members"), "a group needs at least one member");
    if (g.bearer.empty()) return;
    known_names({g.bearer}, path("bearer"), bearer_names(), "bearer");
    for (const auto& p : c_.peers)
      if (std::find(g.members.begin(), g.members.end(), p.name) != g.members.end() &&
          std::find(p.bearers.begin(), p.bearers.end(), g.bearer) == p.bearers.end())
        warning(path("members"), "member '" + p.name + "' is not on bearer '" + g.bearer + "'");
  }

  // Only on STANAG 5066 can it do without.
  bool needs_ip_address(const engine::GroupConfig& g) const {
    if (const auto* b = bearer_named(g.bearer); b != nullptr) return !b->is_hf();
    return c_.bearers.empty() ||
           std::any_of(c_.bearers.begin(), c_.bearers.end(), [](const auto& b) { return !b.is_hf(); });
  }

  std::vector<std::string_view> bearer_names() const {
    std::vector<std::string_view> names;
    for (const auto& b : c_.bearers) names.push_back(b.name);
    return names;
  }

  void known_names(const std::vector<std::string>& used, const std::string& path,
                   const std::vector<std::string_view>& known, const std::string& what) {
    for (std::size_t k = 0; k < used.size(); ++k)
      if (std::find(known.begin(), known.end(), used[k]) == known.end())
        error(path + "[" + std::to_string(k) + "]",
              "unknown " + what + " '" + used[k] + "'" + did_you_mean(used[k], known));
  }

  Reading& r_;
  Config& c_;
  std::map<std::string, std::string> bearer_names_, peer_names_, group_names_, domains_;
  std::map<std::pair<Ipv4, std::uint16_t>, std::string> ports_;
  std::map<PmulId, std::string> peer_ids_;
  std::map<Ipv4, std::string> hf_addresses_;
  std::map<std::pair<Ipv4, std::string>, std::string> group_addresses_;
};

}  // namespace

void check_whole(Reading& r, Config& config) { Checker(r, config).run(); }

}  // namespace longwire::config
