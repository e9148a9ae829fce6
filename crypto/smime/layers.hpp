// Layers: signing, encrypting and triple wrap (RFC 2634 1, RFC 3854, STANAG 4406) added to a message and taken off.
#pragma once

#include "crypto/cms/enveloped_data.hpp"
#include "crypto/cms/receipt.hpp"
#include "crypto/smime/entity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::crypto::smime {

// mime: every layer is a MIME entity (RFC 2634 1.1.2). bare: X.400 content, inner layers are bare SEQUENCEs and only
// the outermost has a ContentInfo (RFC 3854 3.4.1).
enum class Form : std::uint8_t { mime, bare };

struct Protection {
  bool sign = false, encrypt = false, outer_sign = false;  // all three: triple wrap
  Form form = Form::mime;
  bool compress = false;   // RFC 3274 inside of the innermost layer; only with a compressor
  bool multipart = false;  // the inner signature of a clear signed message as multipart/signed
  bool compact = false;    // key identifiers, no certificates, minimal attributes, binary
  Transfer transfer = Transfer::base64;
  std::string content_type{oid::data};   // bare: OID of the X.400 content
  std::vector<cms::SignerSpec> signers;  // inner; outer_sign: outer_signers
  std::vector<cms::SignerSpec> outer_signers;
  std::vector<cms::RecipientSpec> recipients;
  Cipher cipher = Cipher::aes128_cbc;
  std::optional<SecurityLabel> label, outer_label;
  std::optional<cms::ReceiptRequest> receipt_request;
  Time now;
};
// mime: content is a MIME entity and so is the result. bare: content is X.400 content, the result a ContentInfo.
// Errors: those of cms::sign and cms::encrypt.
Result<Bytes> protect(ByteView content, const Protection& how, Random& random);

// One layer as it was found, from the outside in.
struct Layer {
  enum class Kind : std::uint8_t { signature, encryption, compression } kind = Kind::signature;
  cms::SignatureVerdict verdict;               // signature
  std::string content_type;                    // of what it holds
  std::vector<cms::ExpansionElement> history;  // mlExpansionHistory of a signature
  bool opened = false;                         // encryption: a key of ours fitted
  bool authenticated = false;
  CertificatePtr by;
  std::string_view problem;  // encryption: "no_recipient", "decryption_failed", ...
};
struct Unwrapped {
  std::vector<Layer> layers;
  Bytes content;  // behind the last layer that could be opened: MIME entity or X.400 content
  std::string content_type;
  bool complete = false;  // nothing protected is left
};
struct OpenOptions {
  cms::VerifyOptions verify;
  cms::DecryptOptions decrypt;
  std::size_t depth = 8;  // layers; beyond: too_many_layers
};
// Takes off every layer there is a key for; nothing of a layer comes out before its checks are done. A bad signature
// is told in its layer, its content is given: the policy decides. Errors: those of the structures, too_many_layers.
Result<Unwrapped> unwrap_entity(ByteView mime_entity, const OpenOptions& options, Random& random);
Result<Unwrapped> unwrap_content(ByteView content_info, const OpenOptions& options, Random& random);

}  // namespace longwire::crypto::smime
