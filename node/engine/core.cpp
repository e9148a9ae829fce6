#include "node/engine/core.hpp"

#include "annexe/inflate.hpp"
#include "mail/message.hpp"
#include "node/engine/bearer_setup.hpp"
#include "node/engine/gateway_setup.hpp"

#include <algorithm>
#include <stdexcept>

namespace longwire::engine {

namespace {

security::Shaper shaper_of(const Config& config, store::Store& store, crypto::Random& random, const LabelGate& labels) {
  for (const auto& key : config.security.keys)
    if (!key.key.octets) throw std::runtime_error("configuration: the key " + key.key.path + " was not read");
  security::Shaper::Means means{&labels.rules(), {annexe::deflate_zlib, annexe::inflate_zlib}, config.domain};
  auto shaper = security::Shaper::make(config.security, store, random, std::move(means));
  if (!shaper) throw std::runtime_error("configuration: [security]: " + shaper.error().text);
  return *std::move(shaper);
}

}  // namespace

Core::Core(Config settings, store::Store& the_store, crypto::Random& random, std::uint64_t seed, Time now)
    : config(std::move(settings)),
      gateway(gateway_settings(config)),
      labels(config),
      store(the_store),
      shaper(shaper_of(config, the_store, random, labels)),
      router(config),
      dictionaries(config, the_store),
      minimize(config.bearers.size()),
      rows(the_store),
      rng(seed),
      peers(config.peers.size()) {
  for (const auto& policy : labels.rules().policies().all()) gateway.policies.emplace(policy.id(), policy.name());
  for (const auto& b : config.bearers) up.push_back(!b.is_hf());
  for (auto& p : peers) p.pause.resize(config.bearers.size());
  load_settings(*this);
  for (std::size_t i = 0; i < config.bearers.size(); ++i) bearers.push_back(make_link(*this, i, now));
  refresh_views();
}

std::uint64_t Core::alert(Time now, std::string_view name, const std::string& text) {
  const auto id = store.raise_alert(now, name, text);
  report(now, level::alert, events::alert_raised, {{"alert", id}, {"name", name}, {"text", text}});
  return id;
}

Bytes Core::labelled(ByteView message, const SecurityLabel& label, Time now) const {
  if (!labels.on()) return {message.begin(), message.end()};
  // What stands there may be another's word: of before a translation, or of nobody who signed.
  const bool is_there = mail::HeaderView(message).count("SIO-Label") != 0;
  const auto found = is_there ? labels.rules().label_of(message) : Result<Label>(Label{});
  const bool same = found && *found == label;
  const bool wanted = is_there ? !same : config.security.write_header;
  if (!wanted && config.security.first_line != "write") return {message.begin(), message.end()};
  return labels.rules().with_label(message, label, config.domain, now);
}

void Core::clear_alert(std::uint64_t id, Time now) {
  store.clear_alert(id);
  report(now, level::info, events::alert_cleared, {{"alert", id}});
}

void Core::clear_alerts(std::string_view name, std::string_view text, Time now) {
  for (const auto& open : store.alerts(false))
    if (open.name == name && (text.empty() || open.text == text)) clear_alert(open.id, now);
}

std::optional<PeerIndex> Core::hf_peer(Ipv4 address) const {
  for (PeerIndex i = 0; i < config.peers.size(); ++i)
    if (config.peers[i].hf_address == address) return i;
  return std::nullopt;
}

Ipv4 Core::address_of(std::size_t bearer, PeerIndex peer) const {
  const auto& p = config.peers.at(peer);
  if (config.bearers.at(bearer).is_hf()) return p.hf_address.value_or(Ipv4{});
  if (p.address) return *p.address;
  const auto& heard = bearers.at(bearer).addresses;
  const auto at = heard.find(peer);
  return at != heard.end() ? at->second : Ipv4{p.pmul_id.value};
}

std::optional<PeerIndex> Core::peer_at(std::size_t bearer, Ipv4 address) const {
  for (PeerIndex i = 0; i < config.peers.size(); ++i) {
    const auto& on = router.bearers_of(i);
    if (std::find(on.begin(), on.end(), bearer) != on.end() && address_of(bearer, i) == address) return i;
  }
  return std::nullopt;
}

void Core::refresh_views() {
  views.clear();
  for (std::size_t i = 0; i < config.bearers.size(); ++i) {
    const auto& b = config.bearers[i];
    views.push_back({up[i], b.max_message, b.min_precedence.value_or(Precedence::deferred),
                     std::min(minimize.node(), minimize.bearer(i))});
  }
}

}  // namespace longwire::engine
