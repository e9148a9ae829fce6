// Making of EnvelopedData and AuthEnvelopedData, in DER.
#include "crypto/cms/algorithms.hpp"
#include "crypto/cms/content_cipher.hpp"
#include "crypto/cms/structures.hpp"

#include <algorithm>
#include <map>

namespace longwire::crypto::cms {

namespace {

constexpr std::size_t esdh_ukm_octets = 64;  // RFC 2631 2.1.2

struct Recipients {
  std::vector<Bytes> infos;
  bool all_version_0 = true;
};

Digest usual_kdf(KeyType type) {  // RFC 5753 9, RFC 8418, RFC 2631
  switch (type) {
    case KeyType::p384:
      return Digest::sha384;
    case KeyType::p521:
      return Digest::sha512;
    case KeyType::dh:
      return Digest::sha1;
    case KeyType::p256:
    case KeyType::x25519:
    case KeyType::rsa:
      return Digest::sha256;
  }
  return Digest::sha256;
}

std::string_view key_oid(KeyType type) {
  if (type == KeyType::dh) return oid::dh_public_number;
  return type == KeyType::x25519 ? oid::x25519 : oid::ec_public_key;
}

// Recipients of one group share an ephemeral key: same domain parameters, derivation and ukm.
struct Group {
  Bytes domain;  // AlgorithmIdentifier of the public key
  std::string scheme;
  std::optional<Bytes> ukm;
  auto operator<=>(const Group&) const = default;
};

Result<Group> group_of(const RecipientSpec& recipient) {
  const auto& key = *recipient.certificate->key;
  const auto type = key.type();
  const auto scheme = agreement_oid(type, recipient.kdf.value_or(usual_kdf(type)));
  if (scheme.empty()) return error("unsupported_key", 0, "no key agreement of this key with this digest");
  if (type == KeyType::dh && recipient.ukm && recipient.ukm->size() != esdh_ukm_octets)
    return error("bad_ukm", 0, "the ukm of X9.42 has 64 octets");
  const auto doc = read_whole(recipient.certificate->spki);
  if (!doc || doc->count() < 2) return error("unsupported_key", 0, "a public key that cannot be read");
  return Group{ber::raw(*doc, 1), std::string(scheme), recipient.ukm};
}

Result<Bytes> transport_info(const RecipientSpec& recipient, const Secret& key, Random& random) {
  TransportAlgorithm algorithm;
  if (recipient.oaep) algorithm = {KeyTransport::rsa_oaep, {Digest::sha256, {}, {}}};
  const auto encrypted = recipient.certificate->key->encrypt(algorithm.transport, algorithm.oaep, key.view(), random);
  if (!encrypted) return encrypted.error();
  const bool by_key_id = recipient.by_key_id && !recipient.certificate->subject_key_id.empty();
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.integer(ber::integer_tag, by_key_id ? 2 : 0);
  put_key_id(out, *recipient.certificate, recipient.by_key_id);
  put_transport_algorithm(out, algorithm);
  out.primitive(ber::octet_string_tag, *encrypted);
  out.end();
  return out.finish();
}

void put_agreement_id(ber::Writer& out, const RecipientSpec& recipient) {
  if (!recipient.by_key_id || recipient.certificate->subject_key_id.empty()) {
    put_key_id(out, *recipient.certificate, false);
    return;
  }
  out.begin(ber::context_tag(0, true));  // rKeyId
  out.primitive(ber::octet_string_tag, recipient.certificate->subject_key_id);
  out.end();
}

void put_originator(ber::Writer& out, const PublicKey& key) {
  out.begin(ber::context_tag(0, true));
  out.begin(ber::context_tag(1, true));  // originatorKey; parameters absent (RFC 5753 3.1.1, RFC 3370 4.1.1)
  put_algorithm(out, key_oid(key.type()));
  const auto octets = key.agreement_octets();
  out.bit_string(ber::bit_string_tag, octets, octets.size() * 8);
  out.end();
  out.end();
}

Result<Bytes> agreement_info(const Group& group, const std::vector<const RecipientSpec*>& members, const Secret& key,
                             Random& random) {
  ber::Writer wrap;
  put_algorithm(wrap, wrap_oid(key.size()));  // RFC 8551 2.3: KEK as long as the content key
  const auto wrap_algorithm = wrap.finish();
  const auto algorithm = agreement_algorithm(group.scheme, wrap_algorithm);
  const auto ephemeral = PrivateKey::ephemeral(*members[0]->certificate->key, random);
  if (!ephemeral) return ephemeral.error();
  ber::Writer out;
  out.begin(ber::context_tag(1, true));
  out.integer(ber::integer_tag, 3);
  put_originator(out, ephemeral->public_key());
  if (group.ukm) {
    out.begin(ber::context_tag(1, true));
    out.primitive(ber::octet_string_tag, *group.ukm);
    out.end();
  }
  put_algorithm(out, group.scheme, wrap_algorithm);
  out.begin(ber::sequence_tag);
  for (const auto* member : members) {
    const auto z = ephemeral->agree(*member->certificate->key, random);
    if (!algorithm || !z) return error("unsupported_key", 0, "no key agreement with a recipient's key");
    const auto kek = derive_kek(*algorithm, z->view(), group.ukm);
    out.begin(ber::sequence_tag);
    put_agreement_id(out, *member);
    out.primitive(ber::octet_string_tag, wrap_key(kek.view(), key.view()));
    out.end();
  }
  out.end();
  out.end();
  return out.finish();
}

Result<Bytes> kek_info(const RecipientSpec& recipient, const Secret& key) {
  const auto octets = recipient.kek->size();
  if (wrap_oid(octets).empty() || octets < key.size())  // RFC 3394 security: KEK no weaker than what it wraps
    return error("unsupported_key", 0, "a group key of another length than the cipher wants");
  ber::Writer out;
  out.begin(ber::context_tag(2, true));
  out.integer(ber::integer_tag, 4);
  out.begin(ber::sequence_tag);
  out.primitive(ber::octet_string_tag, recipient.kek_id);
  out.end();
  put_algorithm(out, wrap_oid(octets));
  out.primitive(ber::octet_string_tag, wrap_key(recipient.kek->view(), key.view()));
  out.end();
  return out.finish();
}

std::optional<Error> check_recipient(const RecipientSpec& recipient) {
  if (recipient.kek != nullptr) return std::nullopt;
  if (!recipient.certificate) return error("no_recipient", 0, "a recipient without a certificate");
  const auto& certificate = *recipient.certificate;
  if (!certificate.key) return error("unsupported_key", 0, "the key of " + certificate.subject_text());
  const bool rsa = certificate.key->type() == KeyType::rsa;
  if (!(rsa ? certificate.may_transport() : certificate.may_agree()) || !certificate.for_mail())
    return error("wrong_usage", 0,
                 "the certificate of " + certificate.subject_text() + " is not for encryption of mail");
  return std::nullopt;
}

Result<Recipients> make_recipients(const std::vector<RecipientSpec>& recipients, const Secret& key, bool shared,
                                   Random& random) {
  Recipients out;
  std::map<Group, std::vector<const RecipientSpec*>> groups;
  std::optional<Error> failed;
  const auto add = [&](Result<Bytes> info) {
    if (info) out.infos.push_back(*std::move(info));
    else if (!failed) failed = info.error();
  };
  for (const auto& recipient : recipients) {
    if (auto why = check_recipient(recipient)) return *std::move(why);
    const bool rsa = recipient.kek == nullptr && recipient.certificate->key->type() == KeyType::rsa;
    const bool by_key_id = rsa && recipient.by_key_id && !recipient.certificate->subject_key_id.empty();
    if (!rsa || by_key_id) out.all_version_0 = false;
    if (recipient.kek != nullptr) add(kek_info(recipient, key));
    else if (rsa) add(transport_info(recipient, key, random));
    else {
      const auto group = group_of(recipient);
      if (!group) return group.error();
      if (shared) groups[*group].push_back(&recipient);
      else add(agreement_info(*group, {&recipient}, key, random));
    }
  }
  for (const auto& [group, members] : groups) add(agreement_info(group, members, key, random));
  if (failed) return *std::move(failed);
  return out;
}

Bytes authenticated_attributes(const EncryptOptions& options) {
  auto list = options.authenticated_attributes;
  std::erase_if(list, [](const Attribute& attribute) { return attribute.type == oid::content_type; });
  if (options.content_type != oid::data)  // RFC 5083 2.1
    list.push_back({std::string(oid::content_type), {write_oid(options.content_type)}});
  return list.empty() ? Bytes() : encode_attributes(std::move(list));
}

}  // namespace

Result<Bytes> encrypt(ByteView content, const std::vector<RecipientSpec>& recipients, const EncryptOptions& options,
                      Random& random) {
  if (recipients.empty()) return error("no_recipient", 0, "nobody could read it");
  if (recipients.size() > limits::cms_recipients)
    return error("too_many_recipients", 0, "more recipients than are read");
  if (options.cipher == Cipher::des_ede3_cbc) return error("cipher_not_allowed", 0, "3DES is not written");
  const Secret key(random_octets(random, key_size(options.cipher)));
  auto made = make_recipients(recipients, key, options.shared_ephemeral, random);
  if (!made) return made.error();
  const bool authenticated = is_gcm(options.cipher);
  auto attributes = authenticated ? authenticated_attributes(options) : Bytes();
  const auto sealed = seal(options.cipher, key.view(), attributes, content, random);
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.integer(ber::integer_tag, authenticated || made->all_version_0 ? 0 : 2);  // RFC 5652 6.1, RFC 5083 2.1
  put_set(out, ber::set_tag, std::move(made->infos));
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, options.content_type);
  put_algorithm(out, oid_of(options.cipher), sealed.cipher_parameters);
  out.primitive(ber::context_tag(0, false), sealed.octets);
  out.end();
  if (!attributes.empty()) {
    attributes[0] = 0xA1;  // authenticated as SET OF, sent as [1] IMPLICIT
    out.raw(attributes);
  }
  if (authenticated) out.primitive(ber::octet_string_tag, sealed.mac);
  out.end();
  return out.finish();
}

}  // namespace longwire::crypto::cms
