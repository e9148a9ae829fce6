// Keys and certificates of the test PKI for fuzz targets below signatures and encryption.
#pragma once

#include "crypto/cms/enveloped_data.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace longwire::fuzz {

inline Bytes pki_file(const std::string& name) {
  std::ifstream in(LONGWIRE_VECTORS "/cms/pki/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
inline crypto::CertificatePtr certificate(const std::string& name) {
  auto out = crypto::read_certificate(pki_file(name + ".der"));
  if (!out) std::abort();
  return *out;
}
inline crypto::PrivateKey private_key(const std::string& name, crypto::Random& random) {
  auto out = crypto::PrivateKey::read(pki_file(name + ".key"), random);
  if (!out) std::abort();
  return *std::move(out);
}

template <class T>
void check_error(const Result<T>& read, ByteView in) {
  if (!read && (read.error().name.empty() || read.error().offset > in.size())) std::abort();
}

}  // namespace longwire::fuzz
