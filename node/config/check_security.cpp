// Checks of [security], and of what peers, bearers and circuits say of it.
#include "base/text.hpp"
#include "node/config/config_table.hpp"
#include "node/config/schema.hpp"

#include <algorithm>
#include <map>

namespace longwire::config {

namespace {

using engine::Config;
using security::Encrypt;
using security::Profile;

class SecurityChecker {
 public:
  SecurityChecker(Reading& r, const Config& c) : r_(r), c_(c), s_(c.security) {}

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
      if (!s_.clearances[i].who.empty()) unique(seen, to_lower(s_.clearances[i].who), path, s_.clearances[i].who);
    }
    for (std::size_t i = 0; i < c_.peers.size(); ++i) peer(i);
  }

 private:
  void error(std::string_view path, std::string text) { r_.error(r_.place(path), std::move(text)); }
  void warning(std::string_view path, std::string text) { r_.warning(r_.place(path), std::move(text)); }

  void unique(std::map<std::string, std::string>& seen, const std::string& value, const std::string& path,
              const std::string& shown) {
    const auto [first, is_new] = seen.emplace(value, path);
    if (!is_new) error(path, shown + " is used before, in line " + std::to_string(r_.place(first->second).begin.line));
  }

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
    const auto& p = s_.profiles[i];
    const auto path = [i](const char* key) { return "security.profile[" + std::to_string(i) + "]." + key; };
    if (!p.name.empty()) unique(profile_names_, p.name, path("name"), "profile name '" + p.name + "'");
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

  Reading& r_;
  const Config& c_;
  const security::SecurityConfig& s_;
  std::map<std::string, std::string> profile_names_;
};

}  // namespace

void check_security(Reading& r, const Config& config) { SecurityChecker(r, config).run(); }

}  // namespace longwire::config
