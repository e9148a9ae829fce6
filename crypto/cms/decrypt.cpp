// Opening of EnvelopedData and AuthEnvelopedData. Whatever is wrong behind the choice of the recipient, the content
// decryption runs, with a random key if need be, and one error comes out (security.md 12, duties 1 and 2).
#include "crypto/cms/algorithms.hpp"
#include "crypto/cms/content_cipher.hpp"
#include "crypto/cms/signed_attributes.hpp"

#include <algorithm>
#include <array>

namespace longwire::crypto::cms {

namespace {

// An entry of the message that a key of ours opens.
struct Match {
  const RecipientInfo* recipient = nullptr;
  std::size_t index = 0;  // among its encrypted keys
  const OwnKey* own = nullptr;
  const Secret* kek = nullptr;
};

bool names_key(const RecipientInfo& recipient, std::size_t index, const OwnKey& own) {
  return own.key != nullptr && own.certificate && recipient.ids[index].fits(*own.certificate);
}

std::vector<Match> find_matches(const EnvelopedData& data, const DecryptOptions& options) {
  std::vector<Match> out;
  for (const auto& recipient : data.recipients) {
    for (std::size_t i = 0; i < recipient.ids.size(); ++i)
      for (const auto& own : options.keys)
        if (names_key(recipient, i, own)) out.push_back({&recipient, i, &own, nullptr});
    if (recipient.kind != RecipientInfo::Kind::kek) continue;
    for (const auto& [identifier, kek] : options.keks)
      if (identifier == recipient.kek_id) out.push_back({&recipient, 0, nullptr, &kek});
  }
  if (out.size() > limits::cms_key_attempts) out.resize(limits::cms_key_attempts);
  return out;
}

std::string_view originator_oid(KeyType type) {
  switch (type) {
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
      return oid::ec_public_key;
    case KeyType::dh:
      return oid::dh_public_number;
    case KeyType::x25519:
      return oid::x25519;
    case KeyType::rsa:
      return {};
  }
  return {};
}

std::string_view curve_oid(KeyType type) {
  switch (type) {
    case KeyType::p256:
      return "1.2.840.10045.3.1.7";
    case KeyType::p384:
      return "1.3.132.0.34";
    case KeyType::p521:
      return "1.3.132.0.35";
    case KeyType::dh:
    case KeyType::x25519:
    case KeyType::rsa:
      return {};
  }
  return {};
}

// Absent (RFC 5753 3.1.1), NULL (RFC 3278), or the curve of the recipient. Of DH anything: the recipient's own domain
// parameters are used, as Bouncy Castle writes the same ones there.
bool right_parameters(KeyType type, ByteView parameters) {
  if (parameters.empty() || is_null(parameters) || type == KeyType::dh) return true;
  const auto named = read_value(parameters, ber::oid_tag, read_oid);
  return named && *named == curve_oid(type);
}

std::optional<PublicKey> originator_of(const EnvelopedData& data, const RecipientInfo& recipient, const PublicKey& own,
                                       const DecryptOptions& options) {
  if (!recipient.originator) {
    if (recipient.originator_algorithm != originator_oid(own.type())) return std::nullopt;
    if (!right_parameters(own.type(), recipient.originator_parameters)) return std::nullopt;
    auto key = PublicKey::from_agreement(own, recipient.originator_key);
    return key ? std::optional(*std::move(key)) : std::nullopt;
  }
  for (const auto* list : {&data.originator_certificates, &options.known})
    for (const auto& certificate : *list)
      if (recipient.originator->fits(*certificate) && certificate->key) return certificate->key;
  return std::nullopt;
}

std::optional<Secret> by_agreement(const EnvelopedData& data, const Match& match, const AgreementAlgorithm& algorithm,
                                   const DecryptOptions& options, Random& random) {
  const auto& recipient = *match.recipient;
  const auto own = match.own->key->public_key();
  if ((algorithm.derivation == Derivation::x942) != (own.type() == KeyType::dh)) return std::nullopt;
  const auto originator = originator_of(data, recipient, own, options);
  if (!originator) return std::nullopt;
  const auto z = match.own->key->agree(*originator, random);
  if (!z) return std::nullopt;
  const auto kek = derive_kek(algorithm, z->view(), recipient.ukm);
  return unwrap_key(kek.view(), recipient.encrypted_keys[match.index]);
}

// The content encryption key, or `fallback` for whatever is wrong with it. nullopt: an algorithm that is none of ours,
// which spoils this recipient only (RFC 5652 6.2).
std::optional<Secret> content_key(const EnvelopedData& data, const Match& match, const Secret& fallback,
                                  const DecryptOptions& options, Random& random) {
  const auto& recipient = *match.recipient;
  std::optional<Secret> key;
  switch (recipient.kind) {
    case RecipientInfo::Kind::key_transport: {
      const auto algorithm = transport_algorithm(recipient.algorithm, recipient.algorithm_parameters);
      if (!algorithm) return std::nullopt;
      return match.own->key->decrypt_or(algorithm->transport, algorithm->oaep, recipient.encrypted_keys[0], fallback,
                                        random);
    }
    case RecipientInfo::Kind::key_agreement: {
      const auto algorithm = agreement_algorithm(recipient.algorithm, recipient.algorithm_parameters);
      if (!algorithm || match.own->key->type() == KeyType::rsa) return std::nullopt;
      key = by_agreement(data, match, *algorithm, options, random);
      break;
    }
    case RecipientInfo::Kind::kek:
      if (!kek_size_of_oid(recipient.algorithm)) return std::nullopt;
      if (kek_size_of_oid(recipient.algorithm) == match.kek->size())
        key = unwrap_key(match.kek->view(), recipient.encrypted_keys[0]);
      break;
    case RecipientInfo::Kind::unsupported:
      return std::nullopt;
  }
  if (!key || key->size() != fallback.size()) return fallback.copy();
  return key;
}

// RFC 5083 2.1: what is not plain data has its type among the authenticated attributes, else anybody could change it.
std::optional<Error> check_attributes(const EnvelopedData& data) {
  const auto& attributes = data.authenticated_attributes;
  if (!data.authenticated || (data.content_type == oid::data && !attributes.has(oid::content_type)))
    return check_single_attributes(attributes);
  const auto value = attributes.single(oid::content_type);
  if (!value) return value.error();
  const auto type = read_content_type(*value);
  if (!type) return error("bad_attribute", 0, "a contentType that is no OID");
  if (*type != data.content_type) return error("wrong_content_type", 0, "authenticated as " + *type);
  return check_single_attributes(attributes);
}

}  // namespace

Result<Opened> decrypt(const EnvelopedData& data, const DecryptOptions& options, Random& random) {
  const auto cipher = content_cipher(data.cipher_oid, data.authenticated, options.legacy);
  if (!cipher) return cipher.error();
  if (const auto why = check_attributes(data)) return *why;
  const auto matches = find_matches(data, options);
  if (matches.empty()) return error("no_recipient", 0, "no key of ours is among the recipients");
  const auto octets = data.encrypted_content ? ByteView(*data.encrypted_content) : ByteView();
  bool tried = false;
  for (const auto& match : matches) {
    const Secret fallback(random_octets(random, key_size(*cipher)));
    const auto key = content_key(data, match, fallback, options, random);
    if (!key) continue;
    tried = true;
    auto content = data.authenticated ? open_gcm(data, *cipher, key->view())
                                      : open_cbc(*cipher, data.cipher_parameters, octets, key->view());
    if (!content) continue;
    return Opened{*std::move(content), data.content_type, data.authenticated,
                  match.own != nullptr ? match.own->certificate : nullptr};
  }
  if (tried) return decryption_failed();
  return error("unsupported_algorithm", 0, "key encryption " + matches[0].recipient->algorithm + " is none of ours");
}

}  // namespace longwire::crypto::cms
