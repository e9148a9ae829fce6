// Labels of other policies: translated on the way out and in (security.md 6.2, 9.4; ACP 145).
#include "base/text.hpp"
#include "node/security/shaper_impl.hpp"

#include <algorithm>

namespace longwire::security {

namespace {

using crypto::labels::Policy;
using crypto::smime::Layer;

bool is_called(const Policy& policy, std::string_view name) {
  return policy.id() == name || iequals(policy.name(), name);
}

// RFC 2634 3.4.1: of use only when every policy is named once.
bool policies_differ(const SecurityLabel& label, const std::vector<SecurityLabel>& equivalents) {
  std::vector<std::string> ids{label.policy};
  for (const auto& e : equivalents) ids.push_back(e.policy);
  std::sort(ids.begin(), ids.end());
  return std::adjacent_find(ids.begin(), ids.end()) == ids.end();
}

bool is_translator(const crypto::cms::SignerVerdict& signer, const std::vector<std::string>& translators) {
  return signer.good() && signer.certificate &&
         std::any_of(translators.begin(), translators.end(),
                     [&](const auto& address) { return signer.certificate->names(address); });
}

}  // namespace

Result<SecurityLabel> Shaper::Impl::translated_out(const SecurityLabel& label, std::string_view policy) const {
  const auto* own = means.rules ? means.rules->policies().by_id(label.policy) : nullptr;
  if (!own) return error("no_equivalent", 0, "the policy " + label.policy + " of the label is not loaded");
  if (is_called(*own, policy)) return label;
  return own->map(label, policy, Policy::Direction::outbound);
}

void Shaper::Impl::translate_in(Verdict& verdict, const crypto::smime::Unwrapped& found, const Profile* profile) const {
  if (!verdict.label || !means.rules) return;
  const auto& policies = means.rules->policies();
  const bool asked = profile && !profile->label_from.empty();
  const auto* known = policies.by_id(verdict.label->policy);
  if (known && !(asked && is_called(*known, profile->label_from))) return;
  // Another's translation first, where that signer may translate: it knows both policies.
  for (auto layer = found.layers.rbegin(); layer != found.layers.rend(); ++layer)
    for (const auto& signer : layer->verdict.signers) {
      if (!is_translator(signer, translators) || !policies_differ(*verdict.label, signer.equivalent_labels)) continue;
      for (const auto& equivalent : signer.equivalent_labels) {
        if (!policies.by_id(equivalent.policy)) continue;
        verdict.words.push_back("label taken as translated by " + name_of(*signer.certificate));
        verdict.label = equivalent;
        return;
      }
    }
  if (!asked) return;
  std::string why = "no policy of ours has an equivalent";
  for (const auto& policy : policies.all()) {
    if (policy.id() == verdict.label->policy) continue;
    const auto label = policy.map(*verdict.label, profile->label_from, Policy::Direction::inbound);
    if (label) {
      verdict.words.push_back("label translated from " + profile->label_from);
      verdict.label = *label;
      return;
    }
    why = label.error().text;
  }
  verdict.words.push_back("label not translated from " + profile->label_from + ": " + why);
  if (!verdict.refusal) verdict.refusal = policy_refusal(verdict.words.back());
}

}  // namespace longwire::security
