// How often a PDU goes on the air: no more than the loss asks for, and no less.
#include "acp142/loss_estimate.hpp"
#include "acp142/pdu.hpp"
#include "virtual_channel.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

using testing::group_address;
using testing::station_id;
using testing::VirtualChannel;

BearerTiming hf() {
  using std::chrono::milliseconds;
  return {9600, true, milliseconds{2000}, milliseconds{20}, 548, 28, Duration{0}};
}

Outgoing message(std::uint32_t id, std::size_t size, std::size_t receivers) {
  Outgoing out;
  out.message_id = id;
  out.expiry = Time{} + std::chrono::hours{48};
  if (receivers > 1) out.group = group_address;
  for (std::size_t i = 1; i <= receivers; ++i) out.destinations.push_back({station_id(i), id});
  out.octets = Bytes(size, 0x5A);
  return out;
}

// ---- a link that loses nothing

TEST(LossEstimate, IsSpotlessAfterAMessageWithoutAMissAndNotBefore) {
  LossEstimate estimate(0.02, 8);
  for (int i = 0; i < 15; ++i) estimate.observe(2, false);
  EXPECT_FALSE(estimate.spotless());
  estimate.observe(2, false);
  EXPECT_TRUE(estimate.spotless());
  EXPECT_GT(estimate.value(), 0.01) << "PDUs sent twice prove nothing";
  estimate.observe(1, true);
  EXPECT_FALSE(estimate.spotless());
  for (int i = 0; i < 400; ++i) estimate.observe(2, false);
  EXPECT_FALSE(estimate.spotless()) << "too early";
  for (int i = 0; i < 100; ++i) estimate.observe(2, false);
  EXPECT_TRUE(estimate.spotless()) << "the channel may have become better";
}

// Data_PDUs on the air for each of `messages` messages in a row.
std::vector<std::size_t> data_pdus(double loss, std::size_t messages, std::uint64_t seed) {
  constexpr std::size_t receivers = 5;
  VirtualChannel channel({hf(), loss}, seed);
  channel.add_stations(receivers + 1, {}, seed);
  std::vector<std::size_t> sent;
  channel.on_air = [&](std::size_t from, const Frame& frame) {
    if (from == 0 && std::holds_alternative<DataPdu>(decode(frame.octets).value().pdu)) ++sent.back();
  };
  for (std::uint32_t id = 1; id <= messages; ++id) {
    sent.push_back(0);
    EXPECT_EQ(channel.entity(0).send(message(id, 10'000, receivers), channel.now()), "");
    channel.run(channel.now() + std::chrono::hours{2});
    EXPECT_TRUE(channel.entity(0).transfers().empty());
  }
  return sent;
}

TEST(Repetition, APduGoesOnceWhereNothingIsLost) {
  const auto sent = data_pdus(0, 4, 1);
  const std::size_t pdus = (10'000 + 531) / 532;
  EXPECT_EQ(sent.front(), 2 * pdus) << "nothing is known of the link yet";
  for (std::size_t i = 1; i < sent.size(); ++i) EXPECT_EQ(sent[i], pdus) << "message " << i + 1;
}

// Sending once is how the loss is found; once it is known, five receivers that lose 5 % are better off
// with two copies than with another round.
TEST(Repetition, LossIsFoundByOneMessageAndRememberedForTheNext) {
  const std::size_t pdus = (10'000 + 531) / 532;
  std::size_t twice = 0, rest = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto sent = data_pdus(0.05, 6, seed);
    for (std::size_t i = 2; i < sent.size(); ++i) {
      ++rest;
      if (sent[i] >= 2 * pdus) ++twice;
    }
  }
  EXPECT_GE(twice * 10, rest * 8);
}

// ---- repeats for silent receivers

// A silent receiver that loses the first `lost` Address_PDUs of every transmission: when it has the
// message, in transmissions; 0 = never.
unsigned transmissions_needed(const BearerTiming& timing, std::size_t size, std::size_t receivers, unsigned lost) {
  VirtualChannel channel({timing, 0}, 1);
  Parameters parameters;
  parameters.emcon_rtc = 3;
  parameters.emcon_rti = std::chrono::minutes{10};
  channel.add_stations(receivers + 1, parameters, 1);
  for (std::size_t i = 1; i <= receivers; ++i) {
    channel.entity(i).set_emcon(true, Time{});
    channel.entity(0).set_peer_emcon(station_id(i), true, Time{});
  }
  unsigned transmissions = 0, addresses = 0;
  auto last = Time{} - std::chrono::hours{1};
  bool drop = false;
  channel.on_air = [&](std::size_t /*from*/, const Frame& frame) {
    if (channel.now() - last > std::chrono::minutes{2}) {
      ++transmissions;
      addresses = 0;
    }
    last = channel.now();
    const auto pdu = decode(frame.octets).value().pdu;
    const auto* address = std::get_if<AddressPdu>(&pdu);
    if (address != nullptr && (address->map == Map::only || address->map == Map::first)) ++addresses;
    drop = address != nullptr && addresses <= lost;
  };
  channel.drop = [&](std::size_t /*from*/, std::size_t /*to*/, const Frame& /*frame*/) { return drop; };
  EXPECT_EQ(channel.entity(0).send(message(1, size, receivers), Time{}), "");
  channel.run(Time{} + std::chrono::hours{2}, [&] { return !channel.station(receivers).received.empty(); });
  return channel.station(receivers).received.empty() ? 0 : transmissions;
}

TEST(EmconRepeat, WhoAlwaysLosesTheFirstAddressPduHasTheMessageWithTheFirstRepeat) {
  BearerTiming satcom;
  satcom.latency = std::chrono::milliseconds{300};
  satcom.max_pdu = 1472;
  for (const auto& timing : {satcom, hf()})
    for (const std::size_t size : {400U, 20'000U}) {
      EXPECT_EQ(transmissions_needed(timing, size, 2, 0), 1U);
      EXPECT_EQ(transmissions_needed(timing, size, 2, 1), 2U) << size << " octets";
    }
  EXPECT_EQ(transmissions_needed(hf(), 20'000, 2, 2), 2U) << "the one at the end";
  EXPECT_EQ(transmissions_needed(hf(), 20'000, 2, 3), 0U) << "the test can fail";
}

TEST(EmconRepeat, AListOfSeveralPartsIsRepeatedWhole) {
  auto timing = hf();
  timing.max_pdu = 64;  // three destinations a part
  EXPECT_EQ(transmissions_needed(timing, 2000, 7, 1), 2U);
}

}  // namespace
}  // namespace longwire::acp142
