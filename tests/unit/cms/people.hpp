// The people of the test PKIs, with their certificates and keys.
#pragma once

#include "crypto/cms/content_info.hpp"
#include "crypto/cms/enveloped_data.hpp"
#include "tests/unit/vectors.hpp"

#include <string>

namespace longwire::crypto::cms::test {

using longwire::test::read_vector;

inline Bytes vector_of(const std::string& name) { return read_vector("cms/" + name); }

class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : drbg_(to_bytes("seed of a test " + std::to_string(seed))) {}
  void fill(std::span<std::uint8_t> out) override { drbg_.fill(out); }

 private:
  Drbg drbg_;
};

inline CertificatePtr certificate(const std::string& name) {
  auto out = read_certificate(vector_of("pki/" + name + ".der"));
  EXPECT_TRUE(out) << name;
  return *out;
}
inline CertificatePtr certificate_4134(const std::string& name) {
  auto out = read_certificate(vector_of("rfc4134/pki/" + name + ".cer"));
  EXPECT_TRUE(out) << name;
  return *out;
}
inline PrivateKey key_in(const std::string& file) {
  SeededRandom random;
  auto out = PrivateKey::read(vector_of(file), random);
  EXPECT_TRUE(out) << file;
  return *out;
}

struct Person {
  explicit Person(const std::string& name)
      : certificate(test::certificate(name)), key(key_in("pki/" + name + ".key")) {}
  Person(CertificatePtr c, PrivateKey k) : certificate(std::move(c)), key(std::move(k)) {}
  OwnKey own() const { return {certificate, &key}; }
  SignerSpec signer() const {
    SignerSpec out;
    out.certificate = certificate;
    out.key = &key;
    return out;
  }
  RecipientSpec recipient() const {
    RecipientSpec out;
    out.certificate = certificate;
    return out;
  }
  CertificatePtr certificate;
  PrivateKey key;
};

inline const Time today = from_unix(1'800'000'000);  // 2027-01-15

inline TrustStore trust() {
  TrustStore out;
  out.anchors.push_back(certificate("ca"));
  return out;
}

inline Bytes plain() { return vector_of("msg/plain.txt"); }

inline SignedData signed_in(ByteView content_info) {
  const auto info = decode_content_info(content_info);
  EXPECT_TRUE(info);
  EXPECT_EQ(info->type, oid::signed_data);
  auto out = decode_signed_data(info->content);
  EXPECT_TRUE(out) << (out ? "" : out.error().text);
  return *out;
}
inline EnvelopedData enveloped_in(ByteView content_info) {
  const auto info = decode_content_info(content_info);
  EXPECT_TRUE(info);
  auto out = decode_enveloped_data(info->content, info->type == oid::auth_enveloped_data);
  EXPECT_TRUE(out) << (out ? "" : out.error().text);
  return *out;
}

inline Bytes octets_of(const Secret& secret) { return {secret.view().begin(), secret.view().end()}; }

}  // namespace longwire::crypto::cms::test
