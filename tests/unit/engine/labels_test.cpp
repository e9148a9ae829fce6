// Labels against clearances: at submission, before every hop and bearer, before delivery, and in what is told of a
// message (security.md 6.2, 9.2). The labels and clearances are those of tests/vectors/cms/labels.
#include "secure.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <array>
#include <set>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

const boost::json::object& expected() {
  static const auto all = boost::json::parse(as_text(test::read_vector("cms/labels/expected.json"))).as_object();
  return all;
}

bool is_valid(std::string_view label) {
  for (const auto& l : expected().at("labels").as_array())
    if (l.at("id").as_string() == label) return l.at("valid").as_string() == "valid";
  ADD_FAILURE() << label;
  return false;
}

bool holds(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

TEST(Labels, EveryCellOfTheMatrixHoldsForUsers) {
  Fleet fleet;
  fleet.add("alpha", [](Config& c) {
    with_policy(c);
    for (const std::string id : {"C1", "C2", "C3"})
      c.security.clearances.push_back({id + "@alpha.example", clearance_file(id)});
  });
  fleet.start();
  auto& alpha = fleet["alpha"];
  int cells = 0;
  for (const auto& row : expected().at("matrix").as_array()) {
    const std::string label(row.at("label").as_string());
    for (const std::string id : {"C1", "C2", "C3"}) {
      SCOPED_TRACE(label + " " + id);
      ++cells;
      const bool accept = is_valid(label) && row.at(id).as_string() == "accept";
      const auto user = id + "@alpha.example";
      // As recipient: delivered, or reported to the sender.
      alpha.mailbox.clear();
      const auto reply = submit(fleet, "alpha", {.from = "ops@alpha.example", .label = label, .to = {user}});
      if (!is_valid(label)) {
        EXPECT_EQ(reply.code, 550) << reply.text;
        EXPECT_TRUE(reply.enhanced.starts_with("5.7.")) << reply.enhanced;
      } else {
        EXPECT_EQ(reply.code, 250) << reply.text;
      }
      fleet.run(1min);
      EXPECT_EQ(mails_to(alpha, user).size(), accept ? 1U : 0U);
      const auto reports = mails_to(alpha, "ops@alpha.example");
      EXPECT_EQ(reports.size(), accept || !is_valid(label) ? 0U : 1U);
      if (!reports.empty()) {
        EXPECT_TRUE(holds(reports[0], "\r\nStatus: 5.7.1")) << reports[0];
      }
      // As originator: the reply says it.
      alpha.mailbox.clear();
      const auto own = submit(fleet, "alpha", {.from = user, .label = label, .to = {"ops@alpha.example"}});
      EXPECT_EQ(own.code, accept ? 250 : 550) << own.text;
      fleet.run(1min);
      EXPECT_EQ(mails_to(alpha, "ops@alpha.example").size(), accept ? 1U : 0U);
    }
  }
  EXPECT_EQ(cells, 48);
  EXPECT_GT(alpha.count("security_refused"), 20U);
}

// alpha and bravo have two ways to each other; `low` is preferred.
void two_ways(Fleet& fleet, const std::string& low, const std::function<void(Config&)>& more = {}) {
  fleet.links = {fleet_link("low", 64'000), fleet_link("high", 64'000)};
  fleet.links[0].clearance = clearance(low);
  const auto change = [more](Config& c) {
    with_policy(c);
    if (more) more(c);
  };
  fleet.add("alpha", change);
  fleet.add("bravo", change);
  fleet.start();
}

struct Counter {
  std::array<int, 4> datagrams{};
  void watch(Fleet& fleet) {
    fleet.cut = [this](const std::string&, const std::string&, BearerIndex b) {
      ++datagrams.at(b);
      return false;
    };
  }
};

TEST(Labels, ATooHighLabelTakesTheOtherBearer) {
  Fleet fleet;
  Counter seen;
  two_ways(fleet, "RESTRICTED");
  seen.watch(fleet);
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .label = "L03", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(5min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_GT(seen.datagrams[0], 0);
  EXPECT_EQ(seen.datagrams[1], 0) << "the preferred bearer may carry RESTRICTED";
  seen.datagrams = {};
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .label = "L05", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(5min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 2U);
  EXPECT_GT(seen.datagrams[1], 0);
  // Answers of the far side have no label; only what carries the message counts.
  for (const auto& r : fleet["alpha"].reports)
    if (r.name == "transfer_started" && r.fields.at("id").to_number<int>() == 2) {
      EXPECT_EQ(r.fields.at("bearer"), "high");
    }
}

TEST(Labels, ATooHighLabelWaitsForItsBearerAndNeverFailsOverToALowerOne) {
  Fleet fleet;
  Counter seen;
  two_ways(fleet, "RESTRICTED");
  seen.watch(fleet);
  fleet["alpha"].node().handle(event::BearerState{1, false}, fleet.now());
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .label = "L05", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(1h);
  EXPECT_EQ(seen.datagrams[0], 0);
  const auto queue = fleet.command("alpha", {{"command", "queue"}});
  const auto& entry = queue.at("messages").as_array().at(0).as_object();
  EXPECT_EQ(entry.at("label").as_string(), "TEST SECRET");
  EXPECT_EQ(entry.at("reasons").as_array().at(0), "bearer_down");
  fleet["alpha"].node().handle(event::BearerState{1, true}, fleet.now());
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["bravo"].mailbox.empty(); }, 5min));
  // And once it is on its way there, a bearer that goes down makes it wait.
  fleet.cut = [](const std::string&, const std::string&, BearerIndex b) { return b == 1; };
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .label = "L05", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(2min);
  fleet["alpha"].node().handle(event::BearerState{1, false}, fleet.now());
  fleet.run(30min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  for (const auto& r : fleet["alpha"].reports)
    if (r.name == "transfer_started") {
      EXPECT_EQ(r.fields.at("bearer"), "high");
    }
}

TEST(Labels, WhenNoBearerMayCarryItTheSenderHearsSo) {
  Fleet fleet;
  Counter seen;
  fleet.links = {fleet_link("low", 64'000)};
  fleet.links[0].clearance = clearance("RESTRICTED");
  fleet.add("alpha", with_policy);
  fleet.add("bravo", with_policy);
  fleet.start();
  seen.watch(fleet);
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .label = "L05", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(5min);
  EXPECT_EQ(seen.datagrams[0], 0) << "not one octet";
  const auto reports = mails_to(fleet["alpha"], "ops@alpha.example");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(holds(reports[0], "\r\nStatus: 5.7.1")) << reports[0];
  EXPECT_TRUE(holds(reports[0], "no way that is cleared for this message")) << reports[0];
  EXPECT_EQ(fleet["alpha"].count("security_refused"), 1U);
}

TEST(Labels, APeerGetsOnlyWhatItIsClearedFor) {
  Fleet fleet;
  Counter seen;
  fleet.add("alpha", [](Config& c) {
    with_policy(c);
    c.peers.push_back(fleet_peer("bravo", 2, {"radio"}));
    c.peers.back().clearance = clearance("CONFIDENTIAL");
  });
  fleet.add("bravo");
  fleet.start();
  seen.watch(fleet);
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .label = "L06", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(5min);
  EXPECT_EQ(seen.datagrams[0], 0);
  EXPECT_EQ(mails_to(fleet["alpha"], "ops@alpha.example").size(), 1U);
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .label = "L04", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(5min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
}

// The report on a message that failed beyond travels by the lower bearer: nothing its sender wrote may be in it.
TEST(Labels, AReportBringsNothingOfTheMessageOverALowerBearer) {
  for (const bool low : {true, false}) {
    SCOPED_TRACE(low);
    Fleet fleet;
    two_ways(fleet, low ? "RESTRICTED" : everything, [](Config& c) {
      if (c.name == "bravo") c.security.clearances.push_back({"u@bravo.example", clearance("UNCLASSIFIED")});
    });
    ASSERT_EQ(submit(fleet, "alpha",
                     {.from = "ops@alpha.example",
                      .subject = "Zebra crossing",
                      .label = "L05",
                      .to = {"u@bravo.example"},
                      .orcpt = "giraffe@alpha.example"})
                  .code,
              250);
    fleet.run(10min);
    EXPECT_TRUE(mails_to(fleet["bravo"], "u@bravo.example").empty());
    const auto reports = mails_to(fleet["alpha"], "ops@alpha.example");
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_TRUE(holds(reports[0], "\r\nStatus: 5.7.1")) << reports[0];
    EXPECT_TRUE(holds(reports[0], "u@bravo.example"));
    EXPECT_EQ(holds(reports[0], "Zebra"), !low) << reports[0];
    EXPECT_EQ(holds(reports[0], "giraffe"), !low) << reports[0];
    EXPECT_EQ(holds(reports[0], "SIO-Label: marking=\"TEST SECRET\""), !low) << reports[0];
    for (const auto& r : fleet["bravo"].reports)
      if (r.name == "transfer_started") {
        EXPECT_EQ(r.fields.at("bearer"), "low");
      }
  }
}

TEST(Labels, AReportOfAStrangerIsJudgedByTheLabelItQuotes) {
  Fleet fleet;
  Counter seen;
  two_ways(fleet, "RESTRICTED");
  seen.watch(fleet);
  const std::string report =
      "From: postmaster@alpha.example\r\nTo: ops@bravo.example\r\nSubject: failed\r\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n--b\r\n"
      "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822;u@x\r\n"
      "Action: failed\r\nStatus: 5.0.0\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Zebra\r\n" +
      sio_label("L05") + "\r\n--b--\r\n";
  mail::Envelope e;
  e.from = "ops@alpha.example";
  e.recipients.push_back({"ops@bravo.example", {}, {}, {}});
  ASSERT_EQ(fleet.submit("alpha", e, report).code, 250);
  fleet.run(5min);
  for (const auto& r : fleet["alpha"].reports)
    if (r.name == "transfer_started") {
      EXPECT_EQ(r.fields.at("bearer"), "high");
    }
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
}

TEST(Labels, AGroupIsUsedOnlyIfEveryListenerIsCleared) {
  for (const bool all_cleared : {false, true}) {
    SCOPED_TRACE(all_cleared);
    Fleet fleet;
    std::set<std::string> heard;
    fleet.add("alpha", [&](Config& c) {
      with_policy(c);
      for (unsigned i = 2; i <= 4; ++i) {
        c.peers.push_back(fleet_peer(i == 2 ? "bravo" : i == 3 ? "charlie" : "delta", i, {"radio"}));
        c.peers.back().clearance = clearance(i == 4 && !all_cleared ? "UNCLASSIFIED" : everything);
      }
    });
    for (const auto* name : {"bravo", "charlie", "delta"}) fleet.add(name);
    fleet.start();
    fleet.cut = [&](const std::string& from, const std::string& to, BearerIndex) {
      if (from == "alpha") heard.insert(to);
      return false;
    };
    ASSERT_EQ(submit(fleet, "alpha",
                     {.from = "ops@alpha.example", .label = "L05", .to = {"u@bravo.example", "u@charlie.example"}})
                  .code,
              250);
    fleet.run(5min);
    EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
    EXPECT_EQ(fleet["charlie"].mailbox.size(), 1U);
    EXPECT_EQ(heard.contains("delta"), all_cleared) << "delta listens to the group and is not cleared";
    EXPECT_EQ(fleet["alpha"].count("transfer_started"), all_cleared ? 1U : 2U);
  }
}

TEST(Labels, ClearancesOfANewConfigurationHoldForWhatWaitsAndWhatIsOnItsWay) {
  Fleet fleet;
  two_ways(fleet, everything);
  fleet.cut = [](const std::string&, const std::string&, BearerIndex) { return true; };
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .label = "L05", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(10s);
  EXPECT_EQ(fleet["alpha"].store().transfers().size(), 1U);
  fleet.crash("alpha");
  fleet["alpha"].config().bearers[0].clearance = clearance("RESTRICTED");
  Counter seen;
  seen.watch(fleet);
  fleet.restart("alpha");
  fleet.run(5min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U) << "by the other bearer";
  for (const auto& t : fleet["alpha"].reports)
    if (t.name == "transfer_started" && t.time > fleet.now() - 5min) {
      EXPECT_EQ(t.fields.at("bearer"), "high");
    }
  // And when neither may: its sender hears so.
  fleet.cut = [](const std::string&, const std::string&, BearerIndex) { return true; };
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .label = "L05", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(10s);
  fleet.crash("alpha");
  for (auto& b : fleet["alpha"].config().bearers) b.clearance = clearance("RESTRICTED");
  seen.watch(fleet);
  seen.datagrams = {};
  fleet.restart("alpha");
  fleet.run(5min);
  EXPECT_EQ(seen.datagrams[0] + seen.datagrams[1], 0);
  EXPECT_EQ(mails_to(fleet["alpha"], "ops@alpha.example").size(), 1U);
}

TEST(Labels, DefaultAndRequiredLabels) {
  Fleet fleet;
  fleet.add("alpha", [](Config& c) {
    with_policy(c);
    c.security.label_required = true;
  });
  fleet.add("bravo", [](Config& c) {
    with_policy(c);
    c.security.default_label = "RESTRICTED";
  });
  fleet.start();
  const auto refused = submit(fleet, "alpha", {.from = "ops@alpha.example", .to = {"u@alpha.example"}});
  EXPECT_EQ(refused.code, 550) << refused.text;
  ASSERT_EQ(submit(fleet, "bravo", {.from = "ops@bravo.example", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(1min);
  const auto got = mails_to(fleet["bravo"], "u@bravo.example");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(holds(got[0], "SIO-Label: marking=\"TEST RESTRICTED\"")) << got[0];
  const auto shown = fleet.command("bravo", {{"command", "show"}, {"id", "1"}}).at("message").as_object();
  EXPECT_EQ(shown.at("label").as_string(), "TEST RESTRICTED");
  EXPECT_EQ(shown.at("protection").as_string(), "clear");
}

// A neighbour labels by its own policy: what comes from there is ours afterwards, in the header too.
TEST(Labels, LabelsOfANeighbourAreTranslated) {
  Fleet fleet;
  fleet.add("alpha", [](Config& c) { c.peers.push_back(fleet_peer("bravo", 2, {"radio"})); });
  fleet.add("bravo", [](Config& c) {
    with_policy(c);
    security::Profile ally;
    ally.name = "ally";
    ally.label_from = "ALLY";
    c.security.profiles = {ally};
    c.peers.push_back(fleet_peer("alpha", 1, {"radio"}));
    c.peers[0].profile = "ally";
    c.security.clearances.push_back({"low@bravo.example", clearance("UNCLASSIFIED")});
  });
  fleet.start();
  ASSERT_EQ(submit(fleet, "alpha",
                   {.from = "ops@alpha.example", .label = "L12", .to = {"u@bravo.example", "low@bravo.example"}})
                .code,
            250);
  fleet.run(5min);
  const auto got = mails_to(fleet["bravo"], "u@bravo.example");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(holds(got[0], "SIO-Label: marking=\"TEST SECRET\"")) << got[0];
  EXPECT_TRUE(holds(got[0], "change=replace;")) << got[0];
  EXPECT_TRUE(mails_to(fleet["bravo"], "low@bravo.example").empty());
}

TEST(Labels, WhatANeighbourLeavesUnlabelledIsRefusedWhereOneIsRequired) {
  Fleet fleet;
  fleet.add("alpha");
  fleet.add("bravo", [](Config& c) {
    c.security.spifs = {test_file("labels/spif-test.xml")};
    c.security.label_required = true;
  });
  fleet.start();
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(5min);
  EXPECT_TRUE(fleet["bravo"].mailbox.empty());
  EXPECT_EQ(mails_to(fleet["alpha"], "ops@alpha.example").size(), 1U)
      << "the report has no label and comes all the same";
  const auto track = boost::json::serialize(fleet.command("bravo", {{"command", "track"}, {"id", "1"}}));
  EXPECT_TRUE(holds(track, "no security label, and one is required")) << track;
}

TEST(Labels, TwoLabelsAreRefused) {
  Fleet fleet;
  fleet.add("alpha", with_policy);
  fleet.start();
  const auto reply =
      submit(fleet, "alpha",
             {.from = "ops@alpha.example", .label = "L02", .to = {"u@alpha.example"}, .more = sio_label("L05")});
  EXPECT_EQ(reply.code, 550) << reply.text;
}

TEST(Labels, X400CarriesThemAndIsHeldToThem) {
  Fleet fleet;
  for (const auto* name : {"alpha", "bravo"})
    fleet.add(name, [name](Config& c) {
      with_policy(c);
      const bool alpha = std::string_view(name) == "alpha";
      c.peers.push_back(fleet_peer(alpha ? "bravo" : "alpha", alpha ? 2 : 1, {"radio"}));
      c.peers.back().content = Content::annex_e;
      if (!alpha) c.security.clearances.push_back({"low@bravo.example", clearance("UNCLASSIFIED")});
    });
  fleet.start();
  ASSERT_EQ(submit(fleet, "alpha",
                   {.from = "ops@alpha.example", .label = "L05", .to = {"high@bravo.example", "low@bravo.example"}})
                .code,
            250);
  fleet.run(5min);
  EXPECT_EQ(mails_to(fleet["bravo"], "high@bravo.example").size(), 1U);
  EXPECT_TRUE(mails_to(fleet["bravo"], "low@bravo.example").empty());
  const auto reports = mails_to(fleet["alpha"], "ops@alpha.example");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(holds(reports[0], "low@bravo.example")) << reports[0];
}

}  // namespace
}  // namespace longwire::engine
