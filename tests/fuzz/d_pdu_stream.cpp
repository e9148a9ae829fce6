// Octets from a modem. Checked: the same D_PDUs however the stream is cut (unless a header holds a whole
// D_PDU: then whichever is complete first counts, as a false sync word must not hold up a true one); what is decoded
// prints and encodes to an equal D_PDU of the size that encoded_size() says. The input is tried as it is, and with the
// CRCs of its first header and segment set right, so that the mutator gets below them.
#include "base/checksum.hpp"
#include "bearers/s5066/d_pdu_json.hpp"
#include "bearers/s5066/d_pdu_scanner.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::s5066;

std::string told(const DPdu& pdu) { return boost::json::serialize(to_json(pdu, {})); }

void check(const DPdu& pdu) {
  const auto octets = encode(pdu);
  const auto again = decode_d_pdu(octets);
  if (!again || told(again->pdu) != told(pdu) || again->length != octets.size()) std::abort();
  if (encoded_size(pdu) != octets.size()) std::abort();
  if (boost::json::serialize(to_json(pdu, octets)).empty()) std::abort();
}

std::string read_all(DPduScanner& scanner) {
  std::string seen;
  while (const auto found = scanner.next()) {
    const auto* segment = segment_of(found->pdu);
    if (found->bad_segment != (segment != nullptr && !segment->crc_ok)) std::abort();
    if (!found->unknown && !found->bad_segment) check(found->pdu);
    seen += (found->unknown ? "unknown " : "") + told(found->pdu) + (found->bad_segment ? " bad\n" : "\n");
  }
  return seen;
}

// Does a good header begin inside another?
bool nested_headers(ByteView stream) {
  std::size_t header_end = 0;
  for (std::size_t bit = 0; bit + 16 <= stream.size() * 8; ++bit) {
    Bytes octets;
    const auto shift = bit % 8;
    for (std::size_t at = bit / 8; at + (shift != 0 ? 1 : 0) < stream.size() && octets.size() < longest_header; ++at)
      octets.push_back(static_cast<std::uint8_t>((stream[at] | (shift != 0 ? stream[at + 1] << 8 : 0)) >> shift));
    const auto header = read_d_pdu_header(octets);
    if (!header) continue;
    if (bit < header_end) return true;
    header_end = std::max(header_end, bit + header->octets * 8);
  }
  return false;
}

void scan(ByteView stream) {
  DPduScanner whole, pieces;
  whole.feed(stream);
  auto expected = read_all(whole);
  whole.end();
  expected += read_all(whole);
  std::string seen;
  for (const auto& octet : stream) {
    pieces.feed({&octet, 1});
    seen += read_all(pieces);
  }
  pieces.end();
  seen += read_all(pieces);
  if (seen != expected && !nested_headers(stream)) std::abort();
  const auto one = decode_d_pdu(stream);
  if (one && one->length > stream.size()) std::abort();
  if (!one && (one.error().name.empty() || one.error().offset > stream.size())) std::abort();
}

// CRC-16 of the header that octet 5 announces, and CRC-32 of everything behind it.
void seal(Bytes& octets) {
  if (octets.size() < 6) return;
  octets[0] = 0x90;
  octets[1] = 0xEB;
  const std::size_t end = 2U + (octets[5] >> 5) + (octets[5] & 31U);
  if (end < 8 || octets.size() < end) return;
  const auto crc = crc16_s5066(ByteView(octets).subspan(2, end - 4));
  octets[end - 2] = static_cast<std::uint8_t>(crc);
  octets[end - 1] = static_cast<std::uint8_t>(crc >> 8);
  if (octets.size() < end + segment_crc_octets) return;
  const auto at = octets.size() - segment_crc_octets;
  const auto crc32 = crc32_s5066(ByteView(octets).subspan(end, at - end));
  for (std::size_t i = 0; i < segment_crc_octets; ++i) octets[at + i] = static_cast<std::uint8_t>(crc32 >> 8 * i);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes octets(data, data + size);
  scan(octets);
  seal(octets);
  scan(octets);
  return 0;
}
