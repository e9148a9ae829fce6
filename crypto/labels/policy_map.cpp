// Labels under an equivalent policy (security.md 9.4).
#include "crypto/labels/policy_impl.hpp"

#include <algorithm>

namespace longwire::crypto::labels {

namespace {

using Direction = Policy::Direction;
using Kind = TagValues::Kind;

Error no_equivalent(std::string what) { return error("no_equivalent", 0, std::move(what) + " has no equivalent"); }

bool applies(spif::Applied applied, Direction direction) {
  switch (applied) {
    case spif::Applied::encrypt:
      return direction == Direction::outbound;
    case spif::Applied::decrypt:
      return direction == Direction::inbound;
    case spif::Applied::both:
      return true;
  }
  return false;
}

// The values of the label that is being made, of another policy or our own.
class Made {
 public:
  void add(const std::string& tag_set, Kind kind, int value, bool numbers = false) {
    for (auto& one : tags_)
      if (one.tag_set == tag_set && one.kind == kind) {
        if (!has(one, value)) one.values.push_back(value);
        return;
      }
    tags_.push_back({tag_set, kind, {value}, numbers, {}});
  }
  // How many values the group stands for.
  std::size_t count(const spif::CategoryRef& ref) const {
    std::size_t out = 0;
    for (const auto& one : tags_)
      if (one.tag_set == ref.id && (!ref.kind || one.kind == *ref.kind))
        out += ref.value ? (has(one, *ref.value) ? 1 : 0) : one.values.size();
    return out;
  }
  const std::vector<TagValues>& tags() const { return tags_; }

 private:
  static bool has(const TagValues& one, int value) {
    return std::find(one.values.begin(), one.values.end(), value) != one.values.end();
  }
  std::vector<TagValues> tags_;
};

std::optional<Error> add_group(Made& made, const spif::CategoryRef& ref, const Policy* other) {
  auto id = ref.id;
  if (id.empty() && other != nullptr)
    for (const auto& set : other->impl().file.tag_sets)
      if (set.name == ref.tag_set) id = set.id;
  auto known = ref;
  known.id = id;
  if (made.count(known) > 0) return std::nullopt;
  if (id.empty() || !ref.kind || !ref.value) return no_equivalent("what the other policy needs of " + ref.tag_set);
  made.add(id, *ref.kind, *ref.value);
  return std::nullopt;
}

// requiredCategory of equivalents: what is not there yet is put in.
std::optional<Error> add_required(Made& made, const std::vector<spif::Required>& required, const Policy* other) {
  for (const auto& one : required) {
    if (one.operation != spif::Operation::all) {
      const bool there = std::any_of(one.groups.begin(), one.groups.end(),
                                     [&](const spif::CategoryRef& ref) { return made.count(ref) > 0; });
      if (there) continue;
      if (auto bad = add_group(made, one.groups.front(), other)) return bad;
      continue;
    }
    for (const auto& ref : one.groups)
      if (auto bad = add_group(made, ref, other)) return bad;
  }
  return std::nullopt;
}

const spif::EquivalentClassification* equivalent(const spif::Classification& classification, const std::string& policy,
                                                 Direction direction) {
  for (const auto& one : classification.equivalents)
    if (one.policy == policy && applies(one.applied, direction)) return &one;
  return nullptr;
}

std::optional<Error> map_value(Made& made, const Value& value, const std::string& policy) {
  bool found = false;
  for (const auto& one : value.category->equivalents) {
    if (one.policy != policy || !applies(one.applied, Direction::outbound)) continue;
    found = true;
    if (!one.discard) made.add(one.tag_set, *one.kind, *one.value);
  }
  if (found) return std::nullopt;
  return no_equivalent(value.set->name + ' ' + value.category->name);
}

Result<SecurityLabel> outbound(const Policy& own, const SecurityLabel& label, const std::string& policy,
                               const Policy* other) {
  if (auto bad = own.validate(label)) return *std::move(bad);
  const auto& impl = own.impl();
  const auto* classification = impl.classification(*label.classification);
  const auto* target = equivalent(*classification, policy, Direction::outbound);
  if (target == nullptr) return no_equivalent(classification->name);
  const auto values = impl.values(label.categories);
  Made made;
  for (const auto& value : *values)
    if (auto bad = map_value(made, value, policy)) return *std::move(bad);
  if (auto bad = add_required(made, target->required, other)) return *std::move(bad);
  for (const auto& one : impl.file.equivalent_policies)
    if (one.id == policy)
      if (auto bad = add_required(made, one.required, other)) return *std::move(bad);
  for (const auto& set : impl.file.tag_sets) {
    const bool used = std::any_of(values->begin(), values->end(), [&](const Value& v) { return v.set == &set; });
    for (const auto& one : set.equivalents)
      if (used && one.policy == policy)
        if (auto bad = add_required(made, one.required, other)) return *std::move(bad);
  }
  const auto form = other != nullptr && other->impl().file.missi_labels ? CategoryForm::missi_label
                    : other != nullptr                                  ? CategoryForm::acp145
                                                                        : form_of(label.categories);
  auto categories = categories_of(made.tags(), form);
  if (!categories) return categories.error();
  SecurityLabel out{policy, target->value, {}, *std::move(categories)};
  if (other != nullptr)
    if (auto bad = other->validate(out)) return *std::move(bad);
  return out;
}

// Ours that stand for one of theirs: the highest classification, so that nothing is lowered on the way; every
// restrictive value, and of permissive ones the first, which releases to the fewest.
std::optional<Error> take_value(std::vector<Value>& into, const spif::Spif& file, const std::string& policy,
                                const TagValues& tag, int number) {
  bool found = false, permissive_taken = false;
  for (const auto& set : file.tag_sets)
    for (const auto& own : set.tags)
      for (const auto& category : own.categories)
        for (const auto& one : category.equivalents) {
          const bool fits = one.kind == tag.kind ||
                            (tag.kind == Kind::enumerated && one.kind &&
                             (*one.kind == Kind::enumerated_permissive || *one.kind == Kind::enumerated_restrictive));
          if (one.policy != policy || !applies(one.applied, Direction::inbound) || one.tag_set != tag.tag_set ||
              !fits || one.value != number)
            continue;
          found = true;
          if (one.discard || !own.kind || !category.value) continue;
          const bool permissive = own.kind == Kind::permissive || own.kind == Kind::enumerated_permissive;
          if (permissive && permissive_taken) continue;
          permissive_taken = permissive_taken || permissive;
          into.push_back({&set, &own, &category, *category.value});
        }
  if (found) return std::nullopt;
  return no_equivalent("the value " + std::to_string(number) + " of tag set " + tag.tag_set);
}

Result<SecurityLabel> inbound(const Policy& own, const SecurityLabel& label, const std::string& policy,
                              const Policy* other) {
  if (label.policy != policy) return error("unknown_policy", 0, "a label of policy " + label.policy);
  if (!label.classification) return error("no_classification", 0, "a label without a classification");
  if (other != nullptr)
    if (auto bad = other->validate(label)) return *std::move(bad);
  const auto& impl = own.impl();
  const spif::Classification* classification = nullptr;
  for (const auto& one : impl.file.classifications)  // lowest first
    for (const auto& equivalent : one.equivalents)
      if (equivalent.policy == policy && equivalent.value == *label.classification &&
          applies(equivalent.applied, Direction::inbound))
        classification = &one;
  if (classification == nullptr) return no_equivalent("their classification " + std::to_string(*label.classification));
  const auto tags = tag_values(label.categories);
  if (!tags) return tags.error();
  std::vector<Value> values;
  for (const auto& tag : *tags)
    for (const int number : tag.values)
      if (auto bad = take_value(values, impl.file, policy, tag, number)) return *std::move(bad);
  Made made;
  for (const auto& value : values) made.add(value.set->id, *value.tag->kind, value.number, value.tag->numbers);
  auto categories =
      categories_of(made.tags(), impl.file.missi_labels ? CategoryForm::missi_label : CategoryForm::acp145);
  if (!categories) return categories.error();
  SecurityLabel out{own.id(), classification->value, {}, *std::move(categories)};
  if (auto bad = own.validate(out)) return *std::move(bad);
  return out;
}

}  // namespace

Result<SecurityLabel> Policy::map(const SecurityLabel& label, std::string_view other_policy, Direction direction,
                                  const Policy* other) const {
  const auto policy = impl_->equivalent_policy(other_policy);
  if (!policy) return no_equivalent("the policy " + std::string(other_policy));
  if (other != nullptr && other->id() != *policy) other = nullptr;
  return direction == Direction::outbound ? outbound(*this, label, *policy, other)
                                          : inbound(*this, label, *policy, other);
}

}  // namespace longwire::crypto::labels
