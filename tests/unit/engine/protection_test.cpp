// Messages signed and encrypted between nodes: two gateways, a node without keys between them, certificates that are
// missing, restarts, receipts, and the boundary of ACP 145.
#include "acp142/pdu.hpp"
#include "annexe/compressed_data.hpp"
#include "mail/mime.hpp"
#include "secure.hpp"

#include <gtest/gtest.h>

#include <set>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;
using security::Encrypt;
using security::Extract;
using security::NoCertificate;

bool holds(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

// Towards the other gateway: triple wrap around the whole mail, and what comes from there must be signed.
security::Profile gateways(const std::string& far) {
  security::Profile p;
  p.name = "gateways";
  p.sign = p.outer_sign = p.wrap_message = true;
  p.encrypt = Encrypt::gateway;
  p.gateway = {far};
  p.require_signature = p.require_encryption = true;
  return p;
}

// alpha has alice's key, bravo bob's; all traffic passes relay, which has none.
struct Chain {
  explicit Chain(Content content = Content::mule, const std::string& kind = "p256",
                 std::function<void(Config&)> more = {}) {
    const auto peer = [content](const std::string& name, unsigned number, std::vector<std::string> domains) {
      auto p = fleet_peer(name, number, {"radio"});
      p.domains = std::move(domains);
      p.content = content;
      return p;
    };
    fleet.add("alpha", [&](Config& c) {
      with_policy(c);
      with_key(c, "alice-" + kind);
      c.security.profiles = {gateways("bob@bravo.example")};
      c.peers = {peer("relay", 2, {"bravo.example", "relay.example"})};
      c.peers[0].profile = "gateways";
      if (more) more(c);
    });
    fleet.add("relay", [&](Config& c) {
      c.relay = {"*"};
      c.peers = {peer("alpha", 1, {"alpha.example"}), peer("bravo", 3, {"bravo.example"})};
    });
    fleet.add("bravo", [&](Config& c) {
      with_policy(c);
      with_key(c, "bob-" + kind);
      c.security.profiles = {gateways("alice@alpha.example")};
      c.peers = {peer("relay", 2, {"alpha.example", "relay.example"})};
      c.peers[0].profile = "gateways";
      if (more) more(c);
    });
    fleet.start();
    import_certificate(fleet, "alpha", "bob-" + kind);
    import_certificate(fleet, "bravo", "alice-" + kind);
    fleet.heard = [this](const Datagram& d) { air.push_back(d.octets); };
  }

  // What was said on the air, put together again and inflated.
  std::string on_air() const {
    std::map<std::uint32_t, std::map<std::uint16_t, Bytes>> messages;
    for (const auto& octets : air)
      if (const auto pdu = acp142::decode(octets); pdu)
        if (const auto* data = std::get_if<acp142::DataPdu>(&pdu->pdu))
          messages[data->message_id][data->sequence] = data->octets;
    std::string out;
    for (const auto& [id, fragments] : messages) {
      Bytes all;
      for (const auto& [n, f] : fragments) all.insert(all.end(), f.begin(), f.end());
      if (const auto content = annexe::decode_compressed_data(all)) out += as_text(content->content);
    }
    EXPECT_FALSE(out.empty());
    return out;
  }

  Fleet fleet;
  std::vector<Bytes> air;
};

void expect_triple_wrap(Chain& chain, const std::string& label) {
  auto& fleet = chain.fleet;
  ASSERT_EQ(submit(fleet, "alpha",
                   {.from = "ops@alpha.example",
                    .subject = "Zebra crossing",
                    .label = label,
                    .body = "Meet at the giraffe house.",
                    .to = {"u@bravo.example"},
                    .more = "Thread-Topic: Zebra crossing\r\nX-Where: giraffe house\r\n"})
                .code,
            250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["bravo"].mailbox.empty(); }, 10min));
  const auto& got = fleet["bravo"].mailbox.front().octets;
  EXPECT_TRUE(holds(got, "Subject: Zebra crossing\r\n")) << got;
  EXPECT_TRUE(holds(got, "Meet at the giraffe house.")) << got;
  EXPECT_TRUE(holds(got, "Authentication-Results: bravo.example; smime=pass")) << got;
  EXPECT_FALSE(holds(got, "pkcs7-mime")) << got;
  const auto air = chain.on_air();
  for (const auto* word : {"Zebra", "crossing", "giraffe"}) EXPECT_FALSE(holds(air, word)) << word;
  // The node between has the very object, and no word of it.
  EXPECT_EQ(fleet["relay"].count("message_protected"), 0U);
  const auto shown = fleet.command("bravo", {{"command", "show"}, {"id", "1"}}).at("message").as_object();
  EXPECT_EQ(shown.at("protection").as_string(), "signed encrypted");
  EXPECT_GE(shown.at("verdict").as_array().size(), 3U) << boost::json::serialize(shown);
  EXPECT_EQ(shown.at("label").as_string(), label.empty() ? "" : "TEST SECRET");
}

TEST(Protection, TripleWrapOverATransitNodeWithMule) {
  Chain chain;
  expect_triple_wrap(chain, "");
  Chain labelled;
  expect_triple_wrap(labelled, "L05");
}

TEST(Protection, TripleWrapOverATransitNodeWithAnnexE) {
  for (const std::string kind : {"p256", "rsa"}) {
    Chain chain(Content::annex_e, kind);
    expect_triple_wrap(chain, "L05");
    const auto shown = chain.fleet.command("relay", {{"command", "show"}, {"id", "1"}}).at("message").as_object();
    EXPECT_EQ(shown.at("form").as_string(), "p1");
  }
}

// A node without keys but with the policy reads the outer signature: its label holds there too.
TEST(Protection, TheOuterLabelHoldsForWhoCannotLookInside) {
  for (const auto content : {Content::mule, Content::annex_e}) {
    Chain chain(content);
    auto& fleet = chain.fleet;
    fleet.crash("relay");
    auto& config = fleet["relay"].config();
    with_policy(config);
    config.security.trust = {test_file("pki/ca.crt")};
    config.peers[1].clearance = clearance("CONFIDENTIAL");
    fleet.restart("relay");
    for (const std::string label : {"L04", "L05"})
      ASSERT_EQ(submit(fleet, "alpha",
                       {.from = "ops@alpha.example", .subject = "Zebra", .label = label, .to = {"u@bravo.example"}})
                    .code,
                250);
    fleet.run(10min);
    EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U) << "CONFIDENTIAL only";
    const auto shown = fleet.command("relay", {{"command", "show"}, {"id", "2"}}).at("message").as_object();
    EXPECT_EQ(shown.at("label").as_string(), "TEST SECRET");
    EXPECT_EQ(mails_to(fleet["alpha"], "ops@alpha.example").size(), 1U);
  }
}

TEST(Protection, DeliveryOfWhatCameByX400IsReported) {
  Chain chain(Content::annex_e);
  auto& fleet = chain.fleet;
  mail::Envelope e;
  e.from = "ops@alpha.example";
  e.recipients.push_back({"u@bravo.example", mail::Notify{.success = true}, {}, {}});
  ASSERT_EQ(
      fleet.submit("alpha", e, "From: ops@alpha.example\r\nSubject: x\r\nMessage-ID: <r@alpha.example>\r\n\r\nx\r\n")
          .code,
      250);
  fleet.run(10min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  const auto reports = mails_to(fleet["alpha"], "ops@alpha.example");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(holds(reports[0], "Action: delivered")) << reports[0];
}

TEST(Protection, CompactProfile) {
  Chain chain(Content::mule, "p256", [](Config& c) { c.security.profiles[0].compact = true; });
  expect_triple_wrap(chain, "L05");
}

TEST(Protection, BinaryThatNobodyHereOpensIsDeliveredInBase64) {
  Chain chain(Content::mule, "p256", [](Config& c) { c.security.profiles[0].compact = true; });
  auto& fleet = chain.fleet;
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .to = {"u@relay.example"}}).code, 250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["relay"].mailbox.empty(); }, 10min));
  const auto delivered = mails_to(fleet["relay"], "u@relay.example");
  ASSERT_EQ(delivered.size(), 1U);
  EXPECT_TRUE(holds(delivered[0], "application/pkcs7-mime")) << delivered[0];
  EXPECT_TRUE(holds(delivered[0], "Content-Transfer-Encoding: base64")) << delivered[0];
  EXPECT_EQ(mail::body_needed(as_bytes(delivered[0])), mail::Body::seven_bit);
}

TEST(Protection, WhatIsNotProtectedIsRefusedWhereTheProfileAsks) {
  Chain chain;
  auto& fleet = chain.fleet;
  // The node between speaks for itself, unsigned.
  ASSERT_EQ(submit(fleet, "relay", {.from = "ops@relay.example", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(5min);
  EXPECT_TRUE(fleet["bravo"].mailbox.empty());
  EXPECT_EQ(fleet["bravo"].count("security_refused"), 1U);
  const auto track = boost::json::serialize(fleet.command("bravo", {{"command", "track"}, {"id", "1"}}));
  EXPECT_TRUE(holds(track, "failed")) << track;
}

TEST(Protection, AFailOverRepeatsTheOctetsOfTheFirstAttempt) {
  for (const auto content : {Content::mule, Content::annex_e}) {
    Fleet fleet;
    fleet.links = {fleet_link("one", 64'000), fleet_link("two", 64'000)};
    const auto add = [&](const std::string& name, const std::string& key, const std::string& far, unsigned number) {
      fleet.add(name, [&](Config& c) {
        with_key(c, key);
        c.security.profiles = {gateways(far)};
        c.peers = {fleet_peer(name == "alpha" ? "bravo" : "alpha", number, {"one", "two"})};
        c.peers[0].profile = "gateways";
        c.peers[0].content = content;
      });
    };
    add("alpha", "alice-p256", "bob@bravo.example", 2);
    add("bravo", "bob-p256", "alice@alpha.example", 1);
    fleet.start();
    import_certificate(fleet, "alpha", "bob-p256");
    import_certificate(fleet, "bravo", "alice-p256");
    // Everything arrives, no answer comes back by the first bearer.
    fleet.cut = [](const std::string& from, const std::string&, BearerIndex b) { return b == 0 && from == "bravo"; };
    ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .to = {"u@bravo.example"}}).code, 250);
    fleet.run(2min);
    fleet["alpha"].node().handle(event::BearerState{0, false}, fleet.now());
    fleet.run(10min);
    EXPECT_EQ(fleet["alpha"].count("failover"), 1U);
    EXPECT_EQ(fleet["alpha"].count("message_protected"), 1U);
    EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U) << "known as the same message";
  }
}

TEST(Protection, ARestartSendsWhatWasSigned) {
  Chain chain;
  auto& fleet = chain.fleet;
  fleet.cut = [](const std::string&, const std::string&, BearerIndex) { return true; };
  ASSERT_EQ(submit(fleet, "alpha", {.from = "ops@alpha.example", .to = {"u@bravo.example"}}).code, 250);
  fleet.run(10s);
  const auto before = fleet["alpha"].store().transfers().at(0).outgoing.octets;
  fleet.crash("alpha");
  fleet.restart("alpha");
  fleet.cut = {};
  EXPECT_EQ(fleet["alpha"].store().transfers().at(0).outgoing.octets, before);
  fleet.run(10min);
  EXPECT_EQ(fleet["bravo"].mailbox.size(), 1U);
  EXPECT_EQ(fleet["alpha"].count("message_protected"), 1U);
}

// alpha encrypts for the recipients; bravo hands over what it gets.
struct Clients {
  explicit Clients(NoCertificate without) {
    fleet.add("alpha", [&](Config& c) {
      with_key(c, "alice-p256");
      security::Profile p;
      p.name = "clients";
      p.sign = true;
      p.encrypt = Encrypt::recipient;
      p.no_certificate = without;
      c.security.profiles = {p};
      c.peers = {fleet_peer("bravo", 2, {"radio"})};
      c.peers[0].profile = "clients";
    });
    fleet.add("bravo");
    fleet.start();
    import_certificate(fleet, "alpha", "bob-p256");
    EXPECT_EQ(
        submit(fleet, "alpha", {.from = "ops@alpha.example", .to = {"bob@bravo.example", "eve@bravo.example"}}).code,
        250);
    fleet.run(5min);
  }
  std::string of(const std::string& user) {
    const auto mails = mails_to(fleet["bravo"], user);
    return mails.empty() ? "" : mails[0];
  }
  Fleet fleet;
};

TEST(Protection, ARecipientWithoutACertificateIsRefused) {
  Clients c(NoCertificate::refuse);
  EXPECT_TRUE(holds(c.of("bob@bravo.example"), "enveloped-data")) << c.of("bob@bravo.example");
  EXPECT_EQ(c.of("eve@bravo.example"), "");
  const auto reports = mails_to(c.fleet["alpha"], "ops@alpha.example");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(holds(reports[0], "eve@bravo.example"));
  EXPECT_TRUE(holds(reports[0], "\r\nStatus: 5.7.4")) << reports[0];
}

TEST(Protection, ARecipientWithoutACertificateWaitsForOne) {
  Clients c(NoCertificate::hold);
  EXPECT_TRUE(holds(c.of("bob@bravo.example"), "enveloped-data"));
  EXPECT_EQ(c.of("eve@bravo.example"), "");
  EXPECT_TRUE(mails_to(c.fleet["alpha"], "ops@alpha.example").empty());
  EXPECT_TRUE(holds(boost::json::serialize(c.fleet.command("alpha", {{"command", "alerts"}})), "eve@bravo.example"));
  import_certificate(c.fleet, "alpha", "gateway-p256", {"eve@bravo.example"});
  c.fleet.run(1min);
  EXPECT_TRUE(holds(c.of("eve@bravo.example"), "enveloped-data")) << "at once, not with the next try";
}

TEST(Protection, ARecipientWithoutACertificateGetsItClear) {
  Clients c(NoCertificate::clear);
  EXPECT_TRUE(holds(c.of("bob@bravo.example"), "enveloped-data"));
  const auto clear = c.of("eve@bravo.example");
  EXPECT_TRUE(holds(clear, "signed-data") || holds(clear, "multipart/signed")) << clear;
  EXPECT_FALSE(holds(clear, "enveloped-data"));
}

TEST(Protection, SignedReceiptsAreAskedForGivenAndKnown) {
  for (const auto content : {Content::mule, Content::annex_e}) {
    SCOPED_TRACE(static_cast<int>(content));
    Chain chain(content, "p256", [](Config& c) {
      auto& p = c.security.profiles[0];
      p.request_receipt = c.name == "alpha";
      p.receipts = true;
    });
    auto& fleet = chain.fleet;
    // Asked by the sender alice, answered for bob: keys that name them.
    ASSERT_EQ(submit(fleet, "alpha", {.from = "alice@alpha.example", .to = {"bob@bravo.example"}}).code, 250);
    ASSERT_TRUE(fleet.run_until([&] { return fleet["alpha"].count("receipt_received") != 0; }, 10min))
        << (fleet["alpha"].mailbox.empty() ? "no mail" : fleet["alpha"].mailbox.back().octets);
    EXPECT_EQ(fleet["bravo"].count("receipt_sent"), 1U);
    const auto track = boost::json::serialize(fleet.command("alpha", {{"command", "track"}, {"id", "1"}}));
    EXPECT_TRUE(holds(track, "\"event\":\"receipt\",\"recipient\":\"bob@bravo.example\",\"detail\":\"good\"")) << track;
  }
}

// A national message, signed by its sender, leaves with the label of the other side and the signature of the gateway.
TEST(Protection, Acp145BoundaryTranslatesAndSignsAnew) {
  Fleet fleet;
  fleet.add("alpha", [](Config& c) {
    with_policy(c);
    with_key(c, "alice-rsa");
    security::Profile p;
    p.name = "national";
    p.sign = true;
    c.security.profiles = {p};
    c.peers = {fleet_peer("relay", 2, {"radio"})};
    c.peers[0].domains = {"bravo.example", "relay.example"};
    c.peers[0].profile = "national";
  });
  fleet.add("relay", [](Config& c) {
    with_policy(c);
    with_key(c, "gateway-rsa");
    c.relay = {"*"};
    security::Profile in;
    in.name = "national";
    in.require_signature = true;
    security::Profile out;
    out.name = "ally";
    out.sign = out.resign = true;
    out.label_as = "ALLY";
    c.security.profiles = {in, out};
    c.peers = {fleet_peer("alpha", 1, {"radio"}), fleet_peer("bravo", 3, {"radio"})};
    c.peers[0].profile = "national";
    c.peers[1].profile = "ally";
  });
  fleet.add("bravo", [](Config& c) {
    c.security.trust = {test_file("pki/ca.crt")};
    c.peers = {fleet_peer("relay", 2, {"radio"})};
    c.peers[0].domains = {"*"};
  });
  fleet.start();
  ASSERT_EQ(submit(fleet, "alpha", {.from = "alice@alpha.example", .label = "L04", .to = {"u@bravo.example"}}).code,
            250);
  ASSERT_TRUE(fleet.run_until([&] { return !fleet["bravo"].mailbox.empty(); }, 10min));
  const auto shown = fleet.command("bravo", {{"command", "show"}, {"id", "1"}}).at("message").as_object();
  EXPECT_EQ(shown.at("protection").as_string(), "signed");
  const auto verdict = boost::json::serialize(shown.at("verdict"));
  EXPECT_TRUE(holds(verdict, "signature of gateway@hub.example good")) << verdict;
  EXPECT_FALSE(holds(verdict, "alice")) << verdict;
  // CONFIDENTIAL of TEST is SECRET of ALLY: up, never down.
  EXPECT_EQ(shown.at("label").as_string(), "1.3.6.1.4.1.99999.4406.2 class 4") << boost::json::serialize(shown);
  EXPECT_EQ(fleet["relay"].count("message_protected"), 1U);
  const auto track = boost::json::serialize(fleet.command("relay", {{"command", "track"}, {"id", "1"}}));
  EXPECT_TRUE(holds(track, "label translated to ALLY")) << track;
}

TEST(Protection, ExpiringCertificatesAreAlerts) {
  Fleet fleet;
  fleet.add("alpha", [](Config& c) {
    with_key(c, "alice-rsa");  // ends in 2099
    c.security.expiry_warning = std::chrono::hours{24 * 365 * 100};
  });
  fleet.start();
  import_certificate(fleet, "alpha", "bob-rsa");
  fleet.run(1h);
  const auto alerts = boost::json::serialize(fleet.command("alpha", {{"command", "alerts"}}));
  EXPECT_TRUE(holds(alerts, "our certificate")) << alerts;
  EXPECT_TRUE(holds(alerts, "bob@bravo.example")) << alerts;
}

}  // namespace
}  // namespace longwire::engine
