#include "acp142/entity.hpp"
#include "acp142/pdu.hpp"
#include "virtual_channel.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

using std::chrono::seconds;
using testing::station_address;
using testing::station_id;

constexpr Ipv4 control_group{0xEF010101};
constexpr Ipv4 first_group{0xEF020001};

Parameters dynamic(std::uint32_t groups) {
  Parameters parameters;
  parameters.dynamic_groups = DynamicGroups{};
  parameters.dynamic_groups->first = first_group;
  parameters.dynamic_groups->last = Ipv4{first_group.value + groups - 1};
  return parameters;
}

Outgoing message(std::uint32_t id, std::size_t stations, std::size_t from) {
  Outgoing out;
  out.message_id = id;
  out.expiry = Time{} + std::chrono::hours{1};
  for (std::size_t to = 0; to < stations; ++to)
    if (to != from) out.destinations.push_back({station_id(to), id});
  out.octets.assign(3000, 0x55);
  return out;
}

// Delivers control traffic to all and data only to those that joined the group.
struct Net {
  explicit Net(std::size_t n, std::uint32_t groups) {
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<Peer> peers;
      for (std::size_t other = 0; other < n; ++other)
        if (other != i) {
          Peer peer;
          peer.id = station_id(other);
          peers.push_back(peer);
        }
      stations.emplace_back(station_id(i), BearerTiming{}, dynamic(groups), std::move(peers), i + 1);
    }
  }
  void run(Duration for_) {
    for (const auto end = now + for_; now < end; now += std::chrono::milliseconds{100})
      for (std::size_t from = 0; from < stations.size(); ++from)
        while (const auto frame = stations[from].poll_transmit(now)) deliver(from, *frame);
  }
  void deliver(std::size_t from, const Frame& frame) {
    log.emplace_back(from, decode(frame.octets).value().pdu, frame);
    for (std::size_t to = 0; to < stations.size(); ++to) {
      const auto joined = stations[to].joined_groups();
      const auto hears = frame.to == control_group || frame.to == station_address(to) ||
                         std::find(joined.begin(), joined.end(), frame.to) != joined.end();
      if (to == from || !hears) continue;
      stations[to].on_frame(frame.octets, station_address(from), now);
      for (const auto& notice : stations[to].take_notices())
        if (const auto* received = std::get_if<notice::Received>(&notice)) {
          ++delivered;
          stations[to].accept(received->key, now);
        }
    }
  }
  std::vector<GroupPdu> group_pdus(GroupPdu::Kind kind) const {
    std::vector<GroupPdu> found;
    for (const auto& [from, pdu, frame] : log)
      if (const auto* one = std::get_if<GroupPdu>(&pdu); one != nullptr && one->kind == kind) found.push_back(*one);
    return found;
  }

  std::vector<Entity> stations;
  std::vector<std::tuple<std::size_t, Pdu, Frame>> log;
  std::size_t delivered = 0;
  Time now{seconds{1}};
};

TEST(DynamicGroups, AGroupIsRequestedAnnouncedUsedAndReleased) {
  Net net(3, 8);
  ASSERT_EQ(net.stations[0].send(message(1, 3, 0), net.now), "");
  net.run(seconds{4});
  EXPECT_EQ(net.group_pdus(GroupPdu::Kind::request).size(), 1U);
  EXPECT_EQ(net.log.size(), 1U) << "nothing else before WAIT_FOR_REJECT_TIME";
  net.run(seconds{5});
  EXPECT_EQ(net.stations[1].joined_groups().size(), 1U);
  EXPECT_EQ(net.delivered, 0U) << "nothing before ANNOUNCE_DELAY";
  net.run(seconds{30});
  EXPECT_EQ(net.delivered, 2U);
  EXPECT_TRUE(net.stations[0].transfers().empty());
  EXPECT_EQ(net.group_pdus(GroupPdu::Kind::release).size(), 1U);
  EXPECT_TRUE(net.stations[1].joined_groups().empty());
  std::size_t announces = 0;
  for (const auto& [from, pdu, frame] : net.log)
    if (std::holds_alternative<AnnouncePdu>(pdu)) {
      ++announces;
      EXPECT_EQ(frame.port, Port::receiver);
    }
  EXPECT_EQ(announces, 3U);
}

TEST(DynamicGroups, AGroupInUseIsRejectedAndAnotherTaken) {
  Net net(3, 2);
  ASSERT_EQ(net.stations[0].send(message(1, 3, 0), net.now), "");
  net.run(seconds{6});
  const auto taken = net.group_pdus(GroupPdu::Kind::request).at(0).group;
  // The others have heard the Announce; station 2 is made to ask for the same group nevertheless.
  net.stations[0].on_frame(encode(GroupPdu{GroupPdu::Kind::request, station_id(2), 9, taken}), station_address(2),
                           net.now);
  const auto frame = net.stations[0].poll_transmit(net.now);
  ASSERT_TRUE(frame);
  const auto pdu = decode(frame->octets).value().pdu;
  EXPECT_EQ(std::get<GroupPdu>(pdu).kind, GroupPdu::Kind::reject);
  EXPECT_EQ(frame->to, station_address(2)) << "unicast to the requester";
  ASSERT_EQ(net.stations[1].send(message(2, 3, 1), net.now), "");
  net.run(seconds{60});
  EXPECT_EQ(net.delivered, 4U);
  EXPECT_NE(net.group_pdus(GroupPdu::Kind::request).back().group, taken);
}

TEST(DynamicGroups, ARejectMovesTheRequesterOnAndALateOneIsIgnored) {
  Net net(3, 2);
  ASSERT_EQ(net.stations[0].send(message(1, 3, 0), net.now), "");
  net.run(seconds{1});
  const auto asked = net.group_pdus(GroupPdu::Kind::request).at(0).group;
  const auto reject = encode(GroupPdu{GroupPdu::Kind::reject, station_id(2), 1, asked});
  net.stations[0].on_frame(reject, station_address(2), net.now);
  net.run(seconds{1});
  EXPECT_EQ(net.group_pdus(GroupPdu::Kind::release).at(0).group, asked);
  const auto second = net.group_pdus(GroupPdu::Kind::request).at(1).group;
  EXPECT_NE(second, asked);
  net.run(seconds{6});
  net.stations[0].on_frame(encode(GroupPdu{GroupPdu::Kind::reject, station_id(2), 1, second}), station_address(2),
                           net.now);
  net.run(seconds{30});
  EXPECT_EQ(net.delivered, 2U);
  EXPECT_EQ(net.group_pdus(GroupPdu::Kind::request).size(), 2U);
}

TEST(DynamicGroups, OfTwoThatAskAtOnceTheLowerIdHasIt) {
  Net net(3, 1);
  ASSERT_EQ(net.stations[0].send(message(1, 3, 0), net.now), "");
  ASSERT_EQ(net.stations[1].send(message(2, 3, 1), net.now), "");
  net.run(seconds{120});
  EXPECT_EQ(net.delivered, 4U) << "one after the other in the only group";
  std::vector<std::size_t> senders;
  for (const auto& [from, pdu, frame] : net.log)
    if (std::holds_alternative<DataPdu>(pdu) && (senders.empty() || senders.back() != from)) senders.push_back(from);
  EXPECT_EQ(senders, (std::vector<std::size_t>{0, 1}));
}

TEST(DynamicGroups, ASilentOwnerDoesNotReject) {
  for (const auto silent : {true, false}) {
    Net net(3, 1);
    ASSERT_EQ(net.stations[0].send(message(1, 3, 0), net.now), "");
    net.run(seconds{6});
    ASSERT_EQ(net.stations[1].joined_groups(), std::vector<Ipv4>{first_group});
    net.stations[0].set_emcon(silent, net.now);
    const auto request = encode(GroupPdu{GroupPdu::Kind::request, station_id(1), 9, first_group});
    net.stations[0].on_frame(request, station_address(1), net.now);
    EXPECT_EQ(net.stations[0].poll_transmit(net.now).has_value(), !silent);
    net.stations[0].set_emcon(false, net.now);
    net.run(seconds{40});
    EXPECT_EQ(net.delivered, 2U);
  }
}

TEST(DynamicGroups, OffMeansOff) {
  Peer peer;
  peer.id = station_id(1);
  Entity entity(station_id(0), BearerTiming{}, Parameters{}, {peer}, 1);
  AnnouncePdu pdu;
  pdu.source = station_id(1);
  pdu.expiry = 1000;
  pdu.group = first_group;
  pdu.destinations = {station_id(0)};
  entity.on_frame(encode(pdu), station_address(1), Time{});
  EXPECT_TRUE(entity.joined_groups().empty());
}

}  // namespace
}  // namespace longwire::acp142
