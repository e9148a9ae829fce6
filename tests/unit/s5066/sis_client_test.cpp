// SisClient against a scripted node: every octet the node says is written here.
#include "bearers/s5066/sis_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace longwire::s5066 {
namespace {

using namespace std::chrono_literals;

constexpr DeliveryMode arq{TransmissionMode::arq, Confirmation::node, true, 0};
constexpr DeliveryMode non_arq{TransmissionMode::non_arq, Confirmation::none, false, 0};
constexpr Address shore{0x1020309, false};

class SisClientTest : public ::testing::Test {
 protected:
  void bind() {
    client.connected(now);
    (void)client.take_output();
    say(BindAccepted{6, 2048});
    events.clear();
  }
  void say(const Primitive& p) { hear(encode(p)); }
  void hear(const Bytes& octets) {
    client.feed(octets, now);
    collect();
  }
  void collect() {
    for (auto& e : client.take_events()) events.push_back(std::move(e));
  }
  // What the client said since the last look.
  std::vector<Primitive> said() {
    PrimitiveReader reader;
    reader.feed(client.take_output());
    std::vector<Primitive> out;
    while (auto next = reader.next()) out.push_back(std::move(**next));
    return out;
  }
  template <class E>
  std::vector<E> all() const {
    std::vector<E> out;
    for (const auto& e : events)
      if (const auto* one = std::get_if<E>(&e)) out.push_back(*one);
    return out;
  }
  UnidataRequest unit(std::string_view text, DeliveryMode mode = arq) {
    UnidataRequest r;
    r.dest_sap = 6;
    r.dest = shore;
    r.mode = mode;
    r.u_pdu = to_bytes(text);
    return r;
  }
  UnidataConfirm confirm(std::string_view part) { return {false, 6, shore, to_bytes(part)}; }

  Time now = from_unix(1'800'000'000);
  SisClient client{SisClientConfig{6, 3, arq}};
  std::vector<SisEvent> events;
};

TEST_F(SisClientTest, BindsFirst) {
  client.connected(now);
  const auto first = said();
  ASSERT_EQ(first.size(), 1U);
  const auto& bind_request = std::get<BindRequest>(first[0]);
  EXPECT_EQ(bind_request.sap, 6);
  EXPECT_EQ(bind_request.rank, 3);
  EXPECT_EQ(bind_request.service, arq);
  EXPECT_FALSE(client.bound());
  say(BindAccepted{6, 1500});
  EXPECT_TRUE(client.bound());
  EXPECT_TRUE(client.flow_open());
  EXPECT_EQ(client.mtu(), 1500);
  ASSERT_EQ(all<sis::Bound>().size(), 1U);
}

TEST_F(SisClientTest, BindIsRefusedOrNeverAnswered) {
  client.connected(now);
  say(BindRejected{bind_reason::sap_allocated});
  ASSERT_EQ(all<sis::Unbound>().size(), 1U);
  EXPECT_EQ(all<sis::Unbound>()[0].reason, "sap_allocated");
  EXPECT_TRUE(all<sis::Unbound>()[0].retry);
  EXPECT_TRUE(client.wants_close());
  client.disconnected(now);
  EXPECT_FALSE(client.wants_close());

  client.connected(now);
  EXPECT_EQ(client.next_wake(), now + 30s);
  now += 30s;
  client.tick(now);
  collect();
  EXPECT_EQ(all<sis::Unbound>().back().reason, "bind_timeout");
  EXPECT_TRUE(client.wants_close());
}

TEST_F(SisClientTest, ConfirmsFindTheirUnit) {
  bind();
  client.send(unit("aaaa-one"), 1, now);
  client.send(unit("aaaa-two"), 2, now);
  client.send(unit("bbbb"), 3, now);
  EXPECT_EQ(client.outstanding(), 3U);
  EXPECT_EQ(said().size(), 3U);
  say(confirm("bbb"));   // out of order: by its octets
  say(confirm("aaaa"));  // two fit: the older
  say(confirm("aaaa-two"));
  const auto done = all<sis::Confirmed>();
  ASSERT_EQ(done.size(), 3U);
  EXPECT_EQ(done[0].ticket, 3U);
  EXPECT_EQ(done[1].ticket, 1U);
  EXPECT_EQ(done[2].ticket, 2U);
  EXPECT_EQ(client.outstanding(), 0U);
  say(confirm("aaaa"));
  ASSERT_EQ(all<sis::Invalid>().size(), 1U);
  EXPECT_EQ(all<sis::Invalid>()[0].error, "unexpected_confirm");
}

TEST_F(SisClientTest, RejectionsTooAndThoseNobodyAwaits) {
  bind();
  client.send(unit("x"), 7, now);
  say(UnidataRejected{false, unidata_reason::ttl_expired, 6, {0x1020308, false}, to_bytes("x")});  // another address
  say(UnidataRejected{false, unidata_reason::not_responding, 6, shore, to_bytes("x")});
  const auto rejected = all<sis::Rejected>();
  ASSERT_EQ(rejected.size(), 2U);
  EXPECT_EQ(rejected[0].ticket, 0U);
  EXPECT_EQ(rejected[1].ticket, 7U);
  EXPECT_EQ(rejected[1].reason, unidata_reason::not_responding);
  client.send(unit("n", non_arq), 0, now);
  EXPECT_EQ(client.outstanding(), 0U);
}

TEST_F(SisClientTest, TooLargeAndNotBound) {
  client.send(unit("x"), 1, now);
  bind();
  collect();
  client.send(unit(std::string(2048, 'x')), 2, now);
  client.send(unit(std::string(2049, 'x')), 3, now);
  collect();
  ASSERT_EQ(all<sis::Rejected>().size(), 1U);
  EXPECT_EQ(all<sis::Rejected>()[0].ticket, 3U);
  EXPECT_EQ(all<sis::Rejected>()[0].reason, unidata_reason::too_large);
  EXPECT_EQ(said().size(), 1U);
}

TEST_F(SisClientTest, FlowControl) {
  bind();
  say(DataFlowOff{});
  say(DataFlowOff{});
  EXPECT_FALSE(client.flow_open());
  say(DataFlowOn{});
  EXPECT_TRUE(client.flow_open());
  EXPECT_EQ(all<sis::Flow>().size(), 2U);
  say(DataFlowOff{});
  client.disconnected(now);
  bind();
  EXPECT_TRUE(client.flow_open());  // 2.8: initially on
}

TEST_F(SisClientTest, WhatIsOutstandingIsLostWithTheConnection) {
  bind();
  client.send(unit("x"), 1, now);
  client.send(unit("y"), 2, now);
  client.disconnected(now);
  collect();
  ASSERT_EQ(all<sis::Rejected>().size(), 2U);
  ASSERT_EQ(all<sis::Unbound>().size(), 1U);
  EXPECT_FALSE(client.bound());
  events.clear();
  bind();
  client.send(unit("z"), 3, now);
  say(UnbindIndication{unbind_reason::preempted});
  EXPECT_EQ(all<sis::Rejected>().size(), 1U);
  EXPECT_EQ(all<sis::Unbound>()[0].reason, "preempted");
  EXPECT_TRUE(client.wants_close());
}

TEST_F(SisClientTest, KeepAlive) {
  bind();
  (void)said();
  say(KeepAlive{});
  ASSERT_EQ(said().size(), 1U);  // the answer
  now += 150s;
  client.tick(now);
  ASSERT_EQ(said().size(), 1U);  // our question
  say(KeepAlive{});
  EXPECT_TRUE(said().empty());  // an answer is not answered
  now = client.next_wake();
  client.tick(now);
  EXPECT_EQ(said().size(), 1U);
  now += 10s;
  client.tick(now);
  collect();
  ASSERT_EQ(all<sis::Unbound>().size(), 1U);
  EXPECT_EQ(all<sis::Unbound>()[0].reason, "keep_alive_unanswered");
}

TEST_F(SisClientTest, ANodeThatNeverAnsweredAKeepAliveIsKept) {
  bind();
  for (int i = 0; i < 10; ++i) {
    now = client.next_wake();
    client.tick(now);
  }
  EXPECT_TRUE(client.bound());
  const auto asked = said().size();
  EXPECT_GE(asked, 5U);
}

TEST_F(SisClientTest, OneOctetAtATime) {
  client.connected(now);
  Bytes stream = encode(Primitive{BindAccepted{6, 2048}});
  UnidataIndication in;
  in.dest_sap = 6;
  in.source = shore;
  in.u_pdu = to_bytes("hello");
  const auto more = encode(Primitive{in});
  stream.insert(stream.end(), more.begin(), more.end());
  for (const auto octet : stream) hear({octet});
  ASSERT_EQ(all<sis::Received>().size(), 1U);
  EXPECT_EQ(all<sis::Received>()[0].indication.u_pdu, to_bytes("hello"));
}

TEST_F(SisClientTest, HostileOctets) {
  bind();
  client.send(unit("x"), 1, now);
  hear(to_bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
  EXPECT_TRUE(client.bound());  // one run of rubbish is one error
  EXPECT_EQ(all<sis::Invalid>().size(), 1U);
  say(BindRequest{});
  EXPECT_EQ(all<sis::Invalid>().back().error, "unexpected_primitive");
  for (int i = 0; i < 10; ++i) say(UnidataRequest{});
  ASSERT_EQ(all<sis::Unbound>().size(), 1U);
  EXPECT_EQ(all<sis::Unbound>()[0].reason, "stream_error");
  EXPECT_EQ(all<sis::Rejected>().size(), 1U);
  EXPECT_TRUE(client.wants_close());
  say(KeepAlive{});  // nothing is read any more
  EXPECT_EQ(client.next_wake(), never);
}

}  // namespace
}  // namespace longwire::s5066
