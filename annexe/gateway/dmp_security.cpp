// Labels: classification and policy have numbers in DMP; what they cannot say is told in words on the way in, and
// refused on the way out.
#include "annexe/dmp/security.hpp"

#include "annexe/gateway/dmp_parts.hpp"
#include "annexe/gateway/labels.hpp"
#include "annexe/gateway/p1_extensions.hpp"

#include <array>

namespace longwire::gateway::dmp_parts {

namespace {

constexpr std::string_view nato_policy = "1.3.26.1.3.1";  // stanag4406.md 5.2
constexpr int classification_most = 5;

struct Word {
  std::uint8_t bit;
  std::string_view text;
};
constexpr std::array words{
    Word{dmp::category_clear, "CLEAR"},
    Word{dmp::category_crypto, "CRYPTOSECURITY"},
    Word{dmp::category_exclusive, "EXCLUSIVE"},
    Word{dmp::category_national_eyes, "NATIONAL EYES ONLY"},
};

bool has_words(std::uint8_t policy) { return policy >= dmp::policy_nato && policy <= dmp::policy_extended_national; }

void add(std::string& out, std::string_view text) {
  if (!out.empty()) out += ' ';
  out += text;
}

std::string nation(std::uint8_t number) {
  const auto name = dmp::nation_name(number);
  return name.empty() ? "NATION " + std::to_string(number) : std::string(name);
}

// What the label has no number for, as a privacy mark. Empty: nothing.
std::string mark_of(const dmp::Security& s) {
  std::string out;
  if (s.policy < dmp::policy_nato) add(out, "NETWORK POLICY " + std::to_string(s.policy));
  if (s.policy == dmp::policy_extended_national) add(out, "POLICY OF " + nation(*s.nation_or_mission));
  if (s.policy == dmp::policy_extended_mission) add(out, "MISSION POLICY " + std::to_string(*s.nation_or_mission));
  const auto categories = s.categories.value_or(dmp::Categories{});
  if (!has_words(s.policy)) {
    if (categories.first != 0) add(out, "CATEGORIES " + std::to_string(categories.first));
    return out;
  }
  for (const auto& word : words)
    if ((categories.first & word.bit) != 0) add(out, word.text);
  for (const auto& c : categories.more) {
    if (c.restrictive) add(out, "RESTRICTION " + std::to_string(c.value));
    else if (c.country) add(out, "RELEASABLE TO COUNTRY " + std::to_string(*c.country));
    else add(out, "RELEASABLE TO " + nation(c.value));
  }
  return out;
}

}  // namespace

Result<dmp::Security> to_security(const std::vector<x400::ExtensionField>& extensions, const Settings& settings) {
  dmp::Security out;
  out.policy = dmp::policy_nato;
  out.categories.emplace();
  const auto* field = find_extension(extensions, x400::ext_message_security_label);
  if (field == nullptr) return out;
  const auto label = decode_label(field->value);
  if (!label) return not_for_dmp("a label that cannot be read");
  auto plain = *label;
  plain.mark.clear();
  const bool own_mark = !label->mark.empty() && label->mark != marking_of(plain, settings);
  const bool known_policy = label->policy.empty() || label->policy == nato_policy;
  const int classification = label->classification.value_or(-1);
  if (const auto lost = first_loss({{!known_policy, "a label of another policy"},
                                    {own_mark, "a privacy mark"},
                                    {!label->categories.empty(), "security categories"},
                                    {classification < 0 || classification > classification_most,
                                     "a label without one of the six classifications"}}))
    return *lost;
  // A label without a policy is one of the nation's own: policy 5 names none either.
  if (label->policy.empty()) out.policy = dmp::policy_national;
  out.classification = dmp_classification(classification);
  return out;
}

std::optional<SecurityLabel> from_security(const dmp::Security& security) {
  SecurityLabel out;
  out.mark = mark_of(security);
  if (security.classification == 0 && out.mark.empty()) return std::nullopt;
  if (security.policy == dmp::policy_nato) out.policy = nato_policy;
  out.classification = from_dmp_classification(security.classification);
  return out;
}

}  // namespace longwire::gateway::dmp_parts
