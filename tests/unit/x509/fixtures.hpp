// Certificates and CRLs of the vectors.
#pragma once

#include "base/text.hpp"
#include "crypto/x509/path.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace longwire::crypto::test {

inline const Time now = *parse_utc("2026-06-01T00:00:00Z");

inline Bytes file(const std::string& name) {
  std::ifstream in(std::string(LONGWIRE_VECTORS) + "/" + name, std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

// NAME of tests/vectors/x509, or a path below tests/vectors.
inline CertificatePtr certificate(const std::string& name) {
  const auto path = name.find('/') == std::string::npos ? "x509/" + name + ".der" : name;
  const auto read = read_certificates(file(path));
  EXPECT_TRUE(read) << path << ": " << (read ? "" : std::string(read.error().name) + " " + read.error().text);
  return read ? read->front() : std::make_shared<const Certificate>();
}

inline Crl crl(const std::string& name) {
  const auto read = read_crl(file(name.find('/') == std::string::npos ? "x509/" + name + ".crl" : name));
  EXPECT_TRUE(read) << name << ": " << (read ? "" : std::string(read.error().name) + " " + read.error().text);
  return read ? *read : Crl{};
}

}  // namespace longwire::crypto::test
