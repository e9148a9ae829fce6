// Whether a certificate is that of a host (RFC 7817, RFC 6125 6.4).
#pragma once

#include "crypto/x509/certificate.hpp"

#include <optional>
#include <string_view>

namespace longwire::crypto {

// host: a name, or an IPv4 or IPv6 address as text. Only subjectAltName counts: a CN is no host name. "*" stands for
// exactly one whole label, the leftmost, with at least two behind it.
bool names_host(const Certificate& certificate, std::string_view host);
// 4 or 16 octets; nullopt: it is a name.
std::optional<Bytes> ip_octets(std::string_view host);

}  // namespace longwire::crypto
