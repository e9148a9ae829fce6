// What a node is told of security ([security] and the keys of peers and bearers): pure data, files already read.
#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "crypto/secret.hpp"

#include <memory>
#include <string>
#include <vector>

namespace longwire::security {

struct FileContent {  // of a file named in the configuration
  std::string path;
  Bytes octets;
};

struct SecretFile {
  std::string path;                              // or "credential:NAME" of systemd; never the key itself
  std::shared_ptr<const crypto::Secret> octets;  // nullptr: not read, as in commands that only ask the daemon
};

struct KeyConfig {  // [[security.key]]
  FileContent certificate;
  SecretFile key;
};

// "CONFIDENTIAL/Sensitivity:MEDICAL" in words of a policy, or "file:PATH" with what that file holds: BER of RFC 5755
// or XML of STANAG 4774.
struct ClearanceText {
  std::string words;
  Bytes file;
  bool empty() const { return words.empty(); }
};

enum class Encrypt : std::uint8_t { off, recipient, gateway };
enum class Extract : std::uint8_t { nothing, encryption, everything };
enum class NoCertificate : std::uint8_t { refuse, hold, clear };

// [[security.profile]]: what is done to messages towards a peer, and asked of messages from it (the shaper).
struct Profile {
  std::string name;
  // outbound
  bool sign = false, outer_sign = false;
  Encrypt encrypt = Encrypt::off;
  std::vector<std::string> gateway;  // addresses whose certificates get the key: the far gateway, or one beside users
  bool compact = false;
  std::string cipher = "aes128-cbc";  // "aes128-cbc" | "aes256-cbc" | "aes128-gcm" | "aes256-gcm"
  bool oaep = false, pss = false;
  bool resign = false;   // ACP 145: the inner signature is taken off and the node signs
  std::string label_as;  // policy to translate labels to before they leave; empty: as they are
  NoCertificate no_certificate = NoCertificate::refuse;
  bool request_receipt = false;
  bool originator = false;    // the sender's certificate gets the key too, for those who keep copies
  bool clear_signed = false;  // a message that is only signed goes as multipart/signed, readable without S/MIME
  bool wrap_message = false;  // the whole mail goes inside, so that Subject and the like are protected too
  // inbound
  bool require_signature = false, require_encryption = false;
  Extract extract = Extract::everything;
  std::string label_from;  // policy that labels from there have, translated to ours
  bool receipts = false;   // signed receipts that are asked for are given for our users
  // which content: "clear", "signed", "encrypted"; empty: all
  std::vector<std::string> only;
};

struct ClearanceConfig {
  std::string who;  // "alice@alpha.example", "@alpha.example", "*"
  ClearanceText clearance;
};

struct SecurityConfig {
  std::vector<KeyConfig> keys;
  std::vector<FileContent> trust, intermediates, crls, spifs;
  bool require_crl = false;
  bool legacy = false;       // 3DES is decrypted
  bool accept_weak = false;  // SHA-1 and RSA below 2048 bits count as good
  // What clients submit is opened for users here too. Off: whoever has a mailbox here could have ciphertexts opened
  // that he heard on the air.
  bool open_submitted = false;
  bool harvest = true;  // certificates of verified signed mail are stored
  Duration expiry_warning = std::chrono::hours{24 * 30};
  std::vector<Profile> profiles;
  // labels
  bool label_required = false;
  std::string default_label;             // words of a policy; empty: none
  std::string first_line;                // "off" | "read" | "write": label as the first line of text
  bool write_header = true;              // SIO-Label on delivery
  std::vector<std::string> translators;  // addresses trusted to translate labels (equivalentLabels)
  std::vector<ClearanceConfig> clearances;
  ClearanceText
      unknown_user;  // clearance of users in no entry; empty: no labelled message that has a clearance to pass

  bool on() const { return !keys.empty() || !spifs.empty() || !profiles.empty() || !clearances.empty(); }
};

}  // namespace longwire::security
