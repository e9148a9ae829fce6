#include "crypto/x509/certificate.hpp"

#include "base/limits.hpp"
#include "crypto/x509/pem.hpp"
#include "tests/unit/x509/fixtures.hpp"

#include <gmock/gmock.h>

#include <map>

namespace longwire::crypto {
namespace {

using test::certificate;
using test::file;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The octets of a certificate with the first occurrence of one hex text replaced by another of the same length.
Bytes changed(const std::string& name, const std::string& from, const std::string& to) {
  auto hex = to_hex(file("x509/" + name + ".der"));
  std::size_t at = 0;
  do at = hex.find(from, at == 0 ? 0 : at + 1);
  while (at != std::string::npos && at % 2 != 0);
  EXPECT_NE(at, std::string::npos);
  hex.replace(at, from.size(), to);
  return *from_hex(hex);
}

std::string_view error_of(ByteView der) {
  const auto read = read_certificate(der);
  return read ? "" : read.error().name;
}

TEST(Certificate, ReadsTheTestPki) {
  for (const std::string who : {"alice", "bob", "gateway"}) {
    for (const auto& [kind, type, digit] : {std::tuple{"rsa", KeyType::rsa, '1'},
                                            {"p256", KeyType::p256, '2'},
                                            {"p384", KeyType::p384, '3'},
                                            {"dh", KeyType::dh, '4'}}) {
      const auto name = who + "-" + kind;
      SCOPED_TRACE(name);
      const auto der = certificate("cms/pki/" + name + ".der");
      EXPECT_EQ(certificate("cms/pki/" + name + ".crt")->der, der->der);
      EXPECT_EQ(der->version, 3);
      EXPECT_EQ(der->issuer_text(), "CN=TEST Node CA,O=TEST Node,C=GB");
      EXPECT_EQ(der->serial_text(), std::string(who == "alice" ? "1" : who == "bob" ? "2" : "3") + "00" + digit);
      ASSERT_TRUE(der->key) << der->key_problem;
      EXPECT_EQ(der->key->type(), type);
      EXPECT_EQ(format_utc(der->not_before), "2020-01-01T00:00:00Z");
      EXPECT_EQ(format_utc(der->not_after), "2099-05-26T00:00:00Z");
      EXPECT_EQ(der->subject_key_id.size(), 20U);
      EXPECT_EQ(der->authority_key_id, certificate("cms/pki/ca.der")->subject_key_id);
      EXPECT_EQ(der->addresses.size(), 1U);
      EXPECT_TRUE(der->names(to_lower(der->addresses[0])));
      EXPECT_TRUE(der->for_mail());
      EXPECT_FALSE(der->is_ca);
      EXPECT_EQ(der->may_sign(), type != KeyType::dh);
      EXPECT_EQ(der->may_transport(), type == KeyType::rsa);
      EXPECT_EQ(der->may_agree(), type != KeyType::rsa);
      EXPECT_THAT(der->unknown_critical, IsEmpty());
    }
  }
}

TEST(Certificate, GivesTheFieldsOfTheCa) {
  const auto ca = certificate("cms/pki/ca.der");
  EXPECT_EQ(ca->subject_text(), "CN=TEST Node CA,O=TEST Node,C=GB");
  EXPECT_EQ(ca->serial_text(), "7ab7ce0d0a27a7b7b27724079bc9dcbe9bc44687");
  EXPECT_TRUE(ca->is_ca);
  EXPECT_FALSE(ca->path_length);
  EXPECT_EQ(ca->usage, key_usage::cert_sign | key_usage::crl_sign);
  EXPECT_FALSE(ca->may_sign());
  EXPECT_TRUE(ca->self_issued());
  EXPECT_EQ(ca->signature_oid, "1.2.840.113549.1.1.11");
  EXPECT_EQ(ca->signature_parameters, (Bytes{5, 0}));
  EXPECT_EQ(ca->signature.size(), 256U);
  EXPECT_EQ(ca->fingerprint().size(), 64U);
}

TEST(Certificate, ReadsThoseOfRfc4134) {
  for (const std::string name : {"AliceDSSSignByCarlNoInherit", "AliceRSASignByCarl", "BobRSASignByCarl", "CarlDSSSelf",
                                 "CarlRSASelf", "DianeDSSSignByCarlInherit", "DianeRSASignByCarl"}) {
    SCOPED_TRACE(name);
    const auto read = certificate("cms/rfc4134/pki/" + name + ".cer");
    EXPECT_EQ(format_utc(read->not_after), "2039-12-31T23:59:59Z");
    const bool is_dsa = name.find("DSS") != std::string::npos;
    EXPECT_EQ(read->key.has_value(), !is_dsa);
    EXPECT_EQ(read->key_problem, is_dsa ? "unsupported_key" : "");
  }
  EXPECT_TRUE(certificate("cms/rfc4134/pki/BobRSASignByCarl.cer")->names("bobrsa@EXAMPLE.com"));
}

TEST(Certificate, ReadsEveryKindOfName) {
  const auto rich = certificate("rich");
  EXPECT_EQ(rich->subject_text(),
            "OU=\\ two  spaces\\ ,UID=j1+CN=\\#J\xC3\xB6rg \\+ \xC3\x91,DC=example,"
            "O=Odd\\, \\\\ \\+ Sons\\;=\\<\\\"#\\>,C=GB");
  EXPECT_EQ(rich->serial_text(), "00d1ce");
  EXPECT_THAT(rich->addresses, ElementsAre("first@mail.example", "Second@MAIL.example", "j\xC3\xB6rg@mail.example"));
  EXPECT_TRUE(rich->names("SECOND@mail.example"));
  EXPECT_FALSE(rich->names("third@mail.example"));
  EXPECT_THAT(rich->unknown_critical, IsEmpty());
  const auto server = certificate("server");
  EXPECT_THAT(server->dns_names, ElementsAre("node.example", "*.node.example"));
  ASSERT_EQ(server->ip_addresses.size(), 2U);
  EXPECT_EQ(server->ip_addresses[0], (Bytes{10, 1, 2, 3}));
  EXPECT_EQ(to_hex(server->ip_addresses[1]), "20010db8000000000000000000000001");
  const auto x400 = certificate("x400");
  ASSERT_EQ(x400->x400_addresses.size(), 1U);
  EXPECT_EQ(to_hex(as_bytes(x400->x400_addresses[0])),
            "3020301e610413024742620513034d494ca20513034e4156830853484950204f4e45");
  EXPECT_THAT(certificate("inside")->addresses, ElementsAre("a@ship.in.example"));  // of the subject
}

TEST(Certificate, ReadsClearancesOldAndNew) {
  const auto rich = certificate("rich");
  std::map<std::string, Clearance> found;  // DER sorts them otherwise than they were written
  for (const auto& clearance : rich->clearances) found[clearance.policy] = clearance;
  const std::string policy = "1.3.6.1.4.1.99999.4406.";
  ASSERT_EQ(found.size(), 4U);
  const auto& full = found[policy + "1"];
  EXPECT_THAT(full.classes, ElementsAre(1, 2, 4));
  ASSERT_EQ(full.categories.size(), 1U);
  EXPECT_EQ(full.categories[0].type, "2.16.840.1.101.2.1.8.3.0");
  EXPECT_EQ(found[policy + "2"], (Clearance{policy + "2", {1}, {}}));               // DEFAULT {unclassified}
  EXPECT_EQ(found[policy + "3"], (Clearance{policy + "3", {3}, full.categories}));  // RFC 3281
  EXPECT_EQ(found[policy + "4"], (Clearance{policy + "4", {5}, {}}));
}

TEST(Certificate, KeepsKeysItDoesNotHaveUnset) {
  for (const auto* name : {"brainpool", "ed25519"}) {
    const auto read = certificate(name);
    EXPECT_FALSE(read->key) << name;
    EXPECT_EQ(read->key_problem, "unsupported_key") << name;
    EXPECT_FALSE(read->may_agree()) << name;
    EXPECT_FALSE(read->may_transport()) << name;
  }
  EXPECT_EQ(certificate("p521")->key->type(), KeyType::p521);
}

TEST(Certificate, ReadsVersionOneAndTimesAsTheyStand) {
  const auto v1 = certificate("v1");
  EXPECT_EQ(v1->version, 1);
  EXPECT_FALSE(v1->is_ca);
  EXPECT_FALSE(v1->usage);
  EXPECT_TRUE(v1->may_sign());  // without keyUsage everything is allowed
  EXPECT_EQ(format_utc(certificate("expired")->not_before), "2000-01-01T00:00:00Z");  // UTCTime
  EXPECT_EQ(format_utc(certificate("future")->not_before), "2098-01-01T00:00:00Z");   // GeneralizedTime
}

TEST(Certificate, NotesCriticalExtensionsItDoesNotKnow) {
  EXPECT_THAT(certificate("critical")->unknown_critical, ElementsAre("1.3.6.1.4.1.99999.1"));
  EXPECT_THAT(certificate("namesuri")->unknown_critical, ElementsAre("2.5.29.30"));
}

TEST(Certificate, RefusesWhatIsNone) {
  const auto der = file("x509/good.der");
  auto longer = der;
  longer.push_back(0);
  EXPECT_EQ(error_of(longer), "trailing_octets");
  EXPECT_EQ(error_of(ByteView(der).first(der.size() - 1)), "truncated");
  EXPECT_EQ(error_of({}), "truncated");
  EXPECT_EQ(error_of(file("x509/sub.crl")), "bad_certificate");
  EXPECT_EQ(error_of(file("cms/openssl/s01-signed-rsa-sha256.der")), "bad_certificate");
}

// Every octet cut off and every octet turned: an error or a certificate, never more.
TEST(Certificate, SurvivesDamage) {
  const auto der = file("x509/rich.der");
  for (std::size_t i = 0; i < der.size(); ++i) EXPECT_FALSE(read_certificate(ByteView(der).first(i))) << i;
  for (std::size_t i = 0; i < der.size(); ++i) {
    auto turned = der;
    turned[i] ^= 0xFF;
    const auto read = read_certificate(turned);
    EXPECT_TRUE(!read || (*read)->der == turned);
  }
}

TEST(Certificate, RefusesDuplicateExtensions) {
  // keyUsage becomes a second extendedKeyUsage (2.5.29.37).
  const auto der = changed("good", "0603551d0f", "0603551d25");
  EXPECT_EQ(error_of(der), "bad_certificate");
  EXPECT_THAT(read_certificate(der).error().text, HasSubstr("duplicate_extension"));
}

TEST(Certificate, RefusesAnUnsignedAlgorithmThatSaysOtherThanTheSignedOne) {
  auto hex = to_hex(file("x509/good.der"));
  const std::string ecdsa_sha256 = "06082a8648ce3d040302";
  hex.replace(hex.rfind(ecdsa_sha256), ecdsa_sha256.size(), "06082a8648ce3d040303");
  EXPECT_EQ(error_of(*from_hex(hex)), "bad_certificate");
}

TEST(Certificate, RefusesTimesThatAreNone) {
  const auto year = to_hex(as_bytes("20990526000000Z"));
  for (const auto* time : {"20991326000000Z", "20990526240000Z", "209905260000Z0+", "2099052600000.Z"})
    EXPECT_EQ(error_of(changed("good", year, to_hex(as_bytes(time)))), "bad_certificate") << time;
  EXPECT_EQ(error_of(changed("good", year, to_hex(as_bytes("99991231235959Z")))), "");
}

TEST(Certificate, ReadsBer) {
  // The outermost SEQUENCE with indefinite length.
  const auto der = file("x509/good.der");
  Bytes ber{0x30, 0x80};
  ber.insert(ber.end(), der.begin() + 4, der.end());
  ber.insert(ber.end(), {0, 0});
  const auto read = read_certificate(ber);
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)->tbs, certificate("good")->tbs);
}

TEST(Certificate, HasALimit) {
  EXPECT_EQ(error_of(Bytes(limits::certificate_octets + 1)), "too_long");
  EXPECT_EQ(error_of(Bytes(limits::certificate_octets)), "bad_tag");
}

TEST(Certificates, ComeFromPemBundles) {
  const auto bundle = read_certificates(file("x509/bundle.pem"));
  ASSERT_TRUE(bundle);
  ASSERT_EQ(bundle->size(), 2U);
  EXPECT_EQ((*bundle)[0]->der, certificate("root")->der);
  EXPECT_EQ((*bundle)[1]->der, certificate("sub")->der);
  EXPECT_EQ(read_certificates(file("cms/pki/alice-rsa.key")).error().name, "no_certificate");
}

TEST(SignatureAlgorithm, ReadsPssParameters) {
  const auto pss = certificate("pss");
  const auto algorithm = signature_algorithm(pss->signature_oid, pss->signature_parameters);
  ASSERT_TRUE(algorithm);
  EXPECT_EQ(algorithm->scheme, SignatureScheme::rsa_pss);
  EXPECT_EQ(algorithm->digest, Digest::sha256);
  EXPECT_EQ(algorithm->salt, 32U);
  const std::string oid = "1.2.840.113549.1.1.10";
  const auto defaults = signature_algorithm(oid, Bytes{0x30, 0x00});  // RFC 4056 3: SHA-1, 20
  ASSERT_TRUE(defaults);
  EXPECT_EQ(defaults->digest, Digest::sha1);
  EXPECT_EQ(defaults->salt, 20U);
  EXPECT_FALSE(signature_algorithm(oid, {}));
  EXPECT_FALSE(signature_algorithm(oid, *from_hex("3005a303020102")));                      // trailer 2
  EXPECT_FALSE(signature_algorithm(oid, *from_hex("3005a2030201ff")));                      // salt -1
  EXPECT_FALSE(signature_algorithm(oid, *from_hex("300da00b300906052b0e03021b0500")));      // no such digest
  EXPECT_FALSE(signature_algorithm(oid, *from_hex("300fa00d300b0609608648016503040201")));  // MGF1 stays with SHA-1
}

TEST(SignatureAlgorithm, TakesNullOrNoParameters) {
  const std::string sha384 = "1.2.840.113549.1.1.12";
  for (const Bytes& parameters : {Bytes{}, Bytes{5, 0}}) {
    const auto algorithm = signature_algorithm(sha384, parameters);
    ASSERT_TRUE(algorithm);
    EXPECT_EQ(algorithm->scheme, SignatureScheme::rsa_pkcs1);
    EXPECT_EQ(algorithm->digest, Digest::sha384);
    EXPECT_FALSE(algorithm->salt);
  }
  EXPECT_FALSE(signature_algorithm(sha384, Bytes{4, 0}));
  EXPECT_EQ(signature_algorithm("1.2.840.10045.4.3.4", {})->digest, Digest::sha512);
  EXPECT_EQ(signature_algorithm("1.2.840.10045.4.3.4", {})->scheme, SignatureScheme::ecdsa);
  EXPECT_FALSE(signature_algorithm("1.3.101.112", {}));
  EXPECT_FALSE(signature_algorithm("1.2.840.113549.1.1.1", {}));
}

}  // namespace
}  // namespace longwire::crypto
