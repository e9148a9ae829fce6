#include "coded_world.hpp"

#include "acp142/pdu.hpp"
#include "virtual_channel.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace longwire::bench {

namespace {

using namespace acp142;
using acp142::testing::station_address;
using acp142::testing::station_id;
using acp142::testing::VirtualChannel;

constexpr std::size_t udp_headers = 28;
constexpr std::size_t warm_up_octets = 20'000;

BearerTiming timing_of(const Link& link) {
  BearerTiming timing;
  timing.rate_bps = static_cast<std::uint64_t>(link.rate);
  timing.half_duplex = link.half;
  timing.turnaround = from_seconds(link.turnaround);
  timing.latency = from_seconds(link.delay);
  timing.max_pdu = link.mtu - udp_headers;
  return timing;
}

// A receiver's channel that is good or bad for exponential times; everything is lost while it is bad.
class Fading {
 public:
  Fading(double loss, double bad_seconds, std::uint64_t seed)
      : rng_(seed), bad_mean_(bad_seconds), good_mean_(bad_seconds * (1 - loss) / loss), bad_(rng_.chance(loss)) {
    stay();
  }
  bool lost(double at) {
    while (until_ <= at) {
      bad_ = !bad_;
      stay();
    }
    return bad_;
  }

 private:
  void stay() { until_ += -std::log(1 - rng_.uniform()) * (bad_ ? bad_mean_ : good_mean_); }

  Rng rng_;
  double bad_mean_, good_mean_, until_ = 0;
  bool bad_;
};

bool decodes(const World& world, std::size_t station) {
  return station + world.plain_receivers <= world.load.receivers;
}

void add_stations(VirtualChannel& channel, const World& world, std::uint64_t seed) {
  Parameters parameters;
  parameters.emcon_loss = world.load.loss;
  parameters.emcon_burst = from_seconds(world.burst);
  for (std::size_t i = 0; i <= world.load.receivers; ++i) {
    std::vector<Peer> peers;
    for (std::size_t other = 0; other <= world.load.receivers; ++other) {
      if (other == i) continue;
      Peer peer;
      peer.id = station_id(other);
      peer.address = station_address(other);
      if (world.knowledge == Knowledge::exact) {
        peer.loss = world.load.loss;
        peer.burst = world.burst;
      }
      // In a mixed group whether a code pays is weighed; who decodes is known from the message before.
      if (world.coded && decodes(world, i) && decodes(world, other))
        peer.coding = world.plain_receivers > 0 ? Coding::automatic : Coding::always;
      peers.push_back(peer);
    }
    channel.add(std::make_unique<Entity>(station_id(i), timing_of(world.link), parameters, peers, seed * 1000 + i));
  }
}

Outgoing message_of(std::size_t octets, const World& world, std::uint32_t id, std::uint64_t seed) {
  Outgoing message;
  message.message_id = id;
  message.expiry = Time{} + std::chrono::hours{48};
  message.group = acp142::testing::group_address;
  Rng rng(seed);
  message.octets.resize(octets);
  for (auto& octet : message.octets) octet = static_cast<std::uint8_t>(rng.next());
  for (std::size_t i = 1; i <= world.load.receivers; ++i) message.destinations.push_back({station_id(i), id});
  return message;
}

void print(const VirtualChannel& channel, std::size_t from, const Frame& frame) {
  const auto decoded = decode(frame.octets);
  std::printf("%8.2f %zu ", to_seconds(channel.now() - Time{}), from);
  if (const auto* data = std::get_if<DataPdu>(&decoded->pdu)) std::printf("Data %u\n", data->sequence);
  if (const auto* address = std::get_if<AddressPdu>(&decoded->pdu))
    std::printf("%s%sAddress to %zu\n", address->extra ? "Extra " : "", address->fec ? "FEC " : "",
                address->destinations.size());
  if (const auto* ack = std::get_if<AckPdu>(&decoded->pdu)) {
    std::printf("Ack");
    for (const auto& item : ack->entries.at(0).missing) std::printf(" %u-%u", item.first, item.last);
    std::printf("\n");
  }
}

}  // namespace

double length_octets(const World& world) {
  const auto segment = world.link.mtu - data_headers;
  return static_cast<double>(world.load.size + (world.load.size + segment - 1) / segment * data_headers);
}

Outcome play(const World& world, std::uint64_t seed) {
  const auto& load = world.load;
  const auto in_bursts = world.burst > 0 && load.loss > 0;
  VirtualChannel channel({timing_of(world.link), in_bursts ? 0 : load.loss}, seed);
  channel.keep_notices = false;
  add_stations(channel, world, seed);
  std::vector<Fading> fading;
  for (std::size_t i = 0; in_bursts && i <= load.receivers; ++i)
    fading.emplace_back(load.loss, world.burst, seed * 31 + i);
  if (in_bursts)
    channel.drop = [&](std::size_t, std::size_t to, const Frame&) {
      return fading[to].lost(to_seconds(channel.now() - Time{}));
    };

  Outcome outcome;
  bool closed = false;
  Time began{};
  Outgoing message;
  channel.on_notice = [&](std::size_t at, const Notice& notice) {
    if (const auto* received = std::get_if<notice::Received>(&notice)) {
      if (at == 0 || received->octets != message.octets) std::abort();  // never a wrong message
      if (++outcome.holding == load.receivers) outcome.last = to_seconds(channel.now() - began);
    }
    if (std::holds_alternative<notice::Failed>(notice)) ++outcome.failed;
    if (std::holds_alternative<notice::TransferClosed>(notice)) closed = true;
  };
  const auto send = [&](Outgoing next) {
    message = std::move(next);
    closed = false;
    outcome = {};
    began = channel.now();
    channel.overs = 0;
    for (std::size_t i = 0; i <= load.receivers; ++i) channel.station(i).octets_sent = 0;
    if (!channel.entity(0).send(message, began).empty()) std::abort();
    channel.run(began + std::chrono::hours{23}, [&] { return closed; });
  };
  if (world.knowledge == Knowledge::measured) {
    send(message_of(warm_up_octets, world, 1, ~seed));
    channel.run(channel.now() + std::chrono::minutes{1});
  }
  if (world.trace) channel.on_air = [&](std::size_t from, const Frame& frame) { print(channel, from, frame); };
  for (std::size_t i = 1; world.silent && i <= load.receivers; ++i) {
    channel.entity(i).set_emcon(true, channel.now());
    channel.entity(0).set_peer_emcon(station_id(i), true, channel.now());
  }
  send(message_of(load.size, world, 2, seed));
  outcome.air = static_cast<double>(channel.station(0).octets_sent);
  for (std::size_t i = 1; i <= load.receivers; ++i) outcome.back += static_cast<double>(channel.station(i).octets_sent);
  outcome.overs = static_cast<double>(channel.overs);
  return outcome;
}

}  // namespace longwire::bench
