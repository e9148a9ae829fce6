// A coded receiver that knows its message from a plain Address_PDU, as the coded one was lost (docs/coded-p_mul.md,
// sections 3 and 4): before it knows the code parity is of no use to it, and what it says is the plain list.
#include "acp142/coded_book.hpp"
#include "acp142/pdu.hpp"
#include "coded_scene.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace longwire::acp142 {
namespace {

using namespace testing;

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Play {
  double loss = 0, known_loss = 0;
  std::size_t receivers = 2;
  bool mixed = false;      // the second receiver does not decode
  bool restarted = false;  // the sender, when it has sent half of the Data_PDUs
};
struct Outcome {
  std::size_t data = 0, total = 0;  // Data_PDUs that the sender sent; those of the message
  bool coded = false;
};

Outcome play(const Play& how, std::uint64_t seed) {
  VirtualChannel channel({sat64k(), how.loss}, seed);
  channel.coding = [&](std::size_t at, std::size_t peer) {
    return how.mixed && (at == 2 || peer == 2) ? Coding::off : Coding::always;
  };
  channel.add_stations(how.receivers + 1, {}, seed, how.known_loss);
  StationStore store;
  channel.on_notice = [&](std::size_t at, const Notice& notice) {
    if (at == 0) store.apply(notice);
  };
  SenderTraffic traffic;
  traffic.watch(channel);
  const auto sent = coded_message(1, 30'000, how.receivers);
  store.sent(sent);
  EXPECT_EQ(channel.entity(0).send(sent, Time{}), "");
  if (how.restarted) {
    EXPECT_TRUE(
        channel.run(Time{} + hours{1}, [&] { return traffic.total != 0 && 2 * traffic.data >= traffic.total; }));
    channel.run(channel.now() + seconds{2});
    restart(channel, 0, store, 99 + seed, how.known_loss);
  }
  channel.run(Time{} + hours{20});
  EXPECT_EQ(delivered(channel), how.receivers) << "seed " << seed;
  EXPECT_EQ(count_notices<notice::Acknowledged>(channel.station(0)), how.receivers) << "seed " << seed;
  return {traffic.data, traffic.total, traffic.coded};
}

// Known as clean, so the round begins with a plain Address_PDU. Parity joins it on full duplex for as long as somebody
// asks, and who has lost the one coded Address_PDU would ask without end.
TEST(CodedUnknownCode, ParityThatJoinsARoundBringsTheCodeAlong) {
  for (const double loss : {0.2, 0.4})
    for (const std::size_t receivers : {2U, 5U})
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto outcome = play({loss, 0, receivers}, seed);
        EXPECT_LE(static_cast<double>(outcome.data) * (1 - loss), 2.0 * static_cast<double>(outcome.total))
            << "loss " << loss << ", " << receivers << " receivers, seed " << seed;
      }
}

TEST(CodedUnknownCode, ARestartAmidAMixedGroupCostsLittle) {
  std::size_t whole = 0, restarted = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto straight = play({0.4, 0.4, 2, true, false}, seed), again = play({0.4, 0.4, 2, true, true}, seed);
    EXPECT_TRUE(straight.coded && again.coded);
    whole += straight.data;
    restarted += again.data;
  }
  EXPECT_LE(restarted * 5, whole * 6);
}

// Six of ten sources and two parity PDUs are there: two more of any kind are needed.
TEST(CodedUnknownCode, APlainListCountsTheParityThatIsHeld) {
  constexpr PmulId self{0x0A420001}, shore{0x0A420009};
  constexpr Ipv4 shore_address{0x0A420009};
  constexpr std::uint16_t total = 10;
  const Time start = from_unix(1'700'000'000);
  Peer peer;
  peer.id = shore;
  peer.coding = Coding::always;
  Entity entity(self, sat64k(), {}, {peer}, 1);
  Bytes message(total * 100);
  Rng rng(3);
  for (auto& octet : message) octet = static_cast<std::uint8_t>(rng.next());
  const CodedBook book(message, 100, {total, 1});
  const auto hear = [&](const Pdu& pdu, Time now) { entity.on_frame(encode(pdu), shore_address, now); };
  const auto source = [&](std::uint16_t n) {
    const auto at = message.begin() + (n - 1) * 100;
    return DataPdu{6, n, shore, 5, Bytes(at, at + 100)};
  };
  AddressPdu address{false, 6, Map::only, total, shore, 5, to_unix32(start) + 3600, {}, 0, {{self, 1, {}}}};
  address.fec = encode(book.info(1, 12));
  hear(address, start);
  for (const auto n : std::vector<std::uint16_t>{1, 2, 4, 6, 8, 10}) hear(source(n), start);
  for (const auto n : std::vector<std::uint16_t>{11, 12}) hear(DataPdu{6, n, shore, 5, book.parity(n)}, start);
  address.fec.reset();
  address.extra = true;
  auto now = start + seconds{30};
  hear(address, now);
  std::vector<MissingItem> listed;
  for (const auto end = now + seconds{1}; now < end && listed.empty(); now += milliseconds{10})
    if (const auto frame = entity.poll_transmit(now); frame && frame->is_ack)
      listed = std::get<AckPdu>(decode(frame->octets).value().pdu).entries.front().missing;
  std::vector<std::uint16_t> numbers;
  for (const auto& item : listed)
    for (auto n = item.first; n <= item.last; ++n) numbers.push_back(n);
  EXPECT_EQ(numbers, (std::vector<std::uint16_t>{3, 5}));
  for (const auto n : numbers) hear(source(n), now);
  const auto notices = entity.take_notices();
  EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [&](const Notice& notice) {
    const auto* received = std::get_if<notice::Received>(&notice);
    return received != nullptr && received->octets == message;
  }));
}

}  // namespace
}  // namespace longwire::acp142
