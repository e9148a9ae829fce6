// Decoder of P_MUL PDUs. Each input is tried as it is and with length and checksum set right, so
// that the mutator gets below them. What is decoded must print, and encode to an equal PDU.
#include "acp142/pdu.hpp"
#include "acp142/pdu_json.hpp"
#include "base/checksum.hpp"

#include <boost/json/serialize.hpp>

#include <cstdlib>

namespace {

using namespace longwire;
using namespace longwire::acp142;

bool can_be_sent(const Pdu& pdu) {
  const auto* ack = std::get_if<AckPdu>(&pdu);
  if (ack == nullptr) return true;
  for (const auto& entry : ack->entries)
    if (entry.end_of_list) return false;
  return true;
}

void check(ByteView octets) {
  const auto decoded = decode(octets);
  if (!decoded) {
    if (decoded.error().name.empty() || decoded.error().offset > octets.size()) std::abort();
    return;
  }
  if (boost::json::serialize(to_json(*decoded)).empty()) std::abort();
  if (!can_be_sent(decoded->pdu)) return;
  const auto again = decode(encode(decoded->pdu, decoded->algorithm), decoded->algorithm);
  if (!again || again->pdu != decoded->pdu || again->length != octets.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({data, size});
  if (size < 8 || size > 65535) return 0;
  Bytes sealed(data, data + size);
  sealed[0] = static_cast<std::uint8_t>(size >> 8);
  sealed[1] = static_cast<std::uint8_t>(size);
  sealed[6] = sealed[7] = 0;
  const auto sum = (size % 2 == 0) ? internet_checksum(sealed) : fletcher_checksum(sealed, 6);
  sealed[6] = static_cast<std::uint8_t>(sum >> 8);
  sealed[7] = static_cast<std::uint8_t>(sum);
  check(sealed);
  return 0;
}
