#include "crypto/cms/receipt.hpp"

#include "base/text.hpp"
#include "crypto/cms/content_info.hpp"
#include "crypto/cms/sequence.hpp"

#include <algorithm>

namespace longwire::crypto::cms {

namespace {

constexpr int receipt_version = 1;  // RFC 2634 2.8
constexpr int first_tier = 1;
constexpr int policy_none = 0, policy_instead_of = 1;  // MLReceiptPolicy (RFC 2634 4.4)

Result<Receipt> read_receipt(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  Receipt out;
  int version = 0;
  in.required(ber::integer_tag, "version", read_int, version);
  if (!in.failed() && version != receipt_version)
    return error("unsupported_version", doc[index].offset, "Receipt of version " + std::to_string(version));
  in.required(ber::oid_tag, "contentType", read_oid, out.content_type);
  in.required(ber::octet_string_tag, "signedContentIdentifier", read_octets, out.identifier);
  in.required(ber::octet_string_tag, "originatorSignatureValue", read_octets, out.signature);
  return in.finish(std::move(out));
}

// The one request of the good signers. Errors (as reasons): unverified, no_request, requests_differ.
struct Asked {
  const ReceiptRequest* request = nullptr;
  std::string_view reason;
};
Asked find_request(const SignatureVerdict& verdict) {
  Asked out{nullptr, verdict.any_good ? "no_request" : "unverified"};
  for (const auto& signer : verdict.signers) {
    if (!signer.good() || !signer.receipt_request) continue;
    if (out.request != nullptr && *out.request != *signer.receipt_request) return {nullptr, "requests_differ"};
    out.request = &*signer.receipt_request;
  }
  return out;
}

bool names(const std::vector<std::string>& list, std::string_view me) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& address) { return iequals(address, me); });
}

bool has_digest(const SignerInfo& signer, ByteView digest) {
  if (!signer.signed_attributes) return false;
  const auto value = signer.signed_attributes->single(oid::msg_sig_digest);
  if (!value) return false;
  const auto named = read_message_digest(*value);
  return named && std::equal(named->begin(), named->end(), digest.begin(), digest.end());
}

}  // namespace

Result<Receipt> decode_receipt(ByteView ber) { return read_value(ber, ber::sequence_tag, read_receipt); }

Bytes encode_receipt(const Receipt& receipt) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.integer(ber::integer_tag, receipt_version);
  ber::put_oid(out, ber::oid_tag, receipt.content_type);
  out.primitive(ber::octet_string_tag, receipt.identifier);
  out.primitive(ber::octet_string_tag, receipt.signature);
  out.end();
  return out.finish();
}

ReceiptDecision decide_receipt(const SignatureVerdict& inner, const std::vector<ExpansionElement>& history,
                               std::string_view me) {
  const auto [request, reason] = find_request(inner);
  if (request == nullptr) return {false, reason, {}};
  const auto policy = history.empty() ? std::nullopt : history.back().policy;
  if (policy == policy_none) return {false, "list_wants_none", {}};
  if (!request->all_or_first) {
    if (!names(request->receipts_from, me)) return {false, "not_asked", {}};
  } else if (*request->all_or_first == first_tier && !history.empty()) {
    return {false, "not_first_tier", {}};
  }
  ReceiptDecision out{true, "asked", request->receipts_to};
  if (policy) {
    const auto& lists = history.back().receipts_to;
    if (*policy == policy_instead_of) out.to = lists;
    else out.to.insert(out.to.end(), lists.begin(), lists.end());
  }
  return out;
}

Result<Bytes> make_receipt(const SignerVerdict& original, std::string_view content_type, const SignerSpec& signer,
                           Time now, Random& random) {
  if (!original.good() || !original.receipt_request)
    return error("no_request", 0, "no good signature with a request for a receipt");
  const Receipt receipt{std::string(content_type), original.receipt_request->identifier, original.signature};
  auto spec = signer;
  std::erase_if(spec.attributes, [](const Attribute& attribute) {  // RFC 2634 2.4: no receipts of receipts
    return attribute.type == oid::receipt_request || attribute.type == oid::ml_expansion_history ||
           attribute.type == oid::msg_sig_digest;
  });
  spec.attributes.push_back({std::string(oid::msg_sig_digest), {write_octets(original.signed_attributes_digest)}});
  SignOptions options;
  options.content_type = oid::receipt;
  options.now = now;
  const auto made = sign(encode_receipt(receipt), {spec}, options, random);
  if (!made) return made.error();
  return encode_content_info(oid::signed_data, *made);
}

Result<Expected> expect_receipt(ByteView signed_data) {
  const auto data = decode_signed_data(signed_data);
  if (!data) return data.error();
  for (const auto& signer : data->signers) {
    if (!signer.signed_attributes) continue;
    const auto value = signer.signed_attributes->single(oid::receipt_request);
    if (!value) continue;
    auto request = read_receipt_request(*value);
    const auto digest = digest_of_oid(signer.digest_oid);
    if (!request || !digest) continue;
    return Expected{{data->content_type, std::move(request->identifier), signer.signature},
                    hash(*digest, signer.signed_attributes->as_received)};
  }
  return error("no_request", 0, "no signer asks for a receipt");
}

std::string_view check_receipt(const SignedData& receipt, const SignatureVerdict& verdict, const Expected& expected) {
  if (receipt.content_type != oid::receipt || !receipt.content) return "unknown";
  const auto decoded = decode_receipt(*receipt.content);
  if (!decoded || !(*decoded == expected.receipt)) return "unknown";
  // RFC 2634 2.6: the digest is taken of the Receipt as the originator makes it from his own message.
  if (*receipt.content != encode_receipt(expected.receipt)) return "bad_digest";
  std::string_view failed = "no_signer";
  for (std::size_t i = 0; i < receipt.signers.size() && i < verdict.signers.size(); ++i) {
    if (!verdict.signers[i].good()) failed = verdict.signers[i].result;
    else if (has_digest(receipt.signers[i], expected.signed_attributes_digest)) return "good";
    else failed = "bad_digest";
  }
  return failed;
}

}  // namespace longwire::crypto::cms
