// It comes to rest: with nobody answering, everything accepted is sent or given up in the end, whatever
// the other services and our own silence did in between.
#include "lone_station.hpp"

#include "bearers/s5066/eow_rate.hpp"

namespace longwire::s5066::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// The next over, whenever within a few minutes that may be.
std::vector<DPdu> next_over(LoneStation& station) {
  for (const auto end = station.now + minutes{5}; station.now < end; station.now += std::chrono::milliseconds{100})
    if (auto sent = station.over(); !sent.empty()) return sent;
  return {};
}

// A type 8 C_PDU of several D_PDUs, of which the first over takes a part.
struct HalfSent : ::testing::Test {
  HalfSent() : station(config(), 300) { station.connect(); }

  static DataTransferConfig config() {
    DataTransferConfig c;
    c.max_over = seconds{20};
    return c;
  }
  void begin(Time expiry) {
    CPduRequest urgent;
    urgent.ticket = ++station.ticket;
    urgent.dest = LoneStation::peer();
    urgent.service = Service::expedited_non_arq;
    urgent.expiry = expiry;
    urgent.c_pdu = pattern(3000, 1);
    station.dts->send(std::move(urgent), station.now);
    station.send(pattern(100, 2));
    ASSERT_FALSE(bodies<NonArq>(station.over()).empty());
  }

  LoneStation station;
};

TEST_F(HalfSent, ArqDataGoesOnWhenItHasExpired) {
  begin(station.now + seconds{25});
  const auto sent = station.run(minutes{60});
  ASSERT_EQ(station.of<dts::Rejected>().size(), 2U);
  EXPECT_EQ(station.of<dts::Rejected>()[0].reason, "ttl_expired");
  EXPECT_FALSE(bodies<DataOnly>(sent).empty());
  EXPECT_EQ(station.dts->queued_c_pdus(), 0U);
}

TEST_F(HalfSent, ArqDataGoesOnWhenItIsCancelled) {
  begin(never);
  station.dts->cancel(station.ticket - 1, station.now);
  EXPECT_FALSE(bodies<DataOnly>(station.run(minutes{1})).empty());
}

// Silence of our own while an answer is due is no retry: the exchange is asked about after its end, as
// often as that happens.
TEST(Emcon, ManyTimesDuringAResetDoNotEndIt) {
  LoneStation station;
  station.connect();
  station.send(pattern(50, 1));
  (void)station.over();
  station.hear(AckOnly{{200, {}}});  // out of synchronisation: we send a command (C.3.6)
  for (unsigned n = 0; n < 2 * station.config.max_retries; ++n) {
    ASSERT_FALSE(bodies<Reset>(next_over(station)).empty()) << n;
    station.dts->set_emcon(true, station.now);
    EXPECT_TRUE(station.run(minutes{1}).empty());
    station.dts->set_emcon(false, station.now);
  }
  (void)station.run(minutes{60});
  ASSERT_EQ(station.of<dts::ConnectionLost>().size(), 1U);
  EXPECT_EQ(station.of<dts::ConnectionLost>()[0].reason, "reset_failed");
}

DPdu rate_request() {
  auto pdu = LoneStation::pdu(Management{true, false, 7, std::nullopt});
  pdu.eow = drc_eow({600, modem::Interleaver::short_}, drc_other::request_equal).value();
  return pdu;
}

TEST(Emcon, ManyTimesDuringARateChangeDoNotEndIt) {
  LoneStation station;
  station.connect();
  station.hear(rate_request());  // refused: our answer waits for the far side's (C.6.4.2)
  for (unsigned n = 0; n < 2 * station.config.max_retries; ++n) {
    ASSERT_FALSE(bodies<Management>(next_over(station)).empty()) << n;
    station.dts->set_emcon(true, station.now);
    EXPECT_TRUE(station.run(minutes{1}).empty());
    station.dts->set_emcon(false, station.now);
  }
  (void)station.run(minutes{60});
  ASSERT_EQ(station.of<dts::ConnectionLost>().size(), 1U);
  EXPECT_EQ(station.of<dts::ConnectionLost>()[0].reason, "rate_change_failed");
}

TEST(Management, ANewLinkDoesNotWaitForAnExchangeBeforeIt) {
  LoneStation station;
  station.hear(rate_request());
  ASSERT_FALSE(bodies<Management>(next_over(station)).empty());
  station.connect();
  station.send(pattern(100, 1));
  EXPECT_FALSE(bodies<DataOnly>(station.run(minutes{1})).empty());
}

// A RESET waits for the end of the expedited data (C-ST-3), so the plan of an over is not to keep room for it
// that the data needs.
TEST(Rest, ExpeditedDataThatFillsAnOverGoesBeforeAReset) {
  LoneStation station(HalfSent::config(), 300);
  station.connect();
  station.send(pattern(4080, 1), Service::expedited_arq);
  station.hear(DataAck{segment(0, true, true), {200, {}}});  // out of synchronisation: we owe a command
  for (int over = 0; over < 3; ++over) {
    const auto sent = bodies<ExpeditedData>(next_over(station));
    ASSERT_FALSE(sent.empty()) << over;
    station.hear(ExpeditedAck{{static_cast<std::uint8_t>(sent.back().fsn + 1), {}}});
  }
}

// What was cut at a fast waveform is repeated at a slow one in no over longer than max_over.
TEST(Rest, SegmentsFitAnOverOfTheSlowestWaveform) {
  auto config = HalfSent::config();
  config.waveforms = {{75, modem::Interleaver::short_}, {300, modem::Interleaver::short_}};
  LoneStation station(config, 300);
  station.connect();
  station.send(pattern(3000, 1));
  station.send(pattern(3000, 1), Service::non_arq);
  ASSERT_FALSE(bodies<DataOnly>(next_over(station)).empty());
  station.rate = 75;
  station.dts->set_timing(station.timing, {75, modem::Interleaver::short_});
  for (int over = 0; over < 5; ++over) {
    const auto sent = next_over(station);
    ASSERT_FALSE(sent.empty());
    std::size_t octets = 0;
    for (const auto& pdu : sent) octets += encode(pdu).size();
    EXPECT_LE(air_time(octets, 75) + station.timing.tail, config.max_over);
  }
}

}  // namespace
}  // namespace longwire::s5066::testing
