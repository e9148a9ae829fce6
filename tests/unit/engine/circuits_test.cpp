// ACP 127 circuits: what goes out, when, under which name; what comes in, and what waits for an operator.
#include "annexe/acp127/sections.hpp"
#include "base/text.hpp"
#include "node/engine/node.hpp"
#include "node/store/store.hpp"

#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

Config config_of(const std::string& name) {
  Config c;
  c.name = name;
  c.domain = name + ".example";
  c.pmul_id = PmulId{0x0A420001};
  c.deliver.maildir = "/var/mail/{local}";
  c.gateway.addresses.users = {{"ops@alpha.example", {}, "HQ NORTH", "RFLSAA", {}},
                               {"nansen@bravo.example", {}, "HNOMS NANSEN", "RFLSVH", {}},
                               {"tor@bravo.example", {}, "KNM TOR", "RFLSVH", {}}};
  CircuitConfig circuit;
  circuit.name = "tape";
  circuit.routing_indicator = name == "alpha" ? "RFLSAA" : "RFLSVH";
  circuit.domains = {name == "alpha" ? "bravo.example" : "alpha.example"};
  c.circuits = {circuit};
  return c;
}

struct Station {
  crypto::Drbg random{as_bytes("circuits")};
  explicit Station(const std::string& name) : config(config_of(name)) { start(); }

  void start() {
    node = std::make_unique<Node>(config, store, random, 7, now);
    node->handle(event::CircuitState{0, true, {}}, now);
  }
  void crash() {
    node.reset();
    store.rollback();
    out.clear();
    delivered.clear();
  }
  void drain() {
    for (auto& action : node->drain(now)) {
      if (auto* o = std::get_if<action::CircuitOut>(&action)) out.push_back(std::move(*o));
      else if (auto* d = std::get_if<action::Deliver>(&action)) delivered.push_back(std::move(*d));
      else reports.push_back(std::get<action::Report>(std::move(action)));
    }
  }
  smtp::Reply submit(const std::string& to, int priority = 0, const std::string& body = "TEXT\r\n") {
    mail::Envelope e;
    e.from = "ops@alpha.example";
    e.mt_priority = priority;
    e.recipients.push_back({to, {}, {}, {}});
    smtp::Client client;
    client.address = "127.0.0.1";
    const auto reply = node->on_message(client, e,
                                        to_bytes("From: ops@alpha.example\r\nTo: " + to +
                                                 "\r\nSubject: FUEL\r\nMMHS-Primary-Precedence: 2\r\n\r\n" + body),
                                        now);
    drain();
    return reply;
  }
  void done(const action::CircuitOut& o, bool ok, bool left = true) {
    node->handle(event::CircuitDone{0, o.delivery, ok, left, o.octets.size(), ok ? "" : "line lost"}, now);
    drain();
  }
  void receive(std::string text, std::string problem = {}) {
    node->handle(event::CircuitIn{0, std::move(text), std::move(problem)}, now);
    drain();
  }
  json::object command(json::object request) {
    request["command"] = "acp127";
    auto answer = node->command(request, now);
    drain();
    return answer;
  }
  json::array held() { return command({{"action", "list"}}).at("messages").as_array(); }
  std::size_t count(std::string_view event) const {
    return static_cast<std::size_t>(
        std::count_if(reports.begin(), reports.end(), [event](const auto& r) { return r.name == event; }));
  }

  Config config;
  store::Store store{":memory:"};
  Time now = from_unix(1795262400);
  std::unique_ptr<Node> node;
  std::vector<action::CircuitOut> out;
  std::vector<action::Deliver> delivered;
  std::vector<action::Report> reports;
};

std::string text_of(const action::CircuitOut& o) { return std::string(as_text(o.octets)); }

TEST(Circuits, OneMessageAtATimeTheMostUrgentFirst) {
  Station a("alpha");
  ASSERT_EQ(a.submit("nansen@bravo.example", -2).code, 250);
  ASSERT_EQ(a.out.size(), 1U);
  EXPECT_NE(text_of(a.out[0]).find("RR RFLSVH\r\r\nDE RFLSAA 0001 3251200\r\r\n"), std::string::npos)
      << text_of(a.out[0]);
  EXPECT_EQ(a.out[0].name, "RFLSAA 0001 3251200");
  a.submit("nansen@bravo.example", 0);
  a.submit("tor@bravo.example", 4);
  EXPECT_EQ(a.out.size(), 1U);
  a.done(a.out[0], true);
  ASSERT_EQ(a.out.size(), 2U);
  EXPECT_NE(text_of(a.out[1]).find("ZZ RFLSVH"), std::string::npos);
  a.done(a.out[1], true);
  ASSERT_EQ(a.out.size(), 3U);
  a.done(a.out[2], true);
  EXPECT_EQ(a.count("circuit_sent"), 3U);
  EXPECT_EQ(a.node->command({{"command", "queue"}}, a.now).at("total"), 0);
}

TEST(Circuits, WhatWasUnderWayGoesAgainUnderItsName) {
  Station a("alpha");
  a.submit("nansen@bravo.example");
  ASSERT_EQ(a.out.size(), 1U);
  const auto first = text_of(a.out[0]);
  a.crash();
  a.now += 10min;
  a.start();
  a.drain();
  ASSERT_EQ(a.out.size(), 1U);
  EXPECT_EQ(a.out[0].name, "RFLSAA 0001 3251200");
  EXPECT_EQ(first.find("SUSPECTED DUPLICATE"), std::string::npos);
  EXPECT_NE(text_of(a.out[0]).find("SUSPECTED DUPLICATE"), std::string::npos);

  // Both arrive: one of them is delivered.
  Station b("bravo");
  b.receive(first);
  b.receive(text_of(a.out[0]));
  EXPECT_EQ(b.delivered.size(), 1U);
  EXPECT_EQ(b.count("duplicate_suppressed"), 1U);
  EXPECT_TRUE(b.held().empty());
}

TEST(Circuits, ABrokenLineIsTriedAgain) {
  Station a("alpha");
  a.submit("nansen@bravo.example");
  a.node->handle(event::CircuitState{0, false, "gone"}, a.now);
  a.done(a.out.at(0), false, false);
  EXPECT_EQ(a.out.size(), 1U);
  a.node->handle(event::CircuitState{0, true, {}}, a.now);
  a.drain();
  ASSERT_EQ(a.out.size(), 2U);  // nothing had left: it is no duplicate, and has a name of its own
  EXPECT_EQ(text_of(a.out[1]).find("SUSPECTED"), std::string::npos);
  a.done(a.out[1], false, true);
  a.now += 31s;
  a.node->handle(event::Tick{}, a.now);
  a.drain();
  ASSERT_EQ(a.out.size(), 3U);
  EXPECT_NE(text_of(a.out[2]).find("SUSPECTED"), std::string::npos);
  EXPECT_EQ(a.out[2].name, a.out[1].name);
}

TEST(Circuits, SilenceConcernsOnlyCircuitsWithARadio) {
  Station wire("alpha");
  wire.node->command({{"command", "emcon"}, {"state", "on"}}, wire.now);
  wire.submit("nansen@bravo.example");
  EXPECT_EQ(wire.out.size(), 1U);

  Station radio("alpha");
  radio.config.circuits[0].emcon = "hold";
  radio.start();
  radio.node->command({{"command", "emcon"}, {"state", "on"}}, radio.now);
  radio.submit("nansen@bravo.example");
  EXPECT_TRUE(radio.out.empty());
  radio.node->command({{"command", "emcon"}, {"state", "off"}}, radio.now);
  radio.drain();
  EXPECT_EQ(radio.out.size(), 1U);
}

TEST(Circuits, NobodyWithoutAPladIsReached) {
  Station a("alpha");
  a.submit("nobody@bravo.example");
  EXPECT_TRUE(a.out.empty());
  ASSERT_EQ(a.delivered.size(), 1U);  // the report
  const auto report = std::string(as_text(a.delivered[0].octets));
  EXPECT_NE(report.find("Status: 5.1.1"), std::string::npos) << report;
}

std::string crossing(const std::string& body = "TEXT\r\n") {
  Station a("alpha");
  a.submit("nansen@bravo.example", 0, body);
  return a.out.empty() ? "" : text_of(a.out[0]);
}

TEST(Desk, GoodMessagesAreDelivered) {
  Station b("bravo");
  b.receive(crossing());
  ASSERT_EQ(b.delivered.size(), 1U);
  EXPECT_EQ(b.delivered[0].envelope.recipients.at(0).address, "nansen@bravo.example");
  EXPECT_EQ(b.delivered[0].envelope.from, "ops@alpha.example");
}

TEST(Desk, GarbledOnesWaitAndAreReleased) {
  Station b("bravo");
  auto text = crossing();
  const auto at = text.find("211200Z NOV");
  ASSERT_NE(at, std::string::npos) << text;
  text[at + 3] = 'O';
  b.receive(text);
  b.receive(text);  // the file is read again after a crash
  auto held = b.held();
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].at("reason"), "bad_dtg");
  EXPECT_EQ(b.store.alerts(false).size(), 1U);
  b.crash();
  b.start();
  ASSERT_EQ(b.held().size(), 1U);
  const auto id = b.held()[0].at("id");
  EXPECT_FALSE(b.command({{"action", "release"}, {"id", id}}).at("ok").as_bool());
  text[at + 3] = '2';
  const auto released = b.command({{"action", "release"}, {"id", id}, {"received", text}});
  EXPECT_TRUE(released.at("ok").as_bool()) << released;
  EXPECT_EQ(b.delivered.size(), 1U);
  EXPECT_TRUE(b.held().empty());
  EXPECT_TRUE(b.store.alerts(false).empty());
}

TEST(Desk, TheOperatorSaysWhereItGoes) {
  Station b("bravo");
  auto text = crossing();
  text.replace(text.find("HNOMS NANSEN"), 12, "HNOMS NOBODY");
  b.receive(text);
  ASSERT_EQ(b.held().size(), 1U);
  EXPECT_EQ(b.held()[0].at("reason"), "unknown_addressee");
  const auto id = b.held()[0].at("id");
  const auto released = b.command({{"action", "release"}, {"id", id}, {"to", json::array{"duty@bravo.example"}}});
  EXPECT_TRUE(released.at("ok").as_bool()) << released;
  ASSERT_EQ(b.delivered.size(), 1U);
  EXPECT_EQ(b.delivered[0].envelope.recipients.at(0).address, "duty@bravo.example");
}

TEST(Desk, CutOffMessagesAndBackwardRoutesWait) {
  Station b("bravo");
  b.receive("VZCZC\nRR RFLSVH\n", "no_end");
  auto text = crossing();
  // Ours to deliver, but to somebody behind the same circuit.
  text.replace(text.find("RFLSVH/HNOMS NANSEN"), 19, "RFLSVH/HQ NORTH");
  b.receive(text);
  ASSERT_EQ(b.held().size(), 2U);
  EXPECT_EQ(b.held()[0].at("reason"), "no_end");
  EXPECT_EQ(b.held()[1].at("reason"), "looped");
  EXPECT_TRUE(b.command({{"action", "drop"}, {"id", b.held()[0].at("id")}}).at("ok").as_bool());
  EXPECT_EQ(b.held().size(), 1U);
}

TEST(Desk, SectionsWaitOverRestartsAndThenForTheOperator) {
  std::string body;
  for (int i = 0; i < 250; ++i) body += "LINE " + std::to_string(i) + "\r\n";
  const auto whole = crossing(body);
  std::vector<std::string> parts;
  for (auto at = whole.find("RR RFLSVH"); at != std::string::npos;) {
    const auto next = whole.find("RR RFLSVH", at + 1);
    parts.push_back(whole.substr(at, next - at));
    at = next;
  }
  if (parts.size() < 2) {
    parts.clear();
    for (auto at = whole.find("PP RFLSVH"); at != std::string::npos;) {
      const auto next = whole.find("PP RFLSVH", at + 1);
      parts.push_back(whole.substr(at, next - at));
      at = next;
    }
  }
  ASSERT_EQ(parts.size(), 3U) << whole;
  Station b("bravo");
  b.receive(parts[2]);
  b.receive(parts[0]);
  EXPECT_TRUE(b.held().empty());
  b.crash();
  b.start();
  b.receive(parts[1]);
  EXPECT_EQ(b.delivered.size(), 1U);

  Station c("bravo");
  c.receive(parts[0]);
  c.now += 61min;
  c.node->handle(event::Tick{}, c.now);
  c.drain();
  ASSERT_EQ(c.held().size(), 1U);
  EXPECT_EQ(c.held()[0].at("reason"), "missing_section");
}

TEST(Desk, HoldsSoManyAndNoMore) {
  Station b("bravo");
  for (std::size_t i = 0; i < limits::acp127_desk_entries; ++i) b.receive("NOISE " + std::to_string(i), "no_end");
  EXPECT_EQ(b.held().size(), limits::acp127_desk_entries);
  EXPECT_EQ(b.count("circuit_desk_full"), 0U);
  b.receive("NOISE", "no_end");
  EXPECT_EQ(b.held().size(), limits::acp127_desk_entries);
  EXPECT_EQ(b.count("circuit_desk_full"), 1U);
}

}  // namespace
}  // namespace longwire::engine
