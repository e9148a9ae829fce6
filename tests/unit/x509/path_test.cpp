#include "crypto/x509/path.hpp"

#include "base/limits.hpp"
#include "tests/unit/x509/fixtures.hpp"

#include <gmock/gmock.h>

namespace longwire::crypto {
namespace {

using test::certificate;
using test::crl;
using testing::HasSubstr;

std::vector<CertificatePtr> certificates(const std::vector<std::string>& names) {
  std::vector<CertificatePtr> out;
  for (const auto& name : names) out.push_back(certificate(name));
  return out;
}

struct Case {
  std::string leaf;
  std::string_view reason;  // empty: ok
  std::vector<std::string> further;
  Purpose purpose = Purpose::signing;
};

TrustStore trust() {
  TrustStore out;
  out.anchors = certificates({"root"});
  out.intermediates = certificates({"sub"});
  return out;
}

std::string_view reason(const std::string& leaf, const TrustStore& with, Purpose purpose = Purpose::signing,
                        const std::vector<std::string>& further = {}, Time at = test::now) {
  const auto result = verify_path(*certificate(leaf), certificates(further), with, purpose, at);
  EXPECT_EQ(result.ok, result.reason.empty()) << result.text;
  EXPECT_EQ(result.ok, result.text.empty()) << result.text;
  EXPECT_FALSE(result.chain.empty());
  return result.reason;
}

TEST(Path, GivesTheReasonOfTheTable) {
  const std::vector<Case> cases{
      {"good", "", {}, Purpose::signing},
      {"good", "", {}, Purpose::encryption},
      {"good", "wrong_usage", {}, Purpose::tls_server},
      {"toolong", "path_too_long", {"sub2"}, Purpose::signing},
      {"pss", "", {}, Purpose::signing},
      {"pss1", "weak_digest", {}, Purpose::signing},
      {"sha1", "weak_digest", {}, Purpose::signing},
      {"md5", "weak_digest", {}, Purpose::signing},
      {"sha512", "", {}, Purpose::signing},
      {"weak", "weak_key", {}, Purpose::signing},
      {"critical", "unknown_critical_extension", {}, Purpose::signing},
      {"server", "wrong_usage", {}, Purpose::signing},
      {"server", "", {}, Purpose::tls_server},
      {"server", "wrong_usage", {}, Purpose::tls_client},
      {"client", "", {}, Purpose::tls_client},
      {"client", "wrong_usage", {}, Purpose::encryption},
      {"encipher", "wrong_usage", {}, Purpose::signing},
      {"encipher", "", {}, Purpose::encryption},
      {"notca", "not_a_ca", {"good"}, Purpose::signing},
      {"bynosign", "not_a_ca", {"nosign"}, Purpose::signing},
      {"bytls", "wrong_usage", {"subtls"}, Purpose::signing},
      {"inside", "", {"names"}, Purpose::signing},
      {"insidehost", "", {"names"}, Purpose::signing},
      {"outside", "name_not_permitted", {"names"}, Purpose::signing},
      {"excluded", "name_not_permitted", {"names"}, Purpose::signing},
      {"outsidetree", "name_not_permitted", {"names"}, Purpose::signing},
      {"bynamesuri", "unknown_critical_extension", {"namesuri"}, Purpose::signing},
      {"rich", "", {}, Purpose::signing},
      {"x400", "", {}, Purpose::signing},
      {"p521", "", {}, Purpose::signing},
      {"ed25519", "", {}, Purpose::signing},
      {"expired", "expired", {}, Purpose::signing},
      {"future", "not_yet_valid", {}, Purpose::signing},
      {"inloop", "untrusted_issuer", {"loopa", "loopb"}, Purpose::signing},
      {"inloop", "untrusted_issuer", {}, Purpose::signing},
      {"byroot2", "bad_signature", {}, Purpose::signing},
      {"byroot2", "bad_signature", {"root2"}, Purpose::signing},
      {"byoldsub", "expired", {"oldsub"}, Purpose::signing},
      {"cms/pki/alice-rsa.der", "untrusted_issuer", {}, Purpose::signing},
  };
  for (const auto& one : cases) EXPECT_EQ(reason(one.leaf, trust(), one.purpose, one.further), one.reason) << one.leaf;
}

TEST(Path, HoldsForTheTestPki) {
  TrustStore with;
  with.anchors = {certificate("cms/pki/ca.der")};
  for (const std::string who : {"alice", "bob", "gateway"})
    for (const std::string kind : {"rsa", "p256", "p384", "dh"}) {
      const auto name = "cms/pki/" + who + "-" + kind + ".der";
      EXPECT_EQ(reason(name, with, Purpose::signing), kind == "dh" ? "wrong_usage" : "") << name;
      EXPECT_EQ(reason(name, with, Purpose::encryption), "") << name;
    }
}

TEST(Path, ShowsTheChainAndWhatFailed) {
  auto result = verify_path(*certificate("good"), {}, trust(), Purpose::signing, test::now);
  ASSERT_EQ(result.chain.size(), 3U);
  EXPECT_EQ(result.chain[0]->subject_text(), "CN=Good,O=Odd,C=GB");
  EXPECT_EQ(result.chain[1]->subject_text(), "CN=Odd Sub,O=Odd,C=GB");
  EXPECT_EQ(result.chain[2]->subject_text(), "CN=Odd Root,O=Odd,C=GB");
  EXPECT_FALSE(result.weak);
  result = verify_path(*certificate("expired"), {}, trust(), Purpose::signing, test::now);
  EXPECT_EQ(result.text, "CN=Expired,O=Odd,C=GB: valid until 2001-01-01T00:00:00Z");
}

TEST(Path, IsValidFromTheFirstToTheLastSecond) {
  const auto good = certificate("good");
  const auto second = std::chrono::seconds(1);
  EXPECT_EQ(reason("good", trust(), Purpose::signing, {}, good->not_before), "");
  EXPECT_EQ(reason("good", trust(), Purpose::signing, {}, good->not_before - second), "not_yet_valid");
  EXPECT_EQ(reason("good", trust(), Purpose::signing, {}, good->not_after), "");
  EXPECT_EQ(reason("good", trust(), Purpose::signing, {}, good->not_after + second), "expired");
}

TEST(Path, RefusesEveryChangedOctetOfTheSignedPart) {
  const auto whole = test::file("x509/good.der");
  const auto original = certificate("good");
  const auto start = static_cast<std::size_t>(
      std::search(whole.begin(), whole.end(), original->tbs.begin(), original->tbs.end()) - whole.begin());
  for (std::size_t i = start; i < start + original->tbs.size(); i += 7) {
    auto turned = whole;
    turned[i] ^= 1;
    const auto read = read_certificate(turned);
    EXPECT_TRUE(!read || !verify_path(**read, {}, trust(), Purpose::signing, test::now).ok) << i;
  }
}

TEST(Path, TrustsNothingWithoutAnAnchor) {
  TrustStore with;
  with.intermediates = certificates({"root", "sub"});
  EXPECT_EQ(reason("good", with), "untrusted_issuer");
  EXPECT_EQ(reason("good", {}, Purpose::signing, {"root", "sub"}), "untrusted_issuer");
}

TEST(Path, TakesALeafThatIsAnAnchor) {
  TrustStore with;
  with.anchors = certificates({"good", "expired"});
  EXPECT_EQ(reason("good", with), "");
  EXPECT_EQ(reason("good", with, Purpose::tls_client), "wrong_usage");
  EXPECT_EQ(reason("expired", with), "expired");
}

TEST(Path, TriesEveryCertificateWithTheNameOfTheIssuer) {
  auto with = trust();
  with.anchors = certificates({"root2", "root"});
  EXPECT_EQ(reason("good", with), "");
  EXPECT_EQ(reason("byroot2", with), "");
}

TEST(Path, TakesAnAnchorOfVersionOne) {
  auto with = trust();
  with.anchors.push_back(certificate("v1"));
  EXPECT_EQ(reason("byv1", with), "");
  EXPECT_EQ(reason("byv1", trust(), Purpose::signing, {"v1"}), "not_a_ca");
}

TEST(Path, TakesWeakOnesWhereAllowedAndSaysSo) {
  auto with = trust();
  with.accept_weak = true;
  for (const auto* name : {"sha1", "pss1", "weak"}) {
    const auto result = verify_path(*certificate(name), {}, with, Purpose::signing, test::now);
    EXPECT_TRUE(result.ok) << name << ": " << result.text;
    EXPECT_TRUE(result.weak) << name;
  }
  EXPECT_EQ(reason("md5", with), "weak_digest");
  EXPECT_FALSE(verify_path(*certificate("good"), {}, with, Purpose::signing, test::now).weak);
  with.anchors = {certificate("cms/rfc4134/pki/CarlRSASelf.cer")};
  EXPECT_EQ(reason("cms/rfc4134/pki/AliceRSASignByCarl.cer", with), "");
  with.anchors = {certificate("cms/rfc4134/pki/CarlDSSSelf.cer")};
  EXPECT_EQ(reason("cms/rfc4134/pki/AliceDSSSignByCarlNoInherit.cer", with), "unsupported_algorithm");
}

TEST(Path, BoundsAMazeOfCertificates) {
  // Each of many certificates with the same name has been signed by none of the others.
  auto with = trust();
  with.anchors.clear();
  std::vector<CertificatePtr> maze;
  for (unsigned i = 0; i < 3000; ++i) {
    auto copy = std::make_shared<Certificate>(*certificate(i % 2 == 0 ? "loopa" : "loopb"));
    copy->der.push_back(static_cast<std::uint8_t>(i));
    copy->der.push_back(static_cast<std::uint8_t>(i >> 8));
    maze.push_back(copy);
  }
  const auto result = verify_path(*certificate("inloop"), maze, with, Purpose::signing, test::now);
  EXPECT_FALSE(result.ok);
  EXPECT_LE(result.chain.size(), limits::certificate_path);
}

TEST(Revocation, FindsTheRevoked) {
  auto with = trust();
  EXPECT_EQ(reason("revoked", with), "");
  for (const auto* list : {"sub", "sub-expired", "sub-partition", "sub-delta"}) {
    with.crls = {crl(list)};
    EXPECT_EQ(reason("revoked", with), "revoked") << list;
    EXPECT_EQ(reason("good", with), "") << list;
  }
  with.crls = {crl("root-sub")};
  EXPECT_EQ(reason("good", with), "revoked");  // its CA
}

TEST(Revocation, GoesByTheNewestList) {
  auto with = trust();
  with.crls = {crl("sub"), crl("sub-empty")};
  EXPECT_EQ(reason("revoked", with), "");
  with.crls = {crl("sub-empty"), crl("sub")};
  EXPECT_EQ(reason("revoked", with), "");
  EXPECT_EQ(reason("revoked", with, Purpose::signing, {}, *parse_utc("2026-01-15T00:00:00Z")), "revoked");
}

TEST(Revocation, MayBeRequired) {
  auto with = trust();
  with.require_crl = true;
  EXPECT_EQ(reason("good", with), "crl_missing");
  with.crls = {crl("sub")};
  EXPECT_EQ(reason("good", with), "crl_missing");  // that of the root
  with.crls = {crl("sub"), crl("root")};
  EXPECT_EQ(reason("good", with), "");
  with.crls = {crl("sub-expired"), crl("root")};
  EXPECT_EQ(reason("good", with), "crl_expired");
  EXPECT_EQ(reason("revoked", with), "revoked");
  for (const auto* list : {"sub-partition", "sub-delta"}) {  // say nothing of what they do not list
    with.crls = {crl(list), crl("root")};
    EXPECT_EQ(reason("good", with), "crl_missing") << list;
  }
  with.crls = {crl("sub"), crl("root-sha1")};
  EXPECT_EQ(reason("good", with), "crl_missing");
  with.accept_weak = true;
  EXPECT_EQ(reason("good", with), "");
}

TEST(Revocation, BelievesSignedListsOnly) {
  auto with = trust();
  with.crls = {crl("root2")};  // the name of the root, another key
  EXPECT_EQ(reason("good", with), "");
  with.anchors.push_back(certificate("root2"));
  EXPECT_EQ(reason("good", with), "revoked");  // as after a change of the key
  with = trust();
  with.crls = {crl("sub")};
  with.crls[0].tbs.back() ^= 1;
  EXPECT_EQ(reason("revoked", with), "");
  with.require_crl = true;
  with.crls.push_back(crl("root"));
  EXPECT_EQ(reason("revoked", with), "crl_missing");
}

TEST(Revocation, IsNotKnownBeforeTheList) {
  auto with = trust();
  with.require_crl = true;
  with.crls = {crl("sub"), crl("root")};
  EXPECT_EQ(reason("good", with, Purpose::signing, {}, *parse_utc("2025-12-31T00:00:00Z")), "crl_missing");
}

TEST(Crl, ReadsThoseOfRfc4134) {
  const auto all = crl("cms/rfc4134/pki/CarlRSACRLForAll.crl");
  EXPECT_EQ(all.revoked.size(), 3U);
  EXPECT_FALSE(all.next_update);
  EXPECT_TRUE(all.complete);
  EXPECT_TRUE(all.lists(certificate("cms/rfc4134/pki/BobRSASignByCarl.cer")->serial));
  EXPECT_FALSE(all.lists(certificate("cms/rfc4134/pki/CarlRSASelf.cer")->serial));
  EXPECT_TRUE(crl("cms/rfc4134/pki/CarlRSACRLEmpty.crl").revoked.empty());
  EXPECT_EQ(crl("cms/rfc4134/pki/CarlDSSCRLForAll.crl").revoked.size(), 5U);
  auto with = trust();
  with.accept_weak = true;
  with.anchors = {certificate("cms/rfc4134/pki/CarlRSASelf.cer")};
  with.crls = {all};
  EXPECT_EQ(reason("cms/rfc4134/pki/AliceRSASignByCarl.cer", with), "revoked");
}

TEST(Crl, TellsItsParts) {
  const auto sub = crl("sub");
  EXPECT_EQ(format_utc(sub.this_update), "2026-01-01T00:00:00Z");
  EXPECT_EQ(format_utc(*sub.next_update), "2099-01-01T00:00:00Z");
  EXPECT_EQ(sub.revoked, (std::vector<Bytes>{{0x12}}));
  EXPECT_TRUE(sub.complete);
  EXPECT_FALSE(crl("sub-delta").complete);
  EXPECT_FALSE(crl("sub-partition").complete);
  const auto pem = read_crl(test::file("x509/sub-crl.pem"));
  ASSERT_TRUE(pem);
  EXPECT_EQ(pem->tbs, sub.tbs);
}

TEST(Crl, ComeInBundles) {
  auto bundle = test::file("x509/sub-crl.pem");
  const auto again = bundle;
  bundle.insert(bundle.end(), again.begin(), again.end());
  const auto read = read_crls(bundle);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 2U);
  EXPECT_EQ(read_crl(bundle).error().name, "bad_crl");  // which one?
  EXPECT_EQ(read_crls(test::file("x509/sub.crl"))->size(), 1U);
}

TEST(Crl, RefusesWhatIsNone) {
  const auto error_of = [](ByteView octets) {
    const auto read = read_crl(octets);
    return read ? std::string_view() : read.error().name;
  };
  const auto der = test::file("x509/sub.crl");
  for (std::size_t i = 0; i < der.size(); ++i) EXPECT_NE(error_of(ByteView(der).first(i)), "") << i;
  EXPECT_EQ(error_of(test::file("x509/good.der")), "bad_crl");
  EXPECT_EQ(error_of(test::file("x509/bundle.pem")), "bad_crl");
  auto longer = der;
  longer.push_back(0);
  EXPECT_EQ(error_of(longer), "trailing_octets");
  EXPECT_EQ(error_of(Bytes(limits::crl_octets + 1)), "too_long");
  EXPECT_EQ(error_of(Bytes(limits::crl_octets)), "bad_tag");
}

}  // namespace
}  // namespace longwire::crypto
