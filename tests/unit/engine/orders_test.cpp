// The operator's orders: hold, release, cancel, MINIMIZE, EMCON, and what the commands tell.
#include "fleet.hpp"

#include <gtest/gtest.h>

#include <set>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

struct Pair {
  Pair() {
    fleet.links.push_back(fleet_link("radio", 9'600));
    fleet.add("alpha");
    fleet.add("bravo");
    fleet.start();
  }
  std::string first_id() {
    const auto queue = fleet.command("alpha", {{"command", "queue"}});
    return std::string(queue.at("messages").as_array().at(0).at("tracking_id").as_string());
  }
  Ship& alpha() { return fleet["alpha"]; }
  Ship& bravo() { return fleet["bravo"]; }
  Fleet fleet;
};

TEST(Orders, MinimizeHoldsAndReleases) {
  Pair p;
  p.fleet.command("alpha", {{"command", "minimize"}, {"level", "immediate"}});
  const auto reply = p.fleet.submit("alpha", {"bravo"}, 0);
  EXPECT_EQ(reply.code, 250);
  EXPECT_NE(reply.text.find("MINIMIZE"), std::string::npos);
  ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}, 2).code, 250);
  p.fleet.run(10min);
  ASSERT_EQ(p.bravo().mailbox.size(), 1u);
  EXPECT_EQ(p.bravo().mailbox.front().mt_priority, 2);
  const auto queue = p.fleet.command("alpha", {{"command", "queue"}});
  EXPECT_EQ(queue.at("messages").at(0).at("reasons").at(0).as_string(), "minimize");
  p.fleet.crash("alpha");
  p.fleet.restart("alpha");
  p.fleet.run(10min);
  EXPECT_EQ(p.bravo().mailbox.size(), 1u) << "the order outlives a restart";
  p.fleet.command("alpha", {{"command", "minimize"}, {"level", "off"}});
  p.fleet.run(1min);
  EXPECT_EQ(p.bravo().mailbox.size(), 2u);
}

TEST(Orders, MinimizeStopsWhatIsOnTheAir) {
  Pair p;
  ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}, -2, 60'000).code, 250);
  p.fleet.run(5s);
  p.fleet.command("alpha", {{"command", "minimize"}, {"level", "flash"}, {"bearer", "radio"}});
  p.fleet.run(1s);
  const auto sent = p.alpha().octets_sent;
  p.fleet.run(10min);
  EXPECT_EQ(p.alpha().octets_sent, sent);
  p.fleet.command("alpha", {{"command", "minimize"}, {"level", "off"}, {"bearer", "radio"}});
  p.fleet.run(5min);
  EXPECT_EQ(p.bravo().mailbox.size(), 1u);
}

TEST(Orders, HoldAndRelease) {
  Pair p;
  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}});
  ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}).code, 250);
  const auto id = p.first_id();
  EXPECT_TRUE(p.fleet.command("alpha", {{"command", "hold"}, {"id", id}}).at("ok").as_bool());
  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "off"}});
  p.fleet.crash("alpha");
  p.fleet.restart("alpha");
  p.fleet.run(10min);
  EXPECT_TRUE(p.bravo().mailbox.empty());
  const auto shown = p.fleet.command("alpha", {{"command", "show"}, {"id", id}});
  EXPECT_TRUE(shown.at("message").at("held").as_bool());
  EXPECT_EQ(shown.at("message").at("recipients").at(0).at("reason").as_string(), "held");
  p.fleet.command("alpha", {{"command", "release"}, {"id", id}});
  p.fleet.run(1min);
  EXPECT_EQ(p.bravo().mailbox.size(), 1u);
  EXPECT_FALSE(p.fleet.command("alpha", {{"command", "hold"}, {"id", id}}).at("ok").as_bool()) << "finished";
}

TEST(Orders, HoldFreezesATransfer) {
  Pair p;
  ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}, 0, 60'000).code, 250);
  p.fleet.run(5s);
  const auto id = p.first_id();
  p.fleet.command("alpha", {{"command", "hold"}, {"id", id}});
  p.fleet.run(1s);
  const auto sent = p.alpha().octets_sent;
  p.fleet.run(5min);
  EXPECT_EQ(p.alpha().octets_sent, sent);
  p.fleet.command("alpha", {{"command", "release"}, {"id", id}});
  p.fleet.run(5min);
  EXPECT_EQ(p.bravo().mailbox.size(), 1u);
}

TEST(Orders, CancelOfWhatWaitsAndOfWhatIsOnTheAir) {
  Pair p;
  ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}, 0, 60'000).code, 250);
  p.fleet.run(5s);
  EXPECT_TRUE(p.fleet.command("alpha", {{"command", "cancel"}, {"id", p.first_id()}}).at("ok").as_bool());
  p.fleet.run(10min);
  EXPECT_TRUE(p.bravo().mailbox.empty());
  ASSERT_EQ(p.alpha().mailbox.size(), 1u) << "its sender is told";
  EXPECT_TRUE(p.alpha().store().live_messages().empty());

  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}});
  ASSERT_EQ(p.fleet.submit("alpha", {"bravo"}).code, 250);
  p.fleet.command("alpha", {{"command", "cancel"}, {"id", p.first_id()}});
  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "off"}});
  p.fleet.run(10min);
  EXPECT_TRUE(p.bravo().mailbox.empty());
  EXPECT_EQ(p.alpha().mailbox.size(), 2u);
}

// The local server has it when the order comes: what it takes is delivered, what it does not take now is
// not offered again.
TEST(Orders, CancelOfWhatIsInDeliveryHolds) {
  using Outcome = event::DeliveryResult::PerRecipient::Outcome;
  for (const auto outcome : {Outcome::temporary, Outcome::delivered}) {
    Pair p;
    unsigned tries = 0;
    p.bravo().server = [&](const mail::Recipient&) {
      if (++tries == 1) {
        const auto id = std::string(p.bravo().store().live_messages().at(0).tracking_id);
        const boost::json::object cancel{{"command", "cancel"}, {"id", id}};
        EXPECT_TRUE(p.bravo().node().command(cancel, p.fleet.now()).at("ok").as_bool());
      }
      return event::DeliveryResult::PerRecipient{tries == 1 ? outcome : Outcome::delivered, "4.2.0", "busy", true};
    };
    p.fleet.submit("alpha", {"bravo"});
    p.fleet.run(4h);
    EXPECT_EQ(tries, 1U);
    EXPECT_EQ(p.bravo().mailbox.size(), outcome == Outcome::delivered ? 1U : 0U);
    EXPECT_TRUE(p.bravo().store().live_messages().empty());
    EXPECT_EQ(p.alpha().mailbox.size(), outcome == Outcome::delivered ? 0U : 1U) << "its sender is told";
  }
}

TEST(Orders, TheWallClockSetForwardDoesNotShortenTimedSilence) {
  Pair p;
  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}, {"for", "2h"}});
  p.fleet.submit("alpha", {"bravo"});
  p.fleet.run(1h);
  p.fleet.step_clock("alpha", 24h);
  EXPECT_TRUE(p.alpha().node().emcon());
  p.fleet.run(59min);
  EXPECT_EQ(p.alpha().octets_sent, 0u);
  EXPECT_EQ(p.alpha().count("clock_stepped"), 1u);
  p.fleet.crash("alpha");
  p.fleet.restart("alpha");
  EXPECT_TRUE(p.alpha().node().emcon()) << "the new end is stored";
  p.fleet.run(2min);
  EXPECT_FALSE(p.alpha().node().emcon());
  // Silence without an end, and none at all, are as before.
  p.fleet.step_clock("alpha", 1h);
  EXPECT_FALSE(p.alpha().node().emcon());
  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}});
  p.fleet.step_clock("alpha", 1h);
  EXPECT_TRUE(p.fleet.command("alpha", {{"command", "emcon"}, {"state", "status"}}).at("until").is_null());
}

TEST(Orders, EmconForAWhileEndsByItself) {
  Pair p;
  const auto answer = p.fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}, {"for", "2h"}});
  EXPECT_TRUE(answer.at("silent").as_bool());
  EXPECT_TRUE(answer.at("until").is_string());
  p.fleet.submit("alpha", {"bravo"});
  p.fleet.run(1h);
  p.fleet.crash("alpha");
  p.fleet.restart("alpha");
  EXPECT_TRUE(p.alpha().node().emcon());
  p.fleet.run(59min);
  EXPECT_EQ(p.alpha().octets_sent, 0u);
  p.fleet.run(2min);
  EXPECT_FALSE(p.alpha().node().emcon());
  EXPECT_EQ(p.alpha().count("emcon_left"), 1u);
  EXPECT_EQ(p.bravo().mailbox.size(), 1u);
}

TEST(Orders, SilenceStopsEveryKindOfPdu) {
  // Alpha owes Acks, has transfers under way, answers nothing: whoever asks, nothing passes.
  Pair p;
  p.fleet.submit("alpha", {"bravo"}, 0, 20'000);
  p.fleet.submit("bravo", {"alpha"}, 0, 20'000);
  p.fleet.run(5s);
  p.fleet.command("alpha", {{"command", "emcon"}, {"state", "on"}});
  const auto sent = p.alpha().octets_sent;
  p.fleet.submit("alpha", {"bravo"}, 6);
  p.fleet.submit("bravo", {"alpha"}, 6);
  const auto id = p.first_id();
  for (const auto* verb : {"hold", "release", "cancel"}) p.fleet.command("alpha", {{"command", verb}, {"id", id}});
  p.alpha().node().handle(event::BearerState{0, false}, p.fleet.now());
  p.alpha().node().handle(event::BearerState{0, true}, p.fleet.now());
  p.fleet.run(3h);
  EXPECT_EQ(p.alpha().octets_sent, sent);
  EXPECT_EQ(p.fleet.command("alpha", {{"command", "status"}}).at("emcon").at("stopped").as_uint64(), 0u)
      << "nothing even came to the gate";
}

TEST(Orders, StatusTellsWhatThereIs) {
  Pair p;
  p.alpha().node().handle(event::DatagramIn{0, {Ipv4{1}, 2753, {1, 2, 3}}}, p.fleet.now());
  p.fleet.submit("alpha", {"bravo"}, 0, 30'000);
  p.fleet.run(3s);
  const auto status = p.fleet.command("alpha", {{"command", "status"}});
  ASSERT_TRUE(status.at("ok").as_bool());
  EXPECT_EQ(status.at("node").at("name").as_string(), "alpha");
  const auto& bearer = status.at("bearers").at(0);
  EXPECT_EQ(bearer.at("transfers").as_uint64(), 1u);
  EXPECT_GT(bearer.at("octets_out").as_uint64(), 1000u);
  EXPECT_EQ(bearer.at("pdus_in").as_uint64(), 1u);
  EXPECT_EQ(bearer.at("rejected").as_object().size(), 1u);
  EXPECT_EQ(p.alpha().count("pdu_rejected"), 1u);
  const auto shown = p.fleet.command("alpha", {{"command", "show"}, {"id", p.first_id()}});
  EXPECT_EQ(shown.at("message").at("transfers").as_array().size(), 1u);
  EXPECT_EQ(shown.at("message").at("recipients").at(0).at("state").as_string(), "in_transfer");
  const auto tracked = p.fleet.command("alpha", {{"command", "track"}, {"id", p.first_id()}});
  EXPECT_EQ(tracked.at("events").at(0).at("event").as_string(), "accepted");
}

TEST(Orders, BadRequestsAreAnswered) {
  Pair p;
  using boost::json::object;
  for (const auto& request :
       {object{}, object{{"command", "fly"}}, object{{"command", "show"}},
        object{{"command", "show"}, {"id", "NOSUCH"}}, object{{"command", "emcon"}},
        object{{"command", "emcon"}, {"state", "on"}, {"for", "two parsecs"}},
        object{{"command", "emcon"}, {"state", "off"}, {"for", "2h"}},
        object{{"command", "emcon"}, {"state", "on"}, {"peer", "zulu"}},
        object{{"command", "minimize"}, {"level", "x"}},
        object{{"command", "minimize"}, {"level", "flash"}, {"bearer", "x"}},
        object{{"command", "alerts"}, {"ack", "x"}}, object{{"command", "alerts"}, {"ack", "999"}}}) {
    const auto answer = p.fleet.command("alpha", request);
    EXPECT_FALSE(answer.at("ok").as_bool()) << boost::json::serialize(request);
    EXPECT_FALSE(answer.at("error").as_string().empty());
  }
  EXPECT_FALSE(p.alpha().node().emcon());
}

TEST(Orders, OverdueMailBecomesAnAlertAndTheAlertGoes) {
  Pair p;
  bool dead = true;
  p.fleet.cut = [&dead](const std::string&, const std::string&, BearerIndex) { return dead; };
  p.fleet.submit("alpha", {"bravo"}, 4);
  p.fleet.run(15min);
  const auto alerts = [&p] {
    std::set<std::string> names;
    const auto answer = p.fleet.command("alpha", {{"command", "alerts"}});
    for (const auto& a : answer.at("alerts").as_array()) names.insert(std::string(a.at("name").as_string()));
    return names;
  };
  EXPECT_TRUE(alerts().contains("overdue")) << "flash: 10 minutes";
  EXPECT_TRUE(alerts().contains("no_progress"));
  dead = false;
  p.fleet.run(2h);
  EXPECT_EQ(p.bravo().mailbox.size(), 1u);
  EXPECT_TRUE(alerts().empty());
  const auto acknowledge = [&p](const char* id) {
    return p.fleet.command("alpha", {{"command", "alerts"}, {"ack", id}}).at("ok").as_bool();
  };
  EXPECT_TRUE(acknowledge("1")) << "over already, and known";
  EXPECT_FALSE(acknowledge("999"));
}

}  // namespace
}  // namespace longwire::engine
