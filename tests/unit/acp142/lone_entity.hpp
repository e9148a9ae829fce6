// One entity, fed and asked by hand: what it lets in, and what it says.
#pragma once

#include "acp142/entity.hpp"
#include "acp142/pdu.hpp"

#include <string>
#include <vector>

namespace longwire::acp142::lone {

inline BearerTiming satcom() {
  BearerTiming timing;
  timing.latency = std::chrono::milliseconds{300};
  timing.max_pdu = 1472;
  return timing;
}

inline constexpr PmulId self{0x0A420001};
inline constexpr PmulId shore{0x0A420009};
inline constexpr Ipv4 shore_address{0x0A420009};
inline const Time start = from_unix(1'700'000'000);
inline const auto expiry = to_unix32(start) + 3600;

inline Entity lone_entity(const BearerTiming& timing = satcom(), std::vector<Peer> more = {},
                          const Parameters& parameters = {}) {
  Peer peer;
  peer.id = shore;
  peer.address = shore_address;
  more.push_back(peer);
  return Entity(self, timing, parameters, std::move(more), 1);
}

inline std::vector<Pdu> poll_all(Entity& entity, Time now) {
  std::vector<Pdu> pdus;
  while (const auto frame = entity.poll_transmit(now)) pdus.push_back(decode(frame->octets).value().pdu);
  return pdus;
}
template <class P>
std::size_t count_of(const std::vector<Pdu>& pdus) {
  std::size_t n = 0;
  for (const auto& pdu : pdus) n += std::holds_alternative<P>(pdu) ? 1U : 0U;
  return n;
}
inline void feed(Entity& entity, const Pdu& pdu, Time now, Ipv4 from = shore_address) {
  entity.on_frame(encode(pdu), from, now);
}

inline AddressPdu address(std::uint32_t id, std::uint16_t total, std::uint32_t number = 1) {
  return {false, 6, Map::only, total, shore, id, expiry, {}, 0, {{self, number, {}}}};
}
inline DataPdu data(std::uint32_t id, std::uint16_t sequence, Bytes octets = {1, 2, 3}) {
  return {6, sequence, shore, id, std::move(octets)};
}

inline std::vector<std::string> rejections(Entity& entity) {
  std::vector<std::string> names;
  for (const auto& notice : entity.take_notices())
    if (const auto* rejected = std::get_if<notice::Rejected>(&notice)) names.emplace_back(rejected->reason);
  return names;
}
using Names = std::vector<std::string>;

template <class N>
std::vector<N> take(Entity& entity) {
  std::vector<N> found;
  for (const auto& notice : entity.take_notices())
    if (const auto* one = std::get_if<N>(&notice)) found.push_back(*one);
  return found;
}

}  // namespace longwire::acp142::lone
