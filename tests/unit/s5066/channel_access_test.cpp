// Annex B. The rows of the compliance table are named in each test.
#include "bearers/s5066/channel_access.hpp"
#include "tests/unit/s5066/subnet_bench.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

using namespace std::chrono_literals;
using bench::addr;

struct Recorder final : DataService {
  void connection_made(Address peer, Time) override { connected.insert(peer); }
  void connection_terminated(Address peer, Time) override { connected.erase(peer); }
  bool in_use(Address peer) const override { return used.contains(peer); }
  void send(CPduRequest request, Time) override { sent.push_back(std::move(request)); }
  void cancel(std::uint64_t ticket, Time) override { cancelled.push_back(ticket); }
  std::set<Address> connected, used;
  std::vector<CPduRequest> sent;
  std::vector<std::uint64_t> cancelled;

  CPdu last() const { return sent.empty() ? CPdu{} : *decode_c_pdu(sent.back().c_pdu); }
};

class ChannelAccessTest : public ::testing::Test {
 protected:
  ChannelAccessConfig config{true, false, 3, 10s, 2, 60s};
  Recorder data;
  std::unique_ptr<ChannelAccess> channel = std::make_unique<ChannelAccess>(config, data);
  Time now = from_unix(1000);

  void restart() { channel = std::make_unique<ChannelAccess>(config, data); }
  void hear(Address from, const CPdu& pdu, Service service = Service::expedited_non_arq) {
    channel->on_event(dts::Indication{from, addr(1), service, false, {}, {}, encode(pdu)}, now);
  }
  void sent() { channel->on_event(dts::Sent{data.sent.back().ticket}, now); }
  void made(Address peer, bool exclusive = false) {
    channel->make_link(peer, exclusive, now);
    sent();
    hear(peer, {CPduType::accepted, false, 0, {}});
    ASSERT_TRUE(channel->linked(peer));
  }
  template <class E>
  std::vector<E> events() {
    std::vector<E> out;
    for (auto& e : channel->take_events())
      if (auto* x = std::get_if<E>(&e)) out.push_back(std::move(*x));
    return out;
  }
};

TEST_F(ChannelAccessTest, B10RequestGoesByExpeditedNonArqAndAcceptedMakesTheLink) {
  channel->make_link(addr(5), false, now);
  ASSERT_EQ(data.sent.size(), 1U);
  EXPECT_EQ(data.sent[0].service, Service::expedited_non_arq);
  EXPECT_EQ(data.sent[0].c_pdu, Bytes{0x10});
  EXPECT_FALSE(channel->linked(addr(5)));
  EXPECT_TRUE(data.connected.empty());
  sent();
  hear(addr(5), {CPduType::accepted, false, 0, {}});
  EXPECT_TRUE(channel->linked(addr(5)));
  EXPECT_TRUE(data.connected.contains(addr(5)));
  const auto events = this->events<ca::LinkMade>();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_FALSE(events[0].called);
}

TEST_F(ChannelAccessTest, B14CallerRepeatsAndGivesUp) {
  channel->make_link(addr(5), false, now);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(data.sent.size(), static_cast<std::size_t>(i + 1));
    EXPECT_EQ(channel->next_wake(), never);  // the timer runs from the end of the request on the air
    sent();
    now += 10s;
    EXPECT_EQ(channel->next_wake(), now);
    channel->tick(now);
  }
  EXPECT_EQ(data.sent.size(), 3U);
  const auto failed = events<ca::LinkFailed>();
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_FALSE(failed[0].rejected);
  EXPECT_TRUE(channel->idle(addr(5)));
}

TEST_F(ChannelAccessTest, B11RejectedEndsTheCall) {
  channel->make_link(addr(5), false, now);
  sent();
  hear(addr(5), {CPduType::rejected, false, c_reject::exclusive_link, {}});
  const auto failed = events<ca::LinkFailed>();
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].rejected, c_reject::exclusive_link);
}

TEST_F(ChannelAccessTest, B15CalledIsLinkedOnSendingAcceptedAndAnswersARepeat) {
  hear(addr(5), {CPduType::request, false, 0, {}});
  EXPECT_TRUE(channel->linked(addr(5)));
  EXPECT_EQ(data.last().type, CPduType::accepted);
  hear(addr(5), {CPduType::request, false, 0, {}});
  EXPECT_EQ(data.sent.size(), 2U);
  EXPECT_EQ(data.last().type, CPduType::accepted);
  EXPECT_EQ(events<ca::LinkMade>().size(), 1U);
}

TEST_F(ChannelAccessTest, ARequestOverALinkThatCarriedDataIsARestartOfThePeer) {
  hear(addr(5), {CPduType::request, false, 0, {}});
  hear(addr(5), {CPduType::data, false, 0, {0x30, 0, 0}}, Service::arq);
  (void)channel->take_events();
  hear(addr(5), {CPduType::request, false, 0, {}});
  auto all = channel->take_events();
  ASSERT_EQ(all.size(), 2U);
  ASSERT_TRUE(std::holds_alternative<ca::LinkBroken>(all[0]));
  EXPECT_EQ(std::get<ca::LinkBroken>(all[0]).cause, ca::Cause::remade);
  EXPECT_TRUE(std::holds_alternative<ca::LinkMade>(all[1]));
  EXPECT_TRUE(data.connected.contains(addr(5)));
}

// A restart in the middle of the first C_PDU: no S_PDU has come up, but the windows have moved.
TEST_F(ChannelAccessTest, ARequestAfterPartOfACPduIsARestartToo) {
  hear(addr(5), {CPduType::request, false, 0, {}});
  (void)channel->take_events();
  hear(addr(5), {CPduType::request, false, 0, {}});
  EXPECT_TRUE(events<ca::LinkBroken>().empty()) << "a repeated request of the same call loses nothing";
  data.used.insert(addr(5));
  hear(addr(5), {CPduType::request, false, 0, {}});
  auto all = channel->take_events();
  ASSERT_EQ(all.size(), 2U);
  ASSERT_TRUE(std::holds_alternative<ca::LinkBroken>(all[0]));
  EXPECT_EQ(std::get<ca::LinkBroken>(all[0]).cause, ca::Cause::remade);
  EXPECT_TRUE(std::holds_alternative<ca::LinkMade>(all[1]));
}

TEST_F(ChannelAccessTest, WhatThePeerConfirmedAlsoShowsThatItKnewTheLink) {
  made(addr(5));
  CPduRequest r;
  r.ticket = 7;
  r.dest = addr(5);
  r.service = Service::arq;
  channel->send(r, now);
  channel->on_event(dts::Confirmed{7}, now);
  (void)channel->take_events();
  hear(addr(5), {CPduType::request, false, 0, {}});
  EXPECT_EQ(events<ca::LinkBroken>().size(), 1U);
}

TEST_F(ChannelAccessTest, B16CalledAbortsALinkWithoutData) {
  hear(addr(5), {CPduType::request, false, 0, {}});
  EXPECT_EQ(channel->next_wake(), now + 60s);
  now += 60s;
  channel->tick(now);
  EXPECT_FALSE(channel->linked(addr(5)));
  EXPECT_EQ(data.last().type, CPduType::break_link);
  hear(addr(5), {CPduType::break_confirm, false, 0, {}});
  const auto broken = events<ca::LinkBroken>();
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].cause, ca::Cause::inactive);
}

TEST_F(ChannelAccessTest, B16DataKeepsTheLink) {
  hear(addr(5), {CPduType::request, false, 0, {}});
  hear(addr(5), {CPduType::data, false, 0, {0x30, 0, 0}}, Service::arq);
  EXPECT_EQ(channel->next_wake(), never);
}

TEST_F(ChannelAccessTest, B12NonexclusiveIsRefusedAtTheMaximum) {
  for (std::uint32_t n = 5; n < 8; ++n) hear(addr(n), {CPduType::request, false, 0, {}});
  EXPECT_EQ(channel->links(false), 3U);
  hear(addr(8), {CPduType::request, false, 0, {}});
  EXPECT_EQ(data.last().type, CPduType::rejected);
  EXPECT_FALSE(channel->linked(addr(8)));
}

TEST_F(ChannelAccessTest, B12NonexclusiveIsRefusedWhileAnExclusiveLinkIsActive) {
  hear(addr(5), {CPduType::request, true, 0, {}});
  hear(addr(6), {CPduType::request, false, 0, {}});
  EXPECT_EQ(data.last().type, CPduType::rejected);
  EXPECT_EQ(data.last().reason, c_reject::exclusive_link);
}

TEST_F(ChannelAccessTest, B12NonexclusiveIsRefusedWhileAnExclusiveLinkIsPending) {
  channel->make_link(addr(5), true, now);
  hear(addr(6), {CPduType::request, false, 0, {}});
  EXPECT_EQ(data.last().type, CPduType::rejected);
}

TEST_F(ChannelAccessTest, B3B13AtMostTwoExclusiveLinks) {
  hear(addr(5), {CPduType::request, true, 0, {}});
  hear(addr(6), {CPduType::request, true, 0, {}});
  EXPECT_EQ(channel->links(true), 2U);
  hear(addr(7), {CPduType::request, true, 0, {}});
  EXPECT_EQ(data.last().type, CPduType::rejected);
  channel->make_link(addr(8), true, now);
  const auto failed = events<ca::LinkFailed>();
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].peer, addr(8));
}

TEST_F(ChannelAccessTest, B17AnExclusiveLinkBreaksTheOthers) {
  made(addr(5));
  made(addr(6));
  made(addr(7), true);
  EXPECT_EQ(channel->links(false), 0U);
  EXPECT_EQ(channel->links(true), 1U);
  // One after the other: both would answer at the same moment.
  EXPECT_EQ(data.last().type, CPduType::break_link);
  EXPECT_EQ(data.sent.back().dest, addr(5));
  sent();
  hear(addr(5), {CPduType::break_confirm, false, 0, {}});
  EXPECT_EQ(data.last().type, CPduType::break_link);
  EXPECT_EQ(data.sent.back().dest, addr(6));
}

TEST_F(ChannelAccessTest, ExchangesTakeTurnsAndADeadPeerDelaysTheOthersByOneTimer) {
  channel->make_link(addr(5), false, now);
  channel->make_link(addr(6), false, now);
  channel->make_link(addr(7), false, now);
  std::vector<Address> order;
  for (int i = 0; i < 5; ++i) {
    order.push_back(data.sent.back().dest);
    EXPECT_EQ(data.sent.size(), static_cast<std::size_t>(i + 1));
    sent();
    now += 10s;
    channel->tick(now);
  }
  EXPECT_EQ(order, (std::vector<Address>{addr(5), addr(6), addr(7), addr(5), addr(6)}));
}

TEST_F(ChannelAccessTest, B18ResponderBreaksAtOnceAndConfirms) {
  made(addr(5));
  hear(addr(5), {CPduType::break_link, false, c_break::no_more_data, {}});
  EXPECT_FALSE(channel->linked(addr(5)));
  EXPECT_FALSE(data.connected.contains(addr(5)));
  EXPECT_EQ(data.last().type, CPduType::break_confirm);
}

TEST_F(ChannelAccessTest, B18B6ABreakOfAnUnknownLinkIsConfirmedToo) {
  hear(addr(5), {CPduType::break_link, false, 0, {}});
  EXPECT_EQ(data.last().type, CPduType::break_confirm);
}

TEST_F(ChannelAccessTest, B18InitiatorRepeatsAndBreaksAnyway) {
  made(addr(5));
  (void)channel->take_events();
  const auto before = data.sent.size();
  channel->break_link(addr(5), c_break::no_more_data, now);
  EXPECT_FALSE(data.connected.contains(addr(5)));
  for (int i = 0; i < 3; ++i) {
    sent();
    now += 10s;
    channel->tick(now);
  }
  EXPECT_EQ(data.sent.size(), before + 3);
  EXPECT_TRUE(channel->idle(addr(5)));
  EXPECT_EQ(events<ca::LinkBroken>().size(), 1U);
}

TEST_F(ChannelAccessTest, B19B9DataCarriesOneOctetOfHeaderAndTheServiceOfTheSPdu) {
  made(addr(5));
  CPduRequest r;
  r.ticket = 9;
  r.dest = addr(5);
  r.service = Service::arq;
  r.c_pdu = {1, 2, 3};
  channel->send(r, now);
  EXPECT_EQ(data.sent.back().c_pdu, (Bytes{0, 1, 2, 3}));
  EXPECT_EQ(data.sent.back().service, Service::arq);
  hear(addr(5), {CPduType::data, false, 0, {7, 8}}, Service::expedited_arq);
  const auto received = events<ca::Received>();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].s_pdu, (Bytes{7, 8}));
  EXPECT_EQ(received[0].service, Service::expedited_arq);
}

TEST_F(ChannelAccessTest, B19InvalidCPdusAreNamed) {
  channel->on_event(dts::Indication{addr(5), addr(1), Service::arq, false, {}, {}, {}}, now);
  channel->on_event(dts::Indication{addr(5), addr(1), Service::arq, false, {}, {}, {0x90}}, now);
  hear(addr(5), {CPduType::request, false, 0, {}}, Service::arq);  // B.3.2 (2)
  channel->on_event(dts::Indication{addr(5), all_stations, Service::expedited_non_arq, false, {}, {}, {0x10}}, now);
  EXPECT_EQ(events<ca::Discarded>().size(), 4U);
  EXPECT_TRUE(data.sent.empty());
}

TEST_F(ChannelAccessTest, ErrorBlocksAreCountedFromTheSPdu) {
  channel->on_event(dts::Indication{addr(5), addr(1), Service::non_arq, true, {{1, 2}}, {{5, 3}}, {0, 1, 2, 3, 4}},
                    now);
  const auto received = events<ca::Received>();
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].errored[0], (std::pair<std::uint16_t, std::uint16_t>{0, 2}));
  EXPECT_EQ(received[0].missing[0], (std::pair<std::uint16_t, std::uint16_t>{4, 3}));
  channel->on_event(dts::Indication{addr(5), addr(1), Service::non_arq, true, {{0, 2}}, {}, {0, 1, 2}}, now);
  EXPECT_EQ(events<ca::Discarded>().size(), 1U);
}

TEST_F(ChannelAccessTest, BothCallAtOnceAndBothAreLinkedOnce) {
  channel->make_link(addr(5), false, now);
  const auto own = data.sent.back().ticket;
  hear(addr(5), {CPduType::request, false, 0, {}});
  EXPECT_TRUE(channel->linked(addr(5)));
  EXPECT_EQ(data.cancelled, std::vector<std::uint64_t>{own});
  hear(addr(5), {CPduType::accepted, false, 0, {}});
  EXPECT_EQ(events<ca::LinkMade>().size(), 1U);
}

TEST_F(ChannelAccessTest, ConnectionLostBreaksTheLink) {
  made(addr(5));
  (void)channel->take_events();
  channel->on_event(dts::ConnectionLost{addr(5), "no_answer"}, now);
  EXPECT_TRUE(channel->idle(addr(5)));
  EXPECT_EQ(events<ca::LinkBroken>()[0].cause, ca::Cause::not_answering);
}

TEST_F(ChannelAccessTest, ALinkThatTheSublayerBelowDoesNotKnowIsNone) {
  made(addr(5));
  CPduRequest r;
  r.ticket = 7;
  r.dest = addr(5);
  r.service = Service::arq;
  channel->send(r, now);
  channel->on_event(dts::Rejected{7, "not_connected"}, now);
  EXPECT_FALSE(channel->linked(addr(5)));
  EXPECT_EQ(events<ca::LinkBroken>().size(), 1U);
}

TEST_F(ChannelAccessTest, B5WithoutTheProtocolAWarningMakesItRun) {
  config.link_protocol = false;
  restart();
  channel->make_link(addr(5), false, now);
  EXPECT_TRUE(channel->linked(addr(5)));
  EXPECT_TRUE(data.sent.empty());
  channel->on_event(dts::WarningReceived{addr(5), 0, warning_reason::not_connected}, now);
  EXPECT_FALSE(channel->linked(addr(5)));
  channel->make_link(addr(5), false, now);
  EXPECT_FALSE(channel->linked(addr(5)));
  EXPECT_EQ(data.last().type, CPduType::request);
}

TEST_F(ChannelAccessTest, AWarningAboutADPduThatNeedsNoConnectionEndsNone) {
  made(addr(5));
  for (const std::uint8_t type : {std::uint8_t{7}, std::uint8_t{8}, std::uint8_t{9}, std::uint8_t{15}})
    channel->on_event(dts::WarningReceived{addr(5), type, warning_reason::not_connected}, now);
  EXPECT_TRUE(channel->linked(addr(5)));
  channel->on_event(dts::WarningReceived{addr(5), 6, warning_reason::not_connected}, now);
  EXPECT_FALSE(channel->linked(addr(5)));
}

TEST_F(ChannelAccessTest, B16OnlyArqDataStopsTheCalledTimer) {
  hear(addr(5), {CPduType::request, false, 0, {}});
  now += 50s;
  hear(addr(5), {CPduType::data, false, 0, {0, 0, 0}}, Service::non_arq);
  hear(addr(5), {CPduType::data, false, 0, {0, 0, 0}}, Service::expedited_non_arq);
  channel->on_heard(addr(5), now);
  EXPECT_EQ(channel->next_wake(), now + 10s);
  hear(addr(5), {CPduType::data, false, 0, {0, 0, 0}}, Service::expedited_arq);
  EXPECT_EQ(channel->next_wake(), never);
}

TEST_F(ChannelAccessTest, ACalledExclusiveLinkIsEndedWhenItsCallerIsSilent) {
  config.called_exclusive_idle = 100s;
  restart();
  hear(addr(5), {CPduType::request, true, 0, {}});
  hear(addr(5), {CPduType::data, false, 0, {0, 0, 0}}, Service::arq);
  EXPECT_EQ(channel->next_wake(), now + 100s);
  now += 99s;
  channel->on_heard(addr(5), now);
  now += 99s;
  channel->tick(now);
  EXPECT_TRUE(channel->linked(addr(5)));
  hear(addr(5), {CPduType::data, false, 0, {0, 0, 0}}, Service::non_arq);  // no word over the link
  channel->set_silent(true, now);
  EXPECT_GT(channel->next_wake(), now + 1000h);
  channel->set_silent(false, now);
  now += 100s;
  channel->tick(now);
  EXPECT_FALSE(channel->linked(addr(5)));
  EXPECT_EQ(data.last().type, CPduType::break_link);
  hear(addr(5), {CPduType::break_confirm, false, 0, {}});
  const auto broken = events<ca::LinkBroken>();
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].cause, ca::Cause::inactive);
  EXPECT_TRUE(broken[0].exclusive);
}

TEST_F(ChannelAccessTest, B6B7OutsideLinksAnswerAndEndWithTheFrequency) {
  config.link_protocol = false;
  restart();
  channel->outside_link(addr(5), true, now);
  EXPECT_TRUE(channel->linked(addr(5)));
  hear(addr(5), {CPduType::request, false, 0, {}});
  EXPECT_EQ(data.last().type, CPduType::accepted);
  hear(addr(5), {CPduType::break_link, false, 0, {}});
  EXPECT_EQ(data.last().type, CPduType::break_confirm);
  channel->outside_link(addr(6), true, now);
  const auto before = data.sent.size();
  channel->outside_link(addr(6), false, now);
  EXPECT_FALSE(channel->linked(addr(6)));
  EXPECT_EQ(data.sent.size(), before);
}

TEST_F(ChannelAccessTest, BroadcastOnlyStationsRefuseLinks) {
  config.broadcast_only = true;
  restart();
  hear(addr(5), {CPduType::request, false, 0, {}});
  EXPECT_EQ(data.last().type, CPduType::rejected);
  EXPECT_EQ(data.last().reason, c_reject::broadcast_only);
}

TEST_F(ChannelAccessTest, SilentStationsSayNothingAndGoOnAfterwards) {
  channel->make_link(addr(5), false, now);
  channel->set_silent(true, now);
  EXPECT_EQ(data.cancelled.size(), 1U);
  const auto before = data.sent.size();
  hear(addr(6), {CPduType::request, false, 0, {}});
  hear(addr(6), {CPduType::break_link, false, 0, {}});
  now += 1h;
  channel->tick(now);
  EXPECT_EQ(data.sent.size(), before);
  channel->set_silent(false, now);
  EXPECT_EQ(data.sent.size(), before + 1);
  EXPECT_EQ(data.last().type, CPduType::request);
}

TEST_F(ChannelAccessTest, TheModemsLossBreaksEveryLinkWithoutAWord) {
  made(addr(5));
  channel->make_link(addr(6), false, now);
  const auto before = data.sent.size();
  (void)channel->take_events();
  channel->modem_lost(now);
  EXPECT_EQ(data.sent.size(), before);
  EXPECT_EQ(events<ca::LinkBroken>().size(), 2U);
}

}  // namespace
}  // namespace longwire::s5066
