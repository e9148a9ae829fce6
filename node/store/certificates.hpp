// Rows of the certificates the node knows by address (security.md 7).
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace longwire::store {

// How a certificate got here. forced: by hand, although no path leads to an anchor.
enum class CertificateSource : std::uint8_t { manual, forced, harvested };

struct CertificateRow {
  std::string address;      // lower case; empty: a CA that came with harvested mail
  std::string fingerprint;  // SHA-256, hex
  Bytes der;
  CertificateSource source = CertificateSource::harvested;
  Time first_seen, last_seen;
  // Of the newest signed mail from this address with this certificate.
  std::optional<Time> signing_time;
  bool preferred = false;  // its owner asked to be written to with it (RFC 8551 2.5.3)
  Bytes capabilities;      // SMIMECapabilities, complete BER; empty: none were told
  friend bool operator==(const CertificateRow&, const CertificateRow&) = default;
};

}  // namespace longwire::store
