// How much parity: against sums by hand, and that the rule does what it is for.
#include "acp142/parity_plan.hpp"
#include "acp142/coded_book.hpp"
#include "base/rng.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace longwire::acp142 {
namespace {

// P(Binomial(sent, 1 - loss) < need), term by term.
double fewer_than(std::size_t sent, std::size_t need, double loss) {
  double sum = 0;
  for (std::size_t k = 0; k < need && k <= sent; ++k) {
    double term = std::pow(1 - loss, k) * std::pow(loss, sent - k);
    for (std::size_t i = 0; i < k; ++i) term *= static_cast<double>(sent - i) / static_cast<double>(i + 1);
    sum += term;
  }
  return sum;
}

TEST(ParityPlan, TheTailIsTheBinomialOne) {
  for (const double loss : {0.0, 0.01, 0.2, 0.6})
    for (const std::size_t need : {1U, 2U, 7U, 40U}) {
      ArrivalTail tail(need, {loss, 0});
      for (std::size_t sent = 0; sent < 3 * need + 10; ++sent) {
        EXPECT_NEAR(tail.incomplete(), fewer_than(sent, need, loss), 1e-9) << need << " of " << sent << " at " << loss;
        EXPECT_NEAR(tail.settled_by_next(1), fewer_than(sent, need, loss) - fewer_than(sent + 1, need, loss), 1e-9);
        tail.send(1);
      }
    }
  EXPECT_EQ(ArrivalTail(0, {0.2, 0}).incomplete(), 0);
}

TEST(ParityPlan, ALargeBlockOnABadChannelDoesNotUnderflow) {
  ArrivalTail tail(1024, {0.8, 0});
  for (int sent = 0; sent < 5120; ++sent) tail.send(1);
  EXPECT_NEAR(tail.incomplete(), 0.5, 0.05);  // the mean of what arrives is 1024
  for (int sent = 0; sent < 1000; ++sent) tail.send(1);
  EXPECT_LT(tail.incomplete(), 1e-3);
}

std::size_t parity(std::size_t need, double loss, std::size_t receivers, double round) {
  const BlockTail block(std::vector<BlockTail::Want>(receivers, {need, {loss, 0}, need}), 1);
  return over_plan({block}, {1000}, {}, {1.0, 0.1, round, 0.1}).symbols.front();
}

TEST(ParityPlan, NothingForACleanChannelAndMoreForWhatCostsMore) {
  EXPECT_EQ(parity(100, 0, 5, 100), 0U);
  EXPECT_GT(parity(100, 0.2, 1, 1), 20U) << "what is lost in the mean is sent in any case";
  EXPECT_GT(parity(100, 0.2, 5, 1), parity(100, 0.2, 1, 1));
  EXPECT_GT(parity(100, 0.2, 5, 100), parity(100, 0.2, 5, 1)) << "a dear round is avoided";
  EXPECT_LT(parity(100, 0.2, 5, 100), 70U);
}

// Against a channel that is played through: how often fewer than `need` of so many arrive.
TEST(ParityPlan, TheTailInBurstsIsThatOfTheChannel) {
  constexpr double loss = 0.2, burst = 3, gap = 0.5;
  constexpr std::size_t need = 10, sent = 20, worlds = 200'000;
  ArrivalTail tail(need, {loss, burst});
  for (std::size_t i = 0; i < sent; ++i) tail.send(gap);
  Rng rng(7);
  const auto change = [&](double mean) { return -std::log(1 - rng.uniform()) * mean; };
  std::size_t fewer = 0;
  for (std::size_t world = 0; world < worlds; ++world) {
    auto bad = rng.chance(loss);
    double until = change(bad ? burst : burst * (1 - loss) / loss);
    std::size_t arrived = 0;
    for (std::size_t i = 0; i < sent; ++i) {
      for (; until <= gap * static_cast<double>(i); until += change(bad ? burst : burst * (1 - loss) / loss))
        bad = !bad;
      arrived += bad ? 0 : 1;
    }
    fewer += arrived < need ? 1 : 0;
  }
  EXPECT_NEAR(tail.incomplete(), static_cast<double>(fewer) / worlds, 0.004);
  EXPECT_GT(tail.incomplete(), 3 * fewer_than(sent, need, loss)) << "bursts are worse";
}

// A short message on a bad channel: who lost the Address_PDU cannot use the rest.
TEST(ParityPlan, AddressesGoWhereTheyCompleteMostReceivers) {
  const BlockTail block(std::vector<BlockTail::Want>(20, {5, {0.4, 0}, 5}), 1);
  const BlockTail address(std::vector<BlockTail::Want>(20, {1, {0.4, 0}, 1}), 0);
  const auto plan = over_plan({block}, {1000}, address, {1.0, 0.2, 40, 0.1});
  ASSERT_GE(plan.addresses.size(), 3U);
  EXPECT_LT(plan.addresses.front(), 5U) << "not after all parity";
  EXPECT_TRUE(std::is_sorted(plan.addresses.begin(), plan.addresses.end()));
  EXPECT_TRUE(over_plan({block}, {1000}, {}, {1.0, 0.2, 40, 0.1}).addresses.empty()) << "all know the message";
}

TEST(ParityPlan, AnUnknownLossIsInsuredAgainstWhereARoundIsDear) {
  const auto planned = [](std::size_t need, double doubt, double round) {
    const BlockTail block({{need, {0.02, 0, doubt, 0.3}, need}}, 1);
    return over_plan({block}, {1000}, {}, {1.0, 0.1, round, 0.1}).symbols.front();
  };
  EXPECT_GE(planned(4, 0.3, 40), planned(4, 0, 40) + 2);
  EXPECT_LE(planned(200, 0.3, 3), planned(200, 0, 3) + 5) << "a long message is not doubled on suspicion";
}

TEST(ParityPlan, BurstsTakeALongerCarousel) {
  const std::vector<Losses> singly(5, {0.2, 0}), bursts(5, {0.2, 3});
  const auto few = carousel({20}, {singly, 0.999, 4, 0.5, 1000}).front();
  const auto many = carousel({20}, {bursts, 0.999, 4, 0.5, 1000}).front();
  EXPECT_GT(many, few + 5);
  EXPECT_LT(many, 4 * few);
}

TEST(ParityPlan, StaysWithinWhatCanBeNumbered) {
  const BlockTail block({{50, {0.5, 0}, 50}}, 1);
  EXPECT_EQ(over_plan({block, block}, {3, 0}, {}, {1, 0.1, 10, 0.1}).symbols, (std::vector<std::size_t>{3, 0}));
}

TEST(ParityPlan, TheCarouselHoldsWhatItPromises) {
  const auto symbols = carousel({20}, {std::vector<Losses>(5, {0.2, 0}), 0.999, 4, 1, 1000}).front();
  EXPECT_GE(std::pow(1 - fewer_than(symbols, 20, 0.2), 5), 0.999);
  EXPECT_LT(std::pow(1 - fewer_than(symbols - 1, 20, 0.2), 5), 0.999) << "and no more";
  EXPECT_EQ(symbols, 37U);
}

TEST(CodedBook, TheCarouselIsSharedEvenlyAmongTheTransmissions) {
  const Bytes message(10'000, 7);
  const CodedBook book(message, 500, BlockMap{20, 1});
  std::size_t parity = 0;
  for (unsigned repeat = 0; repeat <= 3; ++repeat) {
    const auto part = book.carousel_part({std::vector<Losses>(5, {0.2, 0}), 0.999, 4, 1, 0}, repeat).front();
    EXPECT_GE(part, 4U);
    EXPECT_LE(part, 5U);
    parity += part;
  }
  EXPECT_EQ(parity, 17U);
}

TEST(CodedBook, FragmentsAreEvenEqualAndWithinTheRoom) {
  const std::vector<double> clean(5, 0.0), lossy(5, 0.2);
  EXPECT_EQ(coded_fragment_octets(10'000, 1456, 44, clean, 0), 1430U) << "as few as can be, of equal size";
  EXPECT_EQ(coded_fragment_octets(1001, 1456, 44, clean, 0), 1002U) << "one PDU: its parity is a copy";
  const auto shorter = coded_fragment_octets(1000, 1456, 44, lossy, 0);
  EXPECT_GT(shorter, 200U);
  EXPECT_LE(shorter, 500U);
  for (const std::size_t room : {65U, 531U, 532U, 1456U})
    for (const std::size_t size : {200U, 9999U, 123'457U}) {
      const auto octets = coded_fragment_octets(size, room, 44, lossy, 0.999);
      EXPECT_LE(octets, room);
      EXPECT_EQ(octets % 2, 0U);
    }
  EXPECT_EQ(coded_fragment_octets(65'535UL * 4, 5, 44, clean, 0), 0U) << "no numbers are left for parity";
}

TEST(CodedBook, WhatAnAckCountsIsWhatIsPlanned) {
  const Bytes message(1000, 7);
  CodedBook book(message, 100, BlockMap{10, 2});
  const auto receiver = book.add();
  for (std::size_t n = 1; n <= 10; ++n) book.sent(n, Time{} + std::chrono::seconds{n});
  EXPECT_EQ(book.wanted(receiver), 10U);
  // Two of the first block (1, 3), one of the second.
  book.reported(receiver, {{1, 3}}, Time{} + std::chrono::seconds{10}, false);
  EXPECT_EQ(book.wanted(receiver), 3U);
  const std::vector<CodedBook::Receiver> receivers{{receiver, {0.0, 0.0}, 0}};
  EXPECT_EQ(book.plan(receivers, {}, {}, {1, 0.1, 10, 0.1}).symbols, (CodedBook::PerBlock{2, 1}));
  EXPECT_EQ(book.plan(receivers, {11, 12}, {}, {1, 0.1, 10, 0.1}).symbols, (CodedBook::PerBlock{1, 0}));
  EXPECT_EQ(book.take({2, 1}), (std::vector<std::uint16_t>{11, 12, 13}));
  EXPECT_EQ(book.take({1, 1}), (std::vector<std::uint16_t>{14, 15}));
}

// Full duplex, plain Address_PDU: what had not been sent when the list was made is wanted too.
TEST(CodedBook, AnEarlyListKnowsOnlyWhatWasSent) {
  const Bytes message(1000, 7);
  CodedBook book(message, 100, BlockMap{10, 1});
  const auto receiver = book.add();
  for (std::size_t n = 1; n <= 6; ++n) book.sent(n, Time{} + std::chrono::seconds{n});
  book.reported(receiver, {{2, 2}}, Time{} + std::chrono::seconds{4}, true);
  EXPECT_EQ(book.wanted(receiver), 7U);  // 2, and 5 to 10
}

}  // namespace
}  // namespace longwire::acp142
