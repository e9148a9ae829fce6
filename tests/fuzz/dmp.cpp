// DMP datagrams: what decodes encodes again and then means the same; the checksum is set right for the mutator, so that
// it gets below it.
#include "annexe/dmp/checksum.hpp"
#include "annexe/dmp/dmp_json.hpp"
#include "annexe/dmp/pdu.hpp"

#include <boost/json/object.hpp>

#include <cstdlib>

namespace {

using namespace longwire;

void check(ByteView in, Time now) {
  const auto decoded = dmp::decode(in, now);
  (void)dmp::peek_id(in);
  if (!decoded) {
    if (decoded.error().name.empty() || decoded.error().offset > in.size()) std::abort();
    return;
  }
  (void)dmp::to_json(*decoded, now);
  const auto octets = dmp::encode(*decoded);
  // Only a body can outgrow the datagram: it came better compressed than ours is.
  if (!octets) {
    const auto* pdu = std::get_if<dmp::Pdu>(&*decoded);
    const auto* message = pdu != nullptr ? std::get_if<dmp::Message>(&pdu->content) : nullptr;
    if (message == nullptr || !message->body.compressed) std::abort();
    return;
  }
  const auto again = dmp::decode(*octets, now);
  if (!again || *again != *decoded || dmp::encode(*again) != octets) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  constexpr Time noon = from_unix(1'795'262'400);
  check(in, noon);
  if (size < 2) return 0;
  Bytes sealed(in.begin(), in.end());
  constexpr std::uint8_t bit_checksum = 0x08;
  sealed[1] |= bit_checksum;
  const auto sum = dmp::checksum(sealed);
  sealed.push_back(static_cast<std::uint8_t>(sum >> 8));
  sealed.push_back(static_cast<std::uint8_t>(sum));
  check(sealed, noon);
  return 0;
}
