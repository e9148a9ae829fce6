// Random P1 to mail, and that mail to X.400 again.
#include "annexe/gateway/gateway.hpp"
#include "mail/message.hpp"
#include "tests/fuzz/gateway_settings.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  const auto& settings = fuzz::gateway_settings();
  const auto apdu = x400::decode_p1(ByteView(data, size));
  if (!apdu) return 0;
  const auto item = gateway::to_mail(*apdu, settings, fuzz::nothing_known(), fuzz::noon());
  if (const auto* message = std::get_if<x400::Message>(&*apdu)) {
    (void)gateway::looped(message->envelope.trace, settings.domain);
    const auto report = gateway::refuse(*message, {1, 2, 3}, {1, 18, "fuzz"}, settings, "R1", fuzz::noon());
    if (report && !x400::decode_p1(x400::encode_p1(*report))) std::abort();
  }
  if (!item) return 0;
  const mail::HeaderView header(item->message);
  if (header.count("From") != 1 || header.count("Date") != 1) std::abort();
  // Every recipient is an address that an SMTP client may write.
  for (const auto& r : item->envelope.recipients)
    if (r.address.find_first_of("\r\n") != std::string::npos || r.address.find('@') == std::string::npos) std::abort();
  const gateway::ToX400 in{item->envelope, {}, item->message, "Q1", fuzz::noon(), {}};
  const auto again = gateway::to_x400(in, settings);
  if (again && !x400::decode_p1(x400::encode_p1(again->apdu))) std::abort();
  return 0;
}
