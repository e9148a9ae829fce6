#include "base/text.hpp"
#include "crypto/cms/content_info.hpp"
#include "crypto/smime/layers.hpp"

namespace longwire::crypto::smime {

namespace {

bool is_signed(Kind kind) {
  return kind == Kind::signed_opaque || kind == Kind::signed_multipart || kind == Kind::receipt;
}

// Adds layers to a content, from the inside out.
class Wrapping {
 public:
  Wrapping(const Protection& how, Random& random) : how_(how), random_(random) {}

  std::optional<Error> begin(ByteView content) {
    octets_.assign(content.begin(), content.end());
    type_ = how_.form == Form::mime ? std::string(oid::data) : how_.content_type;
    if (how_.form == Form::mime) {
      const auto found = find(content);
      signed_before_ = found && is_signed(found->kind);
      is_receipt_ = found && found->kind == Kind::receipt;
      return std::nullopt;
    }
    if (type_ != oid::content_info) return std::nullopt;
    // A CMS object of its own: its inner structure is what the next layer holds (RFC 3854 3.4.1).
    auto info = cms::decode_content_info(content);
    if (!info) return info.error();
    signed_before_ = info->type == oid::signed_data;
    is_receipt_ = smime_type_of(content) == "signed-receipt";
    type_ = std::move(info->type);
    octets_ = std::move(info->content);
    return std::nullopt;
  }

  void compress() {
    auto packed = encode_compressed_data(type_, octets_, *how_.compressor);
    // Whoever compresses what does not shrink spends octets; the entity around it counts too.
    if (how_.form == Form::mime) {
      auto entity = packed_entity(oid::compressed_data, packed, "compressed-data");
      if (entity.size() < octets_.size()) octets_ = std::move(entity);
    } else if (packed.size() < octets_.size()) {
      octets_ = std::move(packed);
      type_ = oid::compressed_data;
    }
  }

  std::optional<Error> sign(Bytes* innermost) {
    std::vector<cms::Attribute> attributes;
    if (how_.label) add(attributes, oid::security_label, encode_label(*how_.label));
    if (!how_.equivalent_labels.empty())
      add(attributes, oid::equivalent_labels, cms::write_equivalent_labels(how_.equivalent_labels));
    if (how_.receipt_request) add(attributes, oid::receipt_request, cms::write_receipt_request(*how_.receipt_request));
    const bool multipart = how_.multipart && how_.form == Form::mime && !how_.encrypt && !how_.outer_sign;
    auto made = signed_data(how_.signers, attributes, multipart);
    if (!made) return made.error();
    if (innermost) *innermost = *made;
    return multipart ? add_multipart(*made) : add_layer(oid::signed_data, *std::move(made), "signed-data");
  }

  std::optional<Error> encrypt() {
    cms::EncryptOptions options;
    options.cipher = how_.cipher;
    options.content_type = type_;
    auto recipients = how_.recipients;
    for (auto& recipient : recipients) recipient.by_key_id = recipient.by_key_id || how_.compact;
    auto made = cms::encrypt(octets_, recipients, options, random_);
    if (!made) return made.error();
    if (is_gcm(how_.cipher)) return add_layer(oid::auth_enveloped_data, *std::move(made), "authEnveloped-data");
    return add_layer(oid::enveloped_data, *std::move(made), "enveloped-data");
  }

  std::optional<Error> sign_outer() {
    std::vector<cms::Attribute> attributes;
    if (how_.outer_label) add(attributes, oid::security_label, encode_label(*how_.outer_label));
    if (const auto type = hinted_type(); !type.empty())
      add(attributes, oid::content_hints, cms::write_content_hints({{}, std::string(type)}));
    if (!how_.history.empty()) add(attributes, oid::ml_expansion_history, cms::write_expansion_history(how_.history));
    auto made = signed_data(how_.outer_signers, attributes, false);
    if (!made) return made.error();
    return add_layer(oid::signed_data, *std::move(made), "signed-data");
  }

  bool signed_before() const { return signed_before_; }
  Bytes finish() { return how_.form == Form::mime ? std::move(octets_) : cms::encode_content_info(type_, octets_); }

 private:
  static void add(std::vector<cms::Attribute>& list, std::string_view type, Bytes value) {
    list.push_back({std::string(type), {std::move(value)}});
  }

  Result<Bytes> signed_data(const std::vector<cms::SignerSpec>& signers, const std::vector<cms::Attribute>& attributes,
                            bool detached) {
    cms::SignOptions options;
    options.content_type = type_;
    options.detached = detached;
    options.with_certificates = !how_.compact;
    options.further = how_.further;
    options.now = how_.now;
    auto specs = signers;
    for (auto& spec : specs) {
      spec.by_key_id = spec.by_key_id || how_.compact;
      spec.minimal = spec.minimal || how_.compact;
      spec.attributes.insert(spec.attributes.end(), attributes.begin(), attributes.end());
    }
    return cms::sign(octets_, specs, options, random_);
  }

  // RFC 2634 2.9: the innermost type, which cannot be seen through the encryption; id-data needs no word, and a receipt
  // MUST have it.
  std::string_view hinted_type() const {
    if (!how_.encrypt) return {};
    if (is_receipt_) return oid::receipt;
    const bool tells =
        how_.form == Form::bare && how_.content_type != oid::data && how_.content_type != oid::content_info;
    return tells && !how_.compact ? std::string_view(how_.content_type) : std::string_view{};
  }

  Transfer transfer() const { return how_.compact ? Transfer::binary : how_.transfer; }
  Bytes packed_entity(std::string_view type, ByteView bare, std::string_view smime_type) const {
    return pack_opaque(cms::encode_content_info(type, bare), smime_type, transfer());
  }
  std::optional<Error> add_layer(std::string_view type, Bytes bare, std::string_view smime_type) {
    if (how_.form == Form::mime) {
      octets_ = packed_entity(type, bare, smime_type);
    } else {
      octets_ = std::move(bare);
      type_ = type;
    }
    return std::nullopt;
  }
  std::optional<Error> add_multipart(ByteView bare) {
    const auto data = cms::decode_signed_data(bare);
    if (!data) return data.error();
    std::string digests;
    for (const auto& name : data->digest_oids) {
      const auto digest = digest_of_oid(name);
      digests += (digests.empty() ? "" : ",") + std::string(digest ? micalg(*digest) : "unknown");
    }
    const auto boundary = "=_" + to_hex(random_octets(random_, 12));
    auto packed = pack_multipart(octets_, cms::encode_content_info(oid::signed_data, bare), digests, boundary);
    if (!packed) return packed.error();
    octets_ = *std::move(packed);
    return std::nullopt;
  }

  const Protection& how_;
  Random& random_;
  Bytes octets_;      // mime: an entity; bare: of type_
  std::string type_;  // mime: always id-data
  bool signed_before_ = false, is_receipt_ = false;
};

}  // namespace

Result<Bytes> protect(ByteView content, const Protection& how, Random& random, Bytes* innermost) {
  if (!how.sign && !how.encrypt && !how.outer_sign) return error("no_layer", 0, "neither signature nor encryption");
  Wrapping wrapping(how, random);
  if (auto e = wrapping.begin(content)) return *std::move(e);
  if (how.receipt_request && (!how.sign || wrapping.signed_before()))
    return error("misplaced_attribute", 0, "a receiptRequest stands in the innermost signature only");
  if (!how.history.empty() && !how.outer_sign)
    return error("misplaced_attribute", 0, "an mlExpansionHistory stands in the outer signature only");
  if (how.compress && how.compressor && !wrapping.signed_before()) wrapping.compress();
  if (how.sign)
    if (auto e = wrapping.sign(innermost)) return *std::move(e);
  if (how.encrypt)
    if (auto e = wrapping.encrypt()) return *std::move(e);
  if (how.outer_sign)
    if (auto e = wrapping.sign_outer()) return *std::move(e);
  return wrapping.finish();
}

Result<Bytes> protect_entity(ByteView entity, const Protection& how, Random& random, Bytes* innermost) {
  auto made = protect(entity, how, random, innermost);
  if (!made || how.form == Form::mime) return made;
  const auto transfer = how.compact ? Transfer::binary : how.transfer;
  if (how.content_type != oid::data) return pack_x400(*made, how.sign, transfer);
  // A word for mail programs; one that looks for a MIME entity below the first layer reads nothing of these anyway.
  const bool layered = how.sign + how.encrypt + how.outer_sign > 1;
  return pack_opaque(*made, how.compact && layered ? std::string_view{} : smime_type_of(*made), transfer);
}

Bytes pack_x400(ByteView content_info, bool signed_inside, Transfer transfer) {
  return pack_opaque(content_info, signed_inside ? "signed-x400" : "enveloped-x400", transfer);
}

}  // namespace longwire::crypto::smime
