#include "crypto/private_key_file.hpp"

#include "base/limits.hpp"
#include "crypto/ec_curve.hpp"
#include "crypto/oids.hpp"

#include <mbedtls/base64.h>

namespace longwire::crypto {

namespace {

Error bad_key(const char* why) { return error("bad_key", 0, why); }
Error encrypted_key() { return error("encrypted_key", 0, "a private key under a password"); }
Error unsupported_key(std::string_view what) { return error("unsupported_key", 0, std::string(what)); }

// --- PEM ---

struct PemBlock {
  std::string_view label, body;
};

// The first block of a private key; parameters and certificates may stand before it.
std::optional<PemBlock> find_block(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ", end = "-----END ", dashes = "-----";
  while (true) {
    const auto start = text.find(begin);
    if (start == text.npos) return std::nullopt;
    text.remove_prefix(start + begin.size());
    const auto label_end = text.find(dashes);
    if (label_end == text.npos) return std::nullopt;
    const auto label = text.substr(0, label_end);
    text.remove_prefix(label_end + dashes.size());
    const auto body_end = text.find(end);
    if (body_end == text.npos) return std::nullopt;
    if (label.ends_with("PRIVATE KEY")) return PemBlock{label, text.substr(0, body_end)};
    text.remove_prefix(body_end);
  }
}

Result<Secret> pem_octets(const PemBlock& block) {
  if (block.label.starts_with("ENCRYPTED") || block.body.find("ENCRYPTED") != block.body.npos) return encrypted_key();
  Secret packed(block.body.size());
  std::size_t count = 0;
  for (const char c : block.body)
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') packed.writable()[count++] = static_cast<std::uint8_t>(c);
  Secret out(count / 4 * 3 + 3);
  std::size_t length = 0;
  if (mbedtls_base64_decode(out.writable().data(), out.size(), &length, packed.view().data(), count) != 0)
    return bad_key("a PEM block that is no base64");
  out.shorten(length);
  return out;
}

// --- the three formats ---

// PKCS#1: version, n, e, d, p, q, dP, dQ, qInv; the last three are computed anew.
std::optional<Error> read_rsa(const ber::Document& doc, PrivateKeyNumbers& into) {
  const auto children = doc.children(0);
  if (doc[0].tag != ber::sequence_tag || children.size() < 9) return bad_key("an RSA private key is nine numbers");
  if (const auto version = doc.integer(children[0]); !version || *version != 0)
    return unsupported_key("an RSA key of more than two primes");
  for (std::size_t i = 0; i < into.rsa.size(); ++i)
    if (!load_integer(doc, children[i + 1], into.rsa[i])) return bad_key("an RSA private key is nine numbers");
  into.type = KeyType::rsa;
  return std::nullopt;
}

std::optional<KeyType> named_curve(const ber::Document& doc, std::size_t index) {
  const auto oid = doc[index].tag == ber::oid_tag ? doc.oid(index) : Result<std::string>(bad_key("no OID"));
  return oid ? ec::curve_of_oid(*oid) : std::nullopt;
}

// SEC1: version 1, the scalar, [0] the curve, [1] the public key. curve: what stood around it.
std::optional<Error> read_ec(const ber::Document& doc, std::optional<KeyType> curve, PrivateKeyNumbers& into) {
  const auto children = doc.children(0);
  if (doc[0].tag != ber::sequence_tag || children.size() < 2 || doc[children[1]].tag != ber::octet_string_tag)
    return bad_key("an EC private key is a version and an octet string");
  for (const auto child : children)
    if (doc[child].tag == ber::context_tag(0, true) && !doc.children(child).empty() && !curve)
      curve = named_curve(doc, doc.children(child)[0]);
  if (!curve) return unsupported_key("the curve of a private key");
  const auto octets = doc.content(children[1]);
  into.type = *curve;
  into.scalar = Secret(Bytes(octets.begin(), octets.end()));
  return std::nullopt;
}

std::optional<Error> read_x25519(const ber::Document& doc, PrivateKeyNumbers& into) {
  if (doc[0].tag != ber::octet_string_tag) return bad_key("an X25519 private key is an octet string");
  const auto octets = doc.content(0);
  into.type = KeyType::x25519;
  into.scalar = Secret(Bytes(octets.begin(), octets.end()));
  return std::nullopt;
}

std::optional<Error> read_dh(const ber::Document& doc, ByteView parameters, PrivateKeyNumbers& into) {
  const auto x = unsigned_integer(doc, 0);
  if (!x) return bad_key("a Diffie-Hellman private key is a number");
  into.type = KeyType::dh;
  into.scalar = Secret(Bytes(x->begin(), x->end()));
  into.dh_parameters.assign(parameters.begin(), parameters.end());
  return std::nullopt;
}

std::optional<Error> read_pkcs8(const ber::Document& doc, PrivateKeyNumbers& into) {
  const auto children = doc.children(0);
  const auto algorithm = doc.children(children[1]);
  if (children.size() < 3 || doc[children[2]].tag != ber::octet_string_tag || algorithm.empty())
    return bad_key("PKCS#8 is a version, an algorithm and an octet string");
  const auto oid = doc.oid(algorithm[0]);
  if (!oid) return bad_key("no object identifier of an algorithm");
  const auto inner = ber::Document::read(doc.content(children[2]));
  if (!inner) return inner.error();
  if (*oid == oid::rsa_encryption || *oid == oid::rsassa_pss) {
    into.pss_only = *oid == oid::rsassa_pss;
    return read_rsa(*inner, into);
  }
  if (*oid == oid::x25519) return read_x25519(*inner, into);
  if (algorithm.size() == 2 && *oid == oid::ec_public_key) return read_ec(*inner, named_curve(doc, algorithm[1]), into);
  if (algorithm.size() == 2 && *oid == oid::dh_public_number) return read_dh(*inner, doc.encoding(algorithm[1]), into);
  return unsupported_key("a private key of algorithm " + *oid);
}

std::optional<Error> read_der(ByteView der, PrivateKeyNumbers& into) {
  const auto doc = ber::Document::read(der);
  if (!doc) return doc.error();
  const auto children = doc->children(0);
  if ((*doc)[0].tag != ber::sequence_tag || children.size() < 2) return bad_key("no private key");
  const auto first = (*doc)[children[0]].tag, second = (*doc)[children[1]].tag;
  if (first == ber::sequence_tag && second == ber::octet_string_tag && children.size() == 2) return encrypted_key();
  if (first != ber::integer_tag) return bad_key("no private key");
  if (second == ber::sequence_tag) return read_pkcs8(*doc, into);
  if (second == ber::integer_tag) return read_rsa(*doc, into);
  return read_ec(*doc, std::nullopt, into);
}

}  // namespace

std::optional<Error> read_private_key(ByteView der_or_pem, PrivateKeyNumbers& into) {
  if (der_or_pem.size() > limits::private_key_octets) return bad_key("a private key file that is too long");
  const auto block = find_block(as_text(der_or_pem));
  if (!block) return read_der(der_or_pem, into);
  const auto octets = pem_octets(*block);
  if (!octets) return octets.error();
  return read_der(octets->view(), into);
}

}  // namespace longwire::crypto
