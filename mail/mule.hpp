// The BSMTP-like payload of MULE, RFC 8494 3.1: paths with parameters, an empty line, the message.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "mail/envelope.hpp"

namespace longwire::mail {

struct MulePayload {
  Envelope envelope;
  Bytes message;  // RFC 5322 octets, no dot-stuffing
};

// Errors: truncated (no empty line), bare_line_end, line_too_long, bad_path, bad_parameter,
// duplicate_parameter, no_recipient, too_many_recipients; offset in octets of the payload.
Result<MulePayload> decode_mule(ByteView payload);
Bytes encode_mule(const Envelope& envelope, ByteView message);

}  // namespace longwire::mail
