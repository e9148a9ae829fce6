// Two stations on a perfect wire, and a client at each.
#pragma once

#include "bearers/s5066/subnetwork.hpp"
#include "tests/unit/s5066/subnet_bench.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {

inline constexpr DeliveryMode arq_node{TransmissionMode::arq, Confirmation::node};
inline constexpr DeliveryMode arq_client{TransmissionMode::arq, Confirmation::client};
inline constexpr DeliveryMode arq_none{TransmissionMode::arq, Confirmation::none};
inline constexpr DeliveryMode non_arq{TransmissionMode::non_arq};

class SubnetworkTest : public ::testing::Test {
 protected:
  bench::Net net;
  bench::Station& a = net.add(1);
  bench::Station& b = net.add(2);
  bench::Client alice, bob;

  void both(std::uint8_t sap = 9) {
    net.bind(alice, a, sap);
    net.bind(bob, b, sap);
  }
};

}  // namespace longwire::s5066
