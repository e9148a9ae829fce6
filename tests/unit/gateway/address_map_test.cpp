#include "annexe/gateway/address_map.hpp"

#include "base/rng.hpp"
#include "base/text.hpp"
#include "mail/path.hpp"
#include "tests/unit/gateway/fixtures.hpp"

namespace longwire::gateway {
namespace {

using test::name;
using test::settings;

std::string or_text(std::string_view address) {
  const auto out = settings().addresses.to_or(address);
  return out ? x400::to_text(*out) : std::string(out.error().name);
}
std::string mail_of(std::string_view or_address) { return settings().addresses.to_rfc822(name(or_address)); }

TEST(Printable, ExamplesOfRfc2156) {
  const std::vector<std::pair<std::string, std::string>> both{{"'a demo.'", "'a demo.'"},
                                                              {"foo(a)bar", "foo@bar"},
                                                              {"(q)(u)(p)(q)", "\"_%\""},
                                                              {"(l)a(r)", "(a)"},
                                                              {"(126)", "~"},
                                                              {"a(u)b(a)x.example", "a_b@x.example"},
                                                              {"(b)(000)(127)", std::string("!\0\x7F", 3)}};
  for (const auto& [coded, ascii] : both) {
    EXPECT_EQ(printable_encode(ascii), coded);
    EXPECT_EQ(printable_decode(coded).value(), ascii);
  }
  EXPECT_EQ(printable_decode("(A)").value(), "@");
  for (const auto* bad : {"(", "(z)", "(128)", "(12)", "a(a"})
    EXPECT_EQ(printable_decode(bad).error().name, "bad_code");
}

TEST(MappingTable, AppendixF) {
  const auto table = read_mapping_table(
      "# comment\r\n\r\nship.example#PRMD$SHIP.ADMD$TAC.C$NO#\nPRMD$UK\\.AC.ADMD$ .C$GB#ac.uk#\n"
      "o.example#O$@.PRMD$P.ADMD$A.C$NO#\nou.example#OU$LOW.OU$HIGH.O$X.PRMD$P.ADMD$A.C$NO#");
  ASSERT_TRUE(table) << table.error().text;
  ASSERT_EQ(table->size(), 4U);
  EXPECT_EQ((*table)[0].prefix.prmd, "SHIP");
  EXPECT_EQ((*table)[1].domain, "ac.uk");
  EXPECT_EQ((*table)[1].prefix.prmd, "UK.AC");
  EXPECT_EQ((*table)[1].prefix.admd, " ");
  EXPECT_EQ((*table)[2].prefix.organization, "@");
  EXPECT_EQ((*table)[3].prefix.units, (std::vector<std::string>{"HIGH", "LOW"}));
  const auto bad = read_mapping_table("a.example#C$NO#\nno table\n");
  EXPECT_EQ(bad.error().name, "bad_table");
  EXPECT_EQ(bad.error().offset, 16U);
  for (const auto* line : {"a#X$Y.C$NO#", "a#PRMD$P#", "a b#C$NO#", "a#C$NO#x"})
    EXPECT_FALSE(read_mapping_table(line)) << line;
}

TEST(AddressMap, StageOne) {
  EXPECT_EQ(or_text("Per.A.Duty@ship.example"), "/G=Per/I=A/S=Duty/PRMD=SHIP/ADMD= /C=NO/");
  EXPECT_EQ(or_text("duty@nansen.ship.example"), "/S=duty/O=nansen/PRMD=SHIP/ADMD= /C=NO/");
  EXPECT_EQ(or_text("duty@ops.hq.example"), "/S=duty/OU=ops/O=HQ NORTH/PRMD=MIL/ADMD= /C=NO/");
  // An omitted level is skipped: the label is a unit, not an organization.
  EXPECT_EQ(or_text("duty@ops.flat.example"), "/S=duty/OU=ops/PRMD=FLAT/ADMD=TAC/C=NO/");
  // What the left says wins; the right fills the levels above.
  EXPECT_EQ(or_text("\"/S=Duty/O=HNOMS NANSEN/\"@ship.example"), "/S=Duty/O=HNOMS NANSEN/PRMD=SHIP/ADMD= /C=NO/");
  EXPECT_EQ(or_text("/G=Per/S=Duty/OU=OPS/O=HQ/PRMD=NO/ADMD=TAC/C=NO/@gw.example"),
            "/G=Per/S=Duty/OU=OPS/O=HQ/PRMD=NO/ADMD=TAC/C=NO/");
  // The user table comes first.
  EXPECT_EQ(or_text("Bridge@TOR.example"), "/CN=Bridge/O=KNM TOR/PRMD=SHIP/ADMD= /C=NO/");
}

TEST(AddressMap, StageTwo) {
  EXPECT_EQ(or_text("a_b@x.example"), "/RFC-822=a(u)b(a)x.example/O=TAC/PRMD=GW/ADMD= /C=NO/");
  // Of a mapped domain, but no personal name that would come back the same.
  EXPECT_EQ(or_text("a_b@ship.example"), "/RFC-822=a(u)b(a)ship.example/PRMD=SHIP/ADMD= /C=NO/");
  EXPECT_EQ(or_text("\"two  spaces\"@ship.example"),
            "/RFC-822=(q)two  spaces(q)(a)ship.example/PRMD=SHIP/ADMD= /C=NO/");
  // An X.400 address at another gateway is that gateway's to read.
  EXPECT_EQ(or_text("/S=Duty/O=X/ADMD=A/C=SE/@gw.elsewhere.example").substr(0, 9), "/RFC-822=");
  EXPECT_EQ(or_text("no-domain"), "bad_address");
  EXPECT_EQ(or_text("k\xC3\xB8l@ship.example"), "bad_address");  // SMTPUTF8 has no X.400 form
  EXPECT_EQ(or_text("a\nb@ship.example"), "bad_address");
}

TEST(AddressMap, ToRfc822) {
  EXPECT_EQ(mail_of("/RFC-822=ops(a)ship1.example/O=TAC/PRMD=GW/ADMD= /C=NO/"), "ops@ship1.example");
  EXPECT_EQ(mail_of("/G=Per/I=A/S=Duty/PRMD=SHIP/ADMD= /C=NO/"), "Per.A.Duty@ship.example");
  EXPECT_EQ(mail_of("/S=Comcen/O=HNOMS NANSEN/PRMD=SHIP/ADMD= /C=NO/"), "\"/S=Comcen/O=HNOMS NANSEN/\"@ship.example");
  EXPECT_EQ(mail_of("/S=Duty/OU=OPS/O=HQ NORTH/PRMD=MIL/ADMD= /C=NO/"), "Duty@OPS.hq.example");
  EXPECT_EQ(mail_of("/G=Officer/S=Duty/GQ=2/OU=OPS/O=HQ NORTH/PRMD=MIL/ADMD= /C=NO/"),
            "/G=Officer/S=Duty/GQ=2/@OPS.hq.example");
  EXPECT_EQ(mail_of("/CN=Bridge/O=KNM TOR/PRMD=SHIP/ADMD= /C=NO/"), "bridge@tor.example");
  // In no table: everything on the left, this gateway on the right.
  EXPECT_EQ(mail_of("/S=X/O=Y/ADMD=Z/C=SE/"), "/S=X/O=Y/ADMD=Z/C=SE/@gw.example");
  // A level is missing below the entry: the unit must not become a domain.
  EXPECT_EQ(mail_of("/S=X/OU=Y/PRMD=SHIP/ADMD= /C=NO/"), "/S=X/OU=Y/@ship.example");
  // A level omitted on purpose.
  EXPECT_EQ(mail_of("/S=duty/OU=ops/PRMD=FLAT/ADMD=TAC/C=NO/"), "duty@ops.flat.example");
  // What looks like an address but could end a line is text.
  EXPECT_EQ(mail_of("/RFC-822=a(013)(010)b(a)x.example/O=T/ADMD= /C=NO/"),
            "\"/RFC-822=a(013)(010)b(a)x.example/O=T/ADMD= /C=NO/\"@gw.example");
}

TEST(AddressMap, X01_LimitsOfTheEncapsulation) {
  const auto map = settings().addresses;
  const std::string domain = "@x.example";  // 12 coded characters
  const auto exactly = std::string(512 - 12, 'a') + domain;
  const auto coded = map.to_or(exactly);
  ASSERT_TRUE(coded) << coded.error().text;
  ASSERT_EQ(coded->domain_defined.size(), 4U);
  EXPECT_EQ(coded->domain_defined[3].first, "RFC822C3");
  EXPECT_EQ(coded->domain_defined[3].second.size(), 128U);
  EXPECT_EQ(map.to_rfc822(*coded), exactly);
  EXPECT_EQ(map.to_or('a' + exactly).error().name, "address_too_long");
}

// Rfc 2156 4.4.1.
TEST(AddressMap, LoopsInsideTheGatewayAreResolved) {
  const auto map = settings().addresses;
  EXPECT_EQ(x400::to_text(map.resolve(name("/RFC-822=Per.Duty(a)ship.example/O=TAC/PRMD=GW/ADMD= /C=NO/"))),
            "/G=Per/S=Duty/PRMD=SHIP/ADMD= /C=NO/");
  const auto outside = name("/RFC-822=a(a)x.example/O=TAC/PRMD=GW/ADMD= /C=NO/");
  EXPECT_EQ(map.resolve(outside), outside);
}

TEST(AddressMap, OtherNames) {
  const auto map = settings().addresses;
  ASSERT_NE(map.by_plad("  knm  tor "), nullptr);
  EXPECT_EQ(map.by_plad("knm tor")->address, "bridge@tor.example");
  EXPECT_EQ(map.by_plad(""), nullptr);
  ASSERT_NE(map.by_dmp(17), nullptr);
  EXPECT_EQ(map.by_dmp(18), nullptr);
}

std::string random_address(Rng& rng) {
  constexpr std::string_view atoms = "abcXYZ019.!#$%&'*+-/=?^_`{|}~";
  constexpr std::string_view quoted = "ab Z09.()<>[]:;@,\"\\/=$";
  const std::vector<std::string> domains{"ship.example", "nansen.ship.example", "hq.example",  "a.b.flat.example",
                                         "gw.example",   "x.example",           "[192.0.2.1]", "SHIP.Example"};
  std::string local;
  const auto size = 1 + rng.below(30);
  if (rng.below(3) == 0) {
    local = '"';
    for (std::uint64_t i = 0; i < size; ++i) {
      const char c = quoted[rng.below(quoted.size())];
      if (c == '"' || c == '\\') local += '\\';
      local += c;
    }
    local += '"';
  } else {
    for (std::uint64_t i = 0; i < size; ++i) local += atoms[rng.below(atoms.size())];
  }
  return local + '@' + domains[rng.below(domains.size())];
}

// X-01: RFC 822 -> O/R -> RFC 822 is the identity (domains compare without case).
TEST(AddressMap, X01_RandomAddressesComeBack) {
  Rng rng(1);
  const auto map = settings().addresses;
  int checked = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto address = random_address(rng);
    if (!mail::is_mailbox(address)) continue;
    const auto coded = map.to_or(address);
    ASSERT_TRUE(coded) << address;
    const auto back = map.to_rfc822(*coded);
    const auto at = address.rfind('@');
    // An address that is X.400 text may be spelt in several ways; it comes back in the one of 4.1.
    if (address[0] == '/' || address.starts_with("\"/") || address.starts_with("\";")) {
      EXPECT_EQ(map.to_or(back).value(), *coded) << address << " " << back;
      continue;
    }
    ASSERT_EQ(back.substr(0, at), address.substr(0, at)) << x400::to_text(*coded);
    ASSERT_TRUE(iequals(back.substr(at), address.substr(at))) << back;
    ++checked;
  }
  EXPECT_GT(checked, 5000);
}

x400::OrName random_name(Rng& rng) {
  const auto word = [&rng](std::size_t most) {
    constexpr std::string_view chars = "ABab01 '()+,-./:=?";
    std::string out;
    for (auto n = rng.below(most) + 1; n > 0; --n) out += chars[rng.below(chars.size())];
    out = trim(out);
    while (out.find("  ") != std::string::npos) out.erase(out.find("  "), 1);
    return out.empty() ? std::string("x") : out;
  };
  x400::OrName out;
  out.country = "NO";
  out.admd = rng.below(2) == 0 ? " " : "TAC";
  if (rng.below(2) == 0) out.prmd = rng.below(2) == 0 ? "SHIP" : "MIL";
  if (rng.below(2) == 0) out.organization = rng.below(2) == 0 ? "HQ NORTH" : word(20);
  for (auto n = rng.below(3); n > 0; --n) out.units.push_back(word(20));
  if (rng.below(2) == 0) out.common_name = word(30);
  if (rng.below(2) == 0) out.person.surname = word(20);
  if (!out.person.surname.empty() && rng.below(2) == 0) out.person.given = word(10);
  if (rng.below(4) == 0) out.domain_defined.emplace_back("cap", word(30));
  if (out.common_name.empty() && out.person.surname.empty()) out.common_name = word(10);
  return out;
}

TEST(AddressMap, RandomNamesComeBack) {
  Rng rng(2);
  const auto map = settings().addresses;
  for (int i = 0; i < 5000; ++i) {
    const auto original = random_name(rng);
    const auto address = map.to_rfc822(original);
    ASSERT_TRUE(mail::is_mailbox(address)) << address;
    const auto back = map.to_or(address);
    ASSERT_TRUE(back) << address;
    EXPECT_TRUE(back->matches(original)) << address << " " << x400::to_text(*back) << " " << x400::to_text(original);
  }
}

}  // namespace
}  // namespace longwire::gateway
