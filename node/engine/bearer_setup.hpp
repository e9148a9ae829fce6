// From configuration and stored settings to the machines of a node.
#pragma once

#include "node/engine/core.hpp"

namespace longwire::engine {

// EMCON, MINIMIZE and what was learned of the peers. A stored order of the operator outlives a
// restart and wins over the configuration file.
void load_settings(Core& core);
BearerLink make_link(const Core& core, std::size_t bearer, Time now);

acp142::BearerTiming timing_of(const BearerConfig& bearer);
dmp::Timing dmp_timing_of(const BearerConfig& bearer);
std::uint16_t port_of(const BearerConfig& bearer, acp142::Port port);
// "off", "auto" or "always": what holds between this node and the peer there.
std::string_view coding_word(const BearerConfig& bearer, const PeerConfig& peer);
// Octets that IP and UDP add to a P_MUL PDU.
inline constexpr std::size_t datagram_overhead = 28;

// Names of settings in the store.
std::string emcon_setting(const PeerConfig& peer);
std::string minimize_setting(std::string_view bearer);  // empty: the whole node
std::string tags_setting(const PeerConfig& peer);
std::string loss_setting(const BearerConfig& bearer, const PeerConfig& peer);
std::string burst_setting(const BearerConfig& bearer, const PeerConfig& peer);
// What acp142::Peer::decodes is kept under.
std::string decodes_setting(const BearerConfig& bearer, const PeerConfig& peer);
inline constexpr std::string_view emcon_key = "emcon";

}  // namespace longwire::engine
