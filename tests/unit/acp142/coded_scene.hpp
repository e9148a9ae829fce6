// What the tests of coded transfers have in common: messages, bearers, and an account of what is on the air.
#pragma once

#include "acp142/fec_info.hpp"
#include "acp142/pdu.hpp"
#include "station_store.hpp"
#include "virtual_channel.hpp"

namespace longwire::acp142::testing {

inline Outgoing coded_message(std::uint32_t id, std::size_t size, std::size_t receivers) {
  Outgoing out;
  out.message_id = id;
  out.expiry = Time{} + std::chrono::hours{24};
  if (receivers > 1) out.group = group_address;
  for (std::size_t i = 1; i <= receivers; ++i) out.destinations.push_back({station_id(i), id});
  Rng rng(id);
  out.octets.resize(size);
  for (auto& octet : out.octets) octet = static_cast<std::uint8_t>(rng.next());
  return out;
}

inline BearerTiming sat64k(std::size_t max_pdu = 1472) {
  BearerTiming timing;
  timing.latency = std::chrono::milliseconds{300};
  timing.max_pdu = max_pdu;
  return timing;
}
inline BearerTiming hf9600(std::size_t max_pdu = 548) {
  using std::chrono::milliseconds;
  return {9600, true, milliseconds{2000}, milliseconds{20}, max_pdu, 28, Duration{0}};
}

inline Coding always_coded(std::size_t /*at*/, std::size_t /*peer*/) { return Coding::always; }

template <class N>
std::size_t count_notices(const VirtualChannel::Station& station) {
  std::size_t n = 0;
  for (const auto& notice : station.notices) n += std::holds_alternative<N>(notice) ? 1U : 0U;
  return n;
}

// PDUs that station 0 puts on the air.
struct SenderTraffic {
  std::size_t data = 0, questions = 0, total = 0;
  std::size_t octets = 0;  // of the Data_PDUs; those of coded messages may be shorter
  bool coded = false;      // an FEC_Address_PDU was among them

  void watch(VirtualChannel& channel) {
    channel.on_air = [this](std::size_t from, const Frame& frame) {
      if (from == 0) look(frame);
    };
  }
  void look(const Frame& frame) {
    const auto pdu = decode(frame.octets).value().pdu;
    if (const auto* address = std::get_if<AddressPdu>(&pdu)) {
      questions += address->extra ? 1U : 0U;
      coded = coded || address->fec;
      if (address->total != 0) total = address->total;
    }
    if (!std::holds_alternative<DataPdu>(pdu)) return;
    ++data;
    octets += frame.octets.size();
  }
};

// The sender and all receivers, or all of them silent.
inline void silence_receivers(VirtualChannel& channel, bool silent) {
  for (std::size_t i = 1; i < channel.size(); ++i) {
    channel.entity(i).set_emcon(silent, channel.now());
    channel.entity(0).set_peer_emcon(station_id(i), silent, channel.now());
  }
}

inline std::size_t delivered(VirtualChannel& channel) {
  std::size_t n = 0;
  for (std::size_t i = 1; i < channel.size(); ++i) n += channel.station(i).received.size();
  return n;
}

// Ends a station and starts it anew with what it had stored.
inline void restart(VirtualChannel& channel, std::size_t at, const StationStore& store, std::uint64_t seed,
                    double known_loss, const std::function<void(Entity&)>& set_up = {},
                    const Parameters& parameters = {}) {
  auto entity = channel.make(at, channel.size(), parameters, seed, known_loss);
  if (set_up) set_up(*entity);
  store.restore(*entity, channel.now());
  channel.station(at).entity = std::move(entity);
  channel.collect();
}

}  // namespace longwire::acp142::testing
