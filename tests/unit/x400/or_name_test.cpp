// O/R names as text and in BER; MTS identifiers.
#include "annexe/x400/or_name.hpp"

#include "base/ber_reader.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire::x400 {
namespace {

OrName parsed(std::string_view text) {
  const auto name = parse_or_name(text);
  EXPECT_TRUE(name) << text << ": " << (name ? "" : name.error().text);
  return name ? *name : OrName{};
}

std::string error_of(std::string_view text) {
  const auto name = parse_or_name(text);
  if (name) return "none";
  EXPECT_EQ(name.error().name, "bad_or_address");
  EXPECT_LE(name.error().offset, text.size());
  return std::string(name.error().name);
}

Bytes ber_of(const OrName& name) {
  ber::Writer out;
  write(out, or_name_tag, name);
  return out.finish();
}

Result<OrName> read_back(ByteView octets) {
  const auto doc = ber::Document::read(octets);
  if (!doc) return doc.error();
  return read_or_name(*doc, 0);
}

OrName duty() {
  OrName out;
  out.country = "NO";
  out.admd = "TAC";
  out.prmd = "NO";
  out.organization = "HQ NORTH";
  out.units = {"OPS"};
  out.person.surname = "Duty";
  out.person.given = "Per";
  return out;
}

constexpr std::string_view duty_text = "/G=Per/S=Duty/OU=OPS/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/";

TEST(OrText, AsTheStandardWritesIt) {
  EXPECT_EQ(to_text(duty()), duty_text);
  EXPECT_EQ(parsed(duty_text), duty());
}

TEST(OrText, SynonymsAndSeparators) {
  for (const auto* text :
       {"C=NO;A=TAC;P=NO;O=HQ NORTH;OU1=OPS;S=Duty;G=Per",
        "c=NO; admd=TAC; prmd=NO; o=HQ NORTH; ou=OPS; s=Duty; g=Per;",
        "/g=Per/s=Duty/ou=OPS/o=HQ NORTH/p=NO/a=TAC/c=NO", ";G=Per/S=Duty;OU=OPS/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO;",
        "/PN=Per.Duty/OU=OPS/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/"})
    EXPECT_EQ(parsed(text), duty()) << text;
  const auto other = parsed("/Q=3/N-ID=4711/X.121=2423/T-ID=ab/CN=Bridge/C=NO/");
  EXPECT_EQ(other.person.generation, "3");
  EXPECT_EQ(other.numeric_user_id, "4711");
  EXPECT_EQ(other.x121, "2423");
  EXPECT_EQ(other.terminal_id, "ab");
  EXPECT_EQ(other.common_name, "Bridge");
  EXPECT_EQ(to_text(other), "/CN=Bridge/GQ=3/UA-ID=4711/T-ID=ab/X121=2423/ADMD= /C=NO/");
}

TEST(OrText, CountryWithoutAdmdMeansOneSpace) {
  EXPECT_EQ(parsed("/S=x/C=NO/").admd, " ");
  EXPECT_EQ(parsed("/S=x/ADMD= /C=NO/").admd, " ");
  EXPECT_EQ(parsed("/S=x/").admd, "");
}

TEST(OrText, OrderOfUnits) {
  const std::vector<std::string> units{"MOST", "MIDDLE", "LEAST"};
  EXPECT_EQ(parsed("/OU=LEAST/OU=MIDDLE/OU=MOST/O=x/C=NO/").units, units);
  EXPECT_EQ(parsed("/C=NO/O=x/OU=MOST/OU=MIDDLE/OU=LEAST/").units, units);  // RFC 2156 4.3.4.1: inverted
  EXPECT_EQ(parsed("/OU3=LEAST/OU1=MOST/O=x/OU2=MIDDLE/C=NO/").units, units);
  OrName name;
  name.units = units;
  EXPECT_EQ(to_text(name), "/OU=LEAST/OU=MIDDLE/OU=MOST/");
  EXPECT_EQ(error_of("/OU1=a/OU1=b/"), "bad_or_address");
  EXPECT_EQ(error_of("/OU1=a/OU=b/"), "bad_or_address");
  EXPECT_EQ(parsed("/OU=a/OU=b/OU=c/OU=d/").units.size(), limits::or_units);
  EXPECT_EQ(error_of("/OU=a/OU=b/OU=c/OU=d/OU=e/"), "bad_or_address");
}

TEST(OrText, DomainDefined) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(parsed("/RFC-822=ops(a)ship.example/C=NO/").domain_defined, (Pairs{{"RFC-822", "ops(a)ship.example"}}));
  EXPECT_EQ(parsed("DDA:RFC-822=a;C=NO").domain_defined, (Pairs{{"RFC-822", "a"}}));
  EXPECT_EQ(parsed("/DD.b=2/DD.a=1/").domain_defined, (Pairs{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(parsed("/DD2.b=2/DDA1:a=1/").domain_defined, (Pairs{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(parsed("/DD.a$=b=c$/d/").domain_defined, (Pairs{{"a=b", "c/d"}}));
  EXPECT_EQ(error_of("/DD=1/"), "bad_or_address");
  EXPECT_EQ(error_of("/DD.a=1/DD.b=1/DD.c=1/DD.d=1/DD.e=1/"), "bad_or_address");
}

TEST(OrText, PersonalNames) {
  const auto person = [](std::string_view pn) { return parsed("/PN=" + std::string(pn) + "/").person; };
  EXPECT_EQ(person("Marshall.Rose"), (PersonalName{"Rose", "Marshall", "", ""}));
  EXPECT_EQ(person("M.T.Rose"), (PersonalName{"Rose", "", "MT", ""}));
  EXPECT_EQ(person("Marshall.M.T.Rose"), (PersonalName{"Rose", "Marshall", "MT", ""}));
  EXPECT_EQ(person("Duty"), (PersonalName{"Duty", "", "", ""}));
  EXPECT_EQ(error_of("/PN=Per./"), "bad_or_address");
  EXPECT_EQ(error_of("/PN=Per.Duty/S=x/"), "bad_or_address");
  EXPECT_EQ(error_of("/S=x/PN=Per.Duty/"), "bad_or_address");
}

TEST(OrText, TeletexFormsStayRaw) {
  const auto name = parsed("/CN=yen*yen{165}/S=*M{252}ller/O=*{216}stfold/OU=a*{229}/C=NO/");
  EXPECT_EQ(name.common_name, "yen");
  EXPECT_EQ(name.organization, "");
  ASSERT_EQ(name.extensions.size(), 4u);
  EXPECT_EQ(name.extensions[0], (RawAttribute{5, from_hex("3003 1401e5").value()}));
  EXPECT_EQ(name.extensions[1], (RawAttribute{2, from_hex("140479656ea5").value()}));
  EXPECT_EQ(name.extensions[2], (RawAttribute{3, from_hex("1407 d87374666f6c64").value()}));
  EXPECT_EQ(name.extensions[3], (RawAttribute{4, from_hex("3108 80064dfc6c6c6572").value()}));
  EXPECT_EQ(to_text(name), "/CN=yen*yen{165}/S=*M{252}ller/OU=a*{229}/O=*{216}stfold/ADMD= /C=NO/");
  EXPECT_EQ(parsed("/CN=*{165165}/").extensions[0].value, from_hex("1402a5a5").value());
  EXPECT_EQ(error_of("/C=*{165}/"), "bad_or_address");
}

TEST(OrText, PostalAndNetworkAttributes) {
  constexpr std::string_view text =
      "/PD-SERVICE=mail/PD-C=NO/PD-CODE=0150/PD-OFFICE=Oslo*{216}/PD-OFFICE-NUM=1/PD-EXT-ADDRESS=a/PD-PN=b/PD-O=c/"
      "PD-EXT-DELIVERY=d/PD-ADDRESS=The Dome|The Square/PD-STREET=e/PD-BOX=f/PD-RESTANTE=g/PD-UNIQUE=h/PD-LOCAL=i/"
      "T-TY=ia5(7)/NET-NUM=4712345/NET-SUB=9/C=NO/";
  const auto name = parsed(text);
  EXPECT_EQ(name.extensions.size(), 17u);
  EXPECT_EQ(to_text(name),
            "/PD-SERVICE=mail/PD-C=NO/PD-CODE=0150/PD-OFFICE=Oslo*{216}/PD-OFFICE-NUM=1/"
            "PD-EXT-ADDRESS=a/PD-PN=b/PD-O=c/PD-EXT-DELIVERY=d/PD-ADDRESS=The Dome|The Square/"
            "PD-STREET=e/PD-BOX=f/PD-RESTANTE=g/PD-UNIQUE=h/PD-LOCAL=i/T-TY=ia5(7)/NET-NUM=4712345/"
            "NET-SUB=9/ADMD= /C=NO/");
  for (const auto& [synonym, key] :
       std::vector<std::pair<std::string, std::string>>{{"PD-SN", "PD-SERVICE"},
                                                        {"PD-PC", "PD-CODE"},
                                                        {"PD-OF", "PD-OFFICE"},
                                                        {"PD-OFN", "PD-OFFICE-NUM"},
                                                        {"PD-EA", "PD-EXT-ADDRESS"},
                                                        {"PD-OFFICE NUMBER", "PD-OFFICE-NUM"},
                                                        {"PD-ED", "PD-EXT-DELIVERY"},
                                                        {"PD-A", "PD-ADDRESS"},
                                                        {"PD-S", "PD-STREET"},
                                                        {"PD-B", "PD-BOX"},
                                                        {"PD-R", "PD-RESTANTE"},
                                                        {"PD-U", "PD-UNIQUE"},
                                                        {"PD-L", "PD-LOCAL"},
                                                        {"E.164", "NET-NUM"},
                                                        {"ISDN", "NET-NUM"}})
    EXPECT_EQ(parsed('/' + synonym + "=1/"), parsed('/' + key + "=1/")) << synonym;
  EXPECT_EQ(parsed("/PD-A2=b/PD-A1=a/"), parsed("/PD-ADDRESS=a|b/"));
  EXPECT_EQ(error_of("/PD-A1=a/PD-ADDRESS=b/"), "bad_or_address");
  for (const auto* type : {"7", "(7)", "ia5", "IA5(7)"})
    EXPECT_EQ(parsed(std::string("/T-TY=") + type), parsed("/T-TY=ia5(7)/")) << type;
  EXPECT_EQ(error_of("/T-TY=x/"), "bad_or_address");
  EXPECT_EQ(error_of("/NET-SUB=1/"), "bad_or_address");
}

TEST(OrText, WhatHasNoKeyIsHex) {
  OrName name;
  name.country = "NO";
  name.admd = " ";
  name.extensions = {{24, from_hex("3003 0c01 78").value()},
                     {2, from_hex("020105").value()},
                     {-5, from_hex("0500").value()},
                     {23, {}}};
  EXPECT_EQ(to_text(name), "/EXT-24=30030c0178/EXT-2=020105/EXT--5=0500/EXT-23=/ADMD= /C=NO/");
  EXPECT_EQ(parsed("/EXT-24=30030c0178/C=NO/").extensions[0], name.extensions[0]);
  for (const auto* text : {"/EXT-24=3003/", "/EXT-x=0500/", "/EXT-1=xy/", "/EXT-1=05000500/"})
    EXPECT_EQ(error_of(text), "bad_or_address") << text;
}

TEST(OrText, NoTextEndsTheLine) {
  OrName name;
  name.organization = "a\r\nBcc: x\x01{b}*$/=;";
  EXPECT_EQ(to_text(name), "/O=a{013}{010}Bcc: x{001}{123}b{125}$*$$$/$=$;/");
  EXPECT_EQ(parsed(to_text(name)), name);
}

TEST(OrText, WhatIsRefused) {
  for (const auto* text :
       {"", "/", ";;", "/C/", "no address", "/XX=1/", "/C=NO/C=SE/", "=", "/=x/", "/S=a/S=b/", "/NET-PSAP=x/", "/$"})
    EXPECT_EQ(error_of(text), "bad_or_address") << text;
}

// Anything may stand in a configuration file or in a message.
TEST(OrText, IsTotal) {
  constexpr std::string_view pieces[] = {"/", ";",  "=",   "$",   "*",  "{",     "}",       "{165}",
                                         "C", "OU", "OU1", "DD.", "PN", "EXT-1", "PD-A1",   "T-TY",
                                         "(", ")",  " ",   "x",   ".",  "\xff",  "30800000"};
  Rng rng(7);
  for (int run = 0; run < 20'000; ++run) {
    std::string text;
    for (auto n = rng.below(12); n > 0; --n) text += pieces[rng.below(std::size(pieces))];
    const auto name = parse_or_name(text);
    if (!name) continue;
    const auto again = parse_or_name(to_text(*name));
    if (!again) continue;  // nothing but empty values
    EXPECT_EQ(to_text(*again), to_text(*name)) << text;
  }
}

TEST(OrName, Matches) {
  auto other = duty();
  EXPECT_TRUE(duty().matches(other));
  other.organization = " hq   north ";
  other.person.surname = "DUTY";
  EXPECT_TRUE(duty().matches(other));
  EXPECT_NE(duty(), other);
  other.units = {"OPS", "X"};
  EXPECT_FALSE(duty().matches(other));
  auto space = duty();
  space.admd = " ";
  auto none = duty();
  none.admd = "";
  EXPECT_TRUE(space.matches(none));
  EXPECT_FALSE(space.matches(duty()));
  EXPECT_TRUE(OrName{}.empty());
  EXPECT_FALSE(duty().empty());
}

TEST(OrName, DigitsAreNumericStrings) {
  OrName name;
  name.country = "578";
  name.admd = "12";
  name.prmd = "9A";
  EXPECT_EQ(to_hex(ber_of(name)),
            "60153013"
            "61051203353738"
            "620412023132"
            "a20413023941");
  EXPECT_EQ(*read_back(ber_of(name)), name);
}

TEST(OrName, KeepsWhatItHasNoMemberFor) {
  // Teletex and universal names, a second common name, a directory name.
  OrName name = duty();
  name.common_name = "Bridge";
  name.extensions = {
      {2, from_hex("1401e5").value()}, {24, from_hex("3003 0c0178").value()}, {1, from_hex("1301 78").value()}};
  name.directory_name = from_hex("a004 3002 3000").value();
  EXPECT_EQ(*read_back(ber_of(name)), name);
  EXPECT_EQ(ber_of(*read_back(ber_of(name))), ber_of(name));
}

TEST(OrName, RefusedByName) {
  const auto error_of_hex = [](std::string_view hex) {
    const auto name = read_back(from_hex(hex).value());
    return name ? std::string("none") : std::string(name.error().name);
  };
  EXPECT_EQ(error_of_hex("6002 3000"), "none");
  EXPECT_EQ(error_of_hex("6000"), "missing_element");
  EXPECT_EQ(error_of_hex("6006 3000 3000 3000"), "duplicate_element");
  EXPECT_EQ(error_of_hex("6004 3000 0500"), "bad_tag");
  EXPECT_EQ(error_of_hex("6005 3003 830180"), "bad_string");
  EXPECT_EQ(error_of_hex("6009 3007 8301 41 8302 4142"), "duplicate_element");
  EXPECT_EQ(error_of_hex("6004 3002 a200"), "bad_length");                   // PRMD without a string
  EXPECT_EQ(error_of_hex("6009 3000 3005 3003 130141"), "missing_element");  // a domain-defined type alone
  EXPECT_EQ(error_of_hex("6009 3000 3105 3003 800101"), "missing_element");  // an extension without a value
}

TEST(MtsIdText, BothWays) {
  const MtsId id{{"NO", " ", "MIL"}, "HQN1.001042.26112112"};
  EXPECT_EQ(to_string(id), "[/PRMD=MIL/ADMD= /C=NO/;HQN1.001042.26112112]");
  EXPECT_EQ(*parse_mts_id(to_string(id)), id);
  const MtsId odd{{"NO", "a;b/c", ""}, "x;]{y\r\n$ "};
  EXPECT_EQ(to_string(odd), "[/ADMD=a$;b$/c/C=NO/;x;]{123}y{013}{010}$ ]");
  EXPECT_EQ(*parse_mts_id(to_string(odd)), odd);
  EXPECT_EQ(parse_mts_id("[/C=NO/;" + std::string(limits::mts_local_id, 'x') + ']')->local.size(), 32u);
  for (const auto& text : {std::string(), std::string("[]"), std::string("[;x]"), std::string("[/C=NO/]"),
                           std::string("[/C=NO/;]"), std::string("/C=NO/;x"), std::string("[/ADMD=x/;x]"),
                           std::string("[/S=x/C=NO/;x]"), "[/C=NO/;" + std::string(33, 'x') + ']'}) {
    const auto id_or_error = parse_mts_id(text);
    ASSERT_FALSE(id_or_error) << text;
    EXPECT_EQ(id_or_error.error().name, "bad_mts_id");
    EXPECT_LE(id_or_error.error().offset, text.size());
  }
}

}  // namespace
}  // namespace longwire::x400
