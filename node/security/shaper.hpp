// Shaper: protects messages before a hop and opens them behind it, as the profile of the peer says (security.md 11).
#pragma once

#include "crypto/smime/layers.hpp"
#include "node/security/certificate_book.hpp"
#include "node/security/label_rules.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace longwire::security {

// What came out of a protected message, and what it is worth.
struct Verdict {
  bool is_protected = false;  // there was a CMS layer
  bool opened = false;        // nothing protected is left that we cannot look into
  bool is_signed = false;     // a signature was found,
  bool signed_good = false;   // and every one that was found is good,
  bool by_sender = false;     // one of them of the sender or of a gateway the profile names
  bool encrypted = false;
  // Padding, tag, structure or a signature is wrong behind an encryption. By itself no reason to refuse: whoever sends
  // altered ciphertexts must not learn of it (security.md 12). The message stays as it came.
  bool failed_behind_encryption = false;
  std::vector<std::string> signers;    // addresses or subjects of good signers, the innermost first
  std::optional<SecurityLabel> label;  // innermost visible, of a good signature; translated as the profile says
  std::vector<std::string> words;      // of each layer and decision, for tracking and audit
  std::optional<Refusal> refusal;      // the profile asks for more than there is, or labels contradict
};

// Authentication-Results (RFC 8601) with the method smime (RFC 7281), one field with its line end.
std::string authentication_results(std::string_view host, const Verdict& verdict);

struct Parties {
  std::string from;
  std::vector<std::string> to;
  std::optional<SecurityLabel> label;  // of the message; goes into the signatures
};

// What was done to a message on its way out, for the audit, and what is to be kept of it.
struct Sent {
  std::vector<std::string> words;
  std::optional<SecurityLabel> label;  // as it left, translated
  Bytes expected_receipt;              // for receipt_result(); empty: none was asked for
};

// A signed receipt is asked for: what answer_receipt() needs.
struct ReceiptAsked {
  std::string content_type;
  crypto::cms::SignatureVerdict signature;  // the innermost, good
  std::vector<crypto::cms::ExpansionElement> history;
};
// The message was a signed receipt.
struct ReceiptFound {
  crypto::cms::Receipt receipt;
  Bytes signed_data;
  crypto::cms::SignatureVerdict signature;
};

// What the sender is told when protect_mail() or protect_content() fails.
Refusal refusal_for(const Error& failure);

class Shaper {
 public:
  // What the layers above give: the library of zlib, the label rules and the name of this node.
  struct Means {
    const LabelRules* rules = nullptr;     // must outlive the shaper; nullptr: labels are not translated
    crypto::smime::Compressor compressor;  // empty functions: no compression, in neither direction
    std::string host = "localhost";        // name in Authentication-Results and SIO-Label-History
  };
  // Errors: those of keys and certificates with the path of the file in the text; key_mismatch.
  static Result<Shaper> make(const SecurityConfig& config, store::Store& store, crypto::Random& random);
  static Result<Shaper> make(const SecurityConfig& config, store::Store& store, crypto::Random& random, Means means);
  Shaper(Shaper&&) noexcept;
  Shaper& operator=(Shaper&&) noexcept;
  ~Shaper();

  const Profile* profile(std::string_view name) const;
  CertificateBook& book();
  const crypto::TrustStore& trust() const;
  const std::vector<crypto::cms::OwnKey>& keys() const;

  // Those of `to` that `profile` would encrypt for and has no certificate of: a caller whose profile lets them get
  // the message clear sends it to them apart.
  std::vector<std::string> without_certificate(const Profile& profile, const std::vector<std::string>& to,
                                               Time now) const;

  // Outbound. message: whole mail; header fields stay outside, the MIME entity goes in. What is encrypted already, by
  // us or by others, is given back as it is. A profile with `compact` makes binary mail (mail::body_needed()). Errors:
  // no_certificate (text names the addresses), no_key, no_equivalent (label), signature_refused (resign: the signature
  // there is not good), still_encrypted (resign: we cannot look inside), and those of smime::protect.
  Result<Bytes> protect_mail(ByteView message, const Profile& profile, const Parties& parties, Time now,
                             Sent* sent = nullptr);
  // X.400: the content of P1 and its type as OID or integer text; gives the new content (id-ct-contentInfo).
  struct Content {
    std::string type;  // OID
    Bytes octets;
  };
  Result<Content> protect_content(const Content& content, const Profile& profile, const Parties& parties, Time now,
                                  Sent* sent = nullptr);

  // Inbound. profile: nullptr for messages from local clients: opened when a key fits. The message or content that
  // comes back is extracted as far as the profile says; without a fitting key it is the one that went in. A mail that
  // was opened gets an Authentication-Results field; one that claims to be of this node is taken out of any mail.
  struct OpenedMail {
    Bytes message;
    Verdict verdict;
    std::optional<ReceiptAsked> receipt_asked;  // only if the profile gives receipts
    std::optional<ReceiptFound> receipt;
  };
  OpenedMail open_mail(ByteView message, const Profile* profile, std::string_view from, Time now);
  struct OpenedContent {
    Content content;
    Verdict verdict;
    std::optional<ReceiptAsked> receipt_asked;
    std::optional<ReceiptFound> receipt;
  };
  OpenedContent open_content(const Content& content, const Profile* profile, std::string_view from, Time now);

  // The signed receipt of `recipient`, a user of ours, as a mail to those who get it; nullopt: the request does not ask
  // it of this one, or there is no key. To be sent once (RFC 2634 2.3): the caller remembers.
  struct ReceiptMail {
    std::vector<std::string> to;
    Bytes message;
  };
  std::optional<ReceiptMail> answer_receipt(const ReceiptAsked& asked, std::string_view recipient, Time now);
  // "good", "unknown" (of another message), "bad_digest", or what is wrong with its signature. expected:
  // Sent::expected_receipt.
  std::string_view receipt_result(const ReceiptFound& receipt, ByteView expected) const;

 private:
  struct Impl;
  explicit Shaper(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::security
