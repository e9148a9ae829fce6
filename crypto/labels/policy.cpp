// Policy: the file, look-up, and the validity of labels (security.md 9.1).
#include "crypto/labels/policy.hpp"

#include "base/text.hpp"
#include "crypto/labels/policy_impl.hpp"

#include <algorithm>

namespace longwire::crypto::labels {

namespace {

using Kind = TagValues::Kind;
using Values = std::vector<Value>;

Error invalid(std::string_view name, std::string text) { return error(name, 0, std::move(text)); }

std::string title(const Value& value) {
  const auto& of = value.tag->name.empty() ? value.set->name : value.tag->name;
  return of + ' ' + value.category->name;
}

std::size_t count(const spif::Required& required, const Values& values) {
  return static_cast<std::size_t>(std::count_if(values.begin(), values.end(), [&](const Value& value) {
    return std::any_of(required.groups.begin(), required.groups.end(),
                       [&](const spif::CategoryRef& ref) { return matches(ref, value); });
  }));
}

bool satisfied(const spif::Required& required, const Values& values) {
  switch (required.operation) {
    case spif::Operation::only_one:
      return count(required, values) == 1;
    case spif::Operation::one_or_more:
      return count(required, values) >= 1;
    case spif::Operation::all:
      return std::all_of(required.groups.begin(), required.groups.end(), [&](const spif::CategoryRef& ref) {
        return std::any_of(values.begin(), values.end(), [&](const Value& value) { return matches(ref, value); });
      });
  }
  return false;
}

std::string groups_text(const spif::Required& required) {
  std::string out = required.operation == spif::Operation::only_one      ? "exactly one of"
                    : required.operation == spif::Operation::one_or_more ? "one or more of"
                                                                         : "all of";
  for (const auto& ref : required.groups)
    out += ' ' + ref.tag_set + (ref.value ? ' ' + std::to_string(*ref.value) : std::string{});
  return out;
}

std::optional<Error> check_category(const Value& value, const spif::Classification& classification,
                                    const Values& values) {
  const auto& category = *value.category;
  for (const auto& name : category.excluded_classes)
    if (name == classification.name) return invalid("excluded_class", title(value) + " not with " + name);
  if (!category.required_class.empty() && category.required_class != classification.name)
    return invalid("required_class", title(value) + " only with " + category.required_class);
  for (const auto& ref : category.excluded)
    for (const auto& other : values)
      if (other.category != value.category && matches(ref, other))
        return invalid("excluded_category", title(value) + " not with " + title(other));
  return check_required(category.required, values, title(value));
}

std::optional<Error> check_selection(const spif::Spif& file, const Values& values) {
  for (const auto& set : file.tag_sets)
    for (const auto& tag : set.tags) {
      if (!tag.least && !tag.most) continue;
      const auto selected = static_cast<std::size_t>(
          std::count_if(values.begin(), values.end(), [&](const Value& value) { return value.tag == &tag; }));
      if (selected < tag.least.value_or(0) || selected > tag.most.value_or(selected))
        return invalid("selection", std::to_string(selected) + " values of " + set.name + " " + tag.name +
                                        (selected < tag.least.value_or(0) ? ", fewer" : ", more") + " than may be");
    }
  return std::nullopt;
}

// Only where a label is made: marks take no part in access control, and others' marks are theirs.
std::optional<Error> check_mark(const spif::PrivacyMarks& marks, const std::string& mark) {
  if (marks.marks.empty()) return std::nullopt;
  if (mark.empty())
    return marks.least.value_or(0) > 0 ? std::optional(invalid("privacy_mark", "no privacy mark")) : std::nullopt;
  const auto found = std::find_if(marks.marks.begin(), marks.marks.end(),
                                  [&](const spif::PrivacyMark& one) { return one.name == mark; });
  if (found == marks.marks.end()) return invalid("privacy_mark", "a privacy mark that is not in the policy");
  if (found->obsolete) return invalid("obsolete", "the privacy mark " + mark);
  return std::nullopt;
}

std::optional<Error> check_obsolete(const spif::Classification& classification, const Values& values) {
  if (classification.obsolete) return invalid("obsolete", classification.name);
  for (const auto& value : values)
    if (value.category->obsolete) return invalid("obsolete", title(value));
  return std::nullopt;
}

std::optional<Error> check_time(const spif::Spif& file, const Values& values, Time now) {
  const auto outside = [now](const auto& period) {
    return (period.not_before && now < *period.not_before) || (period.not_after && now > *period.not_after);
  };
  if (outside(file)) return invalid("expired", "the policy " + file.name);
  for (const auto& value : values)
    if (outside(*value.category)) return invalid("expired", title(value));
  return std::nullopt;
}

}  // namespace

bool matches(const spif::CategoryRef& ref, const Value& value) {
  return ref.id == value.set->id && (!ref.kind || ref.kind == value.tag->kind) &&
         (!ref.value || *ref.value == value.number);
}

std::optional<Error> check_required(const std::vector<spif::Required>& required, const Values& values,
                                    std::string_view of) {
  for (const auto& one : required)
    if (!satisfied(one, values)) return invalid("required_category", std::string(of) + " needs " + groups_text(one));
  return std::nullopt;
}

Policy::Impl::Impl(spif::Spif spif) : file(std::move(spif)) {
  for (const auto& set : file.tag_sets)
    for (const auto& tag : set.tags)
      for (const auto& category : tag.categories)
        if (tag.kind && category.value && category.user_input.empty())
          index.emplace(std::tuple(set.id, *tag.kind, *category.value), Value{&set, &tag, &category, *category.value});
}

const spif::Classification* Policy::Impl::classification(int value) const {
  for (const auto& one : file.classifications)
    if (one.value == value) return &one;
  return nullptr;
}

std::optional<Value> Policy::Impl::find(const std::string& tag_set, Kind kind, int number) const {
  if (kind == Kind::enumerated) {
    const auto restrictive = find(tag_set, Kind::enumerated_restrictive, number);
    return restrictive ? restrictive : find(tag_set, Kind::enumerated_permissive, number);
  }
  if (const auto found = index.find(std::tuple(tag_set, kind, number)); found != index.end()) return found->second;
  // Numbers that users enter themselves.
  for (const auto& set : file.tag_sets) {
    if (set.id != tag_set) continue;
    for (const auto& tag : set.tags)
      for (const auto& category : tag.categories)
        if (tag.kind == kind && category.user_input == "integer") return Value{&set, &tag, &category, number};
  }
  return std::nullopt;
}

Result<Values> Policy::Impl::values(const std::vector<SecurityCategory>& categories) const {
  const auto tags = tag_values(categories);
  if (!tags) return tags.error();
  Values out;
  for (const auto& tag : *tags)
    for (const int number : tag.values) {
      const auto found = find(tag.tag_set, tag.kind, number);
      if (!found)
        return invalid("unknown_category", "the value " + std::to_string(number) + " of tag set " + tag.tag_set);
      out.push_back(*found);
    }
  // All these point into the vectors of one file, so that addresses within a vector give its order.
  std::sort(out.begin(), out.end(), [](const Value& a, const Value& b) {
    return std::tuple(a.set, a.set == b.set ? a.tag : nullptr, a.category, a.number) <
           std::tuple(b.set, a.set == b.set ? b.tag : nullptr, b.category, b.number);
  });
  out.erase(
      std::unique(out.begin(), out.end(),
                  [](const Value& a, const Value& b) { return a.category == b.category && a.number == b.number; }),
      out.end());
  return out;
}

Result<std::vector<SecurityCategory>> Policy::Impl::categories(const Values& values, bool clearance) const {
  std::vector<TagValues> tags;
  for (const auto& value : values) {
    const auto same = std::find_if(tags.begin(), tags.end(), [&](const TagValues& one) {
      return one.tag_set == value.set->id && one.kind == value.tag->kind;
    });
    if (same != tags.end()) same->values.push_back(value.number);
    else tags.push_back({value.set->id, *value.tag->kind, {value.number}, value.tag->numbers, {}});
  }
  const bool missi = clearance ? file.missi_clearances : file.missi_labels;
  return categories_of(tags, !missi      ? CategoryForm::acp145
                             : clearance ? CategoryForm::missi_clearance
                                         : CategoryForm::missi_label);
}

std::optional<std::string> Policy::Impl::equivalent_policy(std::string_view name_or_oid) const {
  for (const auto& one : file.equivalent_policies)
    if (iequals(one.name, name_or_oid) || one.id == name_or_oid) return one.id;
  return std::nullopt;
}

Policy::Policy(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Policy::Policy(Policy&&) noexcept = default;
Policy& Policy::operator=(Policy&&) noexcept = default;
Policy::~Policy() = default;

Result<Policy> Policy::read(ByteView xml) {
  auto file = spif::read(xml);
  if (!file) return file.error();
  return Policy(std::make_unique<Impl>(*std::move(file)));
}

const std::string& Policy::name() const { return impl_->file.name; }
const std::string& Policy::id() const { return impl_->file.id; }

std::optional<Error> Policy::validate(const SecurityLabel& label, bool creating, std::optional<Time> now) const {
  if (label.policy != id())
    return invalid("unknown_policy", "a label of policy " + (label.policy.empty() ? "none" : label.policy));
  if (!label.classification) return invalid("no_classification", "a label without a classification");
  const auto* classification = impl_->classification(*label.classification);
  if (classification == nullptr)
    return invalid("unknown_classification", "classification " + std::to_string(*label.classification));
  const auto values = impl_->values(label.categories);
  if (!values) return values.error();
  if (auto bad = check_required(classification->required, *values, classification->name)) return bad;
  for (const auto& value : *values)
    if (auto bad = check_category(value, *classification, *values)) return bad;
  if (auto bad = check_selection(impl_->file, *values)) return bad;
  if (creating) {
    if (auto bad = check_obsolete(*classification, *values)) return bad;
    if (auto bad = check_mark(impl_->file.privacy_marks, label.mark)) return bad;
  }
  return now ? check_time(impl_->file, *values, *now) : std::nullopt;
}

void Policies::add(Policy policy) { list_.push_back(std::move(policy)); }

const Policy* Policies::by_id(std::string_view oid) const {
  for (const auto& one : list_)
    if (one.id() == oid) return &one;
  return nullptr;
}

const Policy* Policies::by_name(std::string_view name) const {
  for (const auto& one : list_)
    if (iequals(one.name(), name)) return &one;
  return nullptr;
}

}  // namespace longwire::crypto::labels
