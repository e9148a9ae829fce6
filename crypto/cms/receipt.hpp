// Signed receipts (RFC 2634 2).
#pragma once

#include "crypto/cms/signed_data.hpp"

namespace longwire::crypto::cms {

struct Receipt {
  std::string content_type;  // of the original
  Bytes identifier;          // signedContentIdentifier
  Bytes signature;           // of the original
  friend bool operator==(const Receipt&, const Receipt&) = default;
};
Result<Receipt> decode_receipt(ByteView ber);
Bytes encode_receipt(const Receipt& receipt);

// Whether `me` answers, and to whom (RFC 2634 2.3, 2.5). history: mlExpansionHistory of the outermost SignedData.
struct ReceiptDecision {
  bool send = false;
  // "asked", or why not: "unverified", "no_request", "requests_differ", "list_wants_none", "not_asked",
  // "not_first_tier"
  std::string_view reason;
  std::vector<std::string> to;
};
ReceiptDecision decide_receipt(const SignatureVerdict& inner, const std::vector<ExpansionElement>& history,
                               std::string_view me);
// The signed receipt, a ContentInfo, for the signer's message. Errors: no_request, as sign.
Result<Bytes> make_receipt(const SignerVerdict& original, std::string_view content_type, const SignerSpec& signer,
                           Time now, Random& random);
// What the originator keeps to recognize a receipt.
struct Expected {
  Receipt receipt;
  Bytes signed_attributes_digest;
};
Result<Expected> expect_receipt(ByteView signed_data);  // of the bare SignedData that was sent; error: no_request
// "good", "unknown" (other message), "bad_digest", or the signer's result.
std::string_view check_receipt(const SignedData& receipt, const SignatureVerdict& verdict, const Expected& expected);

}  // namespace longwire::crypto::cms
