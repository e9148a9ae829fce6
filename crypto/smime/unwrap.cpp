#include "base/ber.hpp"
#include "crypto/cms/content_info.hpp"
#include "crypto/smime/layers.hpp"

#include <algorithm>

namespace longwire::crypto::smime {

namespace {

// A transport with LF line ends changes what was signed; nothing else that it does is undone (security.md 5).
cms::SignatureVerdict verify_detached(const cms::SignedData& data, Bytes& content, const cms::VerifyOptions& options) {
  auto verdict = cms::verify(data, content, options);
  const bool other_content = std::any_of(verdict.signers.begin(), verdict.signers.end(), [](const auto& s) {
    return s.result == "bad_digest" || s.result == "bad_signature";
  });
  if (!other_content) return verdict;
  auto lines = with_crlf(content);
  if (lines == content) return verdict;
  auto second = cms::verify(data, lines, options);
  if (!second.any_good && verdict.any_good) return verdict;
  const auto fits = [](const cms::SignatureVerdict& v) {
    return std::count_if(v.signers.begin(), v.signers.end(),
                         [](const auto& s) { return s.result != "bad_digest" && s.result != "bad_signature"; });
  };
  if (fits(second) <= fits(verdict)) return verdict;
  content = std::move(lines);
  return second;
}

// Histories of good signers; parallel ones that differ say nothing (RFC 2634 4.1).
std::vector<cms::ExpansionElement> history_of(const cms::SignedData& data, const cms::SignatureVerdict& verdict) {
  std::optional<Bytes> octets;
  for (std::size_t i = 0; i < data.signers.size() && i < verdict.signers.size(); ++i) {
    const auto& attributes = data.signers[i].signed_attributes;
    if (!verdict.signers[i].good() || !attributes || !attributes->has(oid::ml_expansion_history)) continue;
    auto value = attributes->single(oid::ml_expansion_history);
    if (!value || (octets && *octets != *value)) return {};
    octets = *std::move(value);
  }
  if (!octets) return {};
  auto history = cms::read_expansion_history(*octets);
  return history ? *std::move(history) : std::vector<cms::ExpansionElement>{};
}

// Takes layers off from the outside in, a loop: however deep the message claims to be, no recursion.
class Unwrapping {
 public:
  Unwrapping(const OpenOptions& options, Random& random) : options_(options), random_(random) {}

  Result<Unwrapped> run(ByteView octets, bool mime) {
    octets_.assign(octets.begin(), octets.end());
    type_ = mime ? std::string(oid::data) : std::string(oid::content_info);
    while (!done_) {
      const auto failure = type_ == oid::data ? entity() : layer();
      if (!failure) continue;
      if (!behind_encryption()) return *failure;
      octets_.clear();
      done_ = true;
    }
    if (out_.content_type.empty()) out_.content_type = type_;
    out_.content = std::move(octets_);
    return std::move(out_);
  }

 private:
  // What is wrong with the inside of an encryption must look like a failed decryption: whoever sends altered
  // ciphertexts learns the plaintext from the difference (security.md 12).
  bool behind_encryption() {
    for (auto& found : out_.layers) {
      if (found.kind != Layer::Kind::encryption || !found.opened) continue;
      found.problem = "decryption_failed";
      out_.decrypted.clear();
      return true;
    }
    return false;
  }
  bool enough() {
    done_ = options_.take_off && out_.layers.size() >= *options_.take_off;
    return done_;
  }
  std::optional<Error> too_many() {
    if (++steps_ <= options_.depth) return std::nullopt;
    return error("too_many_layers", 0, "layers nested beyond the limit");
  }

  // What stands in an id-data is a MIME entity; one that is not S/MIME is the content.
  std::optional<Error> entity() {
    auto found = find(octets_);
    if (!found) return found.error();
    if (found->kind == Kind::none) {
      out_.complete = done_ = true;
      return std::nullopt;
    }
    if (enough()) return std::nullopt;
    entity_ = std::move(octets_);
    auto info = cms::decode_content_info(found->cms);
    if (!info) return info.error();
    type_ = std::move(info->type);
    octets_ = std::move(info->content);
    if (found->kind == Kind::signed_multipart) return multipart(std::move(found->detached));
    return std::nullopt;
  }

  std::optional<Error> multipart(Bytes detached) {
    if (auto e = too_many()) return e;
    const auto data = cms::decode_signed_data(octets_);
    if (!data) return data.error();
    add_signature(*data, verify_detached(*data, detached, options_.verify));
    octets_ = std::move(detached);
    type_ = oid::data;
    entity_.clear();
    return std::nullopt;
  }

  std::optional<Error> layer() {
    const bool protected_type = type_ == oid::signed_data || type_ == oid::enveloped_data ||
                                type_ == oid::auth_enveloped_data || type_ == oid::compressed_data ||
                                type_ == oid::content_info;
    if (!protected_type) {
      out_.complete = done_ = true;
      return std::nullopt;
    }
    if (enough()) {
      give_entity_back();
      return std::nullopt;
    }
    if (type_ != oid::content_info)
      if (auto e = too_many()) return e;
    // Inner layers come bare or, from some, as a whole ContentInfo (security.md 6.1).
    auto info = cms::decode_layer(type_, octets_);
    if (!info) return info.error();
    octets_ = std::move(info->content);
    type_ = std::move(info->type);
    if (type_ == oid::content_info) return error("bad_cms", 0, "a ContentInfo directly inside of a ContentInfo");
    if (type_ == oid::signed_data) return signature();
    if (type_ == oid::enveloped_data) return encryption(false);
    if (type_ == oid::auth_enveloped_data) return encryption(true);
    if (type_ == oid::compressed_data) return compression();
    return type_ == oid::data ? data() : std::nullopt;
  }

  // A ContentInfo of id-data holds an OCTET STRING (RFC 5652 4), unlike the other layers.
  std::optional<Error> data() {
    const auto doc = ber::Document::read(octets_);
    if (!doc) return doc.error();
    auto octets = doc->octet_string(0);
    if (!octets) return octets.error();
    octets_ = *std::move(octets);
    return std::nullopt;
  }

  std::optional<Error> signature() {
    auto data = cms::decode_signed_data(octets_);
    if (!data) return data.error();
    add_signature(*data, cms::verify(*data, std::nullopt, options_.verify));
    if (data->content_type == oid::receipt) out_.receipt_signature = octets_;
    type_ = data->content_type;
    octets_ = data->content ? *std::move(data->content) : Bytes{};
    entity_.clear();
    // Certificates only, or a detached signature whose content is not here.
    if (!data->content || data->signers.empty()) {
      done_ = true;
      out_.complete = data->signers.empty();
    }
    return std::nullopt;
  }
  void add_signature(const cms::SignedData& data, cms::SignatureVerdict verdict) {
    Layer found;
    found.kind = Layer::Kind::signature;
    found.content_type = data.content_type;
    found.certificates = data.certificates;
    found.history = history_of(data, verdict);
    found.verdict = std::move(verdict);
    out_.layers.push_back(std::move(found));
  }

  std::optional<Error> encryption(bool authenticated) {
    const auto data = cms::decode_enveloped_data(octets_, authenticated);
    if (!data) return data.error();
    Layer found;
    found.kind = Layer::Kind::encryption;
    found.content_type = data->content_type;
    auto opened = cms::decrypt(*data, options_.decrypt, random_);
    if (!opened) {
      found.problem = opened.error().name;
      out_.layers.push_back(std::move(found));
      give_entity_back();
      done_ = true;
      return std::nullopt;
    }
    found.opened = true;
    found.authenticated = opened->authenticated;
    found.by = opened->by;
    out_.layers.push_back(std::move(found));
    const auto content = opened->content.view();
    octets_.assign(content.begin(), content.end());
    type_ = opened->content_type;
    entity_.clear();
    out_.decrypted = octets_;
    out_.decrypted_type = type_;
    return std::nullopt;
  }

  std::optional<Error> compression() {
    Layer found;
    found.kind = Layer::Kind::compression;
    if (!options_.compressor) {
      found.problem = "no_compressor";
      out_.layers.push_back(std::move(found));
      give_entity_back();
      done_ = true;
      return std::nullopt;
    }
    auto inflated = decode_compressed_data(octets_, *options_.compressor);
    if (!inflated) return inflated.error();
    found.opened = true;
    found.content_type = inflated->content_type;
    out_.layers.push_back(std::move(found));
    octets_ = std::move(inflated->content);
    type_ = std::move(inflated->content_type);
    entity_.clear();
    return std::nullopt;
  }

  // A layer that stays on is given as it stood in the message.
  void give_entity_back() {
    if (entity_.empty()) return;
    octets_ = std::move(entity_);
    out_.content_type = oid::data;
  }

  const OpenOptions& options_;
  Random& random_;
  Bytes octets_;  // what is left
  std::string type_;
  Bytes entity_;  // the MIME entity that octets_ came out of, when it is the very next layer
  std::size_t steps_ = 0;
  bool done_ = false;
  Unwrapped out_;
};

}  // namespace

Result<Unwrapped> unwrap_entity(ByteView mime_entity, const OpenOptions& options, Random& random) {
  return Unwrapping(options, random).run(mime_entity, true);
}

Result<Unwrapped> unwrap_content(ByteView content_info, const OpenOptions& options, Random& random) {
  return Unwrapping(options, random).run(content_info, false);
}

}  // namespace longwire::crypto::smime
