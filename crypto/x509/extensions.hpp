// The extensions of a certificate (RFC 5280 4.2.1, RFC 5755 4.4.6), and how extensions stand in certificates and CRLs.
#pragma once

#include "crypto/x509/certificate.hpp"
#include "crypto/x509/value_reader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::crypto {

struct Extension {
  std::string oid;
  bool critical = false;
  Bytes value;         // content of the extnValue
  std::size_t offset;  // of the extension in its certificate or CRL
};
// A SEQUENCE OF Extension. Errors: those of the readers, duplicate_extension.
Result<std::vector<Extension>> read_extension_list(const ber::Document& doc, std::size_t index);

// Fills the fields of `out` that come from extensions; critical ones we do not know go to unknown_critical.
std::optional<Error> apply_extensions(const std::vector<Extension>& extensions, Certificate& out);

Result<Bytes> read_authority_key_id(const ber::Document& doc, std::size_t index);
Result<Clearance> read_clearance(const ber::Document& doc, std::size_t index);

}  // namespace longwire::crypto
