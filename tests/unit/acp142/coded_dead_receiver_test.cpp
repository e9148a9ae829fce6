// A receiver that is dead takes no more air time by coded P_MUL than by plain P_MUL (docs/coded-p_mul.md).
#include "coded_scene.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

using namespace testing;

using std::chrono::seconds;

// Octets of Data_PDUs in the first two minutes when the last of the receivers is dead.
std::size_t octets_to_a_dead_receiver(std::size_t receivers, bool coded) {
  VirtualChannel channel({sat64k(), 0.1}, 3);
  if (coded) channel.coding = always_coded;
  channel.add_stations(receivers + 1, {}, 3, 0.1);
  channel.station(receivers).up = false;
  SenderTraffic traffic;
  traffic.watch(channel);
  EXPECT_EQ(channel.entity(0).send(coded_message(1, 100'000, receivers), Time{}), "");
  channel.run(Time{} + seconds{120});
  EXPECT_EQ(delivered(channel), receivers - 1);
  return traffic.octets;
}

TEST(CodedEndings, ADeadReceiverTakesNoMoreAirTimeThanInPlainPMul) {
  for (const std::size_t receivers : {1U, 5U}) {
    const auto plain = octets_to_a_dead_receiver(receivers, false), coded = octets_to_a_dead_receiver(receivers, true);
    EXPECT_LE(coded * 4, plain * 5) << receivers << " receivers: " << coded << " against " << plain;
  }
}

}  // namespace
}  // namespace longwire::acp142
