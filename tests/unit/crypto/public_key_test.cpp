// Reading of public keys: points, groups and sizes are judged.
#include "base/ber_reader.hpp"
#include "base/limits.hpp"
#include "key_people.hpp"

#include <algorithm>

namespace longwire::crypto::test {
namespace {

std::string spki_fault(const Bytes& der) { return fault(PublicKey::from_spki(der)); }

Bytes spki(const char* algorithm, ByteView parameters, ByteView key) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, algorithm);
  out.raw(parameters);
  out.end();
  out.bit_string(ber::bit_string_tag, key, key.size() * 8);
  out.end();
  return out.finish();
}

Bytes number(Bytes big_endian) {
  big_endian.insert(big_endian.begin(), 0);
  ber::Writer out;
  out.primitive(ber::integer_tag, big_endian);
  return out.finish();
}

Bytes sequence(std::initializer_list<Bytes> members) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (const auto& member : members) out.raw(member);
  out.end();
  return out.finish();
}

TEST(PublicKey, TypeAndSize) {
  const auto check = [](const char* name, KeyType type, unsigned bits) {
    const auto key = public_key("keys/" + std::string(name) + ".pub");
    EXPECT_EQ(key.type(), type);
    EXPECT_EQ(key.bits(), bits);
    EXPECT_EQ(key.spki(), read_vector("keys/" + std::string(name) + ".pub"));
  };
  check("rsa", KeyType::rsa, 2048);
  check("rsa1024", KeyType::rsa, 1024);
  check("pss", KeyType::rsa, 2048);
  check("p256", KeyType::p256, 256);
  check("p384", KeyType::p384, 384);
  check("p521", KeyType::p521, 521);
  check("x25519", KeyType::x25519, 255);
  check("dhx", KeyType::dh, 2048);
}

TEST(PublicKey, CutOffOrFollowedIsAnError) {
  for (const std::string name : {"rsa", "p256", "x25519"}) {
    auto whole = read_vector("keys/" + name + ".pub");
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_EQ(spki_fault(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), "truncated");
    whole.push_back(0);
    EXPECT_EQ(spki_fault(whole), "bad_key");
  }
}

TEST(PublicKey, PointsMustBeOnTheCurve) {
  for (const std::string name : {"p256", "p384", "p521"}) {
    const auto good = read_vector("keys/" + name + ".pub");
    auto spoiled = good;
    spoiled.back() ^= 1;
    EXPECT_EQ(spki_fault(spoiled), "bad_key");
    const auto key = public_key("keys/" + name + ".pub");
    const auto octets = key.agreement_octets();
    const auto width = (octets.size() - 1) / 2;
    const auto agreement_fault = [&](Bytes point) { return fault(PublicKey::from_agreement(key, point)); };
    EXPECT_EQ(agreement_fault(octets), "none");
    EXPECT_EQ(agreement_fault({0}), "bad_key");  // infinity
    EXPECT_EQ(agreement_fault({}), "bad_key");
    auto hybrid = octets;
    hybrid[0] = static_cast<std::uint8_t>(6 + (octets.back() & 1));
    EXPECT_EQ(agreement_fault(hybrid), "bad_key");  // RFC 5480 2.2
    auto longer = octets;
    longer.push_back(0);
    EXPECT_EQ(agreement_fault(longer), "bad_key");
    // Compressed: the same point; the other sign: its negative.
    Bytes compressed(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(width) + 1);
    compressed[0] = static_cast<std::uint8_t>(2 + (octets.back() & 1));
    const auto read = PublicKey::from_agreement(key, compressed);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, key);
    compressed[0] ^= 1;
    const auto negative = PublicKey::from_agreement(key, compressed);
    ASSERT_TRUE(negative);
    EXPECT_FALSE(*negative == key);
    std::fill(compressed.begin() + 1, compressed.end(), std::uint8_t{0xFF});  // beyond p
    EXPECT_EQ(agreement_fault(compressed), "bad_key");
  }
}

TEST(PublicKey, HalfOfAllXHaveNoPoint) {
  const auto key = public_key("keys/p256.pub");
  int taken = 0;
  for (std::uint8_t x = 0; x < 100; ++x) {
    Bytes compressed(33, 0);
    compressed[0] = 2;
    compressed.back() = x;
    if (PublicKey::from_agreement(key, compressed)) ++taken;
  }
  EXPECT_GT(taken, 25);
  EXPECT_LT(taken, 75);
}

TEST(PublicKey, UnknownAlgorithmsAndCurves) {
  const Bytes null{5, 0};
  EXPECT_EQ(spki_fault(spki("1.3.101.112", {}, Bytes(32, 1))), "unsupported_key");
  EXPECT_EQ(spki_fault(spki("1.2.840.10045.2.1", from_hex("06052b8104000a").value(), Bytes(65, 4))),
            "unsupported_key");  // secp256k1
  EXPECT_EQ(spki_fault(spki("1.2.840.10045.2.1", null, Bytes(65, 4))), "unsupported_key");
  EXPECT_EQ(spki_fault(spki("1.2.840.10045.2.1", {}, Bytes(65, 4))), "unsupported_key");
}

TEST(PublicKey, RsaSizesHaveLimits) {
  const auto rsa = [](std::size_t bits, Bytes exponent) {
    Bytes n(bits / 8, 0x55);
    n.front() = 0x80;  // exactly so many bits
    if (bits % 8 != 0) n.insert(n.begin(), 1);
    n.back() |= 1;
    return spki_fault(spki("1.2.840.113549.1.1.1", Bytes{5, 0}, sequence({number(n), number(std::move(exponent))})));
  };
  EXPECT_EQ(rsa(limits::rsa_least_bits, {3}), "none");
  EXPECT_EQ(rsa(limits::rsa_least_bits - 8, {3}), "bad_key");
  EXPECT_EQ(rsa(limits::rsa_bits, {3}), "none");
  EXPECT_EQ(rsa(limits::rsa_bits + 1, {3}), "bad_key");
  EXPECT_EQ(rsa(2048, Bytes(limits::rsa_exponent_bits / 8, 0xFF)), "none");
  Bytes long_exponent(limits::rsa_exponent_bits / 8, 0xFF);
  long_exponent.insert(long_exponent.begin(), 1);
  EXPECT_EQ(rsa(2048, long_exponent), "bad_key");
  EXPECT_EQ(rsa(2048, {1}), "bad_key");
  EXPECT_EQ(rsa(2048, {4}), "bad_key");
  EXPECT_EQ(rsa(2048, {0}), "bad_key");
}

// The group of keys/dhx.pub and its numbers.
struct Group {
  Bytes p, g, q, y;
};
Group dhx_group() {
  const auto der = read_vector("keys/dhx.pub");
  const auto doc = ber::Document::read(der).value();
  const auto outer = doc.children(0);
  const auto numbers = doc.children(doc.children(outer[0])[1]);
  const auto octets = [&](std::size_t index) {
    const auto view = doc.content(index);
    return Bytes(view.begin() + (view[0] == 0 ? 1 : 0), view.end());
  };
  return {octets(numbers[0]), octets(numbers[1]), octets(numbers[2]), public_key("keys/dhx.pub").agreement_octets()};
}
std::string dh_fault(const Bytes& p, const Bytes& g, const Bytes& q, const Bytes& y) {
  return spki_fault(spki("1.2.840.10046.2.1", sequence({number(p), number(g), number(q)}), y));
}

TEST(PublicKey, DiffieHellmanValuesMustBeOfTheGroup) {
  const auto group = dhx_group();
  const auto key = public_key("keys/dhx.pub");
  const auto value_fault = [&](const Bytes& y) { return fault(PublicKey::from_agreement(key, y)); };
  const auto minus = [&](std::uint8_t less) {  // p ends in an octet above 2
    auto out = group.p;
    out.back() = static_cast<std::uint8_t>(out.back() - less);
    return number(out);
  };
  EXPECT_EQ(value_fault(group.y), "none");
  EXPECT_EQ(value_fault(number(group.g)), "none");
  EXPECT_EQ(value_fault(number({0})), "bad_key");
  EXPECT_EQ(value_fault(number({1})), "bad_key");
  EXPECT_EQ(value_fault(number({2})), "bad_key");  // in the range, not of the subgroup
  EXPECT_EQ(value_fault(minus(0)), "bad_key");
  EXPECT_EQ(value_fault(minus(1)), "bad_key");  // order 2
  EXPECT_EQ(value_fault(minus(2)), "bad_key");
  EXPECT_EQ(value_fault({}), "bad_key");
  EXPECT_EQ(value_fault({0x02, 0x01, 0xFF}), "bad_key");  // negative
  auto followed = group.y;
  followed.push_back(0);
  EXPECT_EQ(value_fault(followed), "bad_key");
}

TEST(PublicKey, DiffieHellmanGroupsAreJudged) {
  const auto group = dhx_group();
  EXPECT_EQ(dh_fault(group.p, group.g, group.q, group.y), "none");
  EXPECT_EQ(dh_fault(group.p, {1}, group.q, group.y), "bad_key");
  EXPECT_EQ(dh_fault(group.p, {2}, group.q, group.y), "bad_key");
  auto even = group.p;
  even.back() &= 0xFE;
  EXPECT_EQ(dh_fault(even, group.g, group.q, group.y), "bad_key");
  auto small_q = group.q;
  small_q.resize(limits::dh_least_subgroup_bits / 8 - 1);
  EXPECT_EQ(dh_fault(group.p, group.g, small_q, group.y), "bad_key");
  EXPECT_EQ(dh_fault(group.p, group.g, group.p, group.y), "bad_key");
  EXPECT_EQ(dh_fault({0}, group.g, group.q, group.y), "bad_key");
  EXPECT_EQ(spki_fault(spki("1.2.840.10046.2.1", {}, group.y)), "truncated");
}

// Groups of any size without a search for primes: 2 is of order m modulo 2^m - 1, and of order lcm(a, b) modulo
// (2^a - 1)(2^b - 1); q is an odd multiple of it with q_bits bits.
Bytes odd_multiple(std::size_t order, std::size_t q_bits) {
  Bytes q((q_bits + 7) / 8, 0);
  q.front() = static_cast<std::uint8_t>(1U << ((q_bits - 1) % 8));
  std::uint64_t rest = 0;
  for (const auto octet : q) rest = (rest << 8 | octet) % order;
  auto add = order - rest;
  if (add % 2 == 0) add += order;
  for (std::size_t i = 0; i < 4; ++i) q[q.size() - 1 - i] = static_cast<std::uint8_t>(add >> (8 * i));
  return q;
}
Bytes with_bits(std::initializer_list<std::pair<std::size_t, std::size_t>> runs) {  // first to last bit, from 0
  std::size_t top = 0;
  for (const auto& run : runs) top = std::max(top, run.second);
  Bytes out(top / 8 + 1, 0);
  for (const auto& [first, last] : runs)
    for (auto bit = first; bit <= last; ++bit)
      out[out.size() - 1 - bit / 8] |= static_cast<std::uint8_t>(1U << bit % 8);
  return out;
}

TEST(PublicKey, DiffieHellmanSizesHaveLimits) {
  const auto two = number({2});
  const auto sized = [&](std::size_t m, std::size_t q_bits) {
    return dh_fault(with_bits({{0, m - 1}}), {2}, odd_multiple(m, q_bits), two);
  };
  EXPECT_EQ(sized(limits::dh_least_bits + 1, 256), "none");  // keys/dhx.pub stands at the limit
  EXPECT_EQ(sized(limits::dh_least_bits - 1, 256), "bad_key");
  EXPECT_EQ(sized(limits::dh_bits + 1, 256), "bad_key");
  EXPECT_EQ(sized(limits::dh_least_bits + 1, limits::dh_least_subgroup_bits), "none");
  EXPECT_EQ(sized(limits::dh_least_bits + 1, limits::dh_least_subgroup_bits - 1), "bad_key");
  // (2^2049 - 1)(2^2047 - 1) = 2^4096 - 2^2049 - 2^2047 + 1
  static_assert(limits::dh_bits == 4096);
  const auto largest = with_bits({{0, 0}, {2047, 2048}, {2050, 4095}});
  EXPECT_EQ(dh_fault(largest, {2}, odd_multiple(2049 * 2047, 256), two), "none");
}

TEST(PublicKey, OtherDomainsDoNotAgree) {
  const auto p256 = private_key("keys/p256.key");
  EXPECT_FALSE(p256.agree(public_key("keys/p384.pub"), chance()));
  EXPECT_FALSE(p256.agree(public_key("keys/rsa.pub"), chance()));
  EXPECT_FALSE(private_key("keys/rsa.key").agree(public_key("keys/rsa.pub"), chance()));
  // The same numbers, another g: RFC 2631 wants the recipient's own parameters.
  const auto group = dhx_group();
  const auto other =
      PublicKey::from_spki(spki("1.2.840.10046.2.1", sequence({number(group.p), group.y, number(group.q)}), group.y));
  ASSERT_TRUE(other);
  EXPECT_FALSE(private_key("keys/dhx.key").agree(*other, chance()));
  EXPECT_EQ(fault(PublicKey::from_agreement(public_key("keys/rsa.pub"), group.y)), "unsupported_key");
}

TEST(PublicKey, X25519ZeroIsRefused) {  // RFC 8418 3.2: all zeros MUST abort
  const auto key = private_key("keys/x25519.key");
  for (const std::string& point :
       {std::string(64, '0'), "01" + std::string(62, '0'),
        std::string("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")}) {  // order 8 (RFC 7748 6.1)
    const auto peer = PublicKey::from_agreement(key.public_key(), from_hex(point).value());
    EXPECT_FALSE(peer && key.agree(*peer, chance())) << point;
  }
  EXPECT_EQ(fault(PublicKey::from_agreement(key.public_key(), Bytes(31, 9))), "bad_key");
}

}  // namespace
}  // namespace longwire::crypto::test
