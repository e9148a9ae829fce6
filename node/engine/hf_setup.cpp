#include "node/engine/hf_setup.hpp"

#include "bearers/hf_unit_size.hpp"
#include "bearers/modem/waveform.hpp"
#include "bearers/s5066/address.hpp"
#include "node/engine/gateway_setup.hpp"

#include <algorithm>

namespace longwire::engine {

namespace {

// Keying of a radio, and the pause in which a station sees that the channel is free.
constexpr Duration keying = std::chrono::milliseconds{100};
constexpr Duration pause_before_over = std::chrono::milliseconds{500};

modem::Interleaver interleaver_of(const std::string& word) {
  return modem::interleaver_from(word, modem::Interleaver::short_);
}

modem::Timing usual_timing(const BearerConfig& b) {
  return modem::usual_timing({static_cast<std::uint32_t>(b.rate_bps), interleaver_of(b.hf.modem.interleaver)}, keying);
}

Duration longest_over_of(const BearerConfig& b) {
  return b.max_over != Duration{0} ? b.max_over : Duration{s5066::longest_over};
}

s5066::StackConfig stack_of(const BearerConfig& b) {
  s5066::StackConfig stack;
  auto& t = stack.transfer;
  t.self = s5066::from_bearer_address(b.hf.address.value_or(Ipv4{}));
  t.half_duplex = b.half_duplex;
  t.max_segment = b.hf.max_segment;
  t.max_over = longest_over_of(b);
  t.turnaround = b.turnaround;
  t.slots = b.hf.slots;
  t.slot_time = b.hf.slot_time;
  for (const auto rate : b.hf.modem.rates)
    t.waveforms.push_back({static_cast<std::uint32_t>(rate), interleaver_of(b.hf.modem.interleaver)});
  // HfBearer hands over about two overs of each precedence.
  const auto over = static_cast<std::size_t>(to_seconds(t.max_over) * static_cast<double>(b.rate_bps) / 8);
  stack.client_queue_octets = std::max(stack.client_queue_octets, 4 * over);
  stack.soft_link_idle = b.hf.soft_link_idle;
  stack.link_protocol = b.hf.link_protocol;
  return stack;
}

}  // namespace

Duration hf_lead(const BearerConfig& b) {
  return b.hf.modem.lead != Duration{0} ? b.hf.modem.lead : usual_timing(b).lead;
}

Duration hf_tail(const BearerConfig& b) {
  return b.hf.modem.tail != Duration{0} ? b.hf.modem.tail : usual_timing(b).tail;
}

acp142::BearerTiming hf_timing_of(const BearerConfig& b) {
  acp142::BearerTiming t;
  t.queued = true;
  t.rate_bps = b.rate_bps;
  t.half_duplex = b.half_duplex;
  // An answer is an over of its own.
  t.turnaround = pause_before_over + hf_lead(b) + hf_tail(b) + b.turnaround;
  t.access = std::chrono::seconds{1} + static_cast<Duration::rep>(b.hf.slots) * b.hf.slot_time;
  t.latency = hf_tail(b) + b.latency;
  t.max_over = longest_over_of(b);
  t.overhead = bearers::hf_unit_overhead;
  const auto rate = static_cast<std::uint32_t>(b.rate_bps);
  const auto segment = b.hf.max_segment != 0 ? b.hf.max_segment : bearers::hf_segment(rate);
  t.max_pdu = b.max_pdu.value_or(std::max(bearers::hf_least_pdu, bearers::hf_max_pdu(segment)));
  // The far node's complete Ack may have to wait for an over of ours and one of somebody else's, and
  // for a physical link.
  t.arq_answer = 2 * t.max_over + 4 * (t.turnaround + t.access) + std::chrono::seconds{60};
  return t;
}

bearers::HfBearerConfig hf_bearer_config(const Config& config, BearerIndex bearer) {
  const auto& b = config.bearers.at(bearer);
  bearers::HfBearerConfig out;
  out.name = b.name;
  out.rate_bps = static_cast<std::uint32_t>(b.rate_bps);
  out.overhead = hf_lead(b) + hf_tail(b) + b.turnaround;
  out.max_over = longest_over_of(b);
  out.udop_sap = static_cast<std::uint8_t>(b.hf.udop_sap);
  out.rcop_sap = static_cast<std::uint8_t>(b.hf.rcop_sap);
  out.app_id = static_cast<std::uint16_t>(b.hf.app_id);
  out.rank = static_cast<std::uint8_t>(b.hf.rank);
  out.arq = b.hf.arq;
  out.max_segment = b.hf.max_segment;
  if (dmp_port_of(config, bearer) != 0) out.other_apps.push_back(dmp::s5066_app_id);
  if (b.kind == "modem") out.stack = stack_of(b);
  return out;
}

bearers::HfUnit to_hf_unit(Datagram datagram) {
  const auto app = datagram.port == dmp::udp_port ? dmp::s5066_app_id : std::uint16_t{0};
  return {datagram.peer,
          datagram.arq,
          datagram.priority,
          datagram.expiry,
          datagram.ticket,
          std::move(datagram.octets),
          app};
}

Datagram from_hf(bearers::hf::Received received) {
  Datagram out{received.from, received.app == dmp::s5066_app_id ? dmp::udp_port : std::uint16_t{0},
               std::move(received.octets)};
  out.arq = received.arq;
  return out;
}

}  // namespace longwire::engine
