// A clearance: read, and what is written of it is read the same.
#include "crypto/x509/certificate.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire::crypto;
  const auto read = decode_clearance({data, size});
  if (!read) return 0;
  const auto written = encode_clearance(*read);
  const auto again = decode_clearance(written);
  if (!again || encode_clearance(*again) != written || again->classes != read->classes) std::abort();
  return 0;
}
