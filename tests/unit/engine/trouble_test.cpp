// Bad input over the air and a store that fails: everything gets a name, nothing is acknowledged that
// is not stored, and the node goes on.
#include "fleet.hpp"

#include "acp142/entity.hpp"
#include "annexe/compressed_data.hpp"
#include "base/limits.hpp"
#include "mail/mule.hpp"

#include <gtest/gtest.h>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

// A bare P_MUL sender: what a foreign or hostile station at bravo's place may put on the air.
struct Stranger {
  Stranger() {
    fleet.links.push_back(fleet_link("radio", 64'000));
    fleet.add("alpha", [](Config& c) {
      c.peers = {fleet_peer("bravo", 2, {"radio"}), fleet_peer("charlie", 3, {"radio"})};
      c.relay = {"charlie.example"};
    });
    fleet.start();
  }
  void send(Bytes octets, std::uint32_t message_id = 77, std::vector<PmulId> also = {}) {
    const PmulId bravo{0x0A420002};
    acp142::Entity entity(bravo, {}, {}, {{PmulId{0x0A420001}, {}}, {PmulId{0x0A420003}, {}}}, 1);
    acp142::Outgoing out;
    out.message_id = message_id;
    out.expiry = fleet.now() + 1h;
    out.group = fleet_group;
    out.destinations.push_back({PmulId{0x0A420001}, ++number});
    for (const auto id : also) out.destinations.push_back({id, number});
    out.octets = std::move(octets);
    ASSERT_EQ(entity.send(std::move(out), fleet.now()), "");
    while (const auto frame = entity.poll_transmit(fleet.now()))
      fleet["alpha"].node().handle(event::DatagramIn{0, {Ipv4{0x0A420002}, 2753, frame->octets}}, fleet.now());
    fleet.run(20s);
  }
  Bytes mule(std::string from, const std::string& to, const std::string& message = "Message-ID: <x@y>\r\n\r\nb\r\n") {
    mail::Envelope e;
    e.from = std::move(from);
    mail::Recipient r;
    r.address = to;
    e.recipients.push_back(r);
    return mail::encode_mule(e, as_bytes(message));
  }
  Bytes packed(const Bytes& payload, int type = annexe::content_type_mule) {
    return annexe::encode_compressed_data(type, payload, annexe::TagStyle::explicit_tags);
  }
  Ship& alpha() { return fleet["alpha"]; }
  Fleet fleet;
  std::uint32_t number = 0;
};

TEST(Trouble, GoodMailFromAStrangerArrives) {
  Stranger s;
  s.send(s.packed(s.mule("x@bravo.example", "u@alpha.example")));
  EXPECT_EQ(s.alpha().mailbox.size(), 1u);
  EXPECT_GT(s.alpha().octets_sent, 0u) << "acknowledged";
  EXPECT_EQ(s.alpha().store().setting("tags/bravo"), "explicit") << "its style is mirrored";
}

TEST(Trouble, UnreadablePayloadIsAcceptedNamedAndAlerted) {
  Stranger s;
  s.send(to_bytes("this is no CompressedData"));
  EXPECT_EQ(s.alpha().count("payload_discarded"), 1u);
  EXPECT_GT(s.alpha().octets_sent, 0u) << "acknowledged, so that it is not repeated";
  EXPECT_EQ(s.fleet.command("alpha", {{"command", "alerts"}}).at("alerts").as_array().size(), 1u);
  s.send(s.packed(to_bytes("no MULE payload")), 78);
  EXPECT_EQ(s.alpha().count("payload_discarded"), 2u);
  EXPECT_TRUE(s.alpha().mailbox.empty());
}

TEST(Trouble, OtherContentTypesAreNamed) {
  Stranger s;
  s.send(s.packed(to_bytes("P3"), 3));
  EXPECT_EQ(s.alpha().count("unsupported_content"), 1u);
}

TEST(Trouble, ReusedMessageIdIsADuplicate) {
  Stranger s;
  s.send(s.packed(s.mule("x@bravo.example", "u@alpha.example")));
  s.fleet.crash("alpha");
  s.fleet.restart("alpha");
  s.send(s.packed(s.mule("x@bravo.example", "u@alpha.example")));
  EXPECT_EQ(s.alpha().mailbox.size(), 1u);
}

TEST(Trouble, SameContentUnderAnotherIdIsDeliveredOnce) {
  Stranger s;
  s.send(s.packed(s.mule("x@bravo.example", "u@alpha.example")), 77);
  s.send(s.packed(s.mule("x@bravo.example", "u@alpha.example")), 78);
  EXPECT_EQ(s.alpha().mailbox.size(), 1u);
  EXPECT_EQ(s.alpha().count("duplicate_suppressed"), 1u);
  s.send(s.packed(s.mule("x@bravo.example", "v@alpha.example")), 79);
  EXPECT_EQ(s.alpha().mailbox.size(), 2u) << "another recipient of the same mail is no duplicate";
}

TEST(Trouble, SameMailDirectAndThroughARelayIsDeliveredOnce) {
  Stranger s;
  const std::string first = "Received: from ws by origin.example id 7QF3; date\r\nMessage-ID: <x@y>\r\n\r\nb\r\n";
  s.send(s.packed(s.mule("x@origin.example", "u@alpha.example", first)), 77);
  s.send(s.packed(s.mule("x@origin.example", "u@alpha.example", "Received: from o by relay id 1; date\r\n" + first)),
         78);
  EXPECT_EQ(s.alpha().mailbox.size(), 1u);
  EXPECT_EQ(s.alpha().count("duplicate_suppressed"), 1u);
  const std::string again = "Received: from ws by origin.example id 7QF4; date\r\nMessage-ID: <x@y>\r\n\r\nb\r\n";
  s.send(s.packed(s.mule("x@origin.example", "u@alpha.example", again)), 79);
  EXPECT_EQ(s.alpha().mailbox.size(), 2u) << "submitted a second time is another message";
}

TEST(Trouble, WhatComesBackRoundALoopIsNotSwallowed) {
  Stranger s;
  const std::string first = "Received: from ws by origin.example id 7QF3; date\r\n\r\nb\r\n";
  s.send(s.packed(s.mule("x@origin.example", "u@charlie.example", first)), 77);
  s.send(s.packed(s.mule("x@origin.example", "u@charlie.example", "Received: by alpha id 2; date\r\n" + first)), 78);
  EXPECT_EQ(s.alpha().count("message_received"), 2u) << "its Received fields end the loop, with a report";
}

TEST(Trouble, NoRecipientOfOursIsSilentlyDiscarded) {
  Stranger s;
  s.send(s.packed(s.mule("x@bravo.example", "u@elsewhere.example")));
  EXPECT_EQ(s.alpha().count("not_for_us"), 1u);
  EXPECT_TRUE(s.alpha().store().live_messages().empty());
}

TEST(Trouble, RelayGoesNotBackAndNotWhereItWasHeard) {
  Stranger s;
  s.send(s.packed(s.mule("x@bravo.example", "u@charlie.example")), 77, {PmulId{0x0A420003}});
  EXPECT_EQ(s.alpha().count("not_for_us"), 1u) << "charlie was among the destinations";
  s.send(s.packed(s.mule("x@bravo.example", "u@charlie.example", "Subject: 2\r\n\r\n")), 78);
  EXPECT_EQ(s.alpha().count("message_received"), 1u);
}

TEST(Trouble, LoopOverRadioEnds) {
  Stranger s;
  std::string message;
  for (std::size_t i = 0; i < limits::received_fields_radio; ++i) message += "Received: by x\r\n";
  message += "\r\nb\r\n";
  s.send(s.packed(s.mule("x@bravo.example", "u@charlie.example", message)));
  EXPECT_EQ(s.alpha().count("loop_detected"), 1u);
  EXPECT_EQ(s.alpha().count("dsn_sent"), 1u);
}

TEST(Trouble, GapsInTheNumbersBecomeAnAlert) {
  Stranger s;
  s.send(s.packed(s.mule("x@bravo.example", "u@alpha.example", "Subject: 1\r\n\r\n")), 77);
  s.number += 2;
  s.send(s.packed(s.mule("x@bravo.example", "u@alpha.example", "Subject: 2\r\n\r\n")), 78);
  s.fleet.run(10min);
  EXPECT_EQ(s.alpha().count("sequence_gap"), 1u);
}

TEST(Trouble, FailureReportOfAReportGoesNowhere) {
  Stranger s;
  s.alpha().server = [](const mail::Recipient&) {
    return event::DeliveryResult::PerRecipient{event::DeliveryResult::PerRecipient::Outcome::permanent, "5.1.1", "no",
                                               true};
  };
  s.send(s.packed(s.mule("", "u@alpha.example")));
  EXPECT_EQ(s.alpha().count("undeliverable_report"), 1u);
  EXPECT_EQ(s.alpha().count("dsn_sent"), 0u);
  EXPECT_TRUE(s.alpha().store().live_messages().empty());
}

struct Failing {
  Failing() {
    fleet.add("alpha");
    fleet.add("bravo");
    fleet.start();
  }
  void break_store(const std::string& name) {
    fleet[name].store().on_sync([this](unsigned) {
      if (broken) throw store::StoreError("disk is full");
    });
    broken = true;
  }
  Fleet fleet;
  bool broken = false;
};

TEST(StoreTrouble, NothingIsAnsweredThatWasNotStored) {
  Failing f;
  f.break_store("alpha");
  auto& node = f.fleet["alpha"].node();
  mail::Envelope e;
  e.from = "ops@alpha.example";
  e.recipients.push_back({"u@bravo.example", {}, {}, {}});
  const smtp::Client client{"127.0.0.1", "c", "ESMTP", 1};
  EXPECT_EQ(node.on_message(client, e, to_bytes("Subject: x\r\n\r\n"), f.fleet.now()).code, 250);
  const auto actions = node.drain(f.fleet.now());
  EXPECT_TRUE(node.withdrawn()) << "the owner must not let the 250 out";
  bool told = false;
  for (const auto& a : actions)
    if (const auto* r = std::get_if<action::Report>(&a)) {
      told = told || r->name == "store_failed";
      EXPECT_NE(r->name, "message_accepted");
    }
  EXPECT_TRUE(told);
  EXPECT_FALSE(node.poll_transmit(0, f.fleet.now())) << "nothing goes on the air either";
  f.broken = false;
  f.fleet.run(1min);
  EXPECT_TRUE(f.fleet["bravo"].mailbox.empty());
  node.drain(f.fleet.now());
  EXPECT_FALSE(node.withdrawn());
  ASSERT_EQ(f.fleet.submit("alpha", {"bravo"}).code, 250);
  f.fleet.run(1min);
  EXPECT_EQ(f.fleet["bravo"].mailbox.size(), 1u);
}

TEST(StoreTrouble, ReceiverAcknowledgesNothingUntilItCanStore) {
  Failing f;
  f.break_store("bravo");
  ASSERT_EQ(f.fleet.submit("alpha", {"bravo"}).code, 250);
  f.fleet.run(20s);
  EXPECT_EQ(f.fleet["alpha"].count("transfer_acknowledged"), 0u);
  EXPECT_EQ(f.fleet["bravo"].octets_sent, 0u);
  EXPECT_TRUE(f.fleet["bravo"].mailbox.empty());
  f.broken = false;
  f.fleet.run(10min);
  EXPECT_EQ(f.fleet["alpha"].count("transfer_acknowledged"), 1u);
  EXPECT_EQ(f.fleet["bravo"].mailbox.size(), 1u);
}

TEST(StoreTrouble, SenderGoesOnWhereTheStoreStands) {
  Failing f;
  ASSERT_EQ(f.fleet.submit("alpha", {"bravo"}, 0, 60'000).code, 250);
  f.fleet.run(2s);
  f.break_store("alpha");
  f.fleet.run(10s);
  f.broken = false;
  f.fleet.run(10min);
  EXPECT_EQ(f.fleet["bravo"].mailbox.size(), 1u);
  EXPECT_EQ(f.fleet["alpha"].count("transfer_acknowledged"), 1u);
}

}  // namespace
}  // namespace longwire::engine
