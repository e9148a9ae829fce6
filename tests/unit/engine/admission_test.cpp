// Who may submit what: every reply of the admission table.
#include "fleet.hpp"

#include "base/limits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

class AdmissionTest : public testing::Test {
 protected:
  void start(std::function<void(Config&)> change) {
    fleet.links.push_back(fleet_link("radio", 9'600));
    fleet.add("alpha", std::move(change));
    fleet.add("bravo");
    fleet.start();
  }
  smtp::Reply mail(mail::Envelope& e, const std::string& address = "127.0.0.1") {
    return fleet["alpha"].node().on_mail({address, "c", "ESMTP", 1}, e, fleet.now());
  }
  smtp::Reply rcpt(const std::string& to, const std::string& address = "127.0.0.1", mail::Envelope e = {}) {
    mail::Recipient r;
    r.address = to;
    return fleet["alpha"].node().on_rcpt({address, "c", "ESMTP", 1}, e, r, fleet.now());
  }
  smtp::Reply message(const std::string& octets, std::optional<int> priority = {},
                      const std::string& to = "u@bravo.example", const std::string& address = "127.0.0.1") {
    mail::Envelope e;
    e.from = "ops@alpha.example";
    e.mt_priority = priority;
    mail::Recipient r;
    r.address = to;
    e.recipients.push_back(r);
    return fleet["alpha"].node().on_message({address, "c", "ESMTP", 1}, e, to_bytes(octets), fleet.now());
  }
  std::string precedence_of_first() {
    const auto queue = fleet["alpha"].node().command({{"command", "queue"}}, fleet.now());
    return std::string(queue.at("messages").at(0).at("precedence").as_string());
  }
  Fleet fleet;
};

std::string code(const smtp::Reply& r) { return std::to_string(r.code) + " " + r.enhanced; }

TEST_F(AdmissionTest, OnlyListedNetworksMaySubmit) {
  start([](Config& c) {
    c.submitters = {{"10.1.0.0/16", Precedence::flash, false, true},
                    {"10.2.0.0/16", Precedence::override_, true, false}};
  });
  mail::Envelope e;
  EXPECT_EQ(code(mail(e, "10.1.2.3")), "250 2.1.0");
  EXPECT_EQ(code(mail(e, "10.3.2.3")), "550 5.7.1");
  EXPECT_EQ(code(mail(e, "127.0.0.1")), "550 5.7.1");
  EXPECT_EQ(code(rcpt("u@bravo.example", "10.1.2.3")), "250 2.1.5");
  EXPECT_EQ(code(rcpt("u@bravo.example", "10.2.2.3")), "550 5.7.1") << "no relay";
  EXPECT_EQ(code(rcpt("u@alpha.example", "10.2.2.3")), "250 2.1.5");
  EXPECT_EQ(code(message("S: x\r\n\r\n", {}, "u@bravo.example", "10.9.9.9")), "550 5.7.1");
  EXPECT_GE(fleet["alpha"].node().drain(fleet.now()).size(), 4u) << "each refusal is told";
}

TEST_F(AdmissionTest, NobodyListedMeansThisMachine) {
  start({});
  mail::Envelope e;
  for (const auto* ours : {"127.0.0.1", "::1", "local", "::ffff:127.0.0.1"})
    EXPECT_TRUE(mail(e, ours).positive()) << ours;
  EXPECT_FALSE(mail(e, "10.0.0.1").positive());
}

TEST_F(AdmissionTest, Routes) {
  start({});
  EXPECT_EQ(code(rcpt("u@nowhere.example")), "550 5.4.4");
  EXPECT_EQ(code(rcpt("u")), "554 5.1.2");
  EXPECT_EQ(code(rcpt("Postmaster")), "250 2.1.5");
  EXPECT_EQ(code(rcpt("u@BRAVO.example")), "250 2.1.5");
}

TEST_F(AdmissionTest, Sizes) {
  start([](Config& c) {
    c.max_message = 1000;
    c.bearers[0].max_message = 500;
  });
  mail::Envelope e;
  e.size = 1000;
  EXPECT_EQ(code(mail(e)), "250 2.1.0");
  EXPECT_EQ(code(rcpt("u@bravo.example", "127.0.0.1", e)), "552 5.2.3");
  EXPECT_EQ(code(rcpt("u@alpha.example", "127.0.0.1", e)), "250 2.1.5");
  e.size = 1001;
  EXPECT_EQ(code(mail(e)), "552 5.3.4");
  const std::string head = "Subject: x\r\n\r\n";
  EXPECT_EQ(code(message(head + std::string(1001 - head.size(), 'b'), {}, "u@alpha.example")), "552 5.3.4");
  EXPECT_EQ(code(message(head + std::string(1000 - head.size(), 'b'), {}, "u@alpha.example")), "250 2.6.0");
}

TEST_F(AdmissionTest, PrecedenceIsLoweredOrRefused) {
  start([](Config& c) {
    c.submitters = {{"10.1.0.0/16", Precedence::immediate, false, true},
                    {"10.2.0.0/16", Precedence::immediate, true, true},
                    {"127.0.0.0/8", Precedence::override_, false, true}};
  });
  mail::Envelope e;
  e.mt_priority = 4;
  auto reply = mail(e, "10.1.0.1");
  EXPECT_EQ(code(reply), "250 2.3.6");
  EXPECT_EQ(reply.text.substr(0, 2), "2 ");
  EXPECT_EQ(e.mt_priority, 2);
  e.mt_priority = 4;
  EXPECT_EQ(code(mail(e, "10.2.0.1")), "550 5.7.1");
  e.mt_priority = 2;
  EXPECT_EQ(code(mail(e, "10.2.0.1")), "250 2.1.0");
  e.mt_priority = 9;
  EXPECT_EQ(code(mail(e)), "250 2.1.0");
  EXPECT_EQ(e.mt_priority, 9);
  // The header is capped too.
  EXPECT_EQ(code(message("MMHS-Primary-Precedence: 4\r\n\r\n", {}, "u@bravo.example", "10.1.0.1")), "250 2.3.6");
  EXPECT_EQ(precedence_of_first(), "immediate");
  EXPECT_EQ(code(message("MMHS-Primary-Precedence: 4\r\n\r\n", {}, "u@bravo.example", "10.2.0.1")), "550 5.7.1");
}

TEST_F(AdmissionTest, ParameterBeforeFieldBeforeMmhs) {
  start({});
  const std::string header = "MT-Priority: 2\r\nMMHS-Primary-Precedence: 4\r\n\r\n";
  const auto level = [&](const std::string& octets, std::optional<int> priority) {
    EXPECT_EQ(message(octets, priority).code, 250);
    const auto queue = fleet["alpha"].node().command({{"command", "queue"}}, fleet.now());
    const auto& last =
        *std::max_element(queue.at("messages").as_array().begin(), queue.at("messages").as_array().end(),
                          [](const auto& a, const auto& b) { return a.at("id").as_uint64() < b.at("id").as_uint64(); });
    return std::string(last.at("precedence").as_string());
  };
  EXPECT_EQ(level(header, -2), "routine");
  EXPECT_EQ(level(header, 0), "priority") << "0 stated is stated";
  EXPECT_EQ(level(header, {}), "immediate");
  EXPECT_EQ(level("MMHS-Primary-Precedence: 4\r\n\r\n", {}), "flash");
  EXPECT_EQ(level("MMHS-Copy-Precedence: 1\r\n\r\n", {}), "routine");
  EXPECT_EQ(level("Subject: x\r\n\r\n", {}), "priority");
}

TEST_F(AdmissionTest, BadContent) {
  start({});
  EXPECT_EQ(code(message("MMHS-Primary-Precedence: urgent\r\n\r\n")), "554 5.6.0");
  EXPECT_EQ(code(message("Subject: caf\xC3\xA9\r\n\r\n")), "554 5.6.0");
  EXPECT_EQ(code(message(std::string("Subject: a\0b\r\n\r\n", 16))), "554 5.6.0");
  EXPECT_EQ(code(message("Subject: ok\r\n\r\ncaf\xC3\xA9\r\n")), "250 2.6.0");
}

TEST_F(AdmissionTest, LoopsEndAtTheLimits) {
  start({});
  const auto hops = [](std::size_t n) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out += "Received: by x; Sat, 21 Nov 2026 12:00:00 +0000\r\n";
    return out + "\r\n";
  };
  EXPECT_EQ(code(message(hops(limits::received_fields_radio - 1))), "250 2.6.0");
  EXPECT_EQ(code(message(hops(limits::received_fields_radio))), "554 5.4.6");
  EXPECT_EQ(code(message(hops(limits::received_fields - 1), {}, "u@alpha.example")), "250 2.6.0");
  EXPECT_EQ(code(message(hops(limits::received_fields), {}, "u@alpha.example")), "554 5.4.6");
}

TEST_F(AdmissionTest, DeliverByWithReturnNeedsTime) {
  start({});
  mail::Envelope e;
  e.by = mail::DeliverBy{0, true, false};
  EXPECT_EQ(code(mail(e)), "501 5.5.4");
  e.by = mail::DeliverBy{1, true, false};
  EXPECT_EQ(code(mail(e)), "250 2.1.0");
  e.by = mail::DeliverBy{-5, false, false};
  EXPECT_EQ(code(mail(e)), "250 2.1.0") << "N may be in the past";
}

TEST_F(AdmissionTest, TooLargeForEveryBearerFailsWithAReport) {
  start([](Config& c) { c.bearers[0].max_message = 500; });
  EXPECT_EQ(code(message("Subject: x\r\n\r\n" + std::string(600, 'b'))), "250 2.6.0");
  fleet.run(1s);
  ASSERT_EQ(fleet["alpha"].mailbox.size(), 1u);
  EXPECT_NE(fleet["alpha"].mailbox.front().octets.find("Status: 5.3.4"), std::string::npos);
}

TEST_F(AdmissionTest, TrackingIdsAreUniqueAndSpeakable) {
  start([](Config& c) { c.emcon = true; });
  std::set<std::string> ids;
  for (int i = 0; i < 200; ++i) {
    const auto reply = message("Subject: x\r\n\r\n");
    const auto id = reply.text.substr(0, reply.text.find(' '));
    EXPECT_EQ(id.size(), 8u);
    EXPECT_EQ(id.find_first_of("01IO"), std::string::npos) << id;
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 200u);
}

}  // namespace
}  // namespace longwire::engine
