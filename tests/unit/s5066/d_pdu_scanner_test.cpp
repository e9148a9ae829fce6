#include "bearers/s5066/d_pdu_scanner.hpp"

#include "base/checksum.hpp"
#include "base/text.hpp"
#include "tests/unit/s5066/random_pdus.hpp"
#include "tests/unit/s5066/vector_names.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

// A bit stream as a line carries it: the LSB of each octet first.
class Line {
 public:
  void octets(ByteView in) {
    for (const auto octet : in)
      for (unsigned bit = 0; bit < 8; ++bit) bits_.push_back((octet >> bit & 1U) != 0);
  }
  void noise(Rng& rng, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) bits_.push_back(rng.chance(0.5));
  }
  void zeros(std::size_t count) { bits_.insert(bits_.end(), count, false); }
  void flip(std::size_t bit) { bits_.at(bit) = !bits_.at(bit); }
  std::size_t size() const { return bits_.size(); }
  // The last octet is filled up with zeros.
  Bytes taken() const {
    Bytes out((bits_.size() + 7) / 8);
    for (std::size_t i = 0; i < bits_.size(); ++i)
      if (bits_[i]) out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | 1U << i % 8);
    return out;
  }

 private:
  std::vector<bool> bits_;
};

std::vector<Bytes> all_of(DPduScanner& scanner) {
  std::vector<Bytes> out;
  while (const auto found = scanner.next()) out.push_back(encode(found->pdu));
  return out;
}

std::vector<Bytes> only(const Bytes& one) { return {one}; }

std::vector<Bytes> scan(ByteView octets, std::size_t piece = 1'000'000) {
  DPduScanner scanner;
  std::vector<Bytes> out;
  while (!octets.empty()) {
    const auto n = std::min(piece, octets.size());
    scanner.feed(octets.first(n));
    for (auto& one : all_of(scanner)) out.push_back(std::move(one));
    octets = octets.subspan(n);
  }
  return out;
}

DPdu small(std::uint8_t frame_id) {
  DPdu pdu;
  pdu.dest.value = 5;
  pdu.source.value = 100;
  pdu.body = Reset{true, false, false, false, 0, frame_id};
  return pdu;
}

DPdu data(Bytes segment, std::uint8_t fsn = 0) {
  DPdu pdu;
  pdu.dest.value = 0x1020304;
  pdu.source.value = 0x1020305;
  pdu.body = DataOnly{{true, true, true, false, false, false, fsn, {std::move(segment), true}}};
  return pdu;
}

TEST(DPduScanner, FindsEveryVectorAtEveryBitShiftAmongNoise) {
  const auto names = test::vector_names("dts-");
  for (std::size_t shift = 0; shift < 8; ++shift) {
    Rng rng(shift);
    Line line;
    std::vector<Bytes> expected;
    line.noise(rng, 80 + shift);
    for (const auto& name : names) {
      expected.push_back(test::s5066_vector(name));
      line.octets(expected.back());
      line.noise(rng, rng.below(3) == 0 ? 0 : rng.below(100));
    }
    EXPECT_EQ(scan(line.taken()), expected) << shift;
    EXPECT_EQ(scan(line.taken(), 1), expected) << shift;
    EXPECT_EQ(scan(line.taken(), 37), expected) << shift;
  }
}

TEST(DPduScanner, FindsRandomOnesWhateverThePieces) {
  test::RandomPdus random(21);
  for (int round = 0; round < 40; ++round) {
    Line line;
    std::vector<Bytes> expected;
    for (int i = 0; i < 20; ++i) {
      expected.push_back(encode(random.d_pdu(test::all_d_pdu_types[random.below(10)], 300)));
      line.octets(expected.back());
      if (random.rng().chance(0.3)) line.noise(random.rng(), random.rng().below(60));
    }
    ASSERT_EQ(scan(line.taken(), 1 + random.rng().below(200)), expected) << round;
  }
}

TEST(DPduScanner, TellsAtTheLastOctet) {
  const auto octets = encode(data({1, 2, 3}));
  for (std::size_t shift = 0; shift < 8; ++shift) {
    Line line;
    line.zeros(shift);
    line.octets(octets);
    const auto taken = line.taken();
    DPduScanner scanner;
    scanner.feed(ByteView(taken).first(taken.size() - 1));
    EXPECT_FALSE(scanner.next().has_value());
    scanner.feed(ByteView(taken).last(1));
    const auto found = scanner.next();
    ASSERT_TRUE(found.has_value()) << shift;
    EXPECT_EQ(found->octets_after_sync, octets.size() + (shift != 0 ? 1 : 0));
  }
}

TEST(DPduScanner, CountsWhatCameBehindIt) {
  auto stream = encode(small(1));
  stream.resize(stream.size() + 30);
  DPduScanner scanner;
  scanner.feed(stream);
  EXPECT_EQ(scanner.next()->octets_after_sync, stream.size());
}

// The header that a false sync word announces reaches over a whole true D_PDU.
TEST(DPduScanner, FalseSyncHidesNothing) {
  const auto expected = encode(small(7));
  for (const auto* garbage :
       {"90eb 60 00 00 ff", "90eb 6f aa bb ff 01 02 03", "90eb e0 00 00 ff 12", "90eb 90eb", "90"}) {
    auto stream = *from_hex(garbage);
    stream.insert(stream.end(), expected.begin(), expected.end());
    EXPECT_EQ(scan(stream), only(expected)) << garbage;  // nothing follows and no carrier ends
    EXPECT_EQ(scan(stream, 1), only(expected)) << garbage;
    stream.resize(stream.size() + 100);
    EXPECT_EQ(scan(stream), only(expected)) << garbage;
  }
}

TEST(DPduScanner, BadHeaderIsCountedAndTheNextIsFound) {
  const auto first = encode(small(1)), second = encode(small(2)), third = encode(small(3));
  auto stream = first;
  stream.insert(stream.end(), second.begin(), second.end());
  stream[first.size() + 4] ^= 1U;
  stream.insert(stream.end(), third.begin(), third.end());
  DPduScanner scanner;
  scanner.feed(stream);
  EXPECT_EQ(all_of(scanner), (std::vector<Bytes>{first, third}));
  EXPECT_EQ(scanner.bad_headers(), 1U);
}

// Whatever single bit of the middle D_PDU is hurt, its neighbours arrive.
TEST(DPduScanner, OneHurtBitCostsOneDPduAtMost) {
  test::RandomPdus random(22);
  for (const auto type : test::all_d_pdu_types) {
    const auto first = encode(small(1)), middle = encode(random.d_pdu(type, 50)), last = encode(small(3));
    for (std::size_t bit = 0; bit < middle.size() * 8; ++bit) {
      Line line;
      line.octets(first);
      line.octets(middle);
      line.octets(last);
      line.flip(first.size() * 8 + bit);
      DPduScanner scanner;
      scanner.feed(line.taken());
      std::vector<Bytes> good;
      while (const auto found = scanner.next())
        if (!found->bad_segment) good.push_back(encode(found->pdu));
      ASSERT_EQ(good, (std::vector<Bytes>{first, last})) << to_string(type) << ' ' << bit;
    }
  }
}

TEST(DPduScanner, DPduInsideASegmentIsData) {
  const auto inner = encode(small(9));
  const auto outer = encode(data(inner));
  EXPECT_EQ(scan(outer), only(outer));
  auto hurt = outer;
  hurt.back() ^= 1U;  // a bad segment is still a segment
  EXPECT_EQ(scan(hurt).size(), 1U);
}

TEST(DPduScanner, ReservedTypeIsToldAndTheNextIsFound) {
  // Type 10 with m = 2, h = 6 and a good CRC.
  auto octets = encode(small(1));
  DPdu warning = small(0);
  warning.body = Warning{10, 0};
  for (unsigned type = 9; type <= 14; ++type) {
    Bytes header{static_cast<std::uint8_t>(type << 4), 0, 12, 2U << 5 | 6U, 0x05, 0x64};
    const auto crc = crc16_s5066(header);
    header.push_back(static_cast<std::uint8_t>(crc));
    header.push_back(static_cast<std::uint8_t>(crc >> 8));
    header.insert(header.begin(), {0x90, 0xEB});
    header.insert(header.end(), 20, 0x55);  // of whatever the type has behind its header
    header.insert(header.end(), octets.begin(), octets.end());
    DPduScanner scanner;
    scanner.feed(header);
    const auto unknown = scanner.next();
    ASSERT_TRUE(unknown.has_value());
    ASSERT_TRUE(unknown->unknown.has_value());
    EXPECT_EQ(*unknown->unknown, type);
    EXPECT_EQ(unknown->pdu.dest.value, 5U);
    EXPECT_EQ(unknown->pdu.source.value, 100U);
    EXPECT_EQ(unknown->pdu.eot, 12);
    const auto next = scanner.next();
    ASSERT_TRUE(next.has_value());
    EXPECT_FALSE(next->unknown.has_value());
    EXPECT_EQ(encode(next->pdu), octets);
  }
}

TEST(DPduScanner, EndOfCarrierTellsWhatBeganWithAGoodHeader) {
  const auto octets = encode(data({1, 2, 3, 4, 5}, 77));
  const auto header = octets.size() - 5 - segment_crc_octets;
  for (std::size_t n = header; n < octets.size(); ++n) {
    DPduScanner scanner;
    scanner.feed(ByteView(octets).first(n));
    EXPECT_FALSE(scanner.next().has_value());
    scanner.end();
    const auto found = scanner.next();
    ASSERT_TRUE(found.has_value()) << n;
    EXPECT_TRUE(found->bad_segment);
    const auto& part = std::get<DataOnly>(found->pdu.body).data;
    EXPECT_EQ(part.fsn, 77);
    EXPECT_FALSE(part.segment.crc_ok);
    EXPECT_EQ(part.segment.octets.size(), std::min<std::size_t>(n - header, 5));
  }
}

TEST(DPduScanner, EndOfCarrierForgetsWhatNeverComes) {
  const auto octets = encode(data({1, 2, 3}));
  DPduScanner scanner;
  scanner.feed(ByteView(octets).first(10));
  scanner.end();
  EXPECT_FALSE(scanner.next().has_value());
  scanner.feed(ByteView(octets).subspan(10));  // not joined with what was before
  EXPECT_FALSE(scanner.next().has_value());
  scanner.feed(octets);
  EXPECT_EQ(all_of(scanner), only(octets));
}

TEST(DPduScanner, NoiseGivesNothing) {
  Rng rng(23);
  Line line;
  line.noise(rng, 2'000'000);
  DPduScanner scanner;
  scanner.feed(line.taken());
  EXPECT_TRUE(all_of(scanner).empty());
  EXPECT_GT(scanner.bad_headers(), 5U);  // one in 65 536 bits looks like a sync word
  EXPECT_LT(scanner.bad_headers(), 100U);
}

}  // namespace
}  // namespace longwire::s5066
