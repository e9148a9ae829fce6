// Signed receipts (RFC 2634 2): asked for by others, given for our users, and those that come back.
#include "base/ber.hpp"
#include "base/text.hpp"
#include "mail/address_list.hpp"
#include "mail/clean.hpp"
#include "node/security/shaper_impl.hpp"

namespace longwire::security {

namespace {

namespace cms = crypto::cms;
namespace smime = crypto::smime;
using smime::Layer;

std::string header_of(std::string_view from, const std::vector<std::string>& to, std::string_view host, Time now,
                      crypto::Random& random) {
  std::string list;
  for (const auto& address : to) list += (list.empty() ? "<" : ", <") + mail::clean_word(address) + ">";
  return "From: <" + mail::clean_word(from) + ">\r\n" + mail::fold_field("To", list) +
         "Subject: Signed receipt\r\nDate: " + format_rfc5322(now) + "\r\nMessage-ID: <" +
         to_hex(crypto::random_octets(random, 12)) + "@" + mail::clean_word(host) + ">\r\n";
}

}  // namespace

void Shaper::Impl::take_receipts(const smime::Unwrapped& found, Incoming& in) const {
  const Layer* innermost = nullptr;
  for (const auto& layer : found.layers)
    if (layer.kind == Layer::Kind::signature && !layer.verdict.signers.empty()) innermost = &layer;
  if (!innermost) return;
  if (innermost->content_type == crypto::oid::receipt) {
    auto receipt = cms::decode_receipt(found.content);
    if (!receipt) return in.verdict.words.push_back("a receipt that cannot be read");
    in.verdict.words.emplace_back("a signed receipt");
    in.receipt = ReceiptFound{*std::move(receipt), found.receipt_signature, innermost->verdict};
    return;
  }
  if (!in.profile || !in.profile->receipts || !innermost->verdict.all_good || !found.complete) return;
  for (const auto& signer : innermost->verdict.signers)
    if (signer.receipt_request) {
      in.verdict.words.emplace_back("a signed receipt is asked for");
      // RFC 2634 2.3: the history of the outermost signature.
      in.receipt_asked = ReceiptAsked{innermost->content_type, innermost->verdict, {}};
      for (const auto& layer : found.layers)
        if (layer.kind == Layer::Kind::signature) {
          in.receipt_asked->history = layer.history;
          break;
        }
      return;
    }
}

std::optional<Shaper::ReceiptMail> Shaper::answer_receipt(const ReceiptAsked& asked, std::string_view recipient,
                                                          Time now) {
  const auto decision = cms::decide_receipt(asked.signature, asked.history, recipient);
  const auto* own = impl_->signer_for(recipient, false);
  if (!decision.send || decision.to.empty() || !own) return std::nullopt;
  for (const auto& signer : asked.signature.signers) {
    if (!signer.good() || !signer.receipt_request) continue;
    cms::SignerSpec spec;
    spec.certificate = own->certificate;
    spec.key = own->key;
    const auto receipt = cms::make_receipt(signer, asked.content_type, spec, now, impl_->random);
    if (!receipt) return std::nullopt;
    const auto entity = smime::pack_opaque(*receipt, "signed-receipt", smime::Transfer::base64);
    const auto header = header_of(recipient, decision.to, impl_->means.host, now, impl_->random);
    return ReceiptMail{decision.to, smime::join_message(header, entity)};
  }
  return std::nullopt;
}

std::string_view Shaper::receipt_result(const ReceiptFound& receipt, ByteView expected) const {
  const auto doc = ber::Document::read(expected);
  const auto members = doc ? doc->children(0) : std::vector<std::size_t>{};
  if (members.size() != 2) return "unknown";
  const auto sent = cms::decode_receipt(doc->encoding(members[0]));
  const auto digest = doc->octet_string(members[1]);
  const auto data = cms::decode_signed_data(receipt.signed_data);
  if (!sent || !digest || !data) return "unknown";
  return cms::check_receipt(*data, receipt.signature, {*sent, *digest});
}

}  // namespace longwire::security
