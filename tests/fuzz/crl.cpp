// A CRL: read, and every serial it lists is found in it.
#include "crypto/x509/path.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire::crypto;
  const auto read = read_crl({data, size});
  if (!read) return 0;
  for (const auto& serial : read->revoked)
    if (!read->lists(serial)) std::abort();
  return 0;
}
