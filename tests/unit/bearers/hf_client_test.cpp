// HfBearer as the client of another STANAG 5066 node, which is scripted: two byte ports.
#include "bearers/hf_bearer.hpp"

#include "bearers/s5066/address.hpp"
#include "bearers/s5066/primitive.hpp"
#include "bearers/s5066/udop.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace longwire::bearers {
namespace {

using namespace std::chrono_literals;
using namespace s5066;

constexpr Ipv4 shore{0x01020309};
constexpr std::size_t udop = 0, rcop = 1;

class HfClient : public ::testing::Test {
 protected:
  HfClient() { open(HfBearerConfig{.name = "hf", .rate_bps = 1200, .overhead = 2s}); }

  void open(HfBearerConfig config) {
    bearer = std::make_unique<HfBearer>(std::move(config), nullptr, 1, now);
    run();
  }
  void connect() {
    for (const auto port : {udop, rcop}) {
      bearer->port_opened(port, now);
      run();
      say(port, BindAccepted{static_cast<std::uint8_t>(port == udop ? 7 : 6), 2048});
    }
  }
  void run() {
    bearer->run(now);
    for (auto& e : bearer->take_events()) events.push_back(std::move(e));
  }
  void advance(Duration d) {
    const auto end = now + d;
    while (bearer->next_wake() <= end) {
      now = std::max(now, bearer->next_wake());
      run();
    }
    now = end;
    run();
  }
  void say(std::size_t port, const Primitive& p) {
    bearer->on_bytes(port, encode(p), now);
    run();
  }
  std::vector<Primitive> said(std::size_t port) {
    PrimitiveReader reader;
    reader.feed(bearer->take_bytes(port));
    std::vector<Primitive> out;
    while (auto next = reader.next()) out.push_back(std::move(**next));
    return out;
  }
  void send(std::uint64_t ticket, bool arq, std::string_view text = "pdu", Ipv4 to = shore, Time expiry = never) {
    bearer->send({to, arq, 2, expiry, ticket, to_bytes(text)}, now);
    run();
  }
  std::vector<boost::json::object> reports(std::string_view name, std::string_view level) const {
    std::vector<boost::json::object> out;
    for (const auto& r : all<hf::Report>())
      if (r.name == name && r.level == level) out.push_back(r.fields);
    return out;
  }
  template <class E>
  std::vector<E> all() const {
    std::vector<E> out;
    for (const auto& e : events)
      if (const auto* one = std::get_if<E>(&e)) out.push_back(*one);
    return out;
  }

  Time now = from_unix(1'800'000'000);
  std::unique_ptr<HfBearer> bearer;
  std::vector<HfEvent> events;
};

TEST_F(HfClient, UpWhenBothAreBound) {
  EXPECT_EQ(bearer->ports(), 2U);
  EXPECT_FALSE(bearer->up());
  bearer->port_opened(udop, now);
  run();
  const auto first = said(udop);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(std::get<BindRequest>(first[0]).sap, 7);
  EXPECT_EQ(std::get<BindRequest>(first[0]).service.mode, TransmissionMode::non_arq);
  say(udop, BindAccepted{7, 2048});
  EXPECT_FALSE(bearer->up());
  bearer->port_opened(rcop, now);
  run();
  const auto second = said(rcop);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(std::get<BindRequest>(second[0]).service.mode, TransmissionMode::arq);
  EXPECT_EQ(std::get<BindRequest>(second[0]).service.confirmation, Confirmation::node);
  say(rcop, BindAccepted{6, 2048});
  EXPECT_TRUE(bearer->up());
  EXPECT_TRUE(bearer->ready());
  ASSERT_EQ(all<hf::State>().size(), 1U);
  EXPECT_TRUE(all<hf::State>()[0].up);
  ASSERT_EQ(all<hf::Flow>().size(), 2U);
  EXPECT_FALSE(all<hf::Flow>()[0].open);
  EXPECT_TRUE(all<hf::Flow>()[1].open);
}

TEST_F(HfClient, ArqIsConfirmed) {
  connect();
  (void)said(rcop);
  send(11, true, "first", shore, now + 61s);
  const auto out = said(rcop);
  ASSERT_EQ(out.size(), 1U);
  const auto& r = std::get<UnidataRequest>(out[0]);
  EXPECT_EQ(r.dest_sap, 6);
  EXPECT_EQ(r.dest, (Address{0x1020309, false}));
  EXPECT_EQ(r.priority, 13);
  EXPECT_EQ(r.ttl, 30U);
  EXPECT_EQ(r.mode.mode, TransmissionMode::arq);
  EXPECT_EQ(r.mode.confirmation, Confirmation::node);
  const auto unit = decode_udop(r.u_pdu);
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->app_id, 0x2000);
  EXPECT_EQ(unit->segment, 0);
  EXPECT_EQ(unit->octets, to_bytes("first"));
  EXPECT_TRUE(all<hf::Done>().empty());
  say(rcop, UnidataConfirm{false, 6, r.dest, r.u_pdu});
  ASSERT_EQ(all<hf::Done>().size(), 1U);
  EXPECT_EQ(all<hf::Done>()[0].ticket, 11U);
  EXPECT_TRUE(all<hf::Done>()[0].ok);
  // The same octets again: told apart by their U_PDU IDs.
  send(12, true, "same");
  send(13, true, "same");
  const auto two = said(rcop);
  ASSERT_EQ(two.size(), 2U);
  const auto& later = std::get<UnidataRequest>(two[1]);
  say(rcop, UnidataRejected{false, unidata_reason::not_responding, 6, later.dest, later.u_pdu});
  EXPECT_EQ(all<hf::Done>().back().ticket, 13U);
  EXPECT_FALSE(all<hf::Done>().back().ok);
  EXPECT_EQ(all<hf::Done>().back().reason, "not_responding");
}

TEST_F(HfClient, NonArqIsDoneWhenItShouldHaveLeft) {
  connect();
  (void)said(udop);
  const std::string pdu(1000, 'x');
  const auto start = now;
  send(1, false, pdu, Ipv4{0x1FFFFFFF});
  send(2, false, pdu, Ipv4{0x1FFFFFFF});
  const auto out = said(udop);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_TRUE(std::get<UnidataRequest>(out[0]).dest.group);
  EXPECT_EQ(std::get<UnidataRequest>(out[0]).ttl, 0U);
  EXPECT_TRUE(all<hf::Done>().empty());
  advance(8s);
  EXPECT_TRUE(all<hf::Done>().empty());
  advance(2s);  // 2 s of overhead and 1036 octets at 1200 bit/s: 8.9 s
  ASSERT_EQ(all<hf::Done>().size(), 1U);
  advance(7s);
  ASSERT_EQ(all<hf::Done>().size(), 2U);
  EXPECT_TRUE(all<hf::Done>()[1].ok);
  EXPECT_LE(now - start, 17s);
}

TEST_F(HfClient, FlowClosesBeforeTheNodeHoldsMoreThanAnOver) {
  connect();
  int sent = 0;
  for (; all<hf::Flow>().back().open && sent < 100; ++sent) {
    bearer->send({shore, false, 2, never, static_cast<std::uint64_t>(sent + 1), Bytes(1000)}, now);
    run();
  }
  EXPECT_GE(sent, 8);  // 60 s at 1200 bit/s
  EXPECT_LE(sent, 10);
  EXPECT_FALSE(all<hf::Flow>().back().open);
  advance(10s);
  EXPECT_TRUE(all<hf::Flow>().back().open);
  EXPECT_TRUE(bearer->ready());
}

TEST_F(HfClient, UrgentUnitsWaitForUrgentOnesOnly) {
  connect();
  const auto give = [&](std::uint8_t priority, std::uint64_t ticket) {
    bearer->send({shore, true, priority, never, ticket, Bytes(1000)}, now);
  };
  std::uint64_t sent = 0;
  while (bearer->ready() && sent < 200) give(10, ++sent);
  EXPECT_EQ(sent, 39U);  // two overs of 127.5 s at 1200 bit/s
  EXPECT_FALSE(bearer->ready());
  run();
  EXPECT_FALSE(all<hf::Flow>().back().open);
  EXPECT_EQ(all<hf::Flow>().back().below, 10U);
  EXPECT_TRUE(bearer->ready());  // for those
  std::uint64_t urgent = 0;
  while (bearer->ready() && urgent < 200) give(4, 1000 + ++urgent);
  EXPECT_EQ(urgent, 39U);
  run();
  EXPECT_EQ(all<hf::Flow>().back().below, 4U);
}

TEST_F(HfClient, TheNodeClosesTheFlow) {
  connect();
  say(rcop, DataFlowOff{});
  EXPECT_FALSE(bearer->ready());
  EXPECT_FALSE(all<hf::Flow>().back().open);
  say(rcop, DataFlowOn{});
  EXPECT_TRUE(all<hf::Flow>().back().open);
}

TEST_F(HfClient, LostConnectionFailsWhatIsOutstandingAndBindsAnew) {
  connect();
  send(1, true);
  send(2, false);
  bearer->port_closed(rcop, "reset by peer", now);
  run();
  ASSERT_EQ(all<hf::Done>().size(), 2U);
  EXPECT_FALSE(all<hf::Done>()[0].ok);
  EXPECT_FALSE(all<hf::State>().back().up);
  EXPECT_EQ(all<hf::State>().back().reason, "disconnected");
  send(3, true);
  EXPECT_EQ(all<hf::Done>().back().reason, "not_bound");
  (void)said(rcop);
  bearer->port_opened(rcop, now);
  run();
  ASSERT_EQ(said(rcop).size(), 1U);
  say(rcop, BindAccepted{6, 2048});
  EXPECT_TRUE(all<hf::State>().back().up);
  EXPECT_TRUE(bearer->ready());
}

TEST_F(HfClient, ARefusingNodeIsNotAskedForEver) {
  bearer->port_opened(udop, now);
  run();
  say(udop, BindRejected{bind_reason::sap_allocated});
  EXPECT_FALSE(bearer->wants_close(udop));
  advance(5s);
  EXPECT_TRUE(bearer->wants_close(udop));
  bearer->port_closed(udop, "", now);
  bearer->port_opened(udop, now);
  run();
  say(udop, BindRejected{bind_reason::sap_allocated});
  advance(9s);
  EXPECT_FALSE(bearer->wants_close(udop));
  advance(1s);
  EXPECT_TRUE(bearer->wants_close(udop));
}

TEST_F(HfClient, ReceivesAndIgnores) {
  connect();
  const auto indication = [](std::uint8_t sap, Bytes u_pdu) {
    UnidataIndication in;
    in.dest_sap = sap;
    in.dest = {0x1020304, false};
    in.source = {0x1020309, false};
    in.mode = sap == 6 ? TransmissionMode::arq : TransmissionMode::non_arq;
    in.u_pdu = std::move(u_pdu);
    return in;
  };
  say(udop, indication(7, encode(UdopUnit{0, 1, 0, 0x2000, to_bytes("abc")})));
  say(rcop, indication(6, encode(UdopUnit{0, 1, 0, 0x2000, to_bytes("def")})));
  const auto in = all<hf::Received>();
  ASSERT_EQ(in.size(), 2U);
  EXPECT_EQ(in[0].from, shore);
  EXPECT_EQ(in[0].to, (Ipv4{0x01020304}));
  EXPECT_FALSE(in[0].arq);
  EXPECT_TRUE(in[1].arq);
  EXPECT_EQ(in[1].octets, to_bytes("def"));
  say(udop, indication(7, encode(UdopUnit{0, 1, 0, 0x1002, to_bytes("file")})));
  say(udop, indication(7, encode(UdopUnit{0, 1, 4, 0x2000, to_bytes("part")})));
  say(udop, indication(7, to_bytes("short")));
  say(udop, indication(9, encode(UdopUnit{0, 1, 0, 0x2000, to_bytes("abc")})));
  auto marred = indication(7, encode(UdopUnit{0, 1, 0, 0x2000, to_bytes("abc")}));
  marred.mode = TransmissionMode::non_arq_with_errors;
  marred.errored = {{0, 2}};
  say(udop, marred);
  EXPECT_EQ(all<hf::Received>().size(), 2U);
  const auto ignored = bearer->status(now).at("ignored").as_object();
  for (const auto* reason : {"other_application", "segmented", "truncated", "other_sap", "with_errors"})
    EXPECT_EQ(ignored.at(reason), 1U) << reason;
}

TEST_F(HfClient, AnotherApplicationSharesTheSaps) {
  HfBearerConfig config{.name = "hf", .rate_bps = 1200, .overhead = 2s};
  config.other_apps = {0x2003};
  open(std::move(config));
  connect();
  (void)said(udop);
  HfUnit unit{shore, false, 2, never, 1, to_bytes("dmp")};
  unit.app = 0x2003;
  bearer->send(std::move(unit), now);
  run();
  send(2, false, "p_mul");
  const auto out = said(udop);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(s5066::decode_udop(std::get<UnidataRequest>(out[0]).u_pdu)->app_id, 0x2003);
  EXPECT_EQ(s5066::decode_udop(std::get<UnidataRequest>(out[1]).u_pdu)->app_id, 0x2000);
  UnidataIndication in;
  in.dest_sap = 7;
  in.dest = {0x1020304, false};
  in.source = {0x1020309, false};
  in.mode = TransmissionMode::non_arq;
  for (const auto app : std::initializer_list<std::uint16_t>{0x2000, 0x2003, 0x2004}) {
    in.u_pdu = encode(UdopUnit{0, 1, 0, app, to_bytes("abc")});
    say(udop, in);
  }
  const auto got = all<hf::Received>();
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].app, 0);
  EXPECT_EQ(got[1].app, 0x2003);
}

TEST_F(HfClient, Refusals) {
  connect();
  send(1, true, "x", Ipv4{0x10000001});
  send(2, true, "x", shore, now);
  send(3, false, std::string(2042, 'x'));
  send(4, false, std::string(2043, 'x'));
  const auto done = all<hf::Done>();
  ASSERT_EQ(done.size(), 3U);
  EXPECT_EQ(done[0].reason, "arq_to_group");
  EXPECT_EQ(done[1].reason, "ttl_expired");
  EXPECT_EQ(done[2].ticket, 4U);
  EXPECT_EQ(done[2].reason, "too_large");
}

// What a node refuses is told, the 1st, 10th, 100th ... time of each reason.
TEST_F(HfClient, RejectedUnitsAreTold) {
  connect();
  const auto reject = [&](std::uint8_t reason) {
    UnidataRejected no;
    no.reason = reason;
    no.dest_sap = 7;
    say(udop, no);  // a node may tell of non-ARQ units too
  };
  for (int i = 0; i < 99; ++i) reject(unidata_reason::too_large);
  reject(unidata_reason::sap_not_bound);
  auto told = reports("hf_unit_rejected", "warning");
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].at("reason"), "too_large");
  EXPECT_EQ(told[0].at("sap"), 7);
  EXPECT_EQ(told[0].at("count"), 1);
  EXPECT_EQ(told[1].at("count"), 10);
  EXPECT_EQ(told[2].at("reason"), "sap_not_bound");
  EXPECT_EQ(bearer->status(now).at("rejected").as_object().at("too_large"), 99);
  reject(unidata_reason::too_large);
  EXPECT_EQ(reports("hf_unit_rejected", "warning").size(), 4U);
  // What is refused before it goes out tells both sizes.
  events.clear();
  for (auto i = 0; i < 900; ++i) send(static_cast<std::uint64_t>(i + 1), false, std::string(2043, 'x'));
  told = reports("hf_unit_rejected", "warning");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at("octets"), 2049);
  EXPECT_EQ(told[0].at("mtu"), 2048);
  EXPECT_EQ(told[0].at("count"), 1000);
  // A lost connection is no refusal.
  send(5000, true);
  bearer->port_closed(rcop, "", now);
  run();
  EXPECT_EQ(bearer->status(now).at("rejected").as_object().if_contains("not_responding"), nullptr);
}

TEST_F(HfClient, AnMtuTooSmallForPMulIsNoBearer) {
  for (const auto port : {udop, rcop}) {
    bearer->port_opened(port, now);
    run();
  }
  say(udop, BindAccepted{7, 2048});
  for (const std::uint16_t mtu : {std::uint16_t{0}, std::uint16_t{69}}) {
    events.clear();
    say(rcop, BindAccepted{6, mtu});
    EXPECT_FALSE(bearer->up()) << mtu;
    send(1, true);
    EXPECT_EQ(all<hf::Done>().back().reason, "not_bound");
    const auto told = reports("hf_mtu_too_small", "warning");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].at("mtu"), mtu);
    EXPECT_EQ(told[0].at("least"), 70);
    EXPECT_EQ(bearer->status(now).at("reason"), "mtu_too_small");
    // Once, however often it is tried again.
    const auto states = all<hf::State>();
    ASSERT_EQ(states.size(), mtu == 0 ? 1U : 0U);
    for (const auto& state : states) {
      EXPECT_FALSE(state.up);
      EXPECT_EQ(state.reason, "mtu_too_small");
    }
    advance(10s);
    EXPECT_TRUE(bearer->wants_close(rcop));
    bearer->port_closed(rcop, "", now);
    run();
    bearer->port_opened(rcop, now);
    run();
  }
  say(rcop, BindAccepted{6, 70});
  EXPECT_TRUE(bearer->up());
  EXPECT_TRUE(all<hf::State>().back().up);
  send(2, true, std::string(64, 'x'));
  EXPECT_EQ(all<hf::Done>().size(), 1U);
}

TEST_F(HfClient, SilenceTakesBackWhatItCan) {
  connect();
  send(1, true);
  send(2, false);
  (void)said(udop);
  (void)said(rcop);
  bearer->set_emcon(true, now);
  run();
  EXPECT_EQ(all<hf::Done>().size(), 2U);
  EXPECT_FALSE(all<hf::Flow>().back().open);
  send(3, false);
  EXPECT_EQ(all<hf::Done>().back().reason, "emcon");
  EXPECT_TRUE(said(udop).empty());
  // A node forgets what a client wanted that is gone; then we listen again.
  EXPECT_TRUE(bearer->wants_close(udop));
  EXPECT_TRUE(bearer->wants_close(rcop));
  for (const auto port : {udop, rcop}) bearer->port_closed(port, "", now);
  connect();
  EXPECT_TRUE(bearer->up());
  EXPECT_FALSE(bearer->ready());
  bearer->set_emcon(false, now);
  run();
  EXPECT_TRUE(bearer->ready());
}

TEST_F(HfClient, TheNodeItselfIsSilent) {
  connect();
  say(udop, SubnetAvailability{node_status::receive_only, 1});
  EXPECT_FALSE(all<hf::State>().back().up);
  EXPECT_EQ(all<hf::State>().back().reason, "node_in_emcon");
  say(udop, SubnetAvailability{node_status::half_duplex, 0});
  EXPECT_TRUE(all<hf::State>().back().up);
}

// A node that is on and off all the time is told of every few seconds, and what it said last holds.
TEST_F(HfClient, AnUnsteadyNodeDoesNotFloodTheLog) {
  connect();
  advance(1min);
  events.clear();
  for (int i = 0; i < 6000; ++i) {
    say(udop, SubnetAvailability{static_cast<std::uint8_t>(i % 2), 0});  // ends with on
    advance(1ms);
  }
  const auto told = all<hf::State>();
  EXPECT_GE(told.size(), 4U);
  EXPECT_LE(told.size(), 8U);
  EXPECT_LE(all<hf::Flow>().size(), 8U);
  say(udop, SubnetAvailability{node_status::off, 0});
  EXPECT_FALSE(bearer->up());
  EXPECT_FALSE(all<hf::State>().back().up);
  EXPECT_EQ(bearer->status(now).at("reason"), "node_off");
  say(udop, SubnetAvailability{node_status::on, 0});
  EXPECT_FALSE(bearer->ready());
  EXPECT_EQ(bearer->status(now).at("reason"), "node_unsteady");
  advance(10s);
  EXPECT_TRUE(bearer->ready());
  EXPECT_TRUE(all<hf::State>().back().up);
  // Off for good is not held back.
  say(udop, SubnetAvailability{node_status::off, 0});
  EXPECT_FALSE(all<hf::State>().back().up);
  EXPECT_EQ(all<hf::State>().back().reason, "node_off");
  advance(1min);
  EXPECT_FALSE(bearer->up());
  // Another connection begins anew.
  for (const auto port : {udop, rcop}) bearer->port_closed(port, "", now);
  connect();
  EXPECT_TRUE(bearer->up());
}

TEST_F(HfClient, AConfirmationThatNeverComes) {
  connect();
  send(1, true);
  advance(3h);
  ASSERT_EQ(all<hf::Done>().size(), 1U);
  EXPECT_EQ(all<hf::Done>()[0].reason, "no_confirmation");
}

TEST_F(HfClient, NonArqOnly) {
  open(HfBearerConfig{.name = "hf", .arq = false});
  EXPECT_EQ(bearer->ports(), 1U);
  bearer->port_opened(udop, now);
  run();
  say(udop, BindAccepted{7, 2048});
  EXPECT_TRUE(bearer->ready());
  send(1, true);
  EXPECT_EQ(all<hf::Done>().back().reason, "no_arq");
}

TEST_F(HfClient, HostileOctetsOnBothPorts) {
  connect();
  std::uint32_t state = 1;
  for (int i = 0; i < 2000; ++i) {
    Bytes octets;
    for (int k = 0; k < 40; ++k) {
      state = state * 1664525 + 1013904223;
      octets.push_back(k == 0 ? 0x90 : k == 1 ? 0xEB : k == 2 ? 0 : static_cast<std::uint8_t>(state >> 24));
    }
    bearer->on_bytes(i % 2 == 0 ? udop : rcop, octets, now);
    run();
    for (const auto port : {udop, rcop})
      if (bearer->wants_close(port)) {
        bearer->port_closed(port, "", now);
        bearer->port_opened(port, now);
      }
    now += 1s;
  }
  EXPECT_TRUE(all<hf::Received>().empty());
}

TEST_F(HfClient, UnitsFillOneDPdu) {
  EXPECT_EQ(bearer->max_pdu(), 1023U - 1 - 5 - 6);
  open(HfBearerConfig{.name = "hf", .rate_bps = 75});
  EXPECT_LT(bearer->max_pdu(), 256U);
  open(HfBearerConfig{.name = "hf", .max_segment = 200});
  EXPECT_EQ(bearer->max_pdu(), 188U);
}

}  // namespace
}  // namespace longwire::bearers
