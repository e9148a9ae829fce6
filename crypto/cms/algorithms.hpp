// What the AlgorithmIdentifiers of signers and recipients mean, and how ours are written.
#pragma once

#include "crypto/cms/sequence.hpp"
#include "crypto/x509/certificate.hpp"

#include <optional>
#include <string_view>

namespace longwire::crypto::cms {

// --- signatures (RFC 3370 3, RFC 5754 3, RFC 4056) ---
struct SignerAlgorithm {
  SignatureScheme scheme = SignatureScheme::rsa_pkcs1;
  Digest digest = Digest::sha256;
  std::optional<std::size_t> salt;
};
// nullopt: an algorithm we do not have, or one whose own digest is not that of digestAlgorithm.
std::optional<SignerAlgorithm> signer_algorithm(std::string_view digest_oid, std::string_view signature_oid,
                                                ByteView signature_parameters);
void put_signature_algorithm(ber::Writer& out, const SignerAlgorithm& algorithm);

// --- key transport (RFC 3370 4.2, RFC 3560) ---
struct TransportAlgorithm {
  KeyTransport transport = KeyTransport::rsa_pkcs1;
  OaepParameters oaep;
};
std::optional<TransportAlgorithm> transport_algorithm(std::string_view oid, ByteView parameters);
void put_transport_algorithm(ber::Writer& out, const TransportAlgorithm& algorithm);

// --- key agreement (RFC 5753 7.1.4, RFC 8418, RFC 3370 4.1) ---
enum class Derivation : std::uint8_t { x963, x942, hkdf };
struct AgreementAlgorithm {
  Derivation derivation = Derivation::x963;
  Digest digest = Digest::sha256;
  std::size_t kek_octets = 16;
  std::string wrap_oid;
  Bytes wrap_algorithm;  // its AlgorithmIdentifier as it stands
};
std::optional<AgreementAlgorithm> agreement_algorithm(std::string_view oid, ByteView parameters);
// The scheme we write for a key of this type. Empty: there is none with this digest.
std::string_view agreement_oid(KeyType type, Digest digest);
// The KEK that both sides derive from Z.
Secret derive_kek(const AgreementAlgorithm& algorithm, ByteView z, const std::optional<Bytes>& ukm);

}  // namespace longwire::crypto::cms
