// Coded P_MUL from end to end: what is kept over a restart, what is learned, what operators see.
#include "acp142/pdu.hpp"
#include "fleet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

auto coded_link(const std::string& coding, bool half_duplex = false) {
  auto link = fleet_link("radio", 9'600);
  link.half_duplex = half_duplex;
  link.turnaround = half_duplex ? Duration{500ms} : Duration{0};
  link.coding = coding;
  return link;
}

struct CodedPair : ::testing::TestWithParam<bool> {
  CodedPair() {
    fleet.links.push_back(coded_link("always", GetParam()));
    fleet.add("alpha");
    fleet.add("bravo");
    fleet.start();
    fleet.heard = [this](const Datagram& datagram) {
      const auto decoded = acp142::decode(datagram.octets);
      if (!decoded) return;
      if (const auto* data = std::get_if<acp142::DataPdu>(&decoded->pdu)) sent.push_back(data->sequence);
    };
  }

  std::vector<acp142::ReceptionState::Fragment> stored() {
    const auto all = fleet["bravo"].store().receptions("radio");
    return all.empty() ? std::vector<acp142::ReceptionState::Fragment>{} : all.front().fragments;
  }
  std::size_t parity_stored() {
    const auto all = fleet["bravo"].store().receptions("radio");
    if (all.empty()) return 0;
    const auto& fragments = all.front().fragments;
    return static_cast<std::size_t>(
        std::ranges::count_if(fragments, [&](const auto& f) { return f.sequence > all.front().total; }));
  }
  boost::json::object status(const std::string& at) {
    return fleet.command(at, {{"command", "status"}}).at("bearers").as_array().at(0).as_object();
  }
  // In the midst of the message, with parity there and more wanted.
  void run_into_the_midst() {
    fleet.loss = 0.3;
    ASSERT_EQ(fleet.submit("alpha", {"bravo"}, 0, 60'000).code, 250);
    ASSERT_TRUE(fleet.run_until([&] { return parity_stored() >= 5; }, 30min));
    ASSERT_EQ(fleet["bravo"].mailbox.size(), 0u);
    ASSERT_EQ(stored().front().sequence, 0) << "the FEC parameters";
  }
  void finish() {
    fleet.loss = 0;
    ASSERT_TRUE(fleet.run_until([&] { return fleet["alpha"].count("transfer_acknowledged") == 1; }, 2h));
    ASSERT_EQ(fleet["bravo"].mailbox.size(), 1u);
  }
  // Symbols that are stored, by number.
  std::set<std::uint16_t> numbers() {
    std::set<std::uint16_t> out;
    for (const auto& f : stored()) out.insert(f.sequence);
    return out;
  }

  Fleet fleet;
  std::vector<std::uint16_t> sent;  // Data_PDUs
};

TEST_P(CodedPair, ReceiverRestartsWithItsParity) {
  run_into_the_midst();
  const auto before = status("bravo").at("incoming").as_array().at(0).as_object();
  EXPECT_TRUE(before.at("coded").as_bool());
  EXPECT_GT(before.at("parity").to_number<std::int64_t>(), 0);
  fleet.crash("bravo");
  const auto kept = numbers();
  sent.clear();
  fleet.restart("bravo");
  const auto after = status("bravo").at("incoming").as_array().at(0).as_object();
  EXPECT_EQ(after, before);
  finish();
  for (const auto n : sent) EXPECT_FALSE(kept.contains(n)) << n << " is stored and was sent again";
  const auto wanted = static_cast<std::size_t>(after.at("wanted").to_number<std::int64_t>());
  EXPECT_LT(sent.size(), 2 * wanted + 20);
}

TEST_P(CodedPair, SenderRestartsAndSendsOnlyWhatIsWanted) {
  run_into_the_midst();
  fleet.crash("alpha");
  fleet.run(2s);  // what is on the air arrives
  const auto kept = numbers();
  const auto wanted =
      static_cast<std::size_t>(status("bravo").at("incoming").as_array().at(0).at("wanted").to_number<std::int64_t>());
  sent.clear();
  fleet.restart("alpha");
  finish();
  for (const auto n : sent) EXPECT_FALSE(kept.contains(n)) << n << " is stored and was sent again";
  EXPECT_GE(sent.size(), wanted);
  EXPECT_LT(sent.size(), 2 * wanted + 20);
}

TEST_P(CodedPair, BothRestart) {
  run_into_the_midst();
  fleet.crash("alpha");
  fleet.crash("bravo");
  const auto kept = numbers();
  sent.clear();
  fleet.restart("alpha");
  fleet.restart("bravo");
  finish();
  for (const auto n : sent) EXPECT_FALSE(kept.contains(n)) << n << " is stored and was sent again";
}

TEST_P(CodedPair, StatusAndShowTellTheFigures) {
  run_into_the_midst();
  const auto bearer = status("alpha");
  EXPECT_EQ(bearer.at("coding").as_string(), "always");
  const auto& transfer = bearer.at("outgoing").as_array().at(0).as_object();
  EXPECT_TRUE(transfer.at("coded").as_bool());
  EXPECT_EQ(transfer.at("blocks").to_number<std::int64_t>(), 1);
  EXPECT_EQ(transfer.at("data_sent").to_number<std::int64_t>(), static_cast<std::int64_t>(sent.size()));
  const auto total = transfer.at("total").to_number<std::int64_t>();
  const auto parity = std::ranges::count_if(sent, [total](auto n) { return n > total; });
  EXPECT_EQ(transfer.at("parity_sent").to_number<std::int64_t>(), parity);
  EXPECT_DOUBLE_EQ(transfer.at("code_rate").as_double(),
                   static_cast<double>(total) / static_cast<double>(total + parity));
  EXPECT_TRUE(transfer.at("peers").as_array().at(0).at("coded").as_bool());
  const auto id = transfer.at("message").to_number<std::int64_t>();
  const auto shown = fleet.command("alpha", {{"command", "show"}, {"id", std::to_string(id)}});
  EXPECT_EQ(shown.at("message").at("transfers").as_array().at(0), transfer);
  finish();
  const auto over = status("alpha");
  EXPECT_EQ(over.at("outgoing").as_array().size(), 0u);
  const auto& told = over.at("p_mul").at("coded").as_object();
  EXPECT_EQ(told.at("transfers").to_number<std::int64_t>(), 1);
  EXPECT_EQ(told.at("sources").to_number<std::int64_t>(), total);
  EXPECT_EQ(told.at("sent").to_number<std::int64_t>(), static_cast<std::int64_t>(sent.size()));
  EXPECT_DOUBLE_EQ(told.at("repair_ratio").as_double(),
                   static_cast<double>(sent.size() - static_cast<std::size_t>(total)) / static_cast<double>(total));
  EXPECT_EQ(over.at("p_mul").at("plain").at("transfers").to_number<std::int64_t>(), 0);
}

INSTANTIATE_TEST_SUITE_P(Coded, CodedPair, ::testing::Bool(), [](const auto& half) {
  return half.param ? std::string("HalfDuplex") : std::string("FullDuplex");
});

struct Auto {
  Auto() {
    fleet.links.push_back(coded_link("auto"));
    fleet.add("alpha");
    fleet.add("bravo");
    fleet.start();
    fleet.loss = 0.2;
  }
  bool decodes() {
    return fleet.command("alpha", {{"command", "status"}})
        .at("peers")
        .as_array()
        .at(0)
        .at("coding")
        .as_array()
        .at(0)
        .at("decodes")
        .as_bool();
  }
  std::size_t coded_transfers() {
    return static_cast<std::size_t>(fleet.command("alpha", {{"command", "status"}})
                                        .at("bearers")
                                        .as_array()
                                        .at(0)
                                        .at("p_mul")
                                        .at("coded")
                                        .at("transfers")
                                        .to_number<std::int64_t>());
  }
  void send() {
    const auto before = fleet["bravo"].mailbox.size();
    ASSERT_EQ(fleet.submit("alpha", {"bravo"}, 0, 30'000).code, 250);
    ASSERT_TRUE(fleet.run_until([&] { return fleet["bravo"].mailbox.size() > before; }, 1h));
    fleet.run(5min);
  }
  Fleet fleet;
};

TEST(CodingLearned, OutlivesARestart) {
  Auto a;
  EXPECT_FALSE(a.decodes());
  a.send();
  EXPECT_EQ(a.coded_transfers(), 0u) << "nobody had shown anything";
  EXPECT_TRUE(a.decodes());
  EXPECT_EQ(a.fleet["alpha"].count("coding_learned"), 1u);
  a.fleet.crash("alpha");
  a.fleet.restart("alpha");
  EXPECT_TRUE(a.decodes());
  a.send();
  EXPECT_EQ(a.coded_transfers(), 1u);
}

// A peer of edition 2001 never sees a mark, nor one that coding is off with.
TEST(CodingLearned, NothingIsShownToWhoCouldNotBear) {
  for (const bool old : {true, false}) {
    Auto a;
    auto& peer = a.fleet["bravo"].config().peers.at(0);
    (old ? peer.edition : peer.coding) = old ? "2001" : "off";
    a.fleet["bravo"].start(a.fleet.now());
    a.fleet.heard = [](const Datagram& datagram) {
      const auto decoded = acp142::decode(datagram.octets);
      ASSERT_TRUE(decoded);
      const auto* ack = std::get_if<acp142::AckPdu>(&decoded->pdu);
      EXPECT_TRUE(ack == nullptr || ack->mark == 0);
      const auto* address = std::get_if<acp142::AddressPdu>(&decoded->pdu);
      EXPECT_TRUE(address == nullptr || !address->fec);
    };
    a.send();
    a.send();
    EXPECT_FALSE(a.decodes());
    EXPECT_EQ(a.coded_transfers(), 0u);
  }
}

// ---- coding = "always" here, and a peer that does not decode

struct OneSided : ::testing::TestWithParam<bool> {
  OneSided() {
    fleet.links.push_back(coded_link("always", GetParam()));
    fleet.add("alpha");
    bravo_codes("off");
    fleet.start();
    fleet.loss = 0.2;
  }
  void bravo_codes(const std::string& word) { fleet.add("bravo").config().bearers.at(0).coding = word; }
  void restart_bravo_with(const std::string& word) {
    fleet.crash("bravo");
    fleet["bravo"].config().bearers.at(0).coding = word;
    fleet.restart("bravo");
  }
  void send() {
    const auto before = fleet["alpha"].count("transfer_acknowledged");
    ASSERT_EQ(fleet.submit("alpha", {"bravo"}, 0, 10'000).code, 250);
    ASSERT_TRUE(fleet.run_until([&] { return fleet["alpha"].count("transfer_acknowledged") > before; }, 4h));
  }
  std::vector<store::AlertRow> alerts(bool all = false) {
    auto out = fleet["alpha"].store().alerts(all);
    std::erase_if(out, [](const auto& alert) { return alert.name != "coding_ignored"; });
    return out;
  }
  Fleet fleet;
};

TEST_P(OneSided, IsAnAlertUntilThePeerShowsThatItDecodes) {
  send();
  send();
  ASSERT_EQ(alerts().size(), 1U) << "once";
  const auto text = alerts().front().text;
  for (const auto* part : {"bravo does not decode over radio", "bearer radio has coding = \"always\"",
                           "Switch coding on for alpha there too, or set coding = \"off\" for bravo here"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
  restart_bravo_with("auto");
  send();
  EXPECT_TRUE(alerts().empty());
  restart_bravo_with("off");
  send();
  EXPECT_EQ(alerts().size(), 1U);
  EXPECT_EQ(alerts(true).size(), 2U);
}

TEST_P(OneSided, OverARestartItStaysAsLongAsItIsSo) {
  send();
  fleet.crash("alpha");
  fleet.restart("alpha");
  send();
  EXPECT_EQ(alerts().size(), 1U);
  fleet.crash("alpha");
  fleet["alpha"].config().peers.at(0).coding = "off";
  fleet.restart("alpha");
  send();
  EXPECT_TRUE(alerts().empty()) << "what the alert asked for";
}

// Who cannot be reached has shown nothing.
TEST_P(OneSided, SilenceIsNone) {
  bool dead = true;
  fleet.cut = [&dead](const std::string&, const std::string&, BearerIndex) { return dead; };
  restart_bravo_with("always");
  ASSERT_EQ(fleet.submit("alpha", {"bravo"}, 0, 10'000).code, 250);
  fleet.run(1h);
  dead = false;
  ASSERT_TRUE(fleet.run_until([&] { return fleet["bravo"].mailbox.size() == 1; }, 4h));
  EXPECT_TRUE(alerts(true).empty());
}

// auto asks for nothing: there is nothing to mend.
TEST_P(OneSided, AutoIsNone) {
  fleet.crash("alpha");
  fleet["alpha"].config().bearers.at(0).coding = "auto";
  fleet.restart("alpha");
  send();
  EXPECT_TRUE(alerts(true).empty());
}

INSTANTIATE_TEST_SUITE_P(Coded, OneSided, ::testing::Bool(), [](const auto& half) {
  return half.param ? std::string("HalfDuplex") : std::string("FullDuplex");
});

}  // namespace
}  // namespace longwire::engine
