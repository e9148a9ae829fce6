// longwire cms verify, decrypt, unwrap.
#include "annexe/inflate.hpp"
#include "base/text.hpp"
#include "crypto/cms/content_info.hpp"
#include "node/main/cms_files.hpp"
#include "node/main/cms_operations.hpp"

namespace longwire::commands {

namespace {

using namespace crypto;

struct Object {
  cms::ContentInfo info;
  std::optional<Bytes> detached;  // first part of a multipart/signed
  std::string outer_fields;
};

Result<Object> read_info(const CmsOptions& options) {
  const auto input = read_object(options);
  if (!input) return input.error();
  Object out;
  Bytes octets = input->octets;
  if (input->format == CmsFormat::smime) {
    auto found = smime::find(input->octets);
    if (!found) return found.error();
    if (found->kind == smime::Kind::none) return error("bad_smime", 0, "no S/MIME, and neither DER nor PEM");
    octets = std::move(found->cms);
    if (found->kind == smime::Kind::signed_multipart) out.detached = std::move(found->detached);
    if (options.mail) out.outer_fields = smime::split_message(input->octets).outer_fields;
  }
  auto info = cms::decode_content_info(octets);
  if (!info) return info.error();
  out.info = *std::move(info);
  return out;
}

bool is_cms(std::string_view type) {
  return type == oid::signed_data || type == oid::enveloped_data || type == oid::auth_enveloped_data ||
         type == oid::compressed_data;
}

// An inner layer of the X.400 form gets a ContentInfo, so that the next command can read it.
Bytes content_for(const CmsOptions& options, const std::string& type, Bytes content, const std::string& outer_fields) {
  if (type == oid::data && options.mail) return smime::join_message(outer_fields, content);
  if (options.bare || !is_cms(type)) return content;
  const auto layer = cms::decode_layer(type, content);
  return layer ? cms::encode_content_info(layer->type, layer->content) : std::move(content);
}

struct Verification {
  TrustStore trust;
  cms::VerifyOptions options;  // points into trust: not to be moved
};
std::optional<Error> prepare(const CmsOptions& options, Time now, Verification& out) {
  auto trust = read_trust(options);
  if (!trust) return trust.error();
  out.trust = *std::move(trust);
  out.options.trust = options.no_verify_path ? nullptr : &out.trust;
  out.options.known = out.trust.intermediates;
  out.options.accept_weak = !options.refuse_weak;
  out.options.now = now;
  if (options.at.empty()) return std::nullopt;
  const auto at = parse_utc(options.at);
  if (!at) return error("usage", 0, "--at takes a time such as 2026-11-21T12:00:00Z");
  out.options.now = *at;
  return std::nullopt;
}

struct OwnKeys {
  Identities identities;
  cms::DecryptOptions options;  // points into identities
};
std::optional<Error> prepare(const CmsOptions& options, Random& random, OwnKeys& out) {
  auto identities = read_identities(options.recipients, options.keys, random);
  if (!identities) return identities.error();
  out.identities = *std::move(identities);
  for (const auto& identity : out.identities) out.options.keys.push_back({identity.certificate, &identity.key});
  auto keks = read_keks(options.keks);
  if (!keks) return keks.error();
  out.options.keks = *std::move(keks);
  if (out.options.keys.empty() && out.options.keks.empty() && options.operation == "decrypt")
    return error("usage", 0, "--recipient with --key, or --kek, says whose keys are here");
  auto known = read_certificate_files(options.certificates);
  if (!known) return known.error();
  out.options.known = *std::move(known);
  out.options.legacy = options.legacy;
  return std::nullopt;
}

// The signature over `content`, or over the same with CRLF, as mail may have lost it.
cms::SignatureVerdict verdict_over(const cms::SignedData& data, std::optional<Bytes>& content,
                                   const cms::VerifyOptions& options) {
  auto verdict = cms::verify(data, content ? std::optional<ByteView>(*content) : std::nullopt, options);
  if (verdict.any_good || !content) return verdict;
  auto lines = smime::with_crlf(*content);
  if (lines == *content) return verdict;
  auto second = cms::verify(data, lines, options);
  if (!second.any_good) return verdict;
  content = std::move(lines);
  return second;
}

}  // namespace

Result<CmsReport> cms_verify(const CmsOptions& options, Time now) {
  Verification how;
  if (auto fault = prepare(options, now, how)) return *std::move(fault);
  auto object = read_info(options);
  if (!object) return object.error();
  if (object->info.type != oid::signed_data)
    return error("not_signed", 0,
                 "content type " + object->info.type + "; `longwire cms unwrap` takes off every layer");
  auto data = cms::decode_signed_data(object->info.content);
  if (!data) return data.error();
  auto detached = std::move(object->detached);
  if (!options.content.empty()) {
    auto content = read_octets(options.content);
    if (!content) return content.error();
    detached = *std::move(content);
  }
  smime::Layer layer;
  layer.content_type = data->content_type;
  layer.verdict = verdict_over(*data, detached, how.options);
  CmsReport out;
  out.content_type = data->content_type;
  out.path_verified = !options.no_verify_path;
  out.good = is_good(layer);
  out.layers.push_back(std::move(layer));
  if (!out.good) return out;
  auto& content = data->content ? data->content : detached;
  if (content) out.output = content_for(options, out.content_type, *std::move(content), object->outer_fields);
  return out;
}

Result<CmsReport> cms_decrypt(const CmsOptions& options, Random& random) {
  OwnKeys own;
  if (auto fault = prepare(options, random, own)) return *std::move(fault);
  const auto object = read_info(options);
  if (!object) return object.error();
  const bool authenticated = object->info.type == oid::auth_enveloped_data;
  if (!authenticated && object->info.type != oid::enveloped_data)
    return error("not_encrypted", 0,
                 "content type " + object->info.type + "; `longwire cms unwrap` takes off every layer");
  const auto data = cms::decode_enveloped_data(object->info.content, authenticated);
  if (!data) return data.error();
  smime::Layer layer;
  layer.kind = smime::Layer::Kind::encryption;
  layer.content_type = data->content_type;
  layer.authenticated = authenticated;
  CmsReport out;
  out.content_type = data->content_type;
  const auto opened = cms::decrypt(*data, own.options, random);
  if (!opened) {
    layer.problem = opened.error().name;
  } else {
    layer.opened = out.good = true;
    layer.by = opened->by;
    const auto content = opened->content.view();
    out.output =
        content_for(options, opened->content_type, Bytes(content.begin(), content.end()), object->outer_fields);
  }
  out.layers.push_back(std::move(layer));
  return out;
}

Result<CmsReport> cms_unwrap(const CmsOptions& options, Time now, Random& random) {
  Verification how;
  if (auto fault = prepare(options, now, how)) return *std::move(fault);
  OwnKeys own;
  if (auto fault = prepare(options, random, own)) return *std::move(fault);
  const auto input = read_object(options);
  if (!input) return input.error();
  const smime::Compressor compressor{annexe::deflate_zlib, annexe::inflate_zlib};
  smime::OpenOptions open;
  open.verify = how.options;
  open.decrypt = std::move(own.options);
  open.compressor = &compressor;
  auto opened = input->format == CmsFormat::smime ? smime::unwrap_entity(input->octets, open, random)
                                                  : smime::unwrap_content(input->octets, open, random);
  if (!opened) return opened.error();
  CmsReport out;
  out.layers = std::move(opened->layers);
  if (out.layers.empty()) return error("bad_smime", 0, "nothing is protected here");
  out.content_type = opened->content_type;
  out.complete = opened->complete;
  out.path_verified = !options.no_verify_path;
  out.good = out.complete;
  for (const auto& layer : out.layers) out.good = out.good && is_good(layer);
  if (!out.good) return out;
  const auto outer =
      options.mail && input->format == CmsFormat::smime ? smime::split_message(input->octets).outer_fields : "";
  out.output = content_for(options, out.content_type, std::move(opened->content), outer);
  return out;
}

}  // namespace longwire::commands
