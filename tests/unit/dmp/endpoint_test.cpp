// The DMP endpoint: repetition, acknowledgement, suppression of repetitions, bounds (stanag4406.md 4.8, D-02, D-04).
#include "annexe/dmp/endpoint.hpp"
#include "annexe/dmp/checksum.hpp"
#include "annexe/dmp/received_ids.hpp"
#include "annexe/dmp/times.hpp"
#include "base/limits.hpp"
#include "tests/unit/dmp/samples.hpp"

namespace longwire::dmp {
namespace {

using namespace test;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Ipv4 ship{0x0A420001};
constexpr Ipv4 shore{0x0A420009};

Outgoing outgoing(std::uint64_t ticket, std::uint16_t id, std::uint8_t priority = 6, Time submission = noon) {
  Outgoing out;
  out.ticket = ticket;
  out.to = shore;
  out.priority = priority;
  out.id = id;
  auto pdu = plain_message(id);
  pdu.envelope.submission = submission;
  out.octets = encode(pdu).value();
  return out;
}

template <class T>
std::vector<T> taken(Endpoint& endpoint) {
  std::vector<T> out;
  for (auto& notice : endpoint.take_notices())
    if (auto* one = std::get_if<T>(&notice)) out.push_back(std::move(*one));
  return out;
}

Ack ack_of(const Frame& frame) { return std::get<Ack>(decode(frame.octets, noon).value()); }

TEST(DmpEndpoint, AcknowledgesOnlyAfterAccept) {
  Endpoint sender({}, 1);
  Endpoint receiver({}, 2);
  ASSERT_TRUE(sender.send(outgoing(1, 5000), noon));
  EXPECT_EQ(sender.waiting(), 1U);
  const auto frame = sender.poll_transmit(noon);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->to, shore);
  receiver.on_datagram(frame->octets, ship, noon);
  const auto received = taken<notice::Received>(receiver);
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].id, 5000);
  EXPECT_EQ(received[0].octets, frame->octets);
  EXPECT_FALSE(receiver.poll_transmit(noon));
  EXPECT_EQ(receiver.next_wake(), never);
  // A repetition while it is being stored: no second notice, no answer.
  receiver.on_datagram(frame->octets, ship, noon);
  EXPECT_TRUE(receiver.take_notices().empty());
  EXPECT_FALSE(receiver.poll_transmit(noon));
  receiver.accept(ship, 5000, noon);
  EXPECT_LE(receiver.next_wake(), noon);
  const auto ack = receiver.poll_transmit(noon);
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->to, ship);
  EXPECT_EQ(ack_of(*ack).reason, 0);
  sender.on_datagram(ack->octets, shore, noon);
  ASSERT_EQ(taken<notice::Acknowledged>(sender).size(), 1U);
  EXPECT_EQ(sender.waiting(), 0U);
  EXPECT_EQ(sender.next_wake(), never);
}

TEST(DmpEndpoint, RepetitionIsAcknowledgedAgainAndNotDelivered) {
  Endpoint receiver({}, 2);
  const auto octets = outgoing(1, 5000).octets;
  receiver.on_datagram(octets, ship, noon);
  receiver.accept(ship, 5000, noon);
  ASSERT_TRUE(receiver.poll_transmit(noon));
  (void)receiver.take_notices();
  for (int i = 1; i < 4; ++i) {
    receiver.on_datagram(octets, ship, noon + minutes{i});
    EXPECT_TRUE(receiver.take_notices().empty());
    EXPECT_EQ(ack_of(receiver.poll_transmit(noon).value()).reason, 0);
  }
  // The same id with another submission time is another message; so is the same from another peer.
  receiver.on_datagram(outgoing(1, 5000, 6, noon + seconds{2}).octets, ship, noon + seconds{2});
  receiver.on_datagram(octets, shore, noon);
  EXPECT_EQ(taken<notice::Received>(receiver).size(), 2U);
}

TEST(DmpEndpoint, RefusalIsToldAndRemembered) {
  Endpoint sender({}, 1);
  Endpoint receiver({}, 2);
  ASSERT_TRUE(sender.send(outgoing(9, 5000), noon));
  const auto frame = sender.poll_transmit(noon).value();
  receiver.on_datagram(frame.octets, ship, noon);
  receiver.refuse(ship, 5000, noon);
  const auto nack = receiver.poll_transmit(noon).value();
  EXPECT_EQ(ack_of(nack).reason, 1);
  sender.on_datagram(nack.octets, shore, noon);
  const auto failed = taken<notice::Failed>(sender);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].ticket, 9U);
  EXPECT_EQ(failed[0].reason, "refused");
  EXPECT_EQ(sender.waiting(), 0U);
  (void)receiver.take_notices();
  receiver.on_datagram(frame.octets, ship, noon);
  EXPECT_TRUE(receiver.take_notices().empty());
  EXPECT_EQ(ack_of(receiver.poll_transmit(noon).value()).reason, 1);
}

TEST(DmpEndpoint, ForgottenIsReceivedAgain) {
  Endpoint receiver({}, 2);
  const auto octets = outgoing(1, 5000).octets;
  receiver.on_datagram(octets, ship, noon);
  receiver.forget(ship, 5000);
  EXPECT_FALSE(receiver.poll_transmit(noon));
  receiver.on_datagram(octets, ship, noon + seconds{10});
  EXPECT_EQ(taken<notice::Received>(receiver).size(), 2U);
  // And a notice that was lost in the node comes up again after a while.
  receiver.on_datagram(octets, ship, noon + minutes{4});
  EXPECT_TRUE(receiver.take_notices().empty());
  receiver.on_datagram(octets, ship, noon + minutes{6});
  EXPECT_EQ(taken<notice::Received>(receiver).size(), 1U);
}

TEST(DmpEndpoint, RememberedAcrossARestart) {
  Endpoint receiver({}, 2);
  receiver.remember(ship, 5000, noon, true, noon);
  receiver.remember(ship, 5001, noon, false, noon);
  receiver.on_datagram(outgoing(1, 5000).octets, ship, noon);
  EXPECT_EQ(ack_of(receiver.poll_transmit(noon).value()).reason, 0);
  receiver.on_datagram(outgoing(1, 5001).octets, ship, noon);
  EXPECT_EQ(ack_of(receiver.poll_transmit(noon).value()).reason, 1);
  EXPECT_TRUE(receiver.take_notices().empty());
}

TEST(DmpEndpoint, WithoutAChecksumNothingIsAcknowledged) {
  Endpoint receiver({}, 2);
  auto pdu = plain_message(5000);
  pdu.envelope.checksum = false;
  const auto octets = encode(pdu).value();
  receiver.on_datagram(octets, ship, noon);
  EXPECT_EQ(taken<notice::Received>(receiver).size(), 1U);
  receiver.accept(ship, 5000, noon);
  EXPECT_FALSE(receiver.poll_transmit(noon));
  receiver.on_datagram(octets, ship, noon);
  EXPECT_TRUE(receiver.take_notices().empty());
  EXPECT_FALSE(receiver.poll_transmit(noon));
}

TEST(DmpEndpoint, WrongChecksumIsAnsweredAndRepeatedOnce) {
  Endpoint sender({}, 1);
  Endpoint receiver({}, 2);
  ASSERT_TRUE(sender.send(outgoing(1, 5000), noon));
  auto frame = sender.poll_transmit(noon).value();
  auto broken = frame.octets;
  broken.back() ^= 1;
  receiver.on_datagram(broken, ship, noon);
  const auto rejected = taken<notice::Rejected>(receiver);
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].reason, "bad_checksum");
  const auto nack = receiver.poll_transmit(noon).value();
  EXPECT_EQ(ack_of(nack).reason, 2);
  EXPECT_EQ(ack_of(nack).id, 5000);
  EXPECT_FALSE(sender.poll_transmit(noon));
  sender.on_datagram(nack.octets, shore, noon);
  EXPECT_TRUE(sender.poll_transmit(noon));
  // Said again, it changes nothing before the regular time.
  sender.on_datagram(nack.octets, shore, noon);
  EXPECT_FALSE(sender.poll_transmit(noon));
  EXPECT_EQ(sender.waiting(), 1U);
  EXPECT_TRUE(sender.take_notices().empty());
}

TEST(DmpEndpoint, WhatCannotBeReadIsRefused) {
  Endpoint receiver({}, 2);
  auto octets = outgoing(1, 5000).octets;
  octets.resize(octets.size() - 2);
  octets[11] |= 3;  // body format 3 is reserved; the checksum is right
  const auto sum = checksum(octets);
  octets.push_back(static_cast<std::uint8_t>(sum >> 8));
  octets.push_back(static_cast<std::uint8_t>(sum));
  receiver.on_datagram(octets, ship, noon);
  EXPECT_EQ(taken<notice::Rejected>(receiver).at(0).reason, "bad_body");
  const auto nack = ack_of(receiver.poll_transmit(noon).value());
  EXPECT_EQ(nack.reason, 1);
  EXPECT_EQ(nack.id, 5000);
  Endpoint sender({}, 1);
  auto out = outgoing(1, 5000);
  out.octets = octets;
  EXPECT_FALSE(sender.send(out, noon));
  // Other versions and protocols are not answered (D-01).
  receiver.on_datagram(Bytes{0xEA, 0x08, 0, 0x10, 0x00, 1, 2, 3}, ship, noon);
  receiver.on_datagram(Bytes{0x69, 0x08, 0, 0x10, 0x00, 1, 2, 3}, ship, noon);
  EXPECT_FALSE(receiver.poll_transmit(noon));
  EXPECT_EQ(taken<notice::Rejected>(receiver).size(), 2U);
}

TEST(DmpEndpoint, RetryDoublesUpToItsMost) {
  Timing timing;
  timing.retry = seconds{10};
  timing.retry_most = seconds{80};
  Endpoint sender(timing, 1);
  ASSERT_TRUE(sender.send(outgoing(1, 5000), noon));
  auto now = noon;
  std::vector<Duration> pauses;
  for (int i = 0; i < 7; ++i) {
    ASSERT_TRUE(sender.poll_transmit(now));
    ASSERT_FALSE(sender.poll_transmit(now));
    pauses.push_back(sender.next_wake() - now);
    now = sender.next_wake();
  }
  for (std::size_t i = 0; i < pauses.size(); ++i) {
    const auto least = seconds{std::min(10 << i, 80)};
    EXPECT_GE(pauses[i], least) << i;
    EXPECT_LE(pauses[i], least + least / 4) << i;
  }
}

TEST(DmpEndpoint, UrgentFirstAndAnswersBeforeTheirEquals) {
  Endpoint endpoint({}, 1);
  EXPECT_FALSE(endpoint.next_priority(noon));
  ASSERT_TRUE(endpoint.send(outgoing(1, 5001, 8), noon));
  ASSERT_TRUE(endpoint.send(outgoing(2, 5002, 2), noon));
  ASSERT_TRUE(endpoint.send(outgoing(3, 5003, 2), noon));
  ASSERT_TRUE(endpoint.send(outgoing(4, 5004, 6), noon));
  // plain_message() is immediate: P_MUL priority 4.
  endpoint.on_datagram(outgoing(9, 6000).octets, shore, noon);
  endpoint.accept(shore, 6000, noon);
  std::vector<int> order;
  while (const auto priority = endpoint.next_priority(noon)) {
    const auto frame = endpoint.poll_transmit(noon);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->priority, *priority);
    const auto decoded = decode(frame->octets, noon).value();
    order.push_back(std::holds_alternative<Ack>(decoded) ? 0 : std::get<Pdu>(decoded).envelope.id);
  }
  EXPECT_EQ(order, (std::vector<int>{5002, 5003, 0, 5004, 5001}));
}

TEST(DmpEndpoint, ExpiryEndsIt) {
  Endpoint sender({}, 1);
  auto message = outgoing(1, 5000);
  message.expiry = noon + minutes{5};
  ASSERT_TRUE(sender.send(message, noon));
  ASSERT_TRUE(sender.poll_transmit(noon));
  EXPECT_TRUE(sender.take_notices().empty());
  sender.tick(noon + minutes{5} - Duration{1});
  EXPECT_EQ(sender.waiting(), 1U);
  sender.tick(noon + minutes{5});
  const auto failed = taken<notice::Failed>(sender);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].reason, "expired");
  EXPECT_EQ(sender.next_wake(), never);
}

TEST(DmpEndpoint, NothingIsRepeatedForever) {
  Endpoint sender({}, 1);
  ASSERT_TRUE(sender.send(outgoing(1, 5000), noon));
  auto now = noon;
  int frames = 0;
  while (sender.waiting() > 0) {
    while (const auto frame = sender.poll_transmit(now)) {
      ++frames;
      // Whenever it arrives, the receiver finds the right submission time, even if its clock is off by 15 min.
      for (const auto off : {-minutes{14}, minutes{0}, minutes{14}})
        EXPECT_EQ(std::get<Pdu>(decode(frame->octets, now + off).value()).envelope.submission, noon);
    }
    if (sender.waiting() > 0) now = sender.next_wake();
    ASSERT_LT(now, noon + hours{19});
  }
  EXPECT_GT(now, noon + hours{17});
  EXPECT_GT(frames, 80);
  EXPECT_EQ(taken<notice::Failed>(sender).at(0).reason, "stale");
}

TEST(DmpEndpoint, SilenceHoldsEverythingBack) {
  Endpoint endpoint({}, 1);
  auto message = outgoing(1, 5000);
  message.expiry = noon + hours{2};
  ASSERT_TRUE(endpoint.send(message, noon));
  endpoint.on_datagram(outgoing(9, 6000).octets, shore, noon);
  endpoint.accept(shore, 6000, noon);
  endpoint.set_emcon(true, noon);
  EXPECT_FALSE(endpoint.poll_transmit(noon + hours{1}));
  EXPECT_FALSE(endpoint.next_priority(noon + hours{1}));
  EXPECT_EQ(endpoint.next_wake(), noon + hours{2});
  endpoint.set_emcon(false, noon + hours{1});
  EXPECT_TRUE(endpoint.poll_transmit(noon + hours{1}));
  EXPECT_TRUE(endpoint.poll_transmit(noon + hours{1}));
  EXPECT_FALSE(endpoint.poll_transmit(noon + hours{1}));
}

TEST(DmpEndpoint, WhatSendRefuses) {
  Timing timing;
  timing.max_datagram = outgoing(1, 5000).octets.size();
  Endpoint endpoint(timing, 1);
  ASSERT_TRUE(endpoint.send(outgoing(1, 5000), noon));
  EXPECT_FALSE(endpoint.send(outgoing(1, 5001), noon));  // the ticket
  EXPECT_FALSE(endpoint.send(outgoing(2, 5000), noon));  // the id at that peer
  auto group = outgoing(3, 5003);
  group.to = Ipv4{0xEF000001};
  EXPECT_FALSE(endpoint.send(group, noon));
  auto other = outgoing(4, 5004);
  other.id = 5005;
  EXPECT_FALSE(endpoint.send(other, noon));
  auto unchecked = plain_message(5006);
  unchecked.envelope.checksum = false;
  auto without = outgoing(5, 5006);
  without.octets = encode(unchecked).value();
  EXPECT_FALSE(endpoint.send(without, noon));
  auto large = outgoing(6, 5007);
  large.octets = encode(plain_message(5007, "ENEMY IN SIGHT!")).value();
  EXPECT_FALSE(endpoint.send(large, noon));
  endpoint.cancel(1);
  EXPECT_TRUE(endpoint.send(outgoing(1, 5000), noon));
  for (std::uint16_t n = 1; n < limits::dmp_waiting; ++n)
    ASSERT_TRUE(endpoint.send(outgoing(100U + n, static_cast<std::uint16_t>(6000 + n)), noon));
  EXPECT_FALSE(endpoint.send(outgoing(5000, 60'000), noon));
}

TEST(DmpEndpoint, MemoryIsBounded) {
  Endpoint endpoint({}, 1);
  for (std::size_t n = 0; n <= limits::dmp_undecided; ++n)
    endpoint.on_datagram(outgoing(1, static_cast<std::uint16_t>(5000 + n)).octets, ship, noon);
  std::size_t received = 0;
  std::size_t rejected = 0;
  for (const auto& n : endpoint.take_notices()) {
    received += std::holds_alternative<notice::Received>(n) ? 1U : 0U;
    rejected += std::holds_alternative<notice::Rejected>(n) ? 1U : 0U;
  }
  EXPECT_EQ(received, limits::dmp_undecided);
  EXPECT_EQ(rejected, 1U);
  const auto broken = [](std::size_t n) {
    auto octets = outgoing(1, static_cast<std::uint16_t>(n)).octets;
    octets.back() ^= 1;
    return octets;
  };
  for (std::size_t n = 0; n <= limits::dmp_acks; ++n) endpoint.on_datagram(broken(n), ship, noon);
  EXPECT_EQ(endpoint.take_notices().size(), limits::dmp_notices);
  std::size_t answers = 0;
  while (endpoint.poll_transmit(noon)) ++answers;
  EXPECT_EQ(answers, limits::dmp_acks);
}

TEST(DmpReceivedIds, BoundedPerPeerInPeersAndInTime) {
  ReceivedIds ids;
  const auto key = [](std::size_t n) { return DatagramKey{static_cast<std::uint16_t>(n), 7}; };
  for (std::size_t n = 0; n <= limits::dmp_remembered_per_peer; ++n) ids.add(ship, key(n), 0, noon);
  EXPECT_EQ(ids.size(), limits::dmp_remembered_per_peer);
  EXPECT_FALSE(ids.find(ship, key(0), noon));
  EXPECT_TRUE(ids.find(ship, key(1), noon));
  EXPECT_TRUE(ids.find(ship, key(1), noon + seconds{2 * submission_period - 1}));
  EXPECT_FALSE(ids.find(ship, key(1), noon + seconds{2 * submission_period}));
  for (std::uint32_t n = 1; n <= limits::dmp_peers; ++n) ids.add(Ipv4{n}, key(1), 0, noon + hours{20} + seconds{n});
  EXPECT_EQ(ids.peers(), limits::dmp_peers);
  EXPECT_TRUE(ids.find(Ipv4{2}, key(1), noon + hours{21}));
}

}  // namespace
}  // namespace longwire::dmp
