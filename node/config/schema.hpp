// The grammar of the configuration file: one table of fields per section.
#pragma once

#include "node/config/value.hpp"
#include "node/engine/config.hpp"

#include <array>
#include <span>
#include <string_view>

namespace longwire::config {

std::span<const Field<engine::Config>> root_fields();  // the sections
std::span<const Field<engine::Config>> node_fields();
std::span<const Field<engine::Config>> smtp_fields();
std::span<const Field<engine::Submitter>> submitter_fields();
std::span<const Field<engine::DeliverConfig>> deliver_fields();
std::span<const Field<engine::BearerConfig>> bearer_fields();
std::span<const Field<engine::PeerConfig>> peer_fields();
std::span<const Field<engine::GroupConfig>> group_fields();
std::span<const Field<engine::Config>> console_fields();
std::span<const Field<engine::GatewayConfig>> gateway_fields();
std::span<const Field<gateway::UserEntry>> gateway_user_fields();
std::span<const Field<gateway::DomainEntry>> gateway_domain_fields();
std::span<const Field<engine::CircuitConfig>> circuit_fields();
std::span<const Field<security::SecurityConfig>> security_fields();
std::span<const Field<security::KeyConfig>> security_key_fields();
std::span<const Field<security::Profile>> security_profile_fields();
std::span<const Field<security::ClearanceConfig>> security_clearance_fields();

// Of the key `coding`, which bearers and peers have.
inline constexpr std::array<std::string_view, 3> coding_words{"off", "auto", "always"};

// What one value cannot show: names that must exist, must differ, must agree.
void check_whole(Reading& r, engine::Config& config);
// The same of circuits; their domains are check_whole()'s.
void check_circuits(Reading& r, engine::Config& config);
// Keys and certificates, policies, profiles and clearances, and what peers and bearers say of them.
// Also fills in what follows from other keys.
void check_security(Reading& r, engine::Config& config);
void check_coding(Reading& r, const engine::Config& config);

}  // namespace longwire::config
