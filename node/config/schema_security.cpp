// [security], [[security.key]], [[security.profile]] and [[security.clearance]].
#include "node/config/file_value.hpp"
#include "node/config/schema.hpp"

#include <algorithm>
#include <array>

namespace longwire::config {

namespace {

using security::ClearanceConfig;
using security::KeyConfig;
using security::Profile;
using security::SecurityConfig;

constexpr std::array<std::string_view, 4> ciphers{"aes128-cbc", "aes256-cbc", "aes128-gcm", "aes256-gcm"};

bool is_mail_address(std::string_view text) {
  const auto at = text.rfind('@');
  return at != 0 && at != std::string_view::npos && at + 1 != text.size() &&
         text.find_first_of(" <>\t\r\n") == std::string_view::npos;
}

void read_addresses(const Value& v, std::vector<std::string>& out) {
  v.elements("mail addresses", [&out](const Value& one) {
    std::string text;
    one.text(text);
    if (text.empty()) return;
    if (!is_mail_address(text)) return one.error("'" + text + "' is not a mail address such as \"ops@ship-a.example\"");
    out.push_back(std::move(text));
  });
}

void read_encrypt(const Value& v, Profile& p) {
  constexpr std::array<std::string_view, 3> words{"off", "recipient", "gateway"};
  std::string word = "off";
  v.choice(words, word);
  p.encrypt = word == "recipient" ? security::Encrypt::recipient
              : word == "gateway" ? security::Encrypt::gateway
                                  : security::Encrypt::off;
}

void read_extract(const Value& v, Profile& p) {
  constexpr std::array<std::string_view, 3> words{"nothing", "encryption", "everything"};
  std::string word = "everything";
  v.choice(words, word);
  p.extract = word == "nothing"      ? security::Extract::nothing
              : word == "encryption" ? security::Extract::encryption
                                     : security::Extract::everything;
}

void read_no_certificate(const Value& v, Profile& p) {
  constexpr std::array<std::string_view, 3> words{"refuse", "hold", "clear"};
  std::string word = "refuse";
  v.choice(words, word);
  p.no_certificate = word == "hold"    ? security::NoCertificate::hold
                     : word == "clear" ? security::NoCertificate::clear
                                       : security::NoCertificate::refuse;
}

void read_only(const Value& v, Profile& p) {
  v.elements("words", [&p](const Value& one) {
    constexpr std::array<std::string_view, 3> words{"clear", "signed", "encrypted"};
    std::string word;
    one.choice(words, word);
    if (!word.empty()) p.only.push_back(std::move(word));
  });
}

void read_first_line(const Value& v, SecurityConfig& s) {
  constexpr std::array<std::string_view, 3> words{"off", "read", "write"};
  v.choice(words, s.first_line);
}

void read_who(const Value& v, ClearanceConfig& c) {
  std::string text;
  v.text(text);
  if (text.empty()) return;
  const bool domain = text.front() == '@' && text.size() > 1 && text.find_first_of(" <>@", 1) == std::string::npos;
  if (text != "*" && !domain && !is_mail_address(text))
    return v.error("'" + text + "' is none of \"user@domain\", \"@domain\" and \"*\"");
  c.who = text;
}

constexpr std::array security_table{
    Field<SecurityConfig>{"trust", "array of paths", "[]", "[\"ca.pem\"]",
                          "certificates of authorities that are trusted",
                          [](const Value& v, SecurityConfig& s) { read_files(v, FileKind::open, s.trust); }},
    Field<SecurityConfig>{"intermediates", "array of paths", "[]", "[]", "further certificates for building chains",
                          [](const Value& v, SecurityConfig& s) { read_files(v, FileKind::open, s.intermediates); }},
    Field<SecurityConfig>{"crls", "array of paths", "[]", "[]", "revocation lists",
                          [](const Value& v, SecurityConfig& s) { read_files(v, FileKind::open, s.crls); }},
    Field<SecurityConfig>{"require_crl", "boolean", "false", "false",
                          "a certificate whose authority has no list among `crls` is not trusted",
                          [](const Value& v, SecurityConfig& s) { v.boolean(s.require_crl); }},
    Field<SecurityConfig>{"legacy", "boolean", "false", "false",
                          "decrypt Triple-DES, which nobody should send any more",
                          [](const Value& v, SecurityConfig& s) { v.boolean(s.legacy); }},
    Field<SecurityConfig>{"accept_weak", "boolean", "false", "false",
                          "signatures by SHA-1 and RSA keys below 2048 bits count as good",
                          [](const Value& v, SecurityConfig& s) { v.boolean(s.accept_weak); }},
    Field<SecurityConfig>{"open_submitted", "boolean", "false", "true",
                          "mail that local clients submit encrypted for this node is opened for its recipients here; "
                          "for trusted submitters only",
                          [](const Value& v, SecurityConfig& s) { v.boolean(s.open_submitted); }},
    Field<SecurityConfig>{"harvest", "boolean", "true", "true", "keep the certificates of verified signed mail",
                          [](const Value& v, SecurityConfig& s) { v.boolean(s.harvest); }},
    Field<SecurityConfig>{"expiry_warning", "duration", "\"30d\"", "\"30d\"",
                          "an alert so long before a certificate ends",
                          [](const Value& v, SecurityConfig& s) { v.duration(s.expiry_warning); }},
    Field<SecurityConfig>{"spifs", "array of paths", "[]", "[\"policy.xml\"]",
                          "security policies (XML SPIF); the first one is the node's own",
                          [](const Value& v, SecurityConfig& s) { read_files(v, FileKind::open, s.spifs); }},
    Field<SecurityConfig>{"label_required", "boolean", "false", "false", "mail without a label is refused",
                          [](const Value& v, SecurityConfig& s) { v.boolean(s.label_required); }},
    Field<SecurityConfig>{"default_label", "label", "none", "\"UNCLASSIFIED\"", "what mail without a label counts as",
                          [](const Value& v, SecurityConfig& s) { v.text(s.default_label); }},
    Field<SecurityConfig>{"first_line", "off, read, write", "\"off\"", "\"off\"",
                          "the label as first line of the text: not at all, read, or read and written",
                          read_first_line},
    Field<SecurityConfig>{"label_header", "boolean", "true", "true",
                          "write SIO-Label (RFC 7444) where a label is known",
                          [](const Value& v, SecurityConfig& s) { v.boolean(s.write_header); }},
    Field<SecurityConfig>{"translators", "array of mail addresses", "[]", "[\"gateway@hub.example\"]",
                          "signers whose equivalentLabels are believed",
                          [](const Value& v, SecurityConfig& s) { read_addresses(v, s.translators); }},
    Field<SecurityConfig>{"default_clearance", "clearance", "none", "\"UNCLASSIFIED\"",
                          "of users in no [[security.clearance]]; without it they get no labelled mail",
                          [](const Value& v, SecurityConfig& s) { read_clearance(v, s.unknown_user); }},
    Field<SecurityConfig>{"key", "tables", "", "", "a private key of this node with its certificate",
                          [](const Value& v, SecurityConfig& s) { v.tables(security_key_fields(), s.keys); }},
    Field<SecurityConfig>{"profile", "tables", "", "", "how messages to and from peers are protected",
                          [](const Value& v, SecurityConfig& s) { v.tables(security_profile_fields(), s.profiles); }},
    Field<SecurityConfig>{
        "clearance", "tables", "", "", "what users may see and send",
        [](const Value& v, SecurityConfig& s) { v.tables(security_clearance_fields(), s.clearances); }},
};

constexpr std::array key_table{
    Field<KeyConfig>{"certificate", "path", "required", "\"gateway.crt\"", "certificate, PEM or DER",
                     [](const Value& v, KeyConfig& k) { read_file(v, FileKind::open, k.certificate); }},
    Field<KeyConfig>{"key", "path or credential:NAME", "required", "\"credential:gateway.key\"",
                     "private key, PEM or DER, not encrypted; credential: is what systemd's LoadCredential= gives",
                     [](const Value& v, KeyConfig& k) { read_file(v, k.key); }},
};

constexpr std::array profile_table{
    Field<Profile>{"name", "name", "required", "\"gateways\"", "what peers refer to",
                   [](const Value& v, Profile& p) { v.name(p.name); }},
    Field<Profile>{"sign", "boolean", "false", "true", "outbound: sign the content, with the label",
                   [](const Value& v, Profile& p) { v.boolean(p.sign); }},
    Field<Profile>{"encrypt", "off, recipient, gateway", "\"off\"", "\"gateway\"",
                   "outbound: encrypt for the recipients, or for the addresses of `gateway` alone", read_encrypt},
    Field<Profile>{"gateway", "array of mail addresses", "[]", "[\"gateway@hub.example\"]",
                   "whose certificates get the key: the far gateway, or one beside the recipients",
                   [](const Value& v, Profile& p) { read_addresses(v, p.gateway); }},
    Field<Profile>{"outer_sign", "boolean", "false", "true",
                   "outbound: sign what was encrypted once more; with sign and encrypt: triple wrap",
                   [](const Value& v, Profile& p) { v.boolean(p.outer_sign); }},
    Field<Profile>{"compact", "boolean", "false", "true",
                   "outbound: as few octets as readers of the standard still take",
                   [](const Value& v, Profile& p) { v.boolean(p.compact); }},
    Field<Profile>{"cipher", "aes128-cbc, aes256-cbc, aes128-gcm, aes256-gcm", "\"aes128-cbc\"", "\"aes128-cbc\"",
                   "outbound", [](const Value& v, Profile& p) { v.choice(ciphers, p.cipher); }},
    Field<Profile>{"oaep", "boolean", "false", "false", "outbound: OAEP padding for RSA recipients",
                   [](const Value& v, Profile& p) { v.boolean(p.oaep); }},
    Field<Profile>{"pss", "boolean", "false", "false", "outbound: PSS padding for our RSA signatures",
                   [](const Value& v, Profile& p) { v.boolean(p.pss); }},
    Field<Profile>{"resign", "boolean", "false", "false",
                   "outbound: take the originator's signature off and sign as this node (ACP 145)",
                   [](const Value& v, Profile& p) { v.boolean(p.resign); }},
    Field<Profile>{"label_as", "policy", "none", "\"ALLY\"", "outbound: translate labels to this policy",
                   [](const Value& v, Profile& p) { v.text(p.label_as); }},
    Field<Profile>{"no_certificate", "refuse, hold, clear", "\"refuse\"", "\"refuse\"",
                   "outbound: when a recipient has no certificate: report, wait for one with an alert, or send clear",
                   read_no_certificate},
    Field<Profile>{"request_receipt", "boolean", "false", "false", "outbound: ask for signed receipts",
                   [](const Value& v, Profile& p) { v.boolean(p.request_receipt); }},
    Field<Profile>{"originator", "boolean", "false", "false",
                   "outbound: the sender's certificate gets the key too, for those who keep copies",
                   [](const Value& v, Profile& p) { v.boolean(p.originator); }},
    Field<Profile>{"clear_signed", "boolean", "false", "false",
                   "outbound: what is only signed stays readable without S/MIME (multipart/signed)",
                   [](const Value& v, Profile& p) { v.boolean(p.clear_signed); }},
    Field<Profile>{"wrap_message", "boolean", "with encrypt = \"gateway\"", "true",
                   "outbound: the whole mail goes inside, Subject and all; the header outside says \"[...]\"",
                   [](const Value& v, Profile& p) { v.boolean(p.wrap_message); }},
    Field<Profile>{"receipts", "boolean", "false", "false",
                   "inbound: give the signed receipts that are asked of our users",
                   [](const Value& v, Profile& p) { v.boolean(p.receipts); }},
    Field<Profile>{"require_signature", "boolean", "false", "false", "inbound: refuse what has no good signature",
                   [](const Value& v, Profile& p) { v.boolean(p.require_signature); }},
    Field<Profile>{"require_encryption", "boolean", "false", "false", "inbound: refuse what was not encrypted",
                   [](const Value& v, Profile& p) { v.boolean(p.require_encryption); }},
    Field<Profile>{"extract", "nothing, encryption, everything", "\"everything\"", "\"everything\"",
                   "inbound: which layers are taken off for users here and peers whose profile protects anew",
                   read_extract},
    Field<Profile>{"label_from", "policy", "none", "\"ALLY\"", "inbound: labels from there are of this policy",
                   [](const Value& v, Profile& p) { v.text(p.label_from); }},
    Field<Profile>{"only", "array of clear, signed, encrypted", "all", "[\"clear\"]",
                   "outbound: protect only what came so; the rest passes as it is", read_only},
};

constexpr std::array clearance_table{
    Field<ClearanceConfig>{"who", "user@domain, @domain or *", "required", "\"ops@ship-a.example\"",
                           "the nearest entry counts: user, domain, all", read_who},
    Field<ClearanceConfig>{"clearance", "clearance", "required", "\"SECRET/Sensitivity:MEDICAL\"",
                           "words of the policy, or \"file:PATH\" of a clearance in BER or STANAG 4774 XML",
                           [](const Value& v, ClearanceConfig& c) { read_clearance(v, c.clearance); }},
};

}  // namespace

std::span<const Field<SecurityConfig>> security_fields() { return security_table; }
std::span<const Field<KeyConfig>> security_key_fields() { return key_table; }
std::span<const Field<Profile>> security_profile_fields() { return profile_table; }
std::span<const Field<ClearanceConfig>> security_clearance_fields() { return clearance_table; }

}  // namespace longwire::config
