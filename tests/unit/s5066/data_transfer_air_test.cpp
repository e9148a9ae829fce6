// Two and more stations over a virtual channel.
#include "virtual_air.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

void expect_clean(const VirtualAir& air) {
  for (const auto& v : air.violations()) ADD_FAILURE() << v << '\n' << air.transcript();
}

TEST(DataTransferAir, ArqDeliversAndConfirmsOnACleanChannel) {
  VirtualAir air({});
  air.add({});
  air.add({});
  air.connect(0, 1);
  const auto c_pdu = pattern(5000, 1);
  const auto ticket = air.send(0, 1, c_pdu);
  const bool settled = air.settle(minutes{5});
  expect_clean(air);
  ASSERT_TRUE(settled);
  ASSERT_EQ(air.received().size(), 1U);
  EXPECT_EQ(air.received()[0].indication.c_pdu, c_pdu);
  EXPECT_EQ(air.received()[0].indication.from, VirtualAir::address(0));
  const auto confirmed = air.events_of<dts::Confirmed>(0);
  ASSERT_EQ(confirmed.size(), 1U);
  EXPECT_EQ(confirmed[0].ticket, ticket);
  EXPECT_EQ(air.transmissions().size(), 2U);  // one over and its answer
  expect_clean(air);
}

TEST(DataTransferAir, NonArqReachesAllAndIsSent) {
  VirtualAir air({});
  for (int i = 0; i < 3; ++i) air.add({});
  CPduRequest request;
  request.dest = all_stations;
  request.c_pdu = pattern(3000, 2);
  request.repeats = 1;
  air.send(0, request);
  ASSERT_TRUE(air.settle(minutes{5}));
  air.run_for(seconds{10});
  ASSERT_EQ(air.received().size(), 2U);
  for (const auto& r : air.received()) {
    EXPECT_EQ(r.indication.c_pdu, request.c_pdu);
    EXPECT_EQ(r.indication.dest, all_stations);
  }
  EXPECT_EQ(air.events_of<dts::Sent>(0).size(), 1U);
  EXPECT_EQ(air.count_sent(0, DPduType::non_arq), 6U);
  expect_clean(air);
}

}  // namespace
}  // namespace longwire::s5066::testing
