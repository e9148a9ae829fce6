// What the parts of the shaper share.
#pragma once

#include "node/security/shaper.hpp"

#include <deque>

namespace longwire::security {

// Whom a message says it is from, once for every header people may see; each is to fit who signed.
using Senders = std::vector<std::vector<std::string>>;

struct Shaper::Impl {
  Impl(store::Store& store, crypto::Random& chance, Means with)
      : book(store, trust), random(chance), means(std::move(with)) {}

  std::vector<Profile> profiles;
  std::vector<std::string> translators;
  bool legacy = false, accept_weak = false, harvest = true;
  crypto::TrustStore trust;
  std::deque<crypto::PrivateKey> private_keys;  // keys points into it
  std::vector<crypto::cms::OwnKey> keys;        // in the order of the configuration
  std::vector<crypto::CertificatePtr> chain;    // further certificates of the files of our own
  CertificateBook book;
  crypto::Random& random;
  Means means;

  // The key that signs for an address: one whose certificate names it, else the node's own, which is the first that can
  // sign. nullptr: none.
  const crypto::cms::OwnKey* signer_for(std::string_view address, bool prefer_ec) const;
  const crypto::smime::Compressor* inflater() const;
  crypto::smime::OpenOptions open_options(Time now) const;

  // Labels. Errors: no_equivalent.
  Result<SecurityLabel> translated_out(const SecurityLabel& label, std::string_view policy) const;
  void translate_in(Verdict& verdict, const crypto::smime::Unwrapped& found, const Profile* profile) const;

  // One message on its way out; content_type: of `octets`, id-data for a MIME entity.
  struct Outgoing {
    Bytes octets;
    std::string content_type;
    bool mail = true;
    const Profile& profile;
    const Parties& parties;
    Time now;
    Sent& sent;
    bool is_signed = false, is_encrypted = false, untouched = false;
    std::optional<SecurityLabel> label{}, original_label{};
  };
  std::optional<Error> look(Outgoing& out);
  std::optional<Error> take_signature_off(Outgoing& out);
  std::optional<Error> translate(Outgoing& out) const;
  Result<Bytes> protect(Outgoing& out);
  std::optional<Error> add_signers(crypto::smime::Protection& how, const Outgoing& out) const;
  std::optional<Error> add_recipients(crypto::smime::Protection& how, Outgoing& out) const;
  void ask_receipt(crypto::smime::Protection& how, const Outgoing& out);
  std::vector<std::string> addressees(const Profile& profile, const std::vector<std::string>& to) const;

  // One message that came in.
  struct Incoming {
    const Profile* profile;
    std::string from;  // envelope
    Senders senders;
    Time now;
    bool shows_inner = false;  // a whole message inside takes the place of this one when it is extracted
    Verdict verdict{};
    std::optional<ReceiptAsked> receipt_asked{};
    std::optional<ReceiptFound> receipt{};
  };
  // nullopt: no protection, or it could not be read.
  std::optional<crypto::smime::Unwrapped> open(ByteView octets, bool mime, Incoming& in);
  void take_receipts(const crypto::smime::Unwrapped& found, Incoming& in) const;
};

// The address of a certificate, else its subject.
std::string name_of(const crypto::Certificate& certificate);
// Layer by layer in words; a refusal of what no policy lets pass.
Verdict judge(const crypto::smime::Unwrapped& found);
// What the profile demands beyond that.
void apply_profile(Verdict& verdict, const crypto::smime::Unwrapped& found, const Profile* profile,
                   const Senders& senders, const CertificateBook& book);

// The fields without those Authentication-Results that claim to be of `host`; nullopt: there are none.
std::optional<std::string> without_our_results(std::string_view fields, std::string_view host);

// One refusal for everything that goes wrong with keys and ciphertexts: it must not tell which (security.md 12).
Refusal cryptographic_failure(std::string detail);
Refusal policy_refusal(std::string detail);

}  // namespace longwire::security
