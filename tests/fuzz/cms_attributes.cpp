// Attributes below the signature: the set as the rules see it, and the input as the value of each attribute.
#include "crypto/cms/attribute_fields.hpp"
#include "crypto/cms/attribute_json.hpp"
#include "crypto/cms/signed_attributes.hpp"
#include "tests/fuzz/cms_people.hpp"

#include <boost/json/serialize.hpp>

using namespace longwire;
using namespace longwire::crypto;

namespace {

constexpr std::string_view known[] = {
    oid::content_type,     oid::message_digest,      oid::signing_time,           oid::smime_capabilities,
    oid::receipt_request,  oid::security_label,      oid::ml_expansion_history,   oid::content_hints,
    oid::msg_sig_digest,   oid::content_identifier,  oid::equivalent_labels,      oid::content_reference,
    oid::countersignature, oid::signing_certificate, oid::signing_certificate_v2, oid::encryption_key_preference};

void check_set(const cms::Attributes& attributes) {
  (void)boost::json::serialize(cms::attributes_json(attributes, cms::label_json));
  (void)cms::check_signed_attributes(attributes, oid::data, {});
  (void)cms::check_signed_attributes(attributes, std::nullopt, {});
  if (!cms::check_single_attributes(attributes)) {  // as far as the verifier gets
    cms::SignerVerdict verdict;
    (void)cms::fill_from_attributes(attributes, verdict);
    static const std::vector<CertificatePtr> all{fuzz::certificate("alice-p256"), fuzz::certificate("bob-p256")};
    (void)cms::named_certificate(attributes, all[0], all);
  }
  cms::SignerInfo signer;
  signer.unsigned_attributes = attributes;
  (void)cms::countersignatures(signer);
}

void check_octets(ByteView in) {
  const auto doc = cms::read_whole(in);
  if (!doc || !(*doc)[0].tag.constructed) return;
  const auto attributes = cms::read_attributes(*doc, 0);
  if (!attributes) return;
  check_set(*attributes);
  // Sorted they are the same attributes, and sorted again the same octets.
  const auto sorted = cms::encode_attributes(attributes->list);
  const auto again = ber::Document::read(sorted);
  if (!again) std::abort();
  const auto read = cms::read_attributes(*again, 0);
  if (!read || cms::encode_attributes(read->list) != sorted) std::abort();
}

void check_values(ByteView in) {
  const Bytes octets(in.begin(), in.end());
  cms::Attributes all;
  for (const auto& type : known) {
    all.list.push_back({std::string(type), {octets}});
    check_set({{all.list.back()}, {}});
  }
  check_set(all);
  if (const auto request = cms::read_receipt_request(in)) {
    const auto again = cms::read_receipt_request(cms::write_receipt_request(*request));
    if (!again || !(*again == *request)) std::abort();
  }
  if (const auto history = cms::read_expansion_history(in)) {
    const auto octets_again = cms::write_expansion_history(*history);
    const auto again = cms::read_expansion_history(octets_again);
    if (!again || cms::write_expansion_history(*again) != octets_again) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  (void)cms::is_attribute_set(in);
  check_octets(in);
  check_values(in);
  return 0;
}
