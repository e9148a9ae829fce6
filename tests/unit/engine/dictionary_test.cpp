// Peers with a shared dictionary: smaller on the air, and nothing lost where only one of them holds it.
#include "fleet.hpp"

#include "node/engine/dictionary_book.hpp"

#include <gtest/gtest.h>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

std::string report(unsigned number) {
  return "From: Duty <ops@alpha.example>\r\nTo: Watch <u@bravo.example>\r\nSubject: Position report " +
         std::to_string(number) + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n" +
         "Own position " + std::to_string(number * 31 % 90) +
         " miles north of the lighthouse, course steady, speed twelve knots.\r\nFuel remaining " +
         std::to_string(number * 7 % 100) +
         " percent, fresh water plenty, all well on board, nothing else to report.\r\n";
}

annexe::Dictionary trained(unsigned first) {
  std::vector<Bytes> samples;
  for (unsigned i = 0; i < 60; ++i) samples.push_back(to_bytes(report(first + i)));
  return annexe::Dictionary::train(samples, 4096).value();
}

void pair(Fleet& fleet, const annexe::Dictionaries& alpha, const annexe::Dictionaries& bravo, Content content) {
  fleet.add("alpha", [&](Config& c) {
    c.peers = {fleet_peer("bravo", 2, {"radio"})};
    c.peers[0].content = content;
    c.peers[0].dictionaries = alpha;
  });
  fleet.add("bravo", [&](Config& c) {
    c.peers = {fleet_peer("alpha", 1, {"radio"})};
    c.peers[0].content = content;
    c.peers[0].dictionaries = bravo;
  });
  fleet.start();
}

void send(Fleet& fleet, unsigned number) {
  mail::Envelope e;
  e.from = "ops@alpha.example";
  e.recipients = {{"u@bravo.example", std::nullopt, {}, {}}};
  ASSERT_EQ(fleet.submit("alpha", e, report(number)).code, 250);
}

// Octets that alpha needed for one message.
std::uint64_t cost(const annexe::Dictionaries& held, Content content) {
  Fleet fleet;
  pair(fleet, held, held, content);
  send(fleet, 4711);
  EXPECT_TRUE(fleet.run_until([&] { return !fleet["bravo"].mailbox.empty(); }, 1min));
  fleet.run(1min);
  EXPECT_NE(fleet["bravo"].mailbox.front().octets.find("lighthouse"), std::string::npos);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
  return fleet["alpha"].octets_sent;
}

TEST(SharedDictionary, IsUsedForEitherContent) {
  const annexe::Dictionaries held{trained(0)};
  EXPECT_LT(cost(held, Content::mule) + 100, cost({}, Content::mule));
  EXPECT_LT(cost(held, Content::annex_e) + 100, cost({}, Content::annex_e));
}

TEST(SharedDictionary, WhoDoesNotHoldItGetsTheMessageByZlib) {
  Fleet fleet;
  pair(fleet, {trained(0)}, {}, Content::mule);
  send(fleet, 1);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["bravo"].mailbox.empty(); }, 5min));
  fleet.run(5min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_EQ(fleet["bravo"].count("unknown_dictionary"), 1U);
  EXPECT_EQ(fleet["alpha"].count("dictionary_refused"), 1U);
  EXPECT_EQ(fleet["alpha"].store().alerts(false).size(), 1U);
  EXPECT_EQ(fleet["bravo"].store().alerts(false).size(), 1U);
  EXPECT_TRUE(fleet["alpha"].store().live_messages().empty());
  // Once is enough.
  send(fleet, 2);
  fleet.run(5min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 2U);
  EXPECT_EQ(fleet["bravo"].count("unknown_dictionary"), 1U);
}

TEST(SharedDictionary, AnotherTrainingIsNotTheSame) {
  Fleet fleet;
  pair(fleet, {trained(0)}, {trained(100)}, Content::annex_e);
  send(fleet, 1);
  fleet.run(5min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_EQ(fleet["bravo"].count("unknown_dictionary"), 1U);
}

TEST(SharedDictionary, LossAndRestartsOnEitherSideLoseNothing) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Fleet fleet(seed);
    pair(fleet, {trained(0)}, {}, Content::mule);
    fleet.loss = 0.3;
    send(fleet, 1);
    fleet.run(1s);
    for (const auto* name : {"bravo", "alpha"}) {
      fleet.crash(name);
      fleet.run(10s);
      fleet.restart(name);
      fleet.run(5s);
    }
    fleet.loss = 0;
    fleet.run(30min);
    EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U) << seed;
    EXPECT_TRUE(fleet["alpha"].store().live_messages().empty()) << seed;
  }
}

TEST(SharedDictionary, TheFileInstalledLaterReadsWhatWasKept) {
  Fleet fleet;
  pair(fleet, {trained(0)}, {}, Content::mule);
  fleet.cut = [](const std::string& from, const std::string&, BearerIndex) { return from == "bravo"; };
  send(fleet, 1);
  fleet.run(1min);
  EXPECT_TRUE(fleet["bravo"].mailbox.empty());
  fleet.crash("bravo");
  fleet["bravo"].config().peers[0].dictionaries = {trained(0)};
  fleet.restart("bravo");
  fleet.run(1min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
}

TEST(SharedDictionary, ASilentReceiverMustHaveProvedIt) {
  const annexe::Dictionaries held{trained(0)};
  store::Store store(":memory:");
  Config c;
  c.peers = {fleet_peer("bravo", 2, {"radio"}), fleet_peer("charlie", 3, {"radio"})};
  for (auto& p : c.peers) p.dictionaries = held;
  const auto silent = [](PeerIndex) { return true; };
  const auto answering = [](PeerIndex) { return false; };
  {
    DictionaryBook book(c, store);
    EXPECT_EQ(book.shared_by({0}, answering).size(), 1U);
    EXPECT_TRUE(book.shared_by({0}, silent).empty());
    book.proven(0, held[0].id());
    EXPECT_EQ(book.shared_by({0}, silent).size(), 1U);
    EXPECT_TRUE(book.shared_by({0, 1}, silent).empty()) << "charlie has not";
    EXPECT_TRUE(book.refused(1, held[0].short_id()));
    EXPECT_FALSE(book.refused(1, held[0].short_id()));
    EXPECT_TRUE(book.shared_by({0, 1}, answering).empty());
    EXPECT_EQ(book.held().size(), 1U);
  }
  const DictionaryBook after_restart(c, store);
  EXPECT_EQ(after_restart.shared_by({0}, silent).size(), 1U);
  EXPECT_EQ(after_restart.shared_by({1}, answering).size(), 1U) << "tried once more";
}

TEST(DictionaryNotice, IsReadWholeOrNotAtAll) {
  const auto octets = encode(DictionaryNotice{0x1A2B, 77});
  EXPECT_EQ(octets.size(), 7U);
  const auto back = decode_dictionary_notice(octets);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->dictionary, 0x1A2B);
  EXPECT_EQ(back->message_id, 77U);
  for (std::size_t n = 0; n < octets.size(); ++n) EXPECT_FALSE(decode_dictionary_notice(ByteView(octets).first(n)));
  auto longer = octets;
  longer.push_back(0);
  EXPECT_FALSE(decode_dictionary_notice(longer));
  auto other = octets;
  other[0] = 2;
  EXPECT_FALSE(decode_dictionary_notice(other));
}

}  // namespace
}  // namespace longwire::engine
