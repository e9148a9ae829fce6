// What a [[smtp.submitter]] asks of the session: TLS, a login, the own address.
#pragma once

#include "node/engine/config.hpp"
#include "node/smtp/policy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::engine {

// The addresses a session has proven to be: of its login ("alice" is alice@domain) and of its client certificate.
std::vector<std::string> proven_addresses(const smtp::Client& client, const std::string& domain);

// An answer only when the session may not send from that address. The empty sender of reports is anybody's.
std::optional<smtp::Reply> refuse_session(const Submitter& rights, const smtp::Client& client, const std::string& from,
                                          const std::string& domain);
// The same of the authors in the header: From, and Sender where it is there (RFC 6409 6.1, 8.1).
std::optional<smtp::Reply> refuse_authors(const Submitter& rights, const smtp::Client& client, ByteView message,
                                          const std::string& domain);

}  // namespace longwire::engine
