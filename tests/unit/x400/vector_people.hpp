// The people of tests/vectors/s4406, by hand.
#pragma once

#include "annexe/x400/or_name.hpp"

namespace longwire::test {

using x400::OrName;

inline OrName name(std::string prmd, std::string organization) {
  OrName out;
  out.country = "NO";
  out.admd = " ";
  out.prmd = std::move(prmd);
  out.organization = std::move(organization);
  return out;
}

inline OrName duty_officer() {
  auto out = name("MIL", "HQ NORTH");
  out.person.surname = "Duty";
  out.person.given = "Officer";
  out.units = {"OPS"};
  return out;
}
inline OrName comcen() {
  auto out = name("SHIP", "HNOMS NANSEN");
  out.person.surname = "Comcen";
  return out;
}
inline OrName bridge() {
  auto out = name("SHIP", "KNM TOR");
  out.common_name = "Bridge";
  return out;
}
inline OrName mail_user() {
  auto out = name("GW", "TAC");
  out.domain_defined = {{"RFC-822", "ops(a)ship1.example"}};
  return out;
}

}  // namespace longwire::test
