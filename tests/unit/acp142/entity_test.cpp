#include "acp142/entity.hpp"

#include "acp142/pdu.hpp"
#include "virtual_channel.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

using testing::group_address;
using testing::station_address;
using testing::station_id;
using testing::VirtualChannel;

Bytes payload(std::size_t size, std::uint64_t seed = 1) {
  Rng rng(seed);
  Bytes octets(size);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(rng.next());
  return octets;
}

Outgoing message(std::uint32_t id, std::size_t size, std::size_t receivers, std::uint8_t priority = 6) {
  Outgoing out;
  out.message_id = id;
  out.priority = priority;
  out.expiry = Time{} + std::chrono::hours{24};
  if (receivers > 1) out.group = group_address;
  for (std::size_t i = 1; i <= receivers; ++i) out.destinations.push_back({station_id(i), id});
  out.octets = payload(size, id);
  return out;
}

BearerTiming satcom() {
  BearerTiming timing;
  timing.latency = std::chrono::milliseconds{300};
  timing.max_pdu = 1472;
  return timing;
}
BearerTiming hf() {
  using std::chrono::milliseconds;
  return {9600, true, milliseconds{2000}, milliseconds{20}, 548, 28, Duration{0}};
}

template <class N>
std::size_t count(const VirtualChannel::Station& station) {
  std::size_t n = 0;
  for (const auto& notice : station.notices) n += std::holds_alternative<N>(notice) ? 1U : 0U;
  return n;
}

TEST(Entity, EveryReceiverGetsTheMessageOnceAndTheSenderKnows) {
  for (const auto& timing : {satcom(), hf()})
    for (const auto loss : {0.0, 0.2})
      for (const std::size_t receivers : {1U, 5U}) {
        VirtualChannel channel({timing, loss}, 7);
        channel.add_stations(receivers + 1, {}, 7);
        ASSERT_EQ(channel.entity(0).send(message(1, 10'000, receivers), Time{}), "");
        channel.run(Time{} + std::chrono::hours{2});
        EXPECT_EQ(count<notice::Acknowledged>(channel.station(0)), receivers);
        EXPECT_EQ(count<notice::TransferClosed>(channel.station(0)), 1U);
        for (std::size_t i = 1; i <= receivers; ++i) {
          const auto& received = channel.station(i).received;
          ASSERT_EQ(received.size(), 1U);
          ASSERT_EQ(received.begin()->second.size(), 1U);
          EXPECT_EQ(received.begin()->second.front().second, payload(10'000, 1));
        }
      }
}

}  // namespace
}  // namespace longwire::acp142
