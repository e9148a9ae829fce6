#include "node/main/cms_command_line.hpp"

namespace longwire {

namespace {

using commands::CmsOptions;

constexpr const char* cms_help =
    "Objects are read as S/MIME, DER or PEM, whichever they are, and written as --outform says. With --json the "
    "verdict\n"
    "is one JSON document on standard output, and the content goes to --out only. Nothing is written that fails its\n"
    "checks. Exit codes: 0 good, 1 bad signature, no key, invalid input; 2 usage.\n"
    "Examples:\n"
    "  longwire cms sign --signer alice.crt --key alice.key --in note.txt --text --detached > signed.eml\n"
    "  longwire cms verify --trust ca.crt --in signed.eml --out note.txt\n"
    "  longwire cms encrypt --recipient bob.crt --recipient carol.crt --cipher aes-256-gcm --in note.txt --out "
    "note.p7m\n"
    "  longwire cms decrypt --recipient bob.crt --key bob.key --in note.p7m\n"
    "  longwire cms wrap --signer alice.crt --key alice.key --recipient bob.crt --compact --label SECRET\n"
    "      --policy spif.xml --mail --in order.eml --out order.p7m\n"
    "  longwire cms unwrap --recipient bob.crt --key bob.key --trust ca.crt --json --in order.p7m --out order.eml\n"
    "The same with openssl: `openssl cms -verify -in signed.eml -CAfile ca.crt`, and so on.";

void add_files(CLI::App* sub, CmsOptions& o) {
  sub->add_option("--in", o.in, "Input, - for standard input")->type_name("FILE")->capture_default_str();
  sub->add_option("--out", o.out, "Output, - for standard output")->type_name("FILE")->capture_default_str();
  sub->add_flag("--json", o.json, "One JSON document");
  sub->add_flag("--mail", o.mail, "The input is a whole mail: fields other than Content-* stay outside");
}

void add_writing(CLI::App* sub, CmsOptions& o) {
  add_files(sub, o);
  sub->add_option("--outform", o.outform, "smime: a MIME entity; der, pem: the bare object")
      ->check(CLI::IsMember({"smime", "der", "pem"}))
      ->capture_default_str();
  sub->add_flag("--text", o.text,
                "The input is UTF-8 text: it gets a Content-Type and CRLF; else octets stay as they are");
  sub->add_option("--content-type", o.content_type, "der, pem: what the input is; X.400 content has types of its own")
      ->type_name("OID");
}

void add_signing(CLI::App* sub, CmsOptions& o) {
  sub->add_option("--signer", o.signers, "Certificate of a signer; several sign in parallel")
      ->type_name("CERT")
      ->required();
  sub->add_option("--key", o.keys, "Private keys (PKCS#8, PKCS#1, SEC1), unless the files of certificates hold them")
      ->type_name("KEY");
  sub->add_option("--certificate", o.certificates, "Further certificates to send: the chain below the root")
      ->type_name("CERT");
  sub->add_option("--digest", o.digest, "Else as the key asks for")
      ->check(CLI::IsMember({"sha224", "sha256", "sha384", "sha512"}));
  sub->add_flag("--pss", o.pss, "RSA keys sign with RSASSA-PSS");
  sub->add_option("--label", o.label, "Security label in words of the policy: \"SECRET/Releasable To:GBR\"")
      ->type_name("WORDS");
  sub->add_option("--policy", o.policies, "Security policy (SPIF) of labels")->type_name("SPIF.xml");
  sub->add_option("--receipt-request", o.receipt_to, "Ask for signed receipts to these addresses")
      ->type_name("ADDRESS");
  sub->add_option("--receipt-from", o.receipt_from, "Of whom: all, first (no mailing lists), or an address")
      ->type_name("WHO");
}

void add_encryption(CLI::App* sub, CmsOptions& o) {
  sub->add_option("--recipient", o.recipients, "Certificates to encrypt to")->type_name("CERT");
  sub->add_option("--kek", o.keks, "Pre-placed key: its identifier in hex, and a file with the key in hex")
      ->type_name("HEXID:FILE");
  sub->add_option("--cipher", o.cipher, "GCM makes an AuthEnvelopedData")
      ->check(CLI::IsMember({"aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-192-gcm", "aes-256-gcm"}))
      ->capture_default_str();
  sub->add_flag("--oaep", o.oaep, "RSA recipients: OAEP with SHA-256 in place of PKCS#1 v1.5");
  sub->add_option("--kdf", o.kdf, "ECDH recipients: digest of the key derivation, else by the curve")
      ->check(CLI::IsMember({"sha1", "sha224", "sha256", "sha384", "sha512"}));
  sub->add_flag("--separate-keys", o.separate_keys, "An ephemeral key for each recipient, not one for all of a curve");
}

void add_verification(CLI::App* sub, CmsOptions& o) {
  sub->add_option("--trust", o.trust, "Certificates of the authorities that are trusted")->type_name("CERT");
  sub->add_flag("--no-verify-path", o.no_verify_path, "Signatures only: who made the certificates is not looked at");
  sub->add_option("--certificate", o.certificates, "Where certificates are found that are not in the message")
      ->type_name("CERT");
  sub->add_option("--crl", o.crls, "Revocation lists")->type_name("CRL");
  sub->add_flag("--require-crl", o.require_crl, "A certificate without a valid revocation list is not trusted");
  sub->add_flag("--refuse-weak", o.refuse_weak, "SHA-1, MD5 and RSA below 2048 bits are no signatures");
  sub->add_option("--policy", o.policies, "Security policies (SPIF), for the marking of labels")->type_name("SPIF.xml");
  sub->add_option("--at", o.at, "Validity as of 2026-11-21T12:00:00Z, not as of now")->type_name("TIME");
}

void add_reading(CLI::App* sub, CmsOptions& o) {
  add_files(sub, o);
  sub->add_option("--inform", o.inform, "smime, der or pem; auto looks")
      ->check(CLI::IsMember({"auto", "smime", "der", "pem"}))
      ->capture_default_str();
  sub->add_flag("--bare", o.bare, "An inner CMS layer goes out as it stands, not in a ContentInfo of its own");
}

void add_own_keys(CLI::App* sub, CmsOptions& o) {
  sub->add_option("--recipient", o.recipients, "Certificates whose keys are here")->type_name("CERT");
  sub->add_option("--key", o.keys, "Their private keys, unless the files of certificates hold them")->type_name("KEY");
  sub->add_option("--kek", o.keks, "Pre-placed key")->type_name("HEXID:FILE");
  sub->add_flag("--legacy", o.legacy, "3DES too");
}

}  // namespace

void add_cms_commands(CLI::App& app, CmsOptions& o, std::function<int()>& chosen) {
  auto* cms = app.add_subcommand("cms", "Sign, verify, encrypt and decrypt files and mail (CMS, S/MIME)");
  cms->require_subcommand(1);
  cms->footer(cms_help);
  const auto operation = [&](const char* name, const char* help) {
    auto* sub = cms->add_subcommand(name, help);
    sub->footer(cms_help);
    sub->callback([&o, &chosen, name] {
      o.operation = name;
      chosen = [&o] { return commands::cms(o); };
    });
    return sub;
  };

  auto* sign = operation("sign", "Sign");
  add_writing(sign, o);
  add_signing(sign, o);
  sign->add_flag("--detached", o.detached, "The content stays outside: multipart/signed, or a signature by itself");
  sign->add_flag("--no-certificates", o.no_certificates, "Send no certificates: peers have them");
  sign->add_flag("--key-id", o.key_id, "Name signers by subjectKeyIdentifier");
  sign->add_flag("--minimal", o.minimal, "Only the signed attributes that must be");

  auto* verify = operation("verify", "Verify the outermost signature; the content goes to --out");
  add_reading(verify, o);
  add_verification(verify, o);
  verify->add_option("--content", o.content, "What a detached signature is about")->type_name("FILE");

  auto* encrypt = operation("encrypt", "Encrypt");
  add_writing(encrypt, o);
  add_encryption(encrypt, o);
  encrypt->add_flag("--key-id", o.key_id, "Name recipients by subjectKeyIdentifier");

  auto* decrypt = operation("decrypt", "Decrypt the outermost layer; the content goes to --out");
  add_reading(decrypt, o);
  add_own_keys(decrypt, o);
  decrypt->add_option("--certificate", o.certificates, "Where an originator's certificate is found")->type_name("CERT");

  auto* wrap = operation("wrap", "Triple wrap: sign, encrypt, sign (RFC 2634), or some of these layers");
  add_writing(wrap, o);
  add_signing(wrap, o);
  add_encryption(wrap, o);
  wrap->add_option("--layers", o.layers, "From the inside out")
      ->check(CLI::IsMember({"sign,encrypt,sign", "sign,encrypt", "encrypt,sign"}))
      ->capture_default_str();
  wrap->add_option("--outer-signer", o.outer_signers, "Certificates of the outer signature, if others")
      ->type_name("CERT");
  wrap->add_option("--outer-label", o.outer_label, "Label of the outer signature")->type_name("WORDS");
  wrap->add_option("--form", o.form, "mime: each layer a MIME entity; bare: as X.400 content (RFC 3854)")
      ->check(CLI::IsMember({"mime", "bare"}))
      ->capture_default_str();
  wrap->add_flag("--compact", o.compact, "Key identifiers, no certificates, few attributes, binary: for narrow links");
  wrap->add_flag("--compress", o.compress, "Compress inside of the innermost layer, where that is shorter");

  auto* unwrap = operation("unwrap", "Take off every layer there is a key for; the content goes to --out");
  add_reading(unwrap, o);
  add_own_keys(unwrap, o);
  add_verification(unwrap, o);
}

}  // namespace longwire
