// The node that the tests of X.400 reception play at, and its peers.
#pragma once

#include "fleet.hpp"

#include <string>

namespace longwire::engine::x400_node {

inline const Time noon = from_unix(1'800'000'000);

inline x400::OrName person(const std::string& surname, const std::string& prmd) {
  x400::OrName n;
  n.country = "NO";
  n.admd = "TAC";
  n.prmd = prmd;
  n.person.surname = surname;
  return n;
}

// A node "here" between an Annex E peer "allied" (PRMD ALLY), another one "north" (PRMD NORTH) and a MULE one.
inline Config config() {
  Config c;
  c.name = "here";
  c.domain = "here.example";
  c.pmul_id = PmulId{0x0A420001};
  c.relay = {"*"};
  c.bearers = {fleet_link("radio", 64'000)};
  c.deliver.maildir = "/var/mail/{local}";
  c.peers = {fleet_peer("allied", 2, {"radio"}), fleet_peer("north", 3, {"radio"}), fleet_peer("mule", 4, {"radio"})};
  c.peers[0].content = c.peers[1].content = Content::annex_e;
  c.gateway.addresses.or_address = person("", "HERE");
  c.gateway.addresses.domains = {{"here.example", person("", "HERE")},
                                 {"allied.example", person("", "ALLY")},
                                 {"north.example", person("", "NORTH")},
                                 {"mule.example", person("", "MULE")}};
  return c;
}

inline Arrival arrival(std::uint64_t octets = 100) {
  return {0, PmulId{0x0A420002}, 17, "pmul", {PmulId{0x0A420001}}, noon + std::chrono::hours{1}, octets};
}

}  // namespace longwire::engine::x400_node
