// Groups of three kinds of receivers: 1 is plain for the sender, 2 answers and decodes, 3 decodes and is silent. The
// parity for 3 and the FEC_Address_PDUs that announce it are heard by all (docs/coded-p_mul.md, sections 4 and 5).
#include "coded_scene.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

using namespace testing;
using std::chrono::hours;

using Codings = Coding (*)(std::size_t at, std::size_t peer);

struct Outcome {
  bool coded = false;
  std::size_t data = 0, total = 0, acknowledged = 0;
};

// 10 kB, of whose first over `unlucky` hears six PDUs and nothing else is lost. Before that everybody who may shows
// that he decodes.
Outcome play(Codings coding, std::size_t unlucky, unsigned repeats) {
  Parameters parameters;
  parameters.emcon_rtc = repeats;
  VirtualChannel channel({hf9600(), 0}, 1);
  channel.coding = coding;
  channel.add_stations(4, parameters, 1, 0.1);
  EXPECT_EQ(channel.entity(0).send(coded_message(1, 2000, 3), channel.now()), "");
  channel.run(channel.now() + hours{1}, [&] { return count_notices<notice::Acknowledged>(channel.station(0)) == 3; });
  channel.run(channel.now() + std::chrono::minutes{5});
  channel.entity(3).set_emcon(true, channel.now());
  channel.entity(0).set_peer_emcon(station_id(3), true, channel.now());

  bool answered = false;
  channel.drop = [&](std::size_t from, std::size_t to, const Frame& frame) {
    const auto pdu = decode(frame.octets).value().pdu;
    if (from == unlucky && std::holds_alternative<AckPdu>(pdu)) answered = true;
    const auto* data = std::get_if<DataPdu>(&pdu);
    return from == 0 && to == unlucky && !answered && data != nullptr && data->sequence > 6;
  };
  SenderTraffic traffic;
  traffic.watch(channel);
  EXPECT_EQ(channel.entity(0).send(coded_message(2, 10'000, 3), channel.now()), "");
  channel.run(channel.now() + hours{20});
  EXPECT_EQ(delivered(channel), 6U);
  return {traffic.coded, traffic.data, traffic.total, count_notices<notice::Acknowledged>(channel.station(0))};
}

// One who decodes does not pay beside a plain one, so 2 is to have copies; but it hears of the code and counts.
TEST(CodedThreeKinds, WhoDecodesButIsServedByCopiesIsUnderstood) {
  const auto out = play(
      [](std::size_t at, std::size_t peer) {
        if (at == 1 || peer == 1) return Coding::off;
        return at == 3 || peer == 3 ? Coding::always : Coding::automatic;
      },
      2, 0);
  EXPECT_TRUE(out.coded) << "else it shows nothing";
  EXPECT_EQ(out.acknowledged, 5U) << "all but the silent one";
  EXPECT_LT(out.data, 4 * out.total);
}

// The configurations of two stations disagree.
TEST(CodedThreeKinds, WhoIsOffWithTheSenderAloneIsUnderstood) {
  const auto out =
      play([](std::size_t at, std::size_t peer) { return at == 0 && peer == 1 ? Coding::off : Coding::always; }, 1, 3);
  EXPECT_TRUE(out.coded) << "else it shows nothing";
  EXPECT_EQ(out.acknowledged, 5U) << "all but the silent one";
  EXPECT_LT(out.data, 6 * out.total);
}

}  // namespace
}  // namespace longwire::acp142
