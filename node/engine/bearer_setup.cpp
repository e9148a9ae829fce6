#include "node/engine/bearer_setup.hpp"

#include "base/text.hpp"
#include "node/engine/gateway_setup.hpp"
#include "node/engine/hf_setup.hpp"

#include <algorithm>

#include <charconv>

namespace longwire::engine {

namespace {

constexpr std::uint64_t fast_line_bps = 19'200;  // below: an MTU of 576, so that a lost packet costs less
constexpr std::size_t fast_mtu = 1500;
constexpr std::size_t slow_mtu = 576;
constexpr std::size_t most_dmp_on_hf = 1400;
// How long before the end of a datagram the next one is handed over: longer than a loop turn, far
// shorter than a PDU on a slow line, so that precedence is decided as late as possible.
constexpr Duration pacing_lead = std::chrono::milliseconds{20};

double stored_number(const Core& core, const std::string& key, double otherwise) {
  const auto text = core.store.setting(key);
  double v = otherwise;
  if (text) std::from_chars(text->data(), text->data() + text->size(), v);
  return v;
}

acp142::Coding coding_of(const BearerConfig& bearer, const PeerConfig& peer) {
  const auto word = coding_word(bearer, peer);
  if (word == "off") return acp142::Coding::off;
  return word == "always" ? acp142::Coding::always : acp142::Coding::automatic;
}

acp142::Peer peer_on(const Core& core, const BearerConfig& bearer, PeerIndex index) {
  const auto& config = core.config.peers[index];
  acp142::Peer peer;
  peer.id = config.pmul_id;
  // A configured address is the only one accepted. Otherwise the machine starts with the id read as an
  // address and learns: a station has one id but an address on each of its bearers.
  peer.address = bearer.is_hf() ? config.hf_address : config.address;
  peer.edition = config.edition == "2001" ? acp142::Edition::acp142_2001 : acp142::Edition::acp142a;
  peer.fletcher = config.checksum == "fletcher";
  peer.ack_ranges = config.ack_ranges;
  peer.emcon = core.peers[index].silent;
  peer.loss = stored_number(core, loss_setting(bearer, config), -1);
  peer.burst = stored_number(core, burst_setting(bearer, config), 0);
  peer.coding = coding_of(bearer, config);
  peer.decodes = core.store.setting(decodes_setting(bearer, config)) == "yes";
  return peer;
}

acp142::Parameters parameters_of(const BearerConfig& b) {
  acp142::Parameters p;
  p.ack_retransmission_time = b.ack_retransmission_time;
  p.ack_pdu_time = b.ack_pdu_time;
  p.emcon_rti = b.emcon_rti;
  p.max_ack_delay = b.max_ack_delay;
  p.emcon_rtc = b.emcon_rtc.value_or(p.emcon_rtc);
  p.mm = b.mm.value_or(p.mm);
  p.max_retries = b.max_retries.value_or(p.max_retries);
  p.extra_address = b.extra_address.value_or(p.extra_address);
  p.parity_aim = b.parity_aim == "air_time" ? acp142::ParityAim::air_time : acp142::ParityAim::time;
  p.emcon_delivery = b.emcon_delivery.value_or(p.emcon_delivery);
  p.emcon_loss = b.emcon_loss.value_or(p.emcon_loss);
  p.emcon_burst = b.emcon_burst.value_or(p.emcon_burst);
  return p;
}

}  // namespace

// 142 (2001) has neither FEC_Address_PDUs nor unused octets in an Ack_PDU.
std::string_view coding_word(const BearerConfig& bearer, const PeerConfig& peer) {
  if (peer.edition == "2001") return "off";
  return peer.coding.empty() ? bearer.coding : peer.coding;
}

acp142::BearerTiming timing_of(const BearerConfig& b) {
  if (b.is_hf()) return hf_timing_of(b);
  const auto mtu = b.mtu != 0 ? b.mtu : b.rate_bps >= fast_line_bps ? fast_mtu : slow_mtu;
  acp142::BearerTiming t;
  t.rate_bps = b.rate_bps;
  t.half_duplex = b.half_duplex;
  t.turnaround = b.turnaround;
  t.latency = b.latency;
  t.max_over = b.max_over;
  t.overhead = datagram_overhead;
  t.max_pdu = b.max_pdu.value_or(mtu - datagram_overhead);
  return t;
}

dmp::Timing dmp_timing_of(const BearerConfig& b) {
  const auto p_mul = timing_of(b);
  dmp::Timing t;
  t.max_datagram = p_mul.max_pdu;
  if (b.is_hf()) {
    // A U_PDU may take several D_PDUs; a quarter of an over at most, so that its loss costs no more.
    const auto over = static_cast<std::size_t>(to_seconds(p_mul.max_over) * static_cast<double>(b.rate_bps) / 8);
    t.max_datagram = std::clamp<std::size_t>(over / 4, std::min(p_mul.max_pdu, most_dmp_on_hf), most_dmp_on_hf);
  }
  // There and back, behind another datagram each way.
  const auto air = air_time(t.max_datagram + p_mul.overhead, b.rate_bps);
  t.retry =
      std::max<Duration>(std::chrono::seconds{2}, 2 * (p_mul.latency + p_mul.turnaround + p_mul.access) + 3 * air);
  if (b.is_hf()) t.retry += std::chrono::seconds{20};
  t.retry_most = std::max<Duration>(t.retry_most, 4 * t.retry);
  return t;
}

std::uint16_t port_of(const BearerConfig& b, acp142::Port port) {
  switch (port) {
    case acp142::Port::transmitter:
      return b.tport;
    case acp142::Port::receiver:
      return b.rport;
    case acp142::Port::data:
      return b.dport;
    case acp142::Port::ack:
      return b.aport;
  }
  return b.dport;
}

std::string emcon_setting(const PeerConfig& peer) { return "emcon/" + peer.name; }
std::string minimize_setting(std::string_view bearer) {
  return bearer.empty() ? "minimize" : "minimize/" + std::string(bearer);
}
std::string tags_setting(const PeerConfig& peer) { return "tags/" + peer.name; }
std::string loss_setting(const BearerConfig& bearer, const PeerConfig& peer) {
  return "loss/" + bearer.name + "/" + peer.name;
}
std::string burst_setting(const BearerConfig& bearer, const PeerConfig& peer) {
  return "burst/" + bearer.name + "/" + peer.name;
}
std::string decodes_setting(const BearerConfig& bearer, const PeerConfig& peer) {
  return "decodes/" + bearer.name + "/" + peer.name;
}

void load_settings(Core& core) {
  const auto level_of = [&core](const std::string& key, Precedence otherwise) {
    const auto text = core.store.setting(key);
    return text ? parse_precedence(*text).value_or(otherwise) : otherwise;
  };
  if (core.config.emcon) core.gate.silence();
  if (const auto saved = core.store.setting(emcon_key)) core.gate.load(*saved);
  core.minimize.set_node(level_of(minimize_setting({}), core.config.minimize));
  for (std::size_t i = 0; i < core.config.bearers.size(); ++i)
    core.minimize.set_bearer(i, level_of(minimize_setting(core.config.bearers[i].name), Precedence::deferred));
  for (PeerIndex i = 0; i < core.peers.size(); ++i) {
    const auto& config = core.config.peers[i];
    const auto saved = core.store.setting(emcon_setting(config));
    core.peers[i].silent = saved ? *saved == "on" : config.emcon;
    const auto tags = config.cdt_tags == "mirror" ? core.store.setting(tags_setting(config)) : config.cdt_tags;
    if (tags == "explicit") core.peers[i].tags = annexe::TagStyle::explicit_tags;
  }
}

BearerLink make_link(const Core& core, std::size_t bearer, Time now) {
  const auto& b = core.config.bearers[bearer];
  std::vector<acp142::Peer> peers;
  for (PeerIndex i = 0; i < core.config.peers.size(); ++i) {
    const auto& on = core.router.bearers_of(i);
    if (std::find(on.begin(), on.end(), bearer) != on.end()) peers.push_back(peer_on(core, b, i));
  }
  Rng seeds(core.rng);
  for (std::size_t i = 0; i < bearer; ++i) seeds.next();
  acp142::Entity entity(core.config.pmul_id, timing_of(b), parameters_of(b), std::move(peers), seeds.next());
  if (core.gate.silent() || !core.up[bearer]) entity.set_emcon(true, now);
  BearerLink link{std::move(entity), bearers::Pacer(b.rate_bps, b.half_duplex, b.turnaround, pacing_lead), now,
                  b.is_hf()};
  if (dmp_port_of(core.config, bearer) != 0) {
    link.dmp.emplace(dmp_timing_of(b), seeds.next());
    link.dmp->set_emcon(core.gate.silent() || !core.up[bearer], now);
  }
  return link;
}

}  // namespace longwire::engine
