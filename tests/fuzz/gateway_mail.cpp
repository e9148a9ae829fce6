// Random mail through the gateway and back: whatever is taken can be sent, read by the codec, and becomes mail again.
#include "annexe/gateway/gateway.hpp"
#include "annexe/gateway/headings.hpp"
#include "mail/message.hpp"
#include "tests/fuzz/gateway_settings.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  if (size == 0) return 0;
  const auto& settings = fuzz::gateway_settings();
  mail::Envelope envelope;
  if ((data[0] & 1) == 0) envelope.from = "ops@hq.example";
  envelope.recipients.resize(1U + (data[0] >> 1 & 1));
  for (auto& r : envelope.recipients) r.address = "duty@ship.example";
  const gateway::ToX400 in{envelope, {1, 2}, ByteView(data + 1, size - 1), "Q1", fuzz::noon(), {}};
  const auto item = gateway::to_x400(in, settings);
  if (!item) return 0;
  const auto apdu = x400::decode_p1(x400::encode_p1(item->apdu));
  if (!apdu) std::abort();
  const auto back = gateway::to_mail(*apdu, settings, fuzz::nothing_known(), fuzz::noon());
  if (!back && back.error().name != "mixer_loop") std::abort();
  if (!back) return 0;
  // One header, and nothing of the input ended it early.
  const mail::HeaderView header(back->message);
  if (header.count("X400-MTS-Identifier") > 1 || header.body_offset() > back->message.size()) std::abort();
  return 0;
}
