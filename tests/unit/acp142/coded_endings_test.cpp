// Coded transfers where something ends other than it began: restarts, releases from EMCON, who no longer
// decodes (docs/coded-p_mul.md). Where plain P_MUL does the same, coded P_MUL does it no worse.
#include "acp142/fec_info.hpp"
#include "coded_scene.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

using namespace testing;

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// ---- silent receivers

TEST(CodedEndings, ASenderRestartedInTheFirstTransmissionServesTheSilent) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Parameters parameters;
    if (seed % 2 == 0) parameters.emcon_rtc = 0;  // no repeats: the first transmission goes again
    VirtualChannel channel({hf9600(), 0.2}, seed);
    channel.coding = always_coded;
    channel.add_stations(4, parameters, seed, 0.2);
    StationStore store;
    channel.on_notice = [&](std::size_t at, const Notice& notice) {
      if (at == 0) store.apply(notice);
    };
    silence_receivers(channel, true);
    SenderTraffic traffic;
    traffic.watch(channel);
    const auto sent = coded_message(1, 10'000, 3);
    store.sent(sent);
    ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
    channel.run(Time{} + seconds{5});
    ASSERT_GT(traffic.data, 0U);
    ASSERT_LT(traffic.data, traffic.total) << "in the midst of it";
    const auto silent = [](Entity& entity) {
      for (std::size_t i = 1; i <= 3; ++i) entity.set_peer_emcon(station_id(i), true, Time{});
    };
    restart(channel, 0, store, 99 + seed, 0.2, silent, parameters);
    channel.run(Time{} + hours{3});
    EXPECT_EQ(delivered(channel), 3U) << "seed " << seed;
  }
}

// Five silent receivers, and a sender that is restarted a while after so many Data_PDUs.
struct Restarted {
  std::size_t complete = 0, data = 0;  // worlds in which all have the message; Data_PDUs, in the mean
};
Restarted restarted_after(std::size_t pdus, Duration later, std::size_t worlds) {
  constexpr std::size_t receivers = 5;
  Restarted result;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    VirtualChannel channel({hf9600(), 0.2}, seed);
    channel.coding = always_coded;
    channel.keep_notices = false;
    channel.add_stations(receivers + 1, {}, seed, 0.2);
    StationStore store;
    channel.on_notice = [&](std::size_t at, const Notice& notice) {
      if (at == 0) store.apply(notice);
    };
    SenderTraffic traffic;
    traffic.watch(channel);
    silence_receivers(channel, true);
    const auto sent = coded_message(1, 10'000, receivers);
    store.sent(sent);
    EXPECT_EQ(channel.entity(0).send(sent, Time{}), "");
    EXPECT_TRUE(channel.run(Time{} + hours{1}, [&] { return traffic.data == pdus; }));
    channel.run(channel.now() + later);
    restart(channel, 0, store, 99 + seed, 0.2, [](Entity& entity) {
      for (std::size_t i = 1; i <= receivers; ++i) entity.set_peer_emcon(station_id(i), true, Time{});
    });
    channel.run(Time{} + hours{1});
    result.complete += delivered(channel) == receivers ? 1U : 0U;
    result.data += traffic.data;
  }
  result.data /= worlds;
  return result;
}

// 99.9 % is planned for. Of a transmission that was cut off nothing counts; one that went out is not sent again.
TEST(CodedEndings, ARestartedSenderServesTheSilentAsPlanned) {
  constexpr std::size_t first = 40, repeat = 6, all = first + 3 * repeat, worlds = 150;
  const auto in_the_first = restarted_after(1, {}, worlds);
  EXPECT_GE(in_the_first.complete + 1, worlds);
  EXPECT_EQ(in_the_first.data, all + 1);
  const auto between = restarted_after(first, seconds{20}, 5);
  EXPECT_EQ(between.data, all);
  const auto in_a_repeat = restarted_after(first + 1, {}, worlds);
  EXPECT_GE(in_a_repeat.complete + 1, worlds);
  EXPECT_EQ(in_a_repeat.data, all + 1);
}

// Two entities on a bearer with a queue; what is handed over before `up` does not leave it.
struct QueuedPair {
  explicit QueuedPair(Coding coding) {
    BearerTiming timing{9600, true, seconds{1}, milliseconds{20}, 548, 28, Duration{0}};
    timing.queued = true;
    for (std::size_t i = 0; i < 2; ++i) {
      Peer peer;
      peer.id = station_id(1 - i);
      peer.address = station_address(1 - i);
      peer.loss = 0.2;
      peer.emcon = i == 0;
      peer.coding = coding;
      entities.emplace_back(station_id(i), timing, Parameters{}, std::vector<Peer>{peer}, i + 1);
    }
    entities[1].set_emcon(true, Time{});
  }

  // The messages the silent station has by then.
  std::size_t run(Time up, Time until) {
    std::size_t received = 0;
    for (Time now{}; now < until;) {
      if (const auto frame = entities[0].poll_transmit(now)) {
        now += air_time(frame->octets.size() + 28, 9600);
        entities[0].done(frame->ticket, now >= up, now);
        if (now >= up) entities[1].on_frame(frame->octets, station_address(0), now);
      } else {
        now = std::max(std::min(entities[0].next_wake(), entities[1].next_wake()), now + milliseconds{1});
      }
      entities[0].take_notices();
      for (const auto& notice : entities[1].take_notices())
        if (const auto* r = std::get_if<notice::Received>(&notice)) {
          ++received;
          entities[1].accept(r->key, now);
        }
    }
    return received;
  }
  std::vector<Entity> entities;
};

TEST(CodedEndings, ABearerThatLosesTheFirstTransmissionDoesNotLoseTheMessage) {
  for (const auto coding : {Coding::off, Coding::always})
    for (const int down : {5, 60}) {  // part of it, all of it
      QueuedPair pair(coding);
      ASSERT_EQ(pair.entities[0].send(coded_message(1, 20'000, 1), Time{}), "");
      EXPECT_EQ(pair.run(Time{} + seconds{down}, Time{} + hours{6}), 1U)
          << down << " s down, coded " << (coding == Coding::always);
    }
}

// However few repeats there are: who loses every Address_PDU cannot use the rest. A short message is mostly addresses.
void expect_enough_repeats(unsigned repeats) {
  constexpr std::size_t receivers = 5, worlds = 300;
  std::size_t all_have_it = 0;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    Parameters parameters;
    parameters.emcon_rtc = repeats;
    VirtualChannel channel({hf9600(), 0.2}, seed);
    channel.coding = always_coded;
    channel.keep_notices = false;
    channel.add_stations(receivers + 1, parameters, seed, 0.2);
    silence_receivers(channel, true);
    ASSERT_EQ(channel.entity(0).send(coded_message(1, 300, receivers), Time{}), "");
    channel.run(Time{} + hours{2}, [&] { return delivered(channel) == receivers; });
    all_have_it += delivered(channel) == receivers ? 1U : 0U;
  }
  EXPECT_GE(all_have_it * 100, worlds * 99);
}

TEST(CodedEndings, NoRepeatIsNeededForSilentReceivers) { expect_enough_repeats(0); }
TEST(CodedEndings, OneRepeatIsEnoughForSilentReceivers) { expect_enough_repeats(1); }

// They have everything when they are released, and their Acks are lost for a while.
struct Release {
  std::size_t octets = 0;  // of Data_PDUs after it
  std::size_t octets_before_third_question = 0;
};
Release release(const BearerTiming& timing, bool coded, bool known_to_decode = false) {
  VirtualChannel channel({timing, 0}, 5);
  if (coded) channel.coding = always_coded;
  channel.add_stations(4, {}, 5, 0.1);
  if (known_to_decode) {
    EXPECT_EQ(channel.entity(0).send(coded_message(2, 2000, 3), Time{}), "");
    channel.run(Time{} + hours{1});
    EXPECT_EQ(count_notices<notice::CodingLearned>(channel.station(0)), 3U);
    channel.station(0).notices.clear();
    for (std::size_t i = 1; i <= 3; ++i) channel.station(i).received.clear();
  }
  silence_receivers(channel, true);
  EXPECT_EQ(channel.entity(0).send(coded_message(1, 20'000, 3), channel.now()), "");
  channel.run(channel.now() + hours{2});
  EXPECT_EQ(delivered(channel), 3U);
  const auto acks_lost_until = channel.now() + seconds{20};
  channel.drop = [&channel, acks_lost_until](std::size_t from, std::size_t, const Frame&) {
    return from != 0 && channel.now() < acks_lost_until;
  };
  SenderTraffic traffic;
  Release after;
  channel.on_air = [&](std::size_t from, const Frame& frame) {
    if (from != 0) return;
    traffic.look(frame);
    if (traffic.questions < 3) after.octets_before_third_question = traffic.octets;
  };
  silence_receivers(channel, false);
  channel.collect();
  channel.run(channel.now() + hours{2});
  EXPECT_EQ(count_notices<notice::Acknowledged>(channel.station(0)), 3U);
  after.octets = traffic.octets;
  return after;
}

TEST(CodedEndings, ReleasedReceiversThatHaveEverythingAreAskedFirst) {
  for (const auto& timing : {hf9600(), sat64k()}) {
    const auto plain = release(timing, false), coded = release(timing, true);
    EXPECT_LE(coded.octets * 4, plain.octets * 5) << "half duplex " << timing.half_duplex;
    EXPECT_EQ(coded.octets_before_third_question, 0U) << "half duplex " << timing.half_duplex;
  }
}

// Who decodes is asked for long; a question brings nothing with it, as these have it all from the carousel.
TEST(CodedEndings, ReleasedReceiversKnownToDecodeCostNoDataUntilTheyAnswer) {
  for (const auto& timing : {hf9600(), sat64k()}) {
    const auto coded = release(timing, true, true);
    EXPECT_EQ(coded.octets, 0U) << "half duplex " << timing.half_duplex;
  }
}

// ---- who no longer decodes

TEST(CodedEndings, APeerThatComesBackWithCodingOffIsServedPlainly) {
  for (const auto& timing : {sat64k(), hf9600()})
    for (const std::size_t receivers : {1U, 3U}) {
      SCOPED_TRACE(std::to_string(receivers) + " receivers, half duplex " + std::to_string(timing.half_duplex));
      VirtualChannel channel({timing, 0.3}, 7);
      channel.coding = always_coded;
      channel.add_stations(receivers + 1, {}, 7, 0.02);  // less loss than there is: there will be rounds
      StationStore store;
      bool answered = false;
      channel.on_notice = [&](std::size_t at, const Notice& notice) {
        if (at == 1) store.apply(notice);
        if (const auto* p = std::get_if<notice::Progress>(&notice))
          answered = answered || (at == 0 && p->destination == station_id(1));
      };
      const auto sent = coded_message(1, 60'000, receivers);
      ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
      ASSERT_TRUE(channel.run(Time{} + hours{1}, [&] { return answered; }));
      ASSERT_TRUE(channel.station(1).received.empty());
      channel.coding = [](std::size_t, std::size_t) { return Coding::off; };
      restart(channel, 1, store, 99, 0.02);
      channel.set_loss(0);
      channel.run(Time{} + hours{25});
      ASSERT_EQ(channel.station(1).received.size(), 1U);
      EXPECT_EQ(channel.station(1).received.begin()->second.front().second, sent.octets);
      EXPECT_EQ(count_notices<notice::Acknowledged>(channel.station(0)), receivers);
      EXPECT_EQ(count_notices<notice::Failed>(channel.station(0)), 0U);
    }
}

// ---- over to ARQ, and a restart with parity at the receiver

// Data_PDUs that follow the first Ack, which comes by ARQ and lists two.
std::size_t data_after_an_ack_by_arq(Coding coding) {
  BearerTiming timing{1200, true, seconds{1}, seconds{1}, 500, 50, Duration{0}};
  timing.queued = true;
  Peer peer;
  peer.id = station_id(1);
  peer.address = station_address(1);
  peer.coding = coding;
  Entity sender(station_id(0), timing, {}, {peer}, 1);
  auto message = coded_message(1, 20'000, 1);
  message.arq_if_unanswered = true;
  EXPECT_EQ(sender.send(message, Time{}), "");
  SenderTraffic traffic;
  std::size_t before = 0;
  bool answered = false;
  for (Time now{}; now < Time{} + hours{6}; now = std::max(now + milliseconds{1}, sender.next_wake())) {
    while (const auto frame = sender.poll_transmit(now)) {
      traffic.look(*frame);
      now += milliseconds{100};
      sender.done(frame->ticket, true, now);
      if (!frame->arq || answered) continue;
      answered = true;
      AckPdu ack;
      ack.sender = station_id(1);
      ack.priority = message.priority;
      if (coding != Coding::off) ack.mark = encode(AckMark{0.1, 0});
      ack.entries.push_back({station_id(0), 1, {{5, 5}, {9, 9}}, false});
      before = traffic.data;
      now += seconds{30};
      sender.on_frame(encode(ack), station_address(1), now, true);
    }
    sender.take_notices();
    if (answered && traffic.data > before) break;
    if (sender.next_wake() == never) break;
  }
  EXPECT_TRUE(answered);
  return traffic.data - before;
}

TEST(CodedEndings, ByArqWhatAMarkedAckListsIsSentAndNoMore) {
  EXPECT_EQ(data_after_an_ack_by_arq(Coding::off), 2U);
  EXPECT_EQ(data_after_an_ack_by_arq(Coding::always), 2U);
}

// More is lost than the sender knew, so the receiver holds parity and lacks symbols all the same when the sender
// restarts.
TEST(CodedEndings, AfterARestartTheParityThatReceiversHoldCounts) {
  constexpr double loss = 0.3;
  std::size_t lacked = 0, sent_after = 0, parity = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    VirtualChannel channel({hf9600(), loss}, seed);
    channel.coding = always_coded;
    channel.add_stations(2, {}, seed, loss / 2);
    StationStore store;
    channel.on_notice = [&](std::size_t at, const Notice& notice) {
      if (at == 0) store.apply(notice);
    };
    SenderTraffic traffic;
    traffic.watch(channel);
    channel.drop = [](std::size_t from, std::size_t, const Frame&) { return from != 0; };
    const auto sent = coded_message(1, 50'000, 1);
    store.sent(sent);
    ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
    ASSERT_TRUE(channel.run(Time{} + hours{1}, [&] { return traffic.questions > 0; }));
    channel.run(channel.now() + seconds{2});
    const auto held = channel.entity(1).receptions();
    ASSERT_EQ(held.size(), 1U);
    lacked += held.front().wanted;
    parity += held.front().parity;
    sent_after -= traffic.data;
    restart(channel, 0, store, 99 + seed, loss / 2);
    channel.drop = {};
    channel.run(Time{} + hours{20});
    sent_after += traffic.data;
    EXPECT_EQ(delivered(channel), 1U);
    EXPECT_EQ(count_notices<notice::Acknowledged>(channel.station(0)), 1U);
  }
  ASSERT_GT(lacked, 20U);
  EXPECT_GT(parity, 20U);
  EXPECT_LE(static_cast<double>(sent_after) * (1 - loss), 1.5 * static_cast<double>(lacked));
}

}  // namespace
}  // namespace longwire::acp142
