// Fits one message to one next hop: which commands may be said, or why it cannot go there.
// smtp-edge.md 4, 8 and 10. Content may have come over radio and is not trusted.
#pragma once

#include "base/bytes.hpp"
#include "mail/envelope.hpp"
#include "node/smtp/hop.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::smtp {

struct Refusal {
  std::string status;  // enhanced code
  std::string text;
};

struct Outgoing {
  struct Recipient {
    std::string command;             // "RCPT TO:<..> ..." without CRLF
    std::optional<Refusal> refusal;  // this address cannot be said on the wire
  };
  std::string mail_command;
  std::vector<Recipient> recipients;  // in envelope order
  bool chunked = false;               // BDAT instead of DATA
  std::optional<Refusal> refusal;     // the whole message cannot go to this hop; nothing else is filled
};

// max_text_line: longer lines are refused, never wrapped. final_delivery: LMTP, where BY;R is met by
// delivering now.
Outgoing fit_to_hop(const mail::Envelope& envelope, ByteView message, const Hop& hop, bool final_delivery,
                    std::size_t max_text_line);

// The message as it follows 354: dots stuffed (RFC 5321 4.5.2), CRLF added when the last line has none,
// and the final dot. Every line of `message` ends with CRLF, except perhaps the last.
std::string as_data(ByteView message);

}  // namespace longwire::smtp
