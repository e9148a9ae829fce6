// One destination is silent by order, another one answers late: neither may stop what the other is owed.
#include "acp142/entity.hpp"
#include "acp142/pdu.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

constexpr PmulId self{0x0A420001}, slow{0x0A420009}, silent{0x0A420007};

Peer peer(PmulId id, bool emcon) {
  Peer out;
  out.id = id;
  out.address = Ipv4{id.value};
  out.emcon = emcon;
  return out;
}

struct Seen {
  unsigned repeats = 0;  // for the silent one
  bool told = false;     // the other one that its Ack has come: an Address_PDU that does not list it
};

// Sends to both; the one that may answer does so once, complete, `after` the start.
Seen play(Duration after) {
  BearerTiming timing;
  timing.latency = std::chrono::milliseconds{50};
  Parameters parameters;
  parameters.emcon_rtc = 3;
  parameters.emcon_rti = std::chrono::seconds{60};
  parameters.ack_retransmission_time = std::chrono::seconds{90};
  Entity entity(self, timing, parameters, {peer(slow, false), peer(silent, true)}, 1);

  const auto start = from_unix(1'700'000'000);
  Outgoing out;
  out.message_id = 5;
  out.expiry = start + std::chrono::hours{2};
  out.group = Ipv4{0xEF420001};
  out.destinations = {{silent, 1}, {slow, 1}};
  out.octets = Bytes(5000, 0x55);
  EXPECT_EQ(entity.send(out, start), "");

  Seen seen;
  for (auto now = start; now < start + std::chrono::hours{1}; now += std::chrono::seconds{1}) {
    if (now == start + after)
      entity.on_frame(encode(AckPdu{6, slow, {{self, 5, {}, false}}, {}}), Ipv4{slow.value}, now);
    while (const auto frame = entity.poll_transmit(now)) {
      const auto pdu = decode(frame->octets).value().pdu;
      const auto* address = std::get_if<AddressPdu>(&pdu);
      if (now >= start + after && address != nullptr && address->destinations.size() == 1) seen.told = true;
    }
    for (const auto& notice : entity.take_notices())
      if (const auto* repeat = std::get_if<notice::EmconRepeat>(&notice)) seen.repeats = repeat->count - 1;
  }
  return seen;
}

// Found with a receiver killed and restarted beside a silent one: a late Ack, or the timer set for it,
// began a round without a PDU, which never ended, and the blind repeats for the silent one with it.
TEST(EntityEmcon, BlindRepeatsGoOnWhenTheOnlyOneWhoAnswersDoesSoLate) {
  for (int after = 1; after < 400; ++after) {
    const auto seen = play(std::chrono::seconds{after});
    ASSERT_EQ(seen.repeats, 3U) << "answered after " << after << " s";
    ASSERT_TRUE(seen.told) << "answered after " << after << " s";
  }
}

}  // namespace
}  // namespace longwire::acp142
