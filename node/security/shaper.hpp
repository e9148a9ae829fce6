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
  bool opened = false;        // nothing encrypted is left
  bool signed_good = false;   // every signature that was found is good
  bool encrypted = false;
  std::vector<std::string> signers;    // addresses or subjects of good signers, the innermost first
  std::optional<SecurityLabel> label;  // innermost visible, of a good signature; else the outermost
  std::vector<std::string> words;      // of each layer, for tracking and audit: "signature of alice@.. good"
  std::optional<Refusal> refusal;      // the profile asks for more than there is
};

struct Parties {
  std::string from;
  std::vector<std::string> to;
  std::optional<SecurityLabel> label;  // of the message; goes into the signatures
};

class Shaper {
 public:
  static Result<Shaper> make(const SecurityConfig& config, store::Store& store, crypto::Random& random);
  Shaper(Shaper&&) noexcept;
  Shaper& operator=(Shaper&&) noexcept;
  ~Shaper();

  const Profile* profile(std::string_view name) const;
  CertificateBook& book();
  const crypto::TrustStore& trust() const;
  const std::vector<crypto::cms::OwnKey>& keys() const;

  // Outbound. message: whole mail; header fields stay outside, the MIME entity goes in. Errors: no_certificate (text
  // names the address), no_key, and those of smime::protect.
  Result<Bytes> protect_mail(ByteView message, const Profile& profile, const Parties& parties, Time now);
  // X.400: the content of P1 and its type as OID or integer text; gives the new content (id-ct-contentInfo).
  struct Content {
    std::string type;  // OID
    Bytes octets;
  };
  Result<Content> protect_content(const Content& content, const Profile& profile, const Parties& parties, Time now);

  // Inbound. profile: nullptr for messages from local clients: opened when a key fits. The message or content that
  // comes back is extracted as far as the profile says; without a fitting key it is the one that went in.
  struct OpenedMail {
    Bytes message;
    Verdict verdict;
  };
  OpenedMail open_mail(ByteView message, const Profile* profile, std::string_view from, Time now);
  struct OpenedContent {
    Content content;
    Verdict verdict;
  };
  OpenedContent open_content(const Content& content, const Profile* profile, std::string_view from, Time now);

 private:
  struct Impl;
  explicit Shaper(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::security
