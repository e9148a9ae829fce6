#include "node/engine/gateway_setup.hpp"

#include <algorithm>

namespace longwire::engine {

namespace {

// X.411 upper bounds.
constexpr std::size_t prmd_octets = 16, organization_octets = 64, mta_name_octets = 32;

std::string short_prmd(std::string_view domain) {
  if (domain.size() <= prmd_octets) return std::string(domain);
  constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuv";
  constexpr std::size_t hash_letters = 7, label_letters = 8;
  std::uint64_t h = 0xCBF29CE484222325ULL;  // FNV-1a: two domains with the same first label stay apart
  for (const char c : domain) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  auto out = std::string(domain.substr(0, std::min(domain.find('.'), label_letters))) + "-";
  for (std::size_t i = 0; i < hash_letters; ++i, h >>= 5) out += letters.at(h & 31);
  return out;
}

}  // namespace

x400::OrName default_or_address(std::string_view domain) {
  x400::OrName name;
  name.country = "ZZ";
  name.admd = " ";
  name.prmd = short_prmd(domain);
  name.organization = domain.substr(0, organization_octets);
  return name;
}

gateway::Settings gateway_settings(const Config& config) {
  auto addresses = config.gateway.addresses;
  if (addresses.domain.empty()) addresses.domain = config.domain;
  if (addresses.or_address.empty()) addresses.or_address = default_or_address(config.domain);
  const auto own = addresses.or_address;
  gateway::Settings out{
      .addresses = gateway::AddressMap(std::move(addresses)),
      .domain = {own.country, own.admd, own.prmd},
      .mta_name = config.gateway.mta_name,
      .host = config.domain,
      .files = config.gateway.files == "bilateral" ? gateway::FilesAs::bilateral : gateway::FilesAs::ftbp,
      .civil_urgent_cap = config.gateway.civil_urgent_cap,
      .policies = {},
      .military_default = config.gateway.military,
      .text_correlator = false};  // a report finds its subject by the MTS identifier here, and air time is dear
  if (out.mta_name.empty()) out.mta_name = config.name.substr(0, mta_name_octets);
  return out;
}

bool dmp_peers_on(const Config& config, std::size_t bearer) {
  const auto& name = config.bearers.at(bearer).name;
  return std::any_of(config.peers.begin(), config.peers.end(), [&name](const PeerConfig& p) {
    return p.content == Content::dmp && std::find(p.bearers.begin(), p.bearers.end(), name) != p.bearers.end();
  });
}

std::uint16_t dmp_port_of(const Config& config, std::size_t bearer) {
  const auto& b = config.bearers.at(bearer);
  if (!b.is_hf() && b.dmp_port) return *b.dmp_port;
  return dmp_peers_on(config, bearer) ? dmp::udp_port : std::uint16_t{0};
}

}  // namespace longwire::engine
