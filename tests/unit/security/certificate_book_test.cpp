#include "node/security/certificate_book.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <fstream>
#include <iterator>

namespace longwire::security {
namespace {

using crypto::CertificatePtr;
using crypto::KeyType;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Time now = *parse_utc("2026-06-01T00:00:00Z");
constexpr auto day = std::chrono::hours(24);

Bytes file(const std::string& name) {
  std::ifstream in(std::string(LONGWIRE_VECTORS) + "/" + name, std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

CertificatePtr certificate(const std::string& name) {
  const bool is_path = name.find('/') != std::string::npos;
  const auto read = crypto::read_certificates(file((is_path ? name : "cms/pki/" + name) + ".der"));
  EXPECT_TRUE(read) << name;
  return read->front();
}

crypto::cms::SignerVerdict good(const std::string& signer, std::optional<Time> at = now,
                                const std::vector<std::string>& chain = {"ca"}) {
  crypto::cms::SignerVerdict out;
  out.result = "good";
  out.certificate = certificate(signer);
  out.chain = {out.certificate};
  for (const auto& one : chain) out.chain.push_back(certificate(one));
  out.signing_time = at;
  return out;
}

// SMIMEEncryptionKeyPreference [2] subjectKeyIdentifier.
Bytes preference_by_key_id(const std::string& name) {
  ber::Writer out;
  out.primitive(ber::context_tag(2, false), certificate(name)->subject_key_id);
  return out.finish();
}

struct BookTest : testing::Test {
  BookTest() { trust.anchors = {certificate("ca"), certificate("x509/root")}; }

  std::optional<KeyType> chosen(const std::string& address, bool prefer_ec = true, Time at = now) const {
    const auto found = book.for_encryption(address, {prefer_ec}, at);
    return found ? std::optional(found->key->type()) : std::nullopt;
  }
  std::string_view imported(const std::string& name, std::vector<std::string> addresses = {}, bool force = false) {
    const auto done = book.import(certificate(name), std::move(addresses), force, now);
    return done ? "" : done.error().name;
  }
  std::vector<std::string> sources() const {
    std::vector<std::string> out;
    for (const auto& entry : book.list("", now)) {
      const auto word = [&entry](const char* key) { return std::string(entry.at(key).as_string()); };
      out.push_back(word("address") + " " + std::string(entry.at("key").at("type").as_string()) + " " + word("source"));
    }
    return out;
  }

  store::Store store{":memory:"};
  crypto::TrustStore trust;
  CertificateBook book{store, trust};
};

TEST_F(BookTest, ChoosesByUsageAndAlgorithm) {
  EXPECT_FALSE(chosen("bob@bravo.example"));
  for (const auto* name : {"bob-dh", "bob-rsa", "bob-p384", "bob-p256"}) EXPECT_EQ(imported(name), "");
  EXPECT_EQ(chosen("bob@bravo.example"), KeyType::p256);
  EXPECT_EQ(chosen("BOB@Bravo.Example"), KeyType::p256);
  EXPECT_EQ(chosen("bob@bravo.example", false), KeyType::rsa);
  EXPECT_FALSE(chosen("alice@alpha.example"));
  EXPECT_FALSE(chosen(""));
  EXPECT_EQ(book.signers().size(), 4U);
}

TEST_F(BookTest, TakesDiffieHellmanWhereThereIsNothingElse) {
  EXPECT_EQ(imported("bob-dh"), "");
  EXPECT_EQ(chosen("bob@bravo.example"), KeyType::dh);
}

TEST_F(BookTest, NeverEncryptsToASignatureKeyOrAnExpiredOne) {
  EXPECT_EQ(imported("x509/client", {"odd@mail.example"}), "wrong_usage");
  EXPECT_EQ(imported("x509/client", {"odd@mail.example"}, true), "");
  EXPECT_FALSE(chosen("odd@mail.example"));
  EXPECT_EQ(imported("x509/expired", {}, true), "");
  EXPECT_FALSE(chosen("odd@mail.example"));
  EXPECT_EQ(imported("bob-rsa"), "");
  EXPECT_TRUE(chosen("bob@bravo.example"));
  EXPECT_FALSE(chosen("bob@bravo.example", true, *parse_utc("2100-01-01T00:00:00Z")));
  EXPECT_FALSE(chosen("bob@bravo.example", true, *parse_utc("2019-01-01T00:00:00Z")));
}

TEST_F(BookTest, ImportsOnlyTheTrustedUnlessForced) {
  trust.anchors.clear();
  EXPECT_EQ(imported("bob-rsa"), "untrusted_issuer");
  EXPECT_FALSE(chosen("bob@bravo.example"));
  EXPECT_EQ(imported("bob-rsa", {}, true), "");
  EXPECT_EQ(chosen("bob@bravo.example"), KeyType::rsa);
  const auto list = book.list("bob@bravo.example", now);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_TRUE(list[0].at("forced").as_bool());
  EXPECT_EQ(list[0].at("trust").as_string(), "forced");
  EXPECT_THAT(std::string(list[0].at("trust_text").as_string()), HasSubstr("untrusted_issuer"));
}

TEST_F(BookTest, KnowsThatAForcedOneIsRevoked) {
  trust.anchors = {certificate("x509/root")};
  EXPECT_EQ(imported("x509/revoked"), "untrusted_issuer");
  EXPECT_EQ(imported("x509/revoked", {}, true), "");
  EXPECT_TRUE(chosen("odd@mail.example"));  // a forced one needs no path
  trust.intermediates = {certificate("x509/sub")};
  trust.crls = {*crypto::read_crl(file("x509/sub.crl"))};
  EXPECT_FALSE(chosen("odd@mail.example"));
  EXPECT_EQ(book.list("odd@mail.example", now)[0].at("trust").as_string(), "revoked");
}

TEST_F(BookTest, StoresUnderGivenAddresses) {
  EXPECT_EQ(imported("gateway-p256", {"Desk@Bravo.Example", "/C=GB/ADMD=MIL/S=SHIP ONE/"}), "");
  EXPECT_EQ(chosen("desk@bravo.example"), KeyType::p256);
  EXPECT_EQ(chosen("/c=gb/admd=mil/s=ship one/"), KeyType::p256);
  EXPECT_FALSE(chosen("gateway@hub.example"));
  EXPECT_EQ(imported("gateway-p256", {"no address"}), "bad_address");
  EXPECT_EQ(imported("gateway-p256", {"@"}), "bad_address");
  EXPECT_EQ(imported("x509/p521"), "");
  EXPECT_EQ(imported("x509/server"), "no_address");
}

TEST_F(BookTest, HarvestsOfVerifiedSignaturesOnly) {
  const auto takes = [&](auto change) {
    auto signer = good("alice-rsa");
    change(signer);
    book.harvest("alice@alpha.example", signer, {}, now);
    return !book.list("", now).empty();
  };
  EXPECT_FALSE(takes([](auto& s) { s.result = "bad_signature"; }));
  EXPECT_FALSE(takes([](auto& s) { s.result = "expired"; }));
  EXPECT_FALSE(takes([](auto& s) { s.chain.clear(); }));  // nobody looked for its path
  EXPECT_FALSE(takes([](auto& s) { s.weak = true; }));
  EXPECT_FALSE(takes([](auto& s) { s.signing_time = now + 2 * day; }));
  EXPECT_FALSE(takes([](auto& s) { s.certificate = certificate("bob-rsa"); }));      // another's name
  EXPECT_FALSE(takes([](auto& s) { s.certificate = certificate("x509/client"); }));  // without any
  book.harvest("", good("alice-rsa"), {}, now);
  EXPECT_THAT(book.list("", now), IsEmpty());
  EXPECT_TRUE(takes([](auto&) {}));
  EXPECT_THAT(sources(), ElementsAre("alice@alpha.example rsa harvested"));
  EXPECT_EQ(chosen("alice@alpha.example"), KeyType::rsa);
}

TEST_F(BookTest, KeepsCapabilitiesOfTheNewestMail) {
  const auto capabilities = [&] { return book.capabilities("alice@alpha.example"); };
  auto signer = good("alice-rsa", now);
  signer.smime_capabilities = *from_hex("301a300b0609608648016503040102300b060960864801650304012a");
  book.harvest("Alice@alpha.example", signer, {}, now);
  EXPECT_THAT(capabilities(), ElementsAre("2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.42"));
  signer.signing_time = now - day;  // an older mail that comes later
  signer.smime_capabilities = *from_hex("300c300a06082a864886f70d0307");
  book.harvest("alice@alpha.example", signer, {}, now + day);
  EXPECT_EQ(capabilities().size(), 2U);
  signer.signing_time = now + day;
  book.harvest("alice@alpha.example", signer, {}, now + day);
  EXPECT_THAT(capabilities(), ElementsAre("1.2.840.113549.3.7"));
  EXPECT_EQ(book.list("alice@alpha.example", now)[0].at("capabilities").at(0).as_string(), "des-ede3-cbc");
  signer.signing_time = std::nullopt;
  signer.smime_capabilities.clear();
  book.harvest("alice@alpha.example", signer, {}, now + 2 * day);
  EXPECT_EQ(capabilities().size(), 1U);
  signer.signing_time = now + 2 * day;  // beyond the limit: not kept
  signer.smime_capabilities = Bytes(limits::smime_capabilities_octets + 1);
  book.harvest("alice@alpha.example", signer, {}, now + 2 * day);
  EXPECT_EQ(capabilities().size(), 1U);
}

TEST_F(BookTest, NeverOverwritesWhatWasMadeByHand) {
  EXPECT_EQ(imported("alice-rsa"), "");
  book.harvest("alice@alpha.example", good("alice-rsa"), {}, now + day);
  book.harvest("alice@alpha.example", good("alice-p256"), {}, now + day);
  EXPECT_THAT(sources(),
              testing::UnorderedElementsAre("alice@alpha.example rsa manual", "alice@alpha.example p256 harvested"));
  EXPECT_EQ(chosen("alice@alpha.example"), KeyType::rsa);  // although EC is wished
  EXPECT_EQ(imported("alice-p256"), "");                   // now that one is by hand too
  EXPECT_EQ(chosen("alice@alpha.example"), KeyType::p256);
}

// RFC 8551 2.5.3.1.
TEST_F(BookTest, TakesTheEncryptionCertificateTheSenderNames) {
  auto signer = good("alice-p256");
  const auto dh = certificate("alice-dh");
  ber::Writer preference;
  preference.begin(ber::context_tag(0, true));
  preference.raw(dh->issuer);
  preference.primitive(ber::integer_tag, dh->serial);
  preference.end();
  signer.encryption_key_preference = preference.finish();
  book.harvest("alice@alpha.example", signer, {certificate("bob-dh"), dh}, now);
  EXPECT_EQ(chosen("alice@alpha.example"), KeyType::dh);  // although the signer's could do it
  signer.encryption_key_preference = preference_by_key_id("alice-rsa");
  book.harvest("alice@alpha.example", signer, {certificate("alice-rsa")}, now);
  EXPECT_EQ(chosen("alice@alpha.example"), KeyType::rsa);
  EXPECT_EQ(book.list("alice@alpha.example", now).size(), 3U);
  signer.encryption_key_preference = preference_by_key_id("bob-rsa");  // not hers: not taken
  book.harvest("alice@alpha.example", signer, {certificate("bob-rsa")}, now);
  EXPECT_EQ(book.list("", now).size(), 3U);
  EXPECT_FALSE(chosen("bob@bravo.example"));
}

TEST_F(BookTest, TakesOneOfTheSameSubjectWhereTheSignersCannotEncrypt) {
  auto signing = std::make_shared<crypto::Certificate>(*certificate("alice-p256"));
  signing->usage = crypto::key_usage::digital_signature;
  auto signer = good("alice-p256");
  signer.certificate = signing;
  book.harvest("alice@alpha.example", signer, {certificate("alice-rsa"), certificate("alice-dh")}, now);
  EXPECT_FALSE(chosen("alice@alpha.example"));  // the others have other subjects
  auto twin = std::make_shared<crypto::Certificate>(*certificate("alice-p256"));
  twin->der.push_back(0);
  book.harvest("alice@alpha.example", signer, {twin}, now);
  EXPECT_EQ(chosen("alice@alpha.example"), KeyType::p256);
}

TEST_F(BookTest, TakesNoUntrustedEncryptionCertificate) {
  trust.anchors = {certificate("ca")};
  auto signer = good("alice-p256");
  signer.encryption_key_preference = preference_by_key_id("x509/good");
  auto renamed = std::make_shared<crypto::Certificate>(*certificate("x509/good"));
  renamed->addresses = {"alice@alpha.example"};
  book.harvest("alice@alpha.example", signer, {renamed}, now);
  EXPECT_THAT(sources(), ElementsAre("alice@alpha.example p256 harvested"));
}

TEST_F(BookTest, KeepsTheChainThatCameWithTheMail) {
  const auto signer = good("x509/good", now, {"x509/sub", "x509/root"});
  book.harvest("odd@mail.example", signer, {certificate("x509/sub")}, now);
  EXPECT_EQ(book.list("", now).size(), 2U);  // not the anchor
  EXPECT_EQ(chosen("odd@mail.example"), KeyType::p256);
  EXPECT_EQ(book.list("", now)[0].at("source").as_string(), "chain");
}

TEST_F(BookTest, IsTheSameAfterARestart) {
  EXPECT_EQ(imported("bob-rsa"), "");
  auto signer = good("alice-p256");
  signer.smime_capabilities = *from_hex("300d300b0609608648016503040102");
  book.harvest("alice@alpha.example", signer, {}, now);
  store.commit();
  const CertificateBook again(store, trust);
  EXPECT_EQ(again.list("", now), book.list("", now));
  EXPECT_EQ(again.capabilities("alice@alpha.example").size(), 1U);
  EXPECT_EQ(again.signers().size(), 2U);
}

TEST_F(BookTest, RemovesByAddressAndFingerprint) {
  for (const auto* name : {"bob-rsa", "bob-p256", "alice-rsa"}) EXPECT_EQ(imported(name), "");
  const auto fingerprint = certificate("bob-rsa")->fingerprint();
  EXPECT_EQ(book.remove(fingerprint.substr(0, 7)), 0U);  // too short to mean one
  EXPECT_EQ(book.remove(""), 0U);
  EXPECT_EQ(book.remove("nobody@bravo.example"), 0U);
  EXPECT_EQ(book.remove(fingerprint.substr(0, 2) + ":" + fingerprint.substr(2, 2) + ":" + fingerprint.substr(4, 4)),
            1U);
  EXPECT_EQ(chosen("bob@bravo.example", false), KeyType::p256);
  EXPECT_EQ(book.remove("BOB@bravo.example"), 1U);
  EXPECT_EQ(book.list("", now).size(), 1U);
  store.commit();
  EXPECT_EQ(CertificateBook(store, trust).list("", now).size(), 1U);
}

TEST_F(BookTest, ShowsWhatAnOperatorNeeds) {
  EXPECT_EQ(imported("bob-p384"), "");
  const auto list = book.list("bob@bravo.example", now);
  ASSERT_EQ(list.size(), 1U);
  const auto& shown = list[0].as_object();
  EXPECT_EQ(shown.at("subject").as_string(), "CN=Bob P-384,O=TEST Node,C=GB");
  EXPECT_EQ(shown.at("issuer").as_string(), "CN=TEST Node CA,O=TEST Node,C=GB");
  EXPECT_EQ(shown.at("serial").as_string(), "2003");
  EXPECT_EQ(shown.at("not_after").as_string(), "2099-05-26T00:00:00Z");
  EXPECT_EQ(shown.at("key").at("type").as_string(), "p384");
  EXPECT_EQ(shown.at("key").at("bits").to_number<int>(), 384);
  EXPECT_EQ(boost::json::serialize(shown.at("usage")), R"(["digitalSignature","keyAgreement"])");
  EXPECT_EQ(boost::json::serialize(shown.at("extended_usage")), R"(["emailProtection"])");
  EXPECT_EQ(boost::json::serialize(shown.at("can")), R"(["sign","encrypt"])");
  EXPECT_EQ(shown.at("source").as_string(), "manual");
  EXPECT_EQ(shown.at("trust").as_string(), "ok");
  EXPECT_EQ(shown.at("trust_text").as_string(), "");
  EXPECT_EQ(shown.at("fingerprint").as_string(), certificate("bob-p384")->fingerprint());
}

TEST_F(BookTest, NamesARowThatHoldsNoCertificate) {
  store::CertificateRow row;
  row.address = "a@b.example";
  row.fingerprint = "0011223344";
  row.der = {1, 2, 3};
  store.put_certificate(row);
  CertificateBook again(store, trust);
  ASSERT_EQ(again.list("", now).size(), 1U);
  EXPECT_EQ(again.list("", now)[0].at("trust").as_string(), "bad_certificate");
  EXPECT_FALSE(again.for_encryption("a@b.example", {}, now));
  EXPECT_THAT(again.signers(), IsEmpty());
  EXPECT_EQ(again.remove("a@b.example"), 1U);
}

TEST_F(BookTest, ForgetsTheLongestUnseenBeyondItsLimits) {
  auto signer = good("alice-rsa");
  for (std::size_t i = 0; i <= limits::certificates_of_address; ++i) {
    auto copy = std::make_shared<crypto::Certificate>(*certificate("alice-rsa"));
    copy->der.push_back(static_cast<std::uint8_t>(i));
    signer.certificate = copy;
    book.harvest("alice@alpha.example", signer, {}, now + static_cast<int>(i) * day);
    EXPECT_EQ(book.list("alice@alpha.example", now).size(), std::min(i + 1, limits::certificates_of_address));
  }
  for (const auto& entry : book.list("", now)) EXPECT_GT(entry.at("first_seen").as_string(), format_utc(now));
}

TEST_F(BookTest, HarvestsNoMoreThanItsLimit) {
  EXPECT_EQ(imported("bob-rsa"), "");  // does not count
  auto signer = good("alice-rsa");
  const auto alice = signer.certificate;
  for (std::size_t i = 0; i <= limits::certificates_harvested; ++i) {
    const auto address = "u" + std::to_string(i) + "@alpha.example";
    auto copy = std::make_shared<crypto::Certificate>(*alice);
    copy->addresses = {address};
    copy->der.push_back(static_cast<std::uint8_t>(i));
    copy->der.push_back(static_cast<std::uint8_t>(i >> 8));
    signer.certificate = copy;
    signer.signing_time = std::nullopt;
    book.harvest(address, signer, {}, now + static_cast<int>(i) * std::chrono::seconds(1));
    if (i + 1 != limits::certificates_harvested) continue;
    EXPECT_EQ(store.certificates().size(), i + 2);
  }
  EXPECT_EQ(store.certificates().size(), limits::certificates_harvested + 1);
  EXPECT_THAT(book.list("u0@alpha.example", now), IsEmpty());
  EXPECT_EQ(book.list("u1@alpha.example", now).size(), 1U);
  EXPECT_EQ(book.list("bob@bravo.example", now).size(), 1U);
}

TEST_F(BookTest, WarnsBeforeTheEnd) {
  const auto month = 30 * day;
  EXPECT_EQ(imported("bob-rsa"), "");
  EXPECT_THAT(book.expiring(now, month), IsEmpty());
  const auto end = certificate("bob-rsa")->not_after;
  const auto texts = book.expiring(end - day, month);
  ASSERT_EQ(texts.size(), 3U);  // both anchors and bob's
  EXPECT_THAT(texts[0], HasSubstr("trust anchor CN=TEST Node CA"));
  EXPECT_THAT(texts[2], HasSubstr("certificate of bob@bravo.example CN=Bob RSA"));
  EXPECT_THAT(texts[2], HasSubstr("expires on 2099-05-26T00:00:00Z"));
  EXPECT_THAT(book.expiring(end + day, month).at(2), HasSubstr("expired on"));
  trust.crls = {*crypto::read_crl(file("x509/sub-expired.crl"))};
  EXPECT_THAT(book.expiring(now, month), ElementsAre(HasSubstr("the CRL of CN=Odd Sub,O=Odd,C=GB is out of date")));
}

TEST_F(BookTest, WarnsOfHarvestedOnesOnlyWhereThereIsNoOther) {
  EXPECT_EQ(imported("x509/expired", {}, true), "");
  EXPECT_EQ(book.expiring(now, day).size(), 1U);
  EXPECT_EQ(book.remove("odd@mail.example"), 1U);
  auto old = std::make_shared<crypto::Certificate>(*certificate("alice-rsa"));
  old->not_after = now + day / 2;
  old->der.push_back(0);
  auto signer = good("alice-rsa");
  signer.certificate = old;
  book.harvest("alice@alpha.example", signer, {}, now);
  EXPECT_EQ(book.expiring(now, day).size(), 1U);
  book.harvest("alice@alpha.example", good("alice-rsa"), {}, now);
  EXPECT_THAT(book.expiring(now, day), IsEmpty());
}

}  // namespace
}  // namespace longwire::security
