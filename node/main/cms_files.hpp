// Files of `longwire cms`: objects in their three formats, certificates, keys, policies.
#pragma once

#include "crypto/cms/enveloped_data.hpp"
#include "crypto/labels/policy.hpp"
#include "node/main/cms_options.hpp"
#include "node/main/input_file.hpp"

#include <deque>
#include <map>

namespace longwire::commands {

// Errors of this file: "unreadable" (also of input_file.hpp) and "usage", which end with exit_usage, and those of the
// readers, the file named in the text.
enum class CmsFormat : std::uint8_t { smime, der, pem };
struct CmsInput {
  CmsFormat format = CmsFormat::der;
  Bytes octets;  // der: a ContentInfo, also where the file was PEM; smime: the entity
};
Result<CmsInput> read_object(const CmsOptions& options);
// A ContentInfo, or for smime a MIME entity, as --outform says.
Bytes as_format(const std::string& outform, Bytes octets);
std::optional<Error> write_octets(const std::string& file, ByteView octets);

struct Identity {
  crypto::CertificatePtr certificate;
  crypto::PrivateKey key;
};
// Every certificate with the key that fits it: from `keys`, or out of its own file. Stable in memory.
using Identities = std::deque<Identity>;
Result<Identities> read_identities(const std::vector<std::string>& certificates, const std::vector<std::string>& keys,
                                   crypto::Random& random);
Result<std::vector<crypto::CertificatePtr>> read_certificate_files(const std::vector<std::string>& files);
Result<crypto::TrustStore> read_trust(const CmsOptions& options);
Result<crypto::labels::Policies> read_policies(const std::vector<std::string>& files);
// Pre-placed keys by identifier, HEXID:FILE with the key in hex. Errors: usage.
Result<std::vector<std::pair<Bytes, crypto::Secret>>> read_keks(const std::vector<std::string>& keks);

}  // namespace longwire::commands
