// From the argument of MAIL or RCPT to an envelope or to the refusal of smtp-edge.md 2 and 3.
#pragma once

#include "mail/envelope.hpp"
#include "node/smtp/policy.hpp"
#include "node/smtp/server.hpp"

#include <string_view>
#include <variant>

namespace longwire::smtp {

// `extended`: the client said EHLO; after HELO no parameter is allowed.
// The whole argument is given, with "FROM:" or "TO:".
std::variant<mail::Envelope, Reply> read_mail_argument(std::string_view argument, const ServerOptions& options,
                                                       bool extended);
std::variant<mail::Recipient, Reply> read_rcpt_argument(std::string_view argument, bool extended);

}  // namespace longwire::smtp
