#include "crypto/labels/access.hpp"

#include "crypto/labels/policy_impl.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace longwire::crypto::labels {

namespace {

using Kind = TagValues::Kind;

Decision deny(std::string_view reason, std::string text) { return {false, reason, std::move(text)}; }

// The values of a clearance by tag set and kind. Those of MISSI, which does not say which enumerated tags are
// permissive, serve as either.
class Held {
 public:
  void add(const TagValues& one) {
    if (one.kind == Kind::enumerated) {
      add(one, Kind::enumerated_permissive);
      add(one, Kind::enumerated_restrictive);
    }
    add(one, one.kind);
  }
  bool has(const std::string& tag_set, Kind kind, int value) const {
    const auto found = values_.find({tag_set, kind});
    return found != values_.end() && found->second.contains(value);
  }

 private:
  void add(const TagValues& one, Kind kind) {
    values_[{one.tag_set, kind}].insert(one.values.begin(), one.values.end());
  }
  std::map<std::pair<std::string, Kind>, std::set<int>> values_;
};

// What a value asks for.
struct Need {
  std::string tag_set;
  Kind kind;
  int number;
  std::string tag;   // name of the tag, or OID of the tag set
  std::string name;  // of the value, or the number
  const spif::Tag* of = nullptr;
};

Need need_of(const TagValues& tag, int number, const Policy* policy) {
  Need out{tag.tag_set, tag.kind, number, tag.tag_set, std::to_string(number), nullptr};
  const auto found = policy == nullptr ? std::nullopt : policy->impl().find(tag.tag_set, tag.kind, number);
  if (found) {
    out.kind = *found->tag->kind;
    out.tag = found->tag->name.empty() ? found->set->name : found->tag->name;
    out.name = found->category->name;
    out.of = found->tag;
  }
  if (!found && policy != nullptr)
    for (const auto& set : policy->impl().file.tag_sets)
      if (set.id == tag.tag_set) out.tag = set.name;
  // Not decided by a policy: restrictive grants less.
  if (out.kind == Kind::enumerated) out.kind = Kind::enumerated_restrictive;
  return out;
}

// Permissive tags: one value of each is enough (security.md 9.2: per tag set and tag, not over all of them).
struct Group {
  std::string tag, names;
  bool met = false;
};

std::optional<Decision> check_categories(const std::vector<TagValues>& tags, const Held& held, const Policy* policy) {
  std::map<std::tuple<std::string, Kind, const spif::Tag*>, Group> groups;
  for (const auto& tag : tags)
    for (const int number : tag.values) {
      const auto need = need_of(tag, number, policy);
      const bool has = held.has(need.tag_set, need.kind, number);
      switch (need.kind) {
        case Kind::informative:
          break;
        case Kind::enumerated:
        case Kind::restrictive:
        case Kind::enumerated_restrictive:
          if (!has) return deny("category", "no clearance for " + need.tag + ' ' + need.name);
          break;
        case Kind::permissive:
        case Kind::enumerated_permissive: {
          auto& group = groups[{need.tag_set, need.kind, need.of}];
          group.tag = need.tag;
          group.names += (group.names.empty() ? "" : ",") + need.name;
          group.met = group.met || has;
        }
      }
    }
  for (const auto& [key, group] : groups)
    if (!group.met) return deny("category", "no clearance for any of " + group.tag + ' ' + group.names);
  return std::nullopt;
}

std::string class_text(int classification, const Policy* policy) {
  const auto* known = policy == nullptr ? nullptr : policy->impl().classification(classification);
  return known == nullptr ? "classification " + std::to_string(classification) : known->name;
}

}  // namespace

Decision decide(const Clearance& clearance, const SecurityLabel& label, const Policy* policy) {
  if (policy != nullptr && policy->id() != label.policy) policy = nullptr;
  if (label.policy.empty() || label.policy != clearance.policy)
    return deny("policy", "a label of policy " + (label.policy.empty() ? "none" : label.policy) +
                              ", a clearance of policy " + clearance.policy);
  if (!label.classification) return deny("classification", "a label without a classification");
  const auto cleared = [&](int one) {
    return std::find(clearance.classes.begin(), clearance.classes.end(), one) != clearance.classes.end();
  };
  if (!cleared(*label.classification))
    return deny("classification", "no clearance for " + class_text(*label.classification, policy));
  const auto tags = tag_values(label.categories);
  if (!tags) return deny("bad_category", tags.error().text);
  for (const auto& tag : *tags)
    if (tag.level && !cleared(*tag.level))
      return deny("category", "no clearance for " + class_text(*tag.level, policy) + " of tag set " + tag.tag_set);
  Held held;
  for (const auto& category : clearance.categories) {
    const auto some = tag_values(category);
    if (!some && some.error().name == "unknown_category") continue;
    if (!some) return deny("bad_category", "the clearance: " + some.error().text);
    for (const auto& one : *some) held.add(one);
  }
  if (auto no = check_categories(*tags, held, policy)) return *std::move(no);
  return {true, {}, {}};
}

}  // namespace longwire::crypto::labels
