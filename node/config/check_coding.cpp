// Where `coding` is written but nothing will ever be coded (docs/coded-p_mul.md section 7).
#include "node/config/schema.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace longwire::config {

namespace {

using engine::BearerConfig;
using engine::Config;
using engine::Content;
using engine::PeerConfig;

bool is_on(const BearerConfig& bearer, const PeerConfig& peer) {
  return (peer.coding.empty() ? bearer.coding : peer.coding) != "off" && peer.edition != "2001";
}

std::vector<const PeerConfig*> peers_on(const Config& config, const BearerConfig& bearer) {
  std::vector<const PeerConfig*> out;
  for (const auto& peer : config.peers)
    if (std::find(peer.bearers.begin(), peer.bearers.end(), bearer.name) != peer.bearers.end()) out.push_back(&peer);
  return out;
}

// Messages to one receiver go by ARQ there, unless it is silent; those to several do not.
bool only_arq(const Config& config, const BearerConfig& bearer) {
  const auto peers = peers_on(config, bearer);
  return bearer.is_hf() && bearer.hf.arq && peers.size() == 1 && !peers.front()->emcon;
}

void check_bearer(Reading& r, const Config& config, std::size_t index) {
  const auto& bearer = config.bearers[index];
  const auto path = "bearer[" + std::to_string(index) + "].";
  const auto warn = [&](const std::string& key, const std::string& text) {
    if (r.has(path + key)) r.warning(r.place(path + key), key + " has no effect: " + text);
  };
  const auto peers = peers_on(config, bearer);
  const bool any = std::any_of(peers.begin(), peers.end(), [&](const auto* p) { return is_on(bearer, *p); });
  if (!any)
    for (const auto* key : {"parity_aim", "emcon_delivery", "emcon_loss", "emcon_burst"})
      warn(key, peers.empty() ? "no peer has this bearer" : "coding is off with all peers of this bearer");
  if (bearer.coding == "off") return;
  if (!peers.empty() && !any) warn("coding", "every peer of this bearer has coding = \"off\" or edition = \"2001\"");
  else if (only_arq(config, bearer))
    warn("coding", "messages to the only peer of this bearer go by ARQ, which is not coded; arq = false codes them");
}

void check_peer(Reading& r, const Config& config, std::size_t index) {
  const auto& peer = config.peers[index];
  const auto place = "peer[" + std::to_string(index) + "].coding";
  if (peer.coding.empty() || peer.coding == "off" || !r.has(place)) return;
  const auto warn = [&](const std::string& text) { r.warning(r.place(place), "coding has no effect: " + text); };
  if (peer.edition == "2001") return warn("edition 2001 of ACP 142 has no place for it");
  if (peer.content == Content::dmp)
    return r.warning(r.place(place), "DMP is not coded: only messages that DMP cannot carry will be");
  const bool everywhere =
      !peer.bearers.empty() && std::all_of(peer.bearers.begin(), peer.bearers.end(), [&](const auto& name) {
        const auto at = std::find_if(config.bearers.begin(), config.bearers.end(),
                                     [&](const auto& bearer) { return bearer.name == name; });
        return at != config.bearers.end() && only_arq(config, *at);
      });
  if (everywhere) warn("messages to it go by ARQ, which is not coded; arq = false of the bearer codes them");
}

}  // namespace

void check_coding(Reading& r, const Config& config) {
  for (std::size_t i = 0; i < config.bearers.size(); ++i) check_bearer(r, config, i);
  for (std::size_t i = 0; i < config.peers.size(); ++i) check_peer(r, config, i);
}

}  // namespace longwire::config
