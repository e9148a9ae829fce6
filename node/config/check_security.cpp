// Checks of [security], and of what peers, bearers and circuits say of it.
#include "base/text.hpp"
#include "crypto/random.hpp"
#include "crypto/x509/path.hpp"
#include "node/config/config_table.hpp"
#include "node/config/schema.hpp"
#include "node/security/label_rules.hpp"

#include <algorithm>
#include <map>

namespace longwire::config {

namespace {

using engine::Config;
using security::Encrypt;
using security::Profile;

std::string text_of(const Error& e) { return std::string(e.name) + (e.text.empty() ? "" : ": " + e.text); }

class SecurityChecker {
 public:
  SecurityChecker(Reading& r, Config& c) : r_(r), c_(c), s_(c.security) {}

  void run() {
    if (s_.keys.size() > limits::security_keys)
      error("security.key", "more than " + std::to_string(limits::security_keys) + " keys");
    if (s_.profiles.size() > limits::security_profiles)
      error("security.profile", "more than " + std::to_string(limits::security_profiles) + " profiles");
    if (s_.clearances.size() > limits::security_clearances)
      error("security.clearance", "more than " + std::to_string(limits::security_clearances) + " clearances");
    labels();
    for (std::size_t i = 0; i < s_.profiles.size(); ++i) profile(i);
    std::map<std::string, std::string> seen;
    for (std::size_t i = 0; i < s_.clearances.size(); ++i) {
      const auto path = "security.clearance[" + std::to_string(i) + "].who";
      if (!s_.clearances[i].who.empty()) r_.unique(seen, to_lower(s_.clearances[i].who), path, s_.clearances[i].who);
    }
    for (std::size_t i = 0; i < c_.peers.size(); ++i) peer(i);
    if (r_.files.read) files();
  }

 private:
  void error(std::string_view path, std::string text) { r_.error(r_.place(path), std::move(text)); }
  void warning(std::string_view path, std::string text) { r_.warning(r_.place(path), std::move(text)); }

  void labels() {
    if (!s_.spifs.empty()) return;
    // Without a policy nobody can say what the words mean.
    const auto needs = [this](const std::string& path, bool words) {
      if (words && r_.has(path))
        error(path, path.substr(path.rfind('.') + 1) + " needs a policy: name its file in spifs of [security]");
    };
    needs("security.default_label", !s_.default_label.empty());
    needs("security.default_clearance", needs_policy(s_.unknown_user));
    for (std::size_t i = 0; i < s_.clearances.size(); ++i)
      needs("security.clearance[" + std::to_string(i) + "].clearance", needs_policy(s_.clearances[i].clearance));
    for (std::size_t i = 0; i < c_.peers.size(); ++i)
      needs("peer[" + std::to_string(i) + "].clearance", needs_policy(c_.peers[i].clearance));
    for (std::size_t i = 0; i < c_.bearers.size(); ++i)
      needs("bearer[" + std::to_string(i) + "].clearance", needs_policy(c_.bearers[i].clearance));
    for (std::size_t i = 0; i < c_.circuits.size(); ++i)
      needs("acp127[" + std::to_string(i) + "].clearance", needs_policy(c_.circuits[i].clearance));
    if (s_.first_line != "off" && !s_.first_line.empty())
      error("security.first_line", "first_line needs a policy: name its file in spifs of [security]");
  }

  // A file in BER says by itself what it means.
  static bool needs_policy(const security::ClearanceText& text) {
    return !text.empty() && !text.words.starts_with("file:");
  }

  void profile(std::size_t i) {
    auto& p = s_.profiles[i];
    const auto path = [i](const char* key) { return "security.profile[" + std::to_string(i) + "]." + key; };
    // A gateway takes the header out again; a mail reader may show it as an attachment.
    if (!r_.has(path("wrap_message"))) p.wrap_message = p.encrypt == Encrypt::gateway;
    if (!p.name.empty()) r_.unique(profile_names_, p.name, path("name"), "profile name '" + p.name + "'");
    const bool signs = p.sign || p.outer_sign || p.resign;
    if (signs && s_.keys.empty())
      error(path(p.sign         ? "sign"
                 : p.outer_sign ? "outer_sign"
                                : "resign"),
            "to sign, this node needs a [[security.key]]");
    if (p.encrypt == Encrypt::gateway && p.gateway.empty())
      error(path("encrypt"), "encrypt = \"gateway\" needs the address of the far gateway: gateway = [\"..\"]");
    if (p.encrypt == Encrypt::off && !p.gateway.empty())
      warning(path("gateway"), "gateway has no effect without encrypt");
    if (p.outer_sign && p.encrypt == Encrypt::off)
      error(path("outer_sign"),
            "an outer signature stands around encryption: say encrypt = \"recipient\" or \"gateway\"");
    for (const auto* key : {"cipher", "oaep", "no_certificate"})
      if (p.encrypt == Encrypt::off && r_.has(path(key)))
        warning(path(key), std::string(key) + " has no effect without encrypt");
    if (p.request_receipt && !p.sign && !p.resign)
      error(path("request_receipt"), "only a signature can ask for a receipt: say sign = true");
    if (p.require_signature && s_.trust.empty())
      error(path("require_signature"),
            "no signature can be good without an authority: name one in trust of [security]");
  }

  void peer(std::size_t i) {
    const auto& p = c_.peers[i];
    const auto path = "peer[" + std::to_string(i) + "].profile";
    if (p.profile.empty()) return;
    std::vector<std::string_view> names;
    const Profile* found = nullptr;
    for (const auto& one : s_.profiles) {
      names.push_back(one.name);
      if (one.name == p.profile) found = &one;
    }
    if (found == nullptr) return error(path, "unknown profile '" + p.profile + "'" + did_you_mean(p.profile, names));
    if (p.content == engine::Content::dmp && (found->sign || found->encrypt != Encrypt::off))
      warning(path, "DMP has no room for signatures and encryption: protected messages go as Annex E over P_MUL");
  }

  // --- what the files hold
  void files() {
    for (std::size_t i = 0; i < s_.keys.size(); ++i) key(i);
    certificates(s_.trust, "security.trust");
    certificates(s_.intermediates, "security.intermediates");
    for (std::size_t i = 0; i < s_.crls.size(); ++i)
      if (const auto crl = crypto::read_crl(s_.crls[i].octets); !crl && !s_.crls[i].octets.empty())
        error(element("security.crls", i), "'" + s_.crls[i].path + "' is no revocation list: " + text_of(crl.error()));
    policies();
  }

  static std::string element(const std::string& path, std::size_t i) { return path + "[" + std::to_string(i) + "]"; }

  void valid_now(const std::string& path, const std::string& file, const crypto::Certificate& certificate) {
    if (r_.files.now == Time{}) return;
    std::string text;
    if (certificate.not_after < r_.files.now) text = "'" + file + "' expired at " + format_utc(certificate.not_after);
    if (certificate.not_before > r_.files.now)
      text = "'" + file + "' is not valid before " + format_utc(certificate.not_before);
    if (text.empty()) return;
    if (r_.files.strict) error(path, text);
    else warning(path, text);
  }

  void certificates(const std::vector<security::FileContent>& list, const std::string& path) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].octets.empty()) continue;  // told already
      const auto read = crypto::read_certificates(list[i].octets);
      if (!read) error(element(path, i), "'" + list[i].path + "' holds no certificate: " + text_of(read.error()));
      else
        for (const auto& c : *read) valid_now(element(path, i), list[i].path, *c);
    }
  }

  void key(std::size_t i) {
    const auto& k = s_.keys[i];
    const auto path = element("security.key", i);
    if (k.certificate.octets.empty()) return;
    const auto read = crypto::read_certificates(k.certificate.octets);
    if (!read)
      return error(path + ".certificate",
                   "'" + k.certificate.path + "' holds no certificate: " + text_of(read.error()));
    const auto& own = *read->front();
    valid_now(path + ".certificate", k.certificate.path, own);
    if (!k.key.octets) return;
    crypto::Drbg chance(k.key.octets->view());  // nothing of it gets out: the key is only compared
    const auto secret = crypto::PrivateKey::read(k.key.octets->view(), chance);
    if (!secret) return error(path + ".key", "'" + k.key.path + "' holds no private key: " + text_of(secret.error()));
    if (!own.key || !(*own.key == secret->public_key()))
      return error(path + ".key", "'" + k.key.path + "' is not the key of certificate '" + k.certificate.path + "'");
    if (!own.may_sign() && !own.may_transport() && !own.may_agree())
      warning(path + ".certificate", "the usage of '" + k.certificate.path + "' allows neither signing nor encryption");
  }

  void policies() {
    security::SecurityConfig bare;
    for (std::size_t i = 0; i < s_.spifs.size(); ++i) {
      if (s_.spifs[i].octets.empty()) return;
      bare.spifs = {s_.spifs[i]};
      if (const auto one = security::LabelRules::make(bare); !one)
        return error(element("security.spifs", i), "'" + s_.spifs[i].path + "' is no policy: " + text_of(one.error()));
    }
    bare.spifs = s_.spifs;
    const auto rules = security::LabelRules::make(bare);
    if (!rules) return error("security.spifs", text_of(rules.error()));
    const auto clearance = [&](const std::string& path, const security::ClearanceText& text) {
      const bool unread = text.words.starts_with("file:") ? text.file.empty() : s_.spifs.empty();
      if (text.empty() || unread) return;
      if (const auto read = rules->parse_clearance(text); !read)
        error(path, "'" + text.words + "': " + text_of(read.error()));
    };
    clearance("security.default_clearance", s_.unknown_user);
    for (std::size_t i = 0; i < s_.clearances.size(); ++i)
      clearance(element("security.clearance", i) + ".clearance", s_.clearances[i].clearance);
    for (std::size_t i = 0; i < c_.peers.size(); ++i)
      clearance(element("peer", i) + ".clearance", c_.peers[i].clearance);
    for (std::size_t i = 0; i < c_.bearers.size(); ++i)
      clearance(element("bearer", i) + ".clearance", c_.bearers[i].clearance);
    for (std::size_t i = 0; i < c_.circuits.size(); ++i)
      clearance(element("acp127", i) + ".clearance", c_.circuits[i].clearance);
    if (s_.default_label.empty()) return;
    bare.default_label = s_.default_label;
    if (const auto with = security::LabelRules::make(bare); !with)
      error("security.default_label", "'" + s_.default_label + "': " + text_of(with.error()));
  }

  Reading& r_;
  const Config& c_;
  security::SecurityConfig& s_;
  std::map<std::string, std::string> profile_names_;
};

}  // namespace

void check_security(Reading& r, Config& config) { SecurityChecker(r, config).run(); }

}  // namespace longwire::config
