// What the layers of a message are worth, in words for people and as a decision.
#include "crypto/cms/content_info.hpp"
#include "node/security/shaper_impl.hpp"

#include <algorithm>
#include <span>

namespace longwire::security {

namespace {

using crypto::smime::Layer;
namespace cms = crypto::cms;

bool is_tampered(std::string_view result) { return result == "bad_digest" || result == "bad_signature"; }

std::string words_of(const cms::SignerVerdict& signer, bool outer) {
  auto out = std::string(outer ? "outer signature of " : "signature of ") +
             (signer.certificate ? name_of(*signer.certificate) : "an unknown signer");
  out += signer.good() ? " good" : ": " + std::string(signer.result);
  if (!signer.good() && !signer.text.empty()) out += " (" + signer.text + ")";
  if (signer.good() && signer.weak) out += ", but weak";
  return out;
}

std::string words_of_encryption(const Layer& layer) {
  if (!layer.opened) return "encrypted, not opened: " + std::string(layer.problem);
  auto out = "encrypted for " + (layer.by ? name_of(*layer.by) : std::string("a group key"));
  if (!layer.problem.empty()) return out + ", its content cannot be read";
  return out + (layer.authenticated ? ", authenticated" : "");
}

void take_signature(Verdict& out, const Layer& layer, bool outer, bool behind_encryption) {
  for (const auto& signer : layer.verdict.signers) {
    out.words.push_back(words_of(signer, outer));
    if (signer.good()) out.signers.push_back(signer.certificate ? name_of(*signer.certificate) : std::string{});
    // RFC 8551 3.7 and EFAIL: what came out of a ciphertext that was changed is nobody's word.
    if (is_tampered(signer.result) && behind_encryption) out.failed_behind_encryption = true;
  }
  if (layer.verdict.signers.empty()) out.words.emplace_back("certificates without a signature");
  if (layer.verdict.labels_disagree) {
    out.words.emplace_back("the signers do not agree on the label");
    out.refusal = policy_refusal(out.words.back());
  }
}

// RFC 2634 1.3.2: the inner label is the originator's word on the plaintext; of one that cannot be had there is none.
void take_label(Verdict& out, const crypto::smime::Unwrapped& found) {
  const auto visible = out.failed_behind_encryption
                           ? std::find_if(found.layers.begin(), found.layers.end(),
                                          [](const auto& l) { return l.kind == Layer::Kind::encryption; })
                           : found.layers.end();
  for (auto layer = std::make_reverse_iterator(visible); layer != found.layers.rend(); ++layer) {
    if (layer->kind != Layer::Kind::signature || !layer->verdict.any_good || layer->verdict.labels_disagree) continue;
    const auto& label = layer->verdict.label;
    if (!label) continue;
    if (!out.label) out.label = label;
    else if (*label != *out.label) out.words.emplace_back("the outer label differs from the inner one");
  }
}

// RFC 8550 3: whoever signs is to be the sender, or a gateway that the profile names.
class Speakers {
 public:
  Speakers(const Senders& senders, const Profile* profile, const CertificateBook& book)
      : senders_(senders), profile_(profile), book_(book) {}

  // One good signer who may speak for every sender that people may see.
  bool signed_one_of(std::span<const Layer> layers) const {
    return std::any_of(layers.begin(), layers.end(), [&](const Layer& layer) {
      const auto& signers = layer.verdict.signers;
      return std::any_of(signers.begin(), signers.end(),
                         [&](const auto& s) { return s.good() && s.certificate && speaks(*s.certificate); });
    });
  }

 private:
  // A certificate without any mail address is whose the operator said it is, nobody's otherwise.
  bool is_of(const crypto::Certificate& certificate, const std::vector<std::string>& addresses) const {
    return std::any_of(addresses.begin(), addresses.end(), [&](const auto& address) {
      return certificate.addresses.empty() ? book_.has_by_hand(address, certificate) : certificate.names(address);
    });
  }
  bool speaks(const crypto::Certificate& certificate) const {
    if (senders_.empty()) return false;
    if (profile_ && is_of(certificate, profile_->gateway)) return true;
    return std::all_of(senders_.begin(), senders_.end(), [&](const auto& one) { return is_of(certificate, one); });
  }

  const Senders& senders_;
  const Profile* profile_;
  const CertificateBook& book_;
};

bool was_tried(const Layer& layer) {
  return layer.kind == Layer::Kind::encryption && (layer.opened || layer.problem == "decryption_failed");
}

// Whether a message with an encryption has the signature that a profile requires. Where a key of ours was tried, only
// a signature behind the last ciphertext shows that whoever signed knew the content; everything else is one failure.
bool has_required_signature(const Verdict& verdict, std::span<const Layer> layers, const Speakers& speakers) {
  const auto tried = std::find_if(layers.rbegin(), layers.rend(), was_tried);
  if (tried != layers.rend())
    return !verdict.failed_behind_encryption && verdict.signed_good &&
           speakers.signed_one_of(layers.last(static_cast<std::size_t>(tried - layers.rbegin())));
  if (verdict.is_signed) return verdict.signed_good && verdict.by_sender;
  // Who is none of the recipients cannot know of the signature inside; who can judges. An algorithm that we do not
  // take is no way around the profile.
  return std::all_of(layers.begin(), layers.end(), [](const Layer& layer) {
    return layer.kind != Layer::Kind::encryption || layer.problem == "no_recipient";
  });
}

}  // namespace

std::string name_of(const crypto::Certificate& certificate) {
  return certificate.addresses.empty() ? certificate.subject_text() : certificate.addresses.front();
}

Refusal cryptographic_failure(std::string detail) {
  return {"5.7.5", "cryptographic failure", std::move(detail)};  // RFC 3463 X.7.5
}
Refusal policy_refusal(std::string detail) {
  return {"5.7.1", "message does not meet the security policy", std::move(detail)};
}

Refusal refusal_for(const Error& failure) {
  auto detail = std::string(failure.name) + ": " + failure.text;
  // The sender named these addresses; nothing is given away.
  if (failure.name == "no_certificate") return {"5.7.5", failure.text + " to encrypt with", std::move(detail)};
  return policy_refusal(std::move(detail));
}

Verdict judge(const crypto::smime::Unwrapped& found) {
  Verdict out;
  out.is_protected = !found.layers.empty();
  out.opened = found.complete;
  bool all_good = true, any = false, behind_encryption = false;
  const auto signatures = std::count_if(found.layers.begin(), found.layers.end(),
                                        [](const auto& l) { return l.kind == Layer::Kind::signature; });
  for (const auto& layer : found.layers) switch (layer.kind) {
      case Layer::Kind::signature: {
        take_signature(out, layer, !any && signatures > 1, behind_encryption);
        const bool has_signer = !layer.verdict.signers.empty();
        any = any || has_signer;
        all_good = all_good && (!has_signer || layer.verdict.all_good);
        break;
      }
      case Layer::Kind::encryption:
        out.encrypted = true;
        behind_encryption = true;
        out.words.push_back(words_of_encryption(layer));
        if (layer.problem == "decryption_failed") out.failed_behind_encryption = true;
        break;
      case Layer::Kind::compression:
        if (!layer.opened) out.words.push_back("compressed, not opened: " + std::string(layer.problem));
        break;
    }
  std::reverse(out.signers.begin(), out.signers.end());
  out.is_signed = any;
  out.signed_good = any && all_good && !out.failed_behind_encryption;
  take_label(out, found);
  return out;
}

void apply_profile(Verdict& verdict, const crypto::smime::Unwrapped& found, const Profile* profile,
                   const Senders& senders, const CertificateBook& book) {
  const Speakers speakers(senders, profile, book);
  verdict.by_sender = speakers.signed_one_of(found.layers);
  if (verdict.signed_good && !verdict.by_sender) verdict.words.emplace_back("not signed by the sender");
  if (!profile || verdict.refusal) return;
  constexpr auto asked = "the profile asks for a good signature of the sender or its gateway";
  if (profile->require_signature) {
    if (verdict.encrypted && !has_required_signature(verdict, found.layers, speakers))
      verdict.refusal = cryptographic_failure(asked);
    else if (!verdict.encrypted && !(verdict.signed_good && verdict.by_sender)) verdict.refusal = policy_refusal(asked);
  }
  if (profile->require_encryption && !verdict.encrypted && !verdict.refusal)
    verdict.refusal = policy_refusal("the profile asks for encryption");
}

}  // namespace longwire::security
