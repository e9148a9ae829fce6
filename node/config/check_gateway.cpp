#include "node/config/check_gateway.hpp"

#include "base/text.hpp"
#include "mail/envelope.hpp"
#include "node/engine/gateway_setup.hpp"
#include "node/engine/routing.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

namespace longwire::config {

namespace {

using engine::Config;

std::string indexed(const char* table, std::size_t i, const char* key) {
  return "gateway." + std::string(table) + "[" + std::to_string(i) + "]." + key;
}

class GatewayChecker {
 public:
  GatewayChecker(Reading& r, Config& c) : r_(r), c_(c), map_(c.gateway.addresses) {}

  void run() {
    own_address();
    for (std::size_t i = 0; i < map_.users.size(); ++i) user(i);
    for (std::size_t i = 0; i < map_.domains.size(); ++i) domain(i);
    for (std::size_t i = 0; i < c_.peers.size(); ++i) peer(i);
    for (std::size_t i = 0; i < c_.bearers.size(); ++i) bearer(i);
  }

 private:
  void error(std::string_view path, std::string text) { r_.error(r_.place(path), std::move(text)); }
  void warning(std::string_view path, std::string text) { r_.warning(r_.place(path), std::move(text)); }

  void own_address() {
    const auto& own = map_.or_address;
    if (own.empty()) return;
    // X.411 GlobalDomainIdentifier: a country of two letters or three digits, and an ADMD.
    if (own.country.empty() || own.admd.empty())
      error("gateway.or_address", "or_address needs a country and an ADMD, such as \"/O=SHIP-A/ADMD=TAC/C=NO/\"");
    else if (own.prmd.empty())
      warning("gateway.or_address",
              "or_address has no PRMD: nodes of one ADMD cannot be told apart in the trace, and mail that comes back "
              "from another of them counts as a loop");
  }

  // Trace and MTS identifiers name a node by these three alone: what a peer sends under ours is a loop.
  bool is_own_domain(const x400::OrName& name) const {
    const auto own = map_.or_address.empty() ? engine::default_or_address(c_.domain) : map_.or_address;
    return iequals(name.country, own.country) && iequals(trim(name.admd), trim(own.admd)) &&
           iequals(name.prmd, own.prmd);
  }
  void management_domain(const std::string& path, std::string_view mail_domain, const x400::OrName& name) {
    const auto route = router().route(mail_domain);
    if (route.kind != engine::Route::Kind::peer || c_.peers[route.peer].content == engine::Content::mule) return;
    if (is_own_domain(name))
      warning(path, "peer '" + c_.peers[route.peer].name +
                        "' has the C, ADMD and PRMD of this node: if it uses them in its own or_address, its messages "
                        "are refused as loops; give every node a PRMD of its own");
  }

  void user(std::size_t i) {
    const auto& u = map_.users[i];
    if (u.address.empty()) return;
    if (u.or_name) management_domain(indexed("user", i, "or"), mail::domain_of(u.address), *u.or_name);
    r_.unique(addresses_, to_lower(u.address), indexed("user", i, "address"), "address " + u.address);
    if (u.or_name) r_.unique(names_, to_lower(x400::to_text(*u.or_name)), indexed("user", i, "or"), "this O/R address");
    if (!u.plad.empty()) r_.unique(plads_, to_lower(u.plad), indexed("user", i, "plad"), "PLAD '" + u.plad + "'");
    if (u.dmp)
      r_.unique(numbers_, std::to_string(*u.dmp), indexed("user", i, "dmp"), "DMP number " + std::to_string(*u.dmp));
    const auto where = mail::domain_of(u.address);
    if (router().route(where).kind == engine::Route::Kind::none)
      warning(indexed("user", i, "address"),
              "there is no route to " + where + ": add it to the domains of a [[peer]] or to local_domains of [node]");
  }

  void domain(std::size_t i) {
    const auto& d = map_.domains[i];
    if (d.prefix.empty() || d.domain.empty()) return;
    const auto path = indexed("domain", i, "domain");
    // Entries of a mapping file have no place of their own: the file is named.
    const bool inline_entry = r_.has(path);
    const auto own = inline_entry ? path : std::string("gateway.mapping_files");
    r_.unique(mapped_, d.domain, own, "domain " + d.domain);
    r_.unique(prefixes_, to_lower(x400::to_text(d.prefix)), inline_entry ? indexed("domain", i, "or") : own,
              "O/R prefix " + x400::to_text(d.prefix));
    management_domain(inline_entry ? indexed("domain", i, "or") : own, d.domain, d.prefix);
    if (inline_entry && d.prefix.country.empty())
      error(indexed("domain", i, "or"), "an O/R prefix begins at the country: add /C=../");
  }

  void peer(std::size_t i) {
    const auto& p = c_.peers[i];
    const auto path = "peer[" + std::to_string(i) + "].dmp_version";
    if (r_.has(path) && p.content != engine::Content::dmp)
      warning(path, "dmp_version has no effect without content = \"dmp\"");
  }

  void bearer(std::size_t i) {
    auto& b = c_.bearers[i];
    const auto path = "bearer[" + std::to_string(i) + "].dmp_port";
    if (b.is_hf()) return;
    const auto port = engine::dmp_port_of(c_, i);
    if (port != 0 && (port == b.tport || port == b.rport || port == b.dport || port == b.aport))
      error(path, "port " + std::to_string(port) + " is a P_MUL port of this bearer");
    for (std::size_t k = 0; k < i; ++k)
      if (port != 0 && !c_.bearers[k].is_hf() && c_.bearers[k].bind == b.bind && engine::dmp_port_of(c_, k) == port)
        error(path, "port " + std::to_string(port) + " of " + to_string(b.bind) + " is the DMP port of bearer '" +
                        c_.bearers[k].name + "' too: give each its own dmp_port");
    if (port == 0 && engine::dmp_peers_on(c_, i))
      error(path, "a peer of this bearer has content = \"dmp\": give the port, or leave the key out for 5031");
    b.dmp_port = port;
  }

  const engine::Router& router() {
    if (!router_) router_.emplace(c_);
    return *router_;
  }

  Reading& r_;
  Config& c_;
  gateway::AddressMapConfig& map_;
  std::optional<engine::Router> router_;
  std::map<std::string, std::string> addresses_, names_, plads_, numbers_, mapped_, prefixes_;
};

}  // namespace

void check_gateway(Reading& r, Config& config) { GatewayChecker(r, config).run(); }

}  // namespace longwire::config
