// What goes into the rounds of coded transfers: when a receiver does not decode, when numbers run out, while PDUs wait
// in the queue of a bearer (docs/coded-p_mul.md).
#include "acp142/coded_book.hpp"
#include "base/limits.hpp"
#include "coded_scene.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <set>

namespace longwire::acp142 {
namespace {

using namespace testing;

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// ---- mixed groups

Coding only_the_first(std::size_t at, std::size_t peer) {
  return (at == 0 && peer == 1) || (at == 1 && peer == 0) ? Coding::automatic : Coding::off;
}

Coding all_but_the_last(std::size_t at, std::size_t peer) {
  return at == 5 || peer == 5 ? Coding::off : Coding::automatic;
}

using Codings = Coding (*)(std::size_t at, std::size_t peer);

BearerTiming hf2400() {
  auto timing = hf9600();
  timing.rate_bps = 2400;
  return timing;
}

// s until the last of five has the last of three messages, in the mean: by then it has shown what is lost.
double time_to_the_last(const BearerTiming& timing, double loss, std::size_t size, Codings coding) {
  constexpr std::size_t receivers = 5, worlds = 15, messages = 3;
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    VirtualChannel channel({timing, loss}, seed);
    channel.keep_notices = false;
    if (coding != nullptr) channel.coding = coding;
    channel.add_stations(receivers + 1, {}, seed, loss);
    Time began{};
    for (std::uint32_t id = 1; id <= messages; ++id) {
      began = channel.now();
      auto message = coded_message(id, size, receivers);
      message.expiry = began + hours{24};
      EXPECT_EQ(channel.entity(0).send(message, began), "");
      EXPECT_TRUE(channel.run(began + hours{5}, [&] { return delivered(channel) == id * receivers; }));
      if (id < messages) channel.run(channel.now() + std::chrono::minutes{5});
    }
    sum += to_seconds(channel.now() - began);
  }
  return sum / worlds;
}

// Where one decodes the others need more repeats than he needs parity; where one does not, parity pays. `always` is not
// weighed.
TEST(CodedRounds, AMixedGroupIsNotSlowerThanAPlainOne) {
  for (const auto& timing : {sat64k(), hf9600(), hf2400()})
    for (const std::size_t size : {1000U, 10'000U}) {
      const auto plain = time_to_the_last(timing, 0.2, size, nullptr);
      const auto one = time_to_the_last(timing, 0.2, size, only_the_first);
      const auto four = time_to_the_last(timing, 0.2, size, all_but_the_last);
      EXPECT_LE(one, 1.05 * plain) << size << " octets, " << timing.rate_bps;
      EXPECT_LE(four, 1.05 * plain) << size << " octets, " << timing.rate_bps;
    }
}

// Full duplex: repairs join a round, or begin one. The FEC_Address_PDU before them counts them.
TEST(CodedRounds, WhatFollowsAnAddressPduWasAnnounced) {
  std::size_t rounds = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    VirtualChannel channel({sat64k(500), 0.2}, seed);
    channel.keep_notices = false;
    channel.coding = [](std::size_t at, std::size_t peer) {
      return at == 5 || peer == 5 ? Coding::off : Coding::always;
    };
    channel.add_stations(6, {}, seed, 0.2);
    std::optional<FecInfo> announced;
    channel.on_air = [&](std::size_t from, const Frame& frame) {
      if (from != 0) return;
      const auto pdu = decode(frame.octets).value().pdu;
      if (const auto* address = std::get_if<AddressPdu>(&pdu)) {
        announced.reset();
        if (address->fec && !address->extra) announced = decode(*address->fec, address->total).value();
      }
      const auto* data = std::get_if<DataPdu>(&pdu);
      if (data == nullptr || !announced) return;
      ++rounds;
      EXPECT_GE(data->sequence, announced->first) << "seed " << seed;
      EXPECT_LE(data->sequence, announced->last) << "seed " << seed;
      announced.reset();  // what joins the round later cannot be known
    };
    ASSERT_EQ(channel.entity(0).send(coded_message(1, seed % 2 == 0 ? 5000 : 20'000, 5), Time{}), "");
    channel.run(Time{} + hours{5});
    EXPECT_EQ(delivered(channel), 5U);
  }
  EXPECT_GT(rounds, 20U);
}

// ---- long messages

// The planner goes through every symbol of every block for every group of receivers: 58 blocks, 20 receivers of whom
// different things are known, bursts of 3 s.
TEST(CodedBook, PlanningALongMessageInBurstsIsBounded) {
  constexpr std::size_t total = 58'900, symbol = 2, blocks = 58, receivers = 20;
  const Bytes message(total * symbol, 1);
  CodedBook book(message, symbol, BlockMap{total, blocks});
  Rng rng(1);
  for (std::size_t n = 1; n <= total; ++n) book.sent(n, Time{});
  std::vector<CodedBook::Receiver> asked;
  for (std::size_t i = 0; i < receivers; ++i) {
    ASSERT_EQ(book.add(), i);
    Runs listed;
    for (std::size_t block = 0; block < blocks; ++block)
      for (std::size_t column = rng.below(900); column-- > 0;) {
        const auto n = static_cast<std::uint16_t>(book.map().source_pdu(block, column));
        listed.push_back({n, n});
      }
    book.reported(i, listed, Time{}, false);
    asked.push_back({i, {0.05 + 0.5 * rng.uniform(), 3, 0}, 0});
  }
  const auto begin = std::clock();
  const auto plan = book.plan(asked, {}, {}, {0.012, 0.003, 1, 0.025});
  EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 3);  // s of this process; it was 38
  for (std::size_t block = 0; block < blocks; ++block) EXPECT_LE(plan.symbols[block], book.map().rows(block));
}

// 58000 PDUs: they need more parity than can be numbered.
TEST(CodedBook, NoParityNumberIsTakenTwiceAndSourcesFollow) {
  constexpr std::size_t total = 58'000, symbol = 2;
  const Bytes message(total * symbol, 1);
  CodedBook book(message, symbol, BlockMap{total, blocks_for(total, symbol)});
  const auto blocks = book.map().blocks;
  const std::vector<CodedBook::Receiver> receivers{{book.add(), {0.2, 0, 0}, 0}};
  for (std::size_t n = 1; n <= total; ++n) book.sent(n, Time{} + seconds{1});
  // 200 of each block, more than there are rows.
  book.reported(0, {{1, static_cast<std::uint16_t>(200 * blocks)}}, Time{} + seconds{2}, false);
  EXPECT_EQ(book.exhausted(receivers).size(), blocks) << "only sources help";
  std::set<std::uint16_t> taken;
  std::size_t all = 0;
  for (int over = 0; over < 3; ++over)
    for (const auto sequence : book.take(book.plan(receivers, {}, {}, {0.1, 0.03, 1, 0.1}).symbols)) {
      taken.insert(sequence);
      ++all;
    }
  EXPECT_GT(all, (limits::data_pdus - total) * 9 / 10) << "they are used up";
  EXPECT_EQ(taken.size(), all);
  // What was sent before does not count again, what is new does.
  book.reported(0, {{1, 2}}, Time{} + seconds{3}, false);
  EXPECT_EQ(book.exhausted(receivers).size(), 2U);
}

// ---- bearers with a queue

TEST(CodedBook, WhatABearerLostIsTakenFromTheAccountNotWhatCameLast) {
  const Bytes message(1000, 7);
  CodedBook book(message, 100, BlockMap{10, 1});
  const std::vector<CodedBook::Receiver> receivers{{book.add(), {0.0, 0.0}, 0}};
  for (std::size_t n = 1; n <= 10; ++n) book.sent(n, Time{} + seconds{n});
  book.not_sent(3);
  // Written when 1, 2, 4 and 5 were known; 6 to 10 are under way, five for the five that are wanted.
  book.reported(0, {{1, 5}}, Time{} + seconds{5}, false);
  EXPECT_EQ(book.plan(receivers, {}, {}, {1, 0.1, 10, 0.1}).symbols, CodedBook::PerBlock{0});
  book.not_sent(7);
  EXPECT_EQ(book.plan(receivers, {}, {}, {1, 0.1, 10, 0.1}).symbols, CodedBook::PerBlock{1});
}

TEST(CodedBook, WhatHasNotLeftTheBearerIsNeverKnown) {
  const Bytes message(1000, 7);
  CodedBook book(message, 100, BlockMap{10, 1});
  const std::vector<CodedBook::Receiver> receivers{{book.add(), {0.0, 0.0}, 0}};
  const auto planned = [&] { return book.plan(receivers, {}, {}, {1, 0.1, 10, 0.1}).symbols.front(); };
  for (std::size_t n = 1; n <= 10; ++n) book.sent(n, never);
  for (const std::size_t n : {1U, 2U, 3U}) book.left(n, Time{} + seconds{n});
  // An hour later: seven are in the queue still.
  book.reported(0, {{1, 8}}, Time{} + hours{1}, false);
  EXPECT_EQ(planned(), 1U);
  for (std::size_t n = 4; n <= 10; ++n) book.left(n, Time{} + hours{2});
  EXPECT_EQ(planned(), 1U) << "it left after what the Ack knows of";
  book.reported(0, {{1, 8}}, Time{} + hours{3}, false);
  EXPECT_EQ(planned(), 8U) << "and now it does know";
}

// The receiver has the first five when it answers; the others are in the queue of the bearer, and will arrive.
TEST(CodedRounds, AnAckDoesNotKnowOfWhatWaitsInTheQueue) {
  BearerTiming timing{9600, true, seconds{1}, milliseconds{20}, 548, 28, Duration{0}};
  timing.queued = true;
  Peer peer;
  peer.id = station_id(1);
  peer.address = station_address(1);
  peer.coding = Coding::always;
  peer.loss = 0.05;
  Entity sender(station_id(0), timing, {}, {peer}, 1);
  ASSERT_EQ(sender.send(coded_message(1, 20'000, 1), Time{}), "");
  SenderTraffic traffic;
  std::vector<Frame> queue;
  Time now{};
  const auto poll = [&] {
    while (auto frame = sender.poll_transmit(now)) {
      traffic.look(*frame);
      queue.push_back(std::move(*frame));
    }
  };
  poll();
  ASSERT_GT(traffic.data, traffic.total) << "with parity";
  const auto leave = [&](std::size_t frames) {
    for (std::size_t i = 0; i < frames && !queue.empty(); ++i) {
      now += air_time(queue.front().octets.size() + timing.overhead, timing.rate_bps);
      sender.done(queue.front().ticket, true, now);
      queue.erase(queue.begin());
    }
  };
  leave(7);
  now += seconds{20};
  const auto first = traffic.data;
  const auto lacked = static_cast<std::uint16_t>(traffic.total - 6);
  AckPdu ack{6, station_id(1), {{station_id(0), 1, {{1, lacked}}, false}}, {}, encode(AckMark{0.05, 0})};
  sender.on_frame(encode(ack), station_address(1), now);
  leave(queue.size());
  for (const auto end = now + seconds{30}; now < end; now += milliseconds{100}) {
    poll();
    leave(queue.size());
    sender.take_notices();
  }
  EXPECT_LE(traffic.data - first, lacked / 4U) << "what is lacked is under way already";
}

}  // namespace
}  // namespace longwire::acp142
