// Decoders of S_PDUs, C_PDUs, and the UDOP header. What is decoded encodes to octets that decode to the
// same; only bits not used may differ, so no length does.
#include "bearers/s5066/c_pdu_json.hpp"
#include "bearers/s5066/udop.hpp"

#include <boost/json/serialize.hpp>

#include <cstdlib>

namespace {

using namespace longwire;
using namespace longwire::s5066;

template <class Decode>
void check(ByteView octets, Decode decode) {
  const auto decoded = decode(octets);
  if (!decoded) {
    if (decoded.error().name.empty() || decoded.error().offset > octets.size()) std::abort();
    return;
  }
  const auto encoded = encode(*decoded);
  const auto again = decode(encoded);
  if (!again || encoded.size() != octets.size() || encode(*again) != encoded) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView octets(data, size);
  check(octets, decode_s_pdu);
  check(octets, decode_c_pdu);
  check(octets, decode_udop);
  boost::json::object out;
  put_c_pdu(out, octets);
  put_s_pdu(out, octets);
  if (boost::json::serialize(out).empty()) std::abort();
  return 0;
}
