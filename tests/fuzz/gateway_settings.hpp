// The gateway that the fuzz targets talk to.
#pragma once

#include "annexe/gateway/gateway.hpp"

namespace longwire::fuzz {

inline Time noon() { return from_unix(1795262400); }  // 2026-11-21T12:00:00Z

inline const gateway::Settings& gateway_settings() {
  static const gateway::Settings settings = [] {
    gateway::AddressMapConfig config;
    config.domain = "gw.example";
    config.or_address = *x400::parse_or_name("/O=TAC/PRMD=GW/ADMD= /C=NO/");
    config.domains = *gateway::read_mapping_table(
        "ship.example#PRMD$SHIP.ADMD$ .C$NO#\nhq.example#O$HQ NORTH.PRMD$MIL.ADMD$ .C$NO#\n");
    return gateway::Settings{gateway::AddressMap(std::move(config)),
                             {"NO", " ", "GW"},
                             "GW-MTA",
                             "gw.example",
                             gateway::FilesAs::ftbp,
                             2,
                             {}};
  }();
  return settings;
}

inline gateway::FindSubject nothing_known() {
  return [](const x400::MtsId&) { return std::optional<gateway::SubjectMail>{}; };
}

}  // namespace longwire::fuzz
