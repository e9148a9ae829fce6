// Layers: signing, encrypting and triple wrap (RFC 2634 1, RFC 3854, STANAG 4406) added to a message and taken off.
#pragma once

#include "crypto/cms/enveloped_data.hpp"
#include "crypto/cms/receipt.hpp"
#include "crypto/smime/compressed_data.hpp"
#include "crypto/smime/entity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::crypto::smime {

// mime: every layer is a MIME entity (RFC 2634 1.1.2). bare: X.400 content, inner layers are bare SEQUENCEs and only
// the outermost has a ContentInfo (RFC 3854 3.4.1); a mail takes that form too where octets count (content_type data).
enum class Form : std::uint8_t { mime, bare };

struct Protection {
  bool sign = false, encrypt = false, outer_sign = false;  // all three: triple wrap
  Form form = Form::mime;
  bool compress = false;                   // RFC 3274 inside of the innermost layer, where that is shorter; needs
  const Compressor* compressor = nullptr;  // one of these
  bool multipart = false;                  // the inner signature of a clear signed message as multipart/signed
  bool compact = false;                    // key identifiers, no certificates, minimal attributes, binary
  Transfer transfer = Transfer::base64;
  std::string content_type{oid::data};   // bare: OID of the X.400 content
  std::vector<cms::SignerSpec> signers;  // inner; outer_sign: outer_signers
  std::vector<cms::SignerSpec> outer_signers;
  std::vector<CertificatePtr> further;  // chain below the root, for the certificates of the signatures
  std::vector<cms::RecipientSpec> recipients;
  Cipher cipher = Cipher::aes128_cbc;
  std::optional<SecurityLabel> label, outer_label;
  std::vector<SecurityLabel> equivalent_labels;  // inner signature
  std::optional<cms::ReceiptRequest> receipt_request;
  std::vector<cms::ExpansionElement> history;  // mlExpansionHistory of the outer signature
  Time now;
};
// mime: content is a MIME entity and so is the result. bare: content is X.400 content, the result a ContentInfo.
// A content that is signed already (bare: of type id-ct-contentInfo) is kept octet for octet.
// innermost: gets the SignedData of the inner signature, bare, for cms::expect_receipt().
// Errors: those of cms::sign and cms::encrypt, not_seven_bit; no_layer: nothing was asked for; misplaced_attribute:
// a receiptRequest outside of the innermost signature, or a history without outer signature (RFC 2634 1.3.4).
Result<Bytes> protect(ByteView content, const Protection& how, Random& random, Bytes* innermost = nullptr);
// A MIME entity in both forms: bare layers go into one application/pkcs7-mime.
Result<Bytes> protect_entity(ByteView entity, const Protection& how, Random& random, Bytes* innermost = nullptr);
// The wrapper of RFC 3854 3.2.1 around an object of the bare form; signed: its innermost protection is a signature.
Bytes pack_x400(ByteView content_info, bool signed_inside, Transfer transfer);

// One layer as it was found, from the outside in.
struct Layer {
  enum class Kind : std::uint8_t { signature, encryption, compression } kind = Kind::signature;
  cms::SignatureVerdict verdict;               // signature
  std::string content_type;                    // of what it holds
  std::vector<cms::ExpansionElement> history;  // mlExpansionHistory of a good signature
  std::vector<CertificatePtr> certificates;    // that came with a signature
  bool opened = false;                         // encryption: a key of ours fitted
  bool authenticated = false;
  CertificatePtr by;
  std::string_view problem;  // encryption: "no_recipient", "decryption_failed", ...; compression: "no_compressor"
};
struct Unwrapped {
  std::vector<Layer> layers;
  Bytes content;  // behind the last layer that could be opened: MIME entity or X.400 content
  std::string content_type;
  bool complete = false;  // nothing protected is left
  // What the innermost encryption held, signatures and all; empty without one that was opened.
  Bytes decrypted;
  std::string decrypted_type;  // id-data: a MIME entity; others bare
  Bytes receipt_signature;     // the bare SignedData around a Receipt, where the content is one
};
struct OpenOptions {
  cms::VerifyOptions verify;
  cms::DecryptOptions decrypt;
  const Compressor* compressor = nullptr;
  std::size_t depth = 8;                // layers; beyond: too_many_layers
  std::optional<std::size_t> take_off;  // no more layers than that are looked at: 1 strips the outermost
};
// Takes off every layer there is a key for; nothing of a layer comes out before its checks are done. A bad signature
// is told in its layer, its content is given: the policy decides. Structures that are broken behind an encryption make
// that layer "decryption_failed" and no content. Errors: those of the structures, too_many_layers.
Result<Unwrapped> unwrap_entity(ByteView mime_entity, const OpenOptions& options, Random& random);
Result<Unwrapped> unwrap_content(ByteView content_info, const OpenOptions& options, Random& random);

}  // namespace longwire::crypto::smime
