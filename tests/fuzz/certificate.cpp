// A certificate: read, described, and its path looked for among itself and one other.
#include "crypto/x509/path.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  using namespace longwire::crypto;
  const auto read = read_certificate({data, size});
  if (!read) return 0;
  const auto& one = **read;
  if (one.subject_text().size() > 8 * size + 8 || one.issuer_text().size() > 8 * size + 8) std::abort();
  (void)one.names("a@b.example");
  if ((one.may_transport() || one.may_agree()) && !one.key) std::abort();
  TrustStore trust;
  trust.intermediates = {*read};
  if (verify_path(one, {*read}, trust, Purpose::signing, one.not_before).ok) std::abort();  // nobody is trusted
  for (const auto& clearance : one.clearances)
    if (!decode_clearance(encode_clearance(clearance))) std::abort();
  return 0;
}
