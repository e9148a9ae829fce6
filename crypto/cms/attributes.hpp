// Attributes of CMS (RFC 5652 11, RFC 2634, RFC 5035, RFC 8551 2.5). Values are kept as they came: real labels are not
// sorted as DER wants, and to sort them breaks the signature.
#pragma once

#include "base/security_label.hpp"
#include "base/time.hpp"
#include "crypto/hash.hpp"
#include "crypto/oids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::crypto::cms {

struct Attribute {
  std::string type;           // OID
  std::vector<Bytes> values;  // each complete BER
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// A set of attributes and its octets as they came.
struct Attributes {
  std::vector<Attribute> list;
  Bytes as_received;  // with tag SET OF (31); empty: there were none

  // The one value of an attribute that may stand once with one value (security.md 12, duty 4). Errors:
  // missing_attribute, duplicate_attribute, bad_attribute.
  Result<Bytes> single(std::string_view type) const;
  bool has(std::string_view type) const;
};
Bytes encode_attributes(std::vector<Attribute> list);  // SET OF, sorted (DER)

struct ReceiptRequest {  // RFC 2634 2.7
  Bytes identifier;
  std::optional<int> all_or_first;         // 0 all receipts, 1 first tier; unset: receipts_from
  std::vector<std::string> receipts_from;  // mail addresses
  std::vector<std::string> receipts_to;
  friend bool operator==(const ReceiptRequest&, const ReceiptRequest&) = default;
};
struct ContentHints {
  std::string description, type;
};
struct ExpansionElement {  // MLData (RFC 2634 4.4)
  Bytes list_id;           // complete BER of the EntityIdentifier
  Time time;
  std::optional<int> policy;  // 0 none, 1 insteadOf, 2 inAdditionTo
  std::vector<std::string> receipts_to;
};
struct SigningCertificate {  // an entry of signingCertificate or ...V2
  Digest digest = Digest::sha256;
  Bytes hash;
  Bytes serial;  // content octets of the INTEGER; empty: no issuerSerial
};

// Values. Errors: those of ber::Document and base/ber_reader.hpp, bad_attribute.
Result<Time> read_signing_time(ByteView value);
Result<ReceiptRequest> read_receipt_request(ByteView value);
Result<ContentHints> read_content_hints(ByteView value);
Result<std::vector<ExpansionElement>> read_expansion_history(ByteView value);
Result<std::vector<SecurityLabel>> read_equivalent_labels(ByteView value);
// type: which of the two attributes. The first is the signer's, further ones limit the path (RFC 5035 3).
Result<std::vector<SigningCertificate>> read_signing_certificates(std::string_view type, ByteView value);
Result<SigningCertificate> read_signing_certificate(std::string_view type, ByteView value);  // the first
Result<Bytes> read_message_digest(ByteView value);  // or contentIdentifier, msgSigDigest: an OCTET STRING
Result<std::string> read_content_type(ByteView value);

Bytes write_oid(std::string_view oid);
Bytes write_octets(ByteView octets);
Bytes write_signing_time(Time t);
Bytes write_receipt_request(const ReceiptRequest& request);
Bytes write_content_hints(const ContentHints& hints);
Bytes write_expansion_history(const std::vector<ExpansionElement>& history);
Bytes write_equivalent_labels(const std::vector<SecurityLabel>& labels);
// What this node reads, the preferred first (RFC 8551 2.5.2).
Bytes write_smime_capabilities();
// Names the certificate to encrypt to (RFC 8551 2.5.3): complete DER issuer Name, content octets of the serial.
Bytes write_encryption_key_preference(ByteView issuer, ByteView serial);
Bytes write_signing_certificate_v2(ByteView certificate_der);  // SHA-256

}  // namespace longwire::crypto::cms
