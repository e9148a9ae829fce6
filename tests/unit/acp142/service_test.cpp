// Which service of a queued bearer (STANAG 5066) a transfer asks for.
#include "acp142/entity.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

constexpr PmulId us{1};
constexpr PmulId peer{2};

// The services of the frames a transfer sends to somebody who never answers, in order.
std::vector<bool> services(bool arq, bool arq_if_unanswered, bool peer_silent) {
  BearerTiming timing{1200, true, std::chrono::seconds{1}, std::chrono::seconds{1}, 1000, 50, Duration{0}};
  timing.queued = true;
  Entity entity(us, timing, {}, {Peer{.id = peer, .address = Ipv4{peer.value}, .emcon = peer_silent}}, 1);
  Outgoing message;
  message.message_id = 7;
  message.expiry = Time{} + std::chrono::hours{24};
  message.destinations = {{peer, 1}};
  message.octets = Bytes(500, 1);
  message.arq = arq;
  message.arq_if_unanswered = arq_if_unanswered;
  EXPECT_EQ(entity.send(message, Time{}), "");
  std::vector<bool> out;
  for (Time now{}; now < Time{} + std::chrono::hours{2}; now = std::max(now + Duration{1}, entity.next_wake())) {
    while (const auto frame = entity.poll_transmit(now)) {
      out.push_back(frame->arq);
      entity.done(frame->ticket, true, now);
    }
    entity.take_notices();
    if (entity.next_wake() == never) break;
  }
  return out;
}

TEST(Service, GoesOverToArqWhenNobodyAnswers) {
  const auto sent = services(false, true, false);
  ASSERT_FALSE(sent.empty());
  EXPECT_FALSE(sent.front());
  EXPECT_TRUE(sent.back());
  EXPECT_TRUE(std::is_sorted(sent.begin(), sent.end())) << "and does not go back";
}

TEST(Service, KeepsToNonArqWhereTheBearerHasNothingElse) {
  const auto sent = services(false, false, false);
  EXPECT_EQ(std::count(sent.begin(), sent.end(), true), 0);
}

TEST(Service, NeverMakesASilentStationTransmit) {
  for (const bool arq : {false, true}) {
    const auto sent = services(arq, true, true);
    ASSERT_FALSE(sent.empty());
    EXPECT_EQ(std::count(sent.begin(), sent.end(), true), 0);
  }
}

}  // namespace
}  // namespace longwire::acp142
