// PEM: blocks are read, and written they are read the same.
#include "crypto/x509/pem.hpp"
#include "crypto/x509/certificate.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  using namespace longwire::crypto;
  (void)read_certificates({data, size});
  const auto read = read_pem({data, size});
  if (!read) return 0;
  for (const auto& block : *read) {
    const auto again = read_pem(as_bytes(write_pem(block.label, block.octets)));
    if (!again || again->size() != 1 || (*again)[0].octets != block.octets) std::abort();
  }
  return 0;
}
