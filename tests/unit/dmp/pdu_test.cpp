// The codec against datagrams made outside the project, and at its borders.
#include "annexe/dmp/address.hpp"
#include "annexe/dmp/checksum.hpp"
#include "base/limits.hpp"
#include "base/rng.hpp"
#include "tests/unit/dmp/samples.hpp"

namespace longwire::dmp {
namespace {

using namespace test;
using std::chrono::minutes;
using std::chrono::seconds;

Bytes sealed(Bytes octets) {
  const auto sum = checksum(octets);
  octets.push_back(static_cast<std::uint8_t>(sum >> 8));
  octets.push_back(static_cast<std::uint8_t>(sum));
  return octets;
}

TEST(DmpPdu, EveryVectorIsReadAndWrittenBack) {
  for (const auto* name : vectors) {
    const auto octets = vector(name);
    const auto decoded = decode(octets, noon + minutes{3});
    ASSERT_TRUE(decoded) << name << " " << decoded.error().name << " at " << decoded.error().offset;
    const auto again = encode(*decoded);
    ASSERT_TRUE(again) << name;
    EXPECT_EQ(to_hex(*again), to_hex(octets)) << name;
  }
}

TEST(DmpPdu, MessageOfVersion2) {
  const auto pdu = pdu_of("20-dmp-v2-message");
  const auto& e = pdu.envelope;
  EXPECT_EQ(e.version, 2);
  EXPECT_TRUE(e.checksum);
  EXPECT_FALSE(e.extended_addressing);
  EXPECT_EQ(e.id, 4242);
  EXPECT_EQ(e.submission, noon);
  EXPECT_EQ(e.originator->direct, 5U);
  ASSERT_EQ(e.recipients.size(), 1U);
  auto expected = direct_recipient(1, 17);
  expected.report = Wanted::positive;
  expected.notification = Wanted::positive;
  EXPECT_EQ(e.recipients[0], expected);
  const auto& m = std::get<Message>(pdu.content);
  EXPECT_TRUE(m.military);
  EXPECT_EQ(m.precedence, 3);
  EXPECT_EQ(m.security.classification, 3);
  EXPECT_EQ(m.security.policy, 4);
  EXPECT_EQ(m.expiry, minutes{1});
  EXPECT_EQ(m.dtg, Duration::zero());
  EXPECT_EQ(m.sics, std::vector<std::string>{"ABC"});
  EXPECT_EQ(as_text(m.body.data), "ENEMY IN SIGHT");
}

TEST(DmpPdu, ShortIdTimeDifferenceSubjectAndZlib) {
  const auto pdu = pdu_of("21-dmp-v2-short-id-compressed");
  EXPECT_EQ(pdu.envelope.id, 291);
  EXPECT_FALSE(pdu.envelope.checksum);
  EXPECT_EQ(pdu.envelope.time_difference, seconds{10});
  ASSERT_EQ(pdu.envelope.recipients.size(), 2U);
  EXPECT_EQ(pdu.envelope.recipients[1].address.direct, 300U);
  EXPECT_EQ(pdu.envelope.recipients[1].number, 2);
  EXPECT_FALSE(pdu.envelope.recipients[1].action);
  const auto& m = std::get<Message>(pdu.content);
  EXPECT_EQ(m.body.subject, "MET REPORT");
  EXPECT_TRUE(m.body.compressed);
  EXPECT_EQ(m.body.data.size(), 160U);
  EXPECT_EQ(m.sics, (std::vector<std::string>{"ABC", "DEF"}));
}

TEST(DmpPdu, ExtendedAddresses) {
  const auto pdu = pdu_of("22-dmp-v2-extended-addr");
  EXPECT_EQ(pdu.envelope.hops, 3);
  EXPECT_EQ(pdu.envelope.originator->extended.size(), 56U);
  EXPECT_EQ(pdu.envelope.originator->extended[0], 0x60);
  ASSERT_EQ(pdu.envelope.recipients.size(), 2U);
  EXPECT_EQ(pdu.envelope.recipients[0].address.extended.size(), 47U);
  EXPECT_EQ(pdu.envelope.recipients[0].report, Wanted::negative);
  EXPECT_EQ(pdu.envelope.recipients[1].address.direct, 9000U);
  const auto& m = std::get<Message>(pdu.content);
  EXPECT_EQ(m.precedence, 6);
  EXPECT_EQ(m.security.classification, 6);
  EXPECT_EQ(m.security.categories->first, 0x40);
  EXPECT_EQ(m.sics, (std::vector<std::string>{"ABC", "WXYZ", "LONGSIC1"}));
}

TEST(DmpPdu, Version1CountsTheRecipientsBetween) {
  const auto pdu = pdu_of("23-dmp-v1-message");
  EXPECT_EQ(pdu.envelope.version, 1);
  ASSERT_EQ(pdu.envelope.recipients.size(), 2U);
  EXPECT_EQ(pdu.envelope.recipients[0].number, 1);
  EXPECT_EQ(pdu.envelope.recipients[1].number, 2);
  EXPECT_TRUE(std::get<Message>(pdu.content).sics.empty());
}

TEST(DmpPdu, PlainMail) {
  const auto m = std::get<Message>(pdu_of("24-dmp-ipm").content);
  EXPECT_FALSE(m.military);
  EXPECT_EQ(m.precedence, 4);
  EXPECT_EQ(m.body.subject, "Lunch");
  EXPECT_EQ(as_text(m.body.data), "lunch at noon");
}

TEST(DmpPdu, X400Identifiers) {
  const auto pdu = pdu_of("25-dmp-x400-ids");
  EXPECT_EQ(pdu.envelope.id_type, IdType::x400);
  EXPECT_EQ(pdu.envelope.id, 4300);
  EXPECT_EQ(pdu.envelope.mts_id, "HQN1.001042.26112112");
  EXPECT_EQ(pdu.envelope.ipm_id, "1042 261121120000Z");
  EXPECT_EQ(std::get<Message>(pdu.content).precedence, 5);
}

TEST(DmpPdu, ExtensionsAndStructuredBody) {
  const auto pdu = pdu_of("26-dmp-extensions-structured");
  EXPECT_EQ(pdu.envelope.extensions, (std::vector<Bytes>{{1, 2}, {0xFF}}));
  const auto& m = std::get<Message>(pdu.content);
  EXPECT_EQ(m.body.format, BodyFormat::structured);
  EXPECT_EQ(m.body.data, (Bytes{0, 0x2A, 1, 2, 3}));
  EXPECT_EQ(m.sics, std::vector<std::string>{"Z9Z"});
}

TEST(DmpPdu, Report) {
  const auto pdu = pdu_of("27-dmp-report");
  EXPECT_FALSE(pdu.envelope.originator);
  const auto& r = std::get<Report>(pdu.content);
  EXPECT_EQ(r.subject.id, 4242);
  ASSERT_EQ(r.entries.size(), 2U);
  EXPECT_TRUE(r.entries[0].delivered);
  EXPECT_EQ(r.entries[0].delivery_age, seconds{30});
  EXPECT_EQ(r.entries[0].recipient.number, 1);
  EXPECT_FALSE(r.entries[1].delivered);
  EXPECT_EQ(r.entries[1].reason, 1);
  EXPECT_EQ(r.entries[1].diagnostic, 0);
  EXPECT_EQ(r.entries[1].recipient.number, 2);
  EXPECT_EQ(r.entries[1].info, "no user");
}

TEST(DmpPdu, Notifications) {
  const auto rn = std::get<Notification>(pdu_of("28-dmp-notification-rn").content);
  EXPECT_EQ(rn.type, NotificationType::receipt);
  EXPECT_EQ(rn.subject.id, 4242);
  EXPECT_EQ(rn.receipt_age, seconds{90});
  EXPECT_EQ(rn.text, "READ");
  const auto nrn = std::get<Notification>(pdu_of("29-dmp-notification-nrn").content);
  EXPECT_EQ(nrn.type, NotificationType::non_receipt);
  EXPECT_EQ(nrn.reason, 0);
  EXPECT_EQ(nrn.discard_reason, 0);
  const auto on = std::get<Notification>(pdu_of("30-dmp-notification-on").content);
  EXPECT_EQ(on.type, NotificationType::other);
  EXPECT_EQ(on.acp127, 2);
  EXPECT_EQ(on.text, "OK");
  EXPECT_EQ(on.acp127_recipient, "RFLSVH");
}

TEST(DmpPdu, Acknowledgements) {
  const auto ack = std::get<Ack>(decode(vector("31-dmp-ack"), noon).value());
  EXPECT_EQ(ack.id, 4242);
  EXPECT_EQ(ack.reason, 0);
  const auto nack = std::get<Ack>(decode(vector("32-dmp-nack-recipients"), noon).value());
  EXPECT_EQ(nack.reason, 2);
  ASSERT_EQ(nack.recipients.size(), 1U);
  EXPECT_EQ(nack.recipients[0].address.direct, 17U);
}

// Cut anywhere, with a checksum that fits again: a named error, or (where only text was lost) another message.
TEST(DmpPdu, CutAtEveryOctet) {
  for (const auto* name : vectors) {
    const auto whole = vector(name);
    const bool sum = (whole[1] & 8) != 0;
    const std::size_t body = whole.size() - (sum ? 2 : 0);
    for (std::size_t n = 0; n < body; ++n) {
      Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
      if (sum && n >= 2) cut = sealed(cut);
      const auto decoded = decode(cut, noon);
      if (decoded) {
        const auto again = encode(*decoded);
        ASSERT_TRUE(again) << name << " cut to " << n;
        EXPECT_EQ(decode(*again, noon).value(), *decoded) << name << " cut to " << n;
      } else {
        EXPECT_LE(decoded.error().offset, cut.size()) << name << " cut to " << n;
      }
    }
  }
  // Nothing of an envelope or of fixed fields can be missing.
  for (const auto* name : {"20-dmp-v2-message", "22-dmp-v2-extended-addr", "25-dmp-x400-ids", "31-dmp-ack"}) {
    const auto whole = vector(name);
    const std::size_t fixed = std::string_view(name) == "31-dmp-ack" ? 6 : std::string_view(name)[1] == '0' ? 18 : 40;
    for (std::size_t n = 2; n < fixed; ++n)
      EXPECT_EQ(error_of(sealed(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)))), "truncated")
          << name << " cut to " << n;
  }
}

TEST(DmpPdu, EveryFlippedBitIsNoticed) {
  const auto whole = vector("20-dmp-v2-message");
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    if (bit == 8 + 4) continue;  // the checksum bit itself: without it nothing is checked
    auto hit = whole;
    hit[bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
    EXPECT_FALSE(decode(hit, noon)) << bit;
  }
}

TEST(DmpPdu, NamesOfErrors) {
  EXPECT_EQ(error_of({}), "truncated");
  EXPECT_EQ(error_of(Bytes{0x69, 0x00}), "not_dmp");
  EXPECT_EQ(error_of(Bytes{0xEA, 0x00}), "unknown_version");
  EXPECT_EQ(error_of(Bytes{0xE9, 0x05}), "unknown_content");
  auto octets = vector("20-dmp-v2-message");
  octets.back() ^= 1;
  EXPECT_EQ(error_of(octets), "bad_checksum");
  EXPECT_EQ(peek_id(octets), 4242);
  EXPECT_FALSE(peek_id(vector("31-dmp-ack")));
  EXPECT_EQ(peek_id(vector("21-dmp-v2-short-id-compressed")), 291);
  EXPECT_EQ(peek_id(vector("23-dmp-v1-message")), 77);
  EXPECT_EQ(peek_id(vector("25-dmp-x400-ids")), 4300);

  auto plain = vector("21-dmp-v2-short-id-compressed");  // has no checksum
  const auto with = [&plain](std::size_t at, std::uint8_t value) {
    auto changed = plain;
    changed[at] = value;
    return changed;
  };
  EXPECT_EQ(error_of(with(2, 0x60)), "bad_identifier");  // id type 3
  auto reserved = with(4, 0xFF);
  reserved[5] = 0xF8;
  EXPECT_EQ(error_of(reserved), "bad_time");            // submission 7FF8
  EXPECT_EQ(error_of(with(6, 0x01)), "bad_time");       // time difference
  EXPECT_EQ(error_of(with(9, 0x00)), "bad_recipient");  // offset 0
  EXPECT_EQ(error_of(with(14, 0x07)), "bad_body");      // format 3
  EXPECT_EQ(error_of(with(16, 0x03)), "bad_security");
  EXPECT_EQ(error_of(with(17, 0xFF)), "bad_time");  // expiry
  EXPECT_EQ(error_of(with(18, 0x7F)), "bad_time");  // DTG
  EXPECT_EQ(error_of(with(19, 0xBE)), "bad_sic");
  plain.back() ^= 1;
  EXPECT_EQ(error_of(plain), "bad_zlib");
  plain.back() ^= 1;
  plain.push_back(0);
  EXPECT_EQ(error_of(plain), "trailing_zlib");

  auto ack = vector("31-dmp-ack");
  ack.resize(6);
  ack.push_back(0);
  EXPECT_EQ(error_of(sealed(ack)), "trailing_octets");
  auto notification = vector("29-dmp-notification-nrn");
  notification.push_back(0);
  EXPECT_EQ(error_of(notification), "trailing_octets");
}

TEST(DmpPdu, AckWithExtensions) {
  Ack ack;
  ack.id = 7;
  ack.extensions = {{1, 2, 3}};
  ack.recipients = {direct_recipient(3, 20'000)};
  const auto octets = encode(ack);
  ASSERT_TRUE(octets);
  EXPECT_EQ(to_hex(ByteView(*octets).first(6)), "e9ac02010203");
  EXPECT_EQ(std::get<Ack>(decode(*octets, noon).value()), ack);
  ack.version = 1;
  EXPECT_FALSE(encode(ack));
}

TEST(DmpPdu, BoundsOfTheDatagram) {
  auto pdu = plain_message(1, "");
  const auto empty = encode(pdu).value().size();
  auto& data = std::get<Message>(pdu.content).body.data;
  data.assign(limits::dmp_datagram_octets - empty, 'A');
  const auto full = encode(pdu);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->size(), limits::dmp_datagram_octets);
  EXPECT_TRUE(decode(*full, noon));
  data.push_back('A');
  EXPECT_FALSE(encode(pdu));
  auto longer = *full;
  longer.push_back(0);
  EXPECT_EQ(error_of(longer), "too_large");
}

TEST(DmpPdu, BoundsOfInflation) {
  auto pdu = plain_message();
  auto& body = std::get<Message>(pdu.content).body;
  body.compressed = true;
  body.data.assign(limits::dmp_inflated_octets, 'A');
  const auto most = encode(pdu);
  ASSERT_TRUE(most);
  EXPECT_EQ(std::get<Pdu>(decode(*most, noon).value()), pdu);
  body.data.push_back('A');
  EXPECT_FALSE(encode(pdu));
}

TEST(DmpPdu, RecipientCounts) {
  for (const std::size_t count : {1U, 31U, 32U, 1000U}) {
    auto pdu = plain_message();
    pdu.envelope.recipients.clear();
    for (std::size_t i = 0; i < count; ++i)
      pdu.envelope.recipients.push_back(direct_recipient(static_cast<int>(i) + 1, static_cast<std::uint32_t>(i)));
    for (const int version : {1, 2}) {
      pdu.envelope.version = version;
      const auto octets = encode(pdu);
      ASSERT_TRUE(octets) << count;
      EXPECT_EQ(std::get<Pdu>(decode(*octets, noon).value()), pdu) << count;
    }
  }
  auto pdu = plain_message();
  pdu.envelope.recipients.clear();
  EXPECT_FALSE(encode(pdu));
}

// 4.3: offsets of 4, 10 and 15 bits, addresses of 7, 13 and 19, every request, both forms and versions.
TEST(DmpPdu, RecipientForms) {
  Rng rng(7);
  const std::array numbers{1, 15, 16, 17, 1023, 1024, 1025, 32'767};
  const std::array<std::uint32_t, 7> addresses{0, 127, 128, 8191, 8192, 300'000, direct_address_most};
  for (const bool extended : {false, true})
    for (const int version : {1, 2})
      for (const int number : numbers)
        for (const auto address : addresses)
          for (int requests = 0; requests < 18; ++requests) {
            auto pdu = plain_message();
            pdu.envelope.version = version;
            pdu.envelope.extended_addressing = extended;
            auto r = direct_recipient(number, address);
            r.report = static_cast<Wanted>(requests % 3);
            r.notification = static_cast<Wanted>(requests / 3 % 3);
            r.action = requests >= 9;
            if (extended && rng.chance(0.5)) {
              r.p2_address.emplace();
              r.p2_address->extended = Bytes(1 + rng.below(extended_address_most), 0x60);
            }
            if (r.p2_address && rng.chance(0.3)) r.address = {};  // in the heading only
            pdu.envelope.recipients = {r};
            const auto octets = encode(pdu);
            ASSERT_TRUE(octets);
            EXPECT_EQ(std::get<Pdu>(decode(*octets, noon).value()), pdu);
          }
}

TEST(DmpPdu, RecipientBounds) {
  const auto fits = [](Recipient r, bool extended) {
    auto pdu = plain_message();
    pdu.envelope.extended_addressing = extended;
    pdu.envelope.recipients = {std::move(r)};
    return encode(pdu).has_value();
  };
  for (const bool extended : {false, true}) {
    EXPECT_TRUE(fits(direct_recipient(recipient_number_most, 1), extended));
    EXPECT_FALSE(fits(direct_recipient(recipient_number_most + 1, 1), extended));
    EXPECT_FALSE(fits(direct_recipient(0, 1), extended));
    EXPECT_TRUE(fits(direct_recipient(1, direct_address_most), extended));
    EXPECT_FALSE(fits(direct_recipient(1, direct_address_most + 1), extended));
  }
  Recipient named;
  named.number = 1;
  EXPECT_FALSE(fits(named, true));
  named.address.extended = Bytes(extended_address_most, 1);
  EXPECT_TRUE(fits(named, true));
  EXPECT_FALSE(fits(named, false));
  named.address.extended.push_back(1);
  EXPECT_FALSE(fits(named, true));
  // Numbers must rise.
  auto pdu = plain_message();
  pdu.envelope.recipients = {direct_recipient(2, 1), direct_recipient(2, 2)};
  EXPECT_FALSE(encode(pdu));
}

TEST(DmpPdu, OriginatorForms) {
  for (int form = 0; form < 8; ++form) {
    auto pdu = plain_message();
    pdu.envelope.extended_addressing = true;
    const auto address = [](bool named) {
      Address a;
      if (named) a.extended = Bytes(40, 0x60);
      else a.direct = 77;
      return a;
    };
    pdu.envelope.originator = address((form & 2) != 0);
    if ((form & 4) != 0) pdu.envelope.second_originator = address((form & 1) != 0);
    const auto octets = encode(pdu);
    ASSERT_TRUE(octets);
    EXPECT_EQ(std::get<Pdu>(decode(*octets, noon).value()), pdu);
    pdu.envelope.version = 1;
    EXPECT_EQ(encode(pdu).has_value(), form < 4);
    pdu.envelope.extended_addressing = false;
    pdu.envelope.version = 2;
    EXPECT_EQ(encode(pdu).has_value(), form < 2);
  }
}

TEST(DmpPdu, SecurityOctets) {
  for (std::uint8_t policy = 0; policy < 8; ++policy)
    for (const int version : {1, 2}) {
      auto pdu = plain_message();
      pdu.envelope.version = version;
      auto& s = std::get<Message>(pdu.content).security;
      s.policy = policy;
      if (policy >= 6) s.nation_or_mission = 0x11;
      s.categories->first = 0xA0;
      if (version == 2 && policy >= 4 && policy <= 6)
        s.categories->more = {{false, 0x11, {}}, {true, 0x3F, {}}, {false, 0x3F, 0x2A}};
      const auto octets = encode(pdu);
      ASSERT_TRUE(octets) << int{policy};
      EXPECT_EQ(std::get<Pdu>(decode(*octets, noon).value()), pdu) << int{policy};
      s.nation_or_mission = policy >= 6 ? std::optional<std::uint8_t>{} : std::uint8_t{1};
      EXPECT_FALSE(encode(pdu)) << int{policy};
    }
}

TEST(DmpPdu, ReportsWithMixedAddressing) {
  Pdu pdu;
  pdu.envelope.id = 4095;
  pdu.envelope.submission = noon;
  pdu.envelope.recipients = {direct_recipient(1, 5)};
  Report r;
  r.security.categories.emplace();
  r.subject.id = 0xFFFF;
  ReportEntry delivered;
  delivered.recipient = direct_recipient(1, 17);
  delivered.delivery_age = minutes{5};
  ReportEntry failed;
  failed.delivered = false;
  failed.reason = 8;
  failed.diagnostic = 53;
  failed.recipient.number = 40;
  failed.recipient.address.extended = Bytes(33, 0x60);
  failed.info = "";
  r.entries = {delivered, failed};
  pdu.content = r;
  const auto octets = encode(pdu);
  ASSERT_TRUE(octets);
  EXPECT_EQ(std::get<Pdu>(decode(*octets, noon).value()), pdu);

  // With X.400 identifiers the subject's length stands in the envelope.
  pdu.envelope.id_type = IdType::x400;
  std::get<Report>(pdu.content).subject = {{}, "HQN1.001042.26112112"};
  const auto x400 = encode(pdu);
  ASSERT_TRUE(x400);
  EXPECT_EQ(std::get<Pdu>(decode(*x400, noon).value()), pdu);
  std::get<Report>(pdu.content).subject.x400 = std::string(36, 'A');  // 32 octets packed, 31 fit
  EXPECT_FALSE(encode(pdu));
}

TEST(DmpPdu, NotificationsOfX400Identifiers) {
  Pdu pdu = pdu_of("30-dmp-notification-on");
  pdu.envelope.id_type = IdType::x400;
  pdu.envelope.mts_id = "HQN1.2";
  std::get<Notification>(pdu.content).subject = {{}, "1042 261121120000Z"};
  const auto octets = encode(pdu);
  ASSERT_TRUE(octets);
  EXPECT_EQ(std::get<Pdu>(decode(*octets, noon).value()), pdu);
  std::get<Notification>(pdu.content).acp127_recipient = std::string(63, 'R');
  EXPECT_TRUE(encode(pdu));
  std::get<Notification>(pdu.content).acp127_recipient = std::string(64, 'R');
  EXPECT_FALSE(encode(pdu));
}

}  // namespace
}  // namespace longwire::dmp
