// What `longwire cms` was asked for.
#pragma once

#include <string>
#include <vector>

namespace longwire::commands {

struct CmsOptions {
  std::string operation;  // sign verify encrypt decrypt wrap unwrap
  std::string in = "-", out = "-";
  std::string inform = "auto";    // auto smime der pem
  std::string outform = "smime";  // smime der pem
  bool mail = false;              // a whole message: its header stays outside
  bool text = false;              // the input is plain text
  bool bare = false;              // what an opened layer held as it stands, without ContentInfo
  bool json = false;
  std::string at;  // verify as of that time

  // files
  std::vector<std::string> signers, outer_signers, keys, recipients, certificates, trust, crls, policies;
  std::vector<std::string> keks;  // HEXID:FILE
  std::string content;            // of a detached signature

  // signing
  bool detached = false, no_certificates = false, key_id = false, pss = false, minimal = false;
  std::string digest;
  std::string content_type;  // OID
  std::string label, outer_label;
  std::string receipt_from;  // all, first, or an address
  std::vector<std::string> receipt_to;

  // encryption
  std::string cipher = "aes-128-cbc";
  std::string kdf;
  bool oaep = false, separate_keys = false, legacy = false;

  // triple wrap
  std::string layers = "sign,encrypt,sign";
  std::string form = "mime";
  bool compact = false, compress = false;

  // verification
  bool no_verify_path = false, require_crl = false, refuse_weak = false;
};
int cms(const CmsOptions& options);

}  // namespace longwire::commands
