// Labels and clearances in words, for configuration and look-up.
#include "base/text.hpp"
#include "crypto/labels/access.hpp"
#include "crypto/labels/policy_impl.hpp"

#include <algorithm>

namespace longwire::crypto::labels {

namespace {

using Kind = TagValues::Kind;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (std::size_t begin = 0;;) {
    const auto end = text.find(at, begin);
    out.push_back(trim(text.substr(begin, end - begin)));
    if (end == std::string_view::npos) return out;
    begin = end + 1;
  }
}

// A name or one of the phrases of an item.
bool is_called(std::string_view words, const std::string& name, const spif::Markings& markings) {
  if (iequals(words, name)) return true;
  return std::any_of(markings.data.begin(), markings.data.end(), [&](const spif::MarkingData& data) {
    return data.phrase && !data.has("replacePolicy") && iequals(words, *data.phrase);
  });
}

// "TEST SECRET": what stands behind the name of the policy.
std::string_view without_policy(std::string_view words, const std::string& policy) {
  if (words.size() > policy.size() && words[policy.size()] == ' ' && iequals(words.substr(0, policy.size()), policy))
    return trim(words.substr(policy.size()));
  return {};
}

// "Sensitivity:CRYPTO,MEDICAL"
std::optional<std::string> add_values(std::vector<Value>& into, const spif::Spif& file, std::string_view words,
                                      bool all_allowed) {
  const auto colon = words.find(':');
  if (colon == std::string_view::npos) return "\"" + std::string(words) + "\" is not TAG:VALUE,VALUE";
  const auto tag_name = trim(words.substr(0, colon));
  bool known = false;
  for (const auto name : split(words.substr(colon + 1), ',')) {
    const bool all = all_allowed && name == "*";
    bool found = false;
    for (const auto& set : file.tag_sets)
      for (const auto& tag : set.tags) {
        if (!iequals(tag_name, set.name) && !iequals(tag_name, tag.name) && tag_name != set.id) continue;
        known = true;
        for (const auto& category : tag.categories) {
          if (!tag.kind || !category.value || !category.user_input.empty()) continue;
          if (!all && !is_called(name, category.name, category.markings)) continue;
          found = true;
          into.push_back({&set, &tag, &category, *category.value});
        }
      }
    if (!known) return "\"" + std::string(tag_name) + "\" is no category of the policy";
    if (!found) return "\"" + std::string(name) + "\" is no value of " + std::string(tag_name);
  }
  return std::nullopt;
}

std::string describe_classes(const spif::Spif& file, const std::vector<int>& classes) {
  const auto held = [&](const spif::Classification& one) {
    return std::find(classes.begin(), classes.end(), one.value) != classes.end();
  };
  const spif::Classification* top = nullptr;
  for (const auto& one : file.classifications)
    if (held(one)) top = &one;
  if (top == nullptr) return "no classification";
  const bool closed = std::all_of(file.classifications.begin(), file.classifications.end(),
                                  [&](const auto& one) { return held(one) == (one.hierarchy <= top->hierarchy); });
  if (closed) return top->name;
  std::string out;
  for (const auto& one : file.classifications)
    if (held(one)) out += (out.empty() ? "" : ",") + one.name;
  return out;
}

}  // namespace

const spif::Classification* Policy::Impl::classification(std::string_view words) const {
  const auto rest = without_policy(words, file.name);
  const spif::Classification* out = nullptr;
  for (const auto& one : file.classifications) {
    if (iequals(words, one.name)) return &one;
    if (!is_called(words, one.name, one.markings) && (rest.empty() || !is_called(rest, one.name, one.markings)))
      continue;
    if (out != nullptr) return nullptr;
    out = &one;
  }
  return out;
}

Result<SecurityLabel> Policy::label_of(std::string_view words) const {
  const auto parts = split(words, '/');
  const auto* classification = impl_->classification(parts.front());
  if (classification == nullptr)
    return error("bad_label", 0, "\"" + std::string(parts.front()) + "\" is no classification of policy " + name());
  std::vector<Value> values;
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (const auto bad = add_values(values, impl_->file, parts[i], false)) return error("bad_label", 0, *bad);
  auto categories = impl_->categories(values, false);
  if (!categories) return error("bad_label", 0, categories.error().text);
  SecurityLabel out{id(), classification->value, {}, *std::move(categories)};
  if (const auto bad = validate(out)) return error("bad_label", 0, bad->text);
  return out;
}

Result<Clearance> Policy::clearance_of(std::string_view words) const {
  const auto parts = split(words, '/');
  Clearance out{id(), {}, {}};
  const auto names = split(parts.front(), ',');
  for (const auto one_name : names) {
    const auto* classification = impl_->classification(one_name);
    if (classification == nullptr)
      return error("bad_clearance", 0, "\"" + std::string(one_name) + "\" is no classification of policy " + name());
    for (const auto& one : impl_->file.classifications)
      if (&one == classification || (names.size() == 1 && one.hierarchy <= classification->hierarchy))
        out.classes.push_back(one.value);
  }
  std::sort(out.classes.begin(), out.classes.end());
  out.classes.erase(std::unique(out.classes.begin(), out.classes.end()), out.classes.end());
  std::vector<Value> values;
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (const auto bad = add_values(values, impl_->file, parts[i], true)) return error("bad_clearance", 0, *bad);
  auto categories = impl_->categories(values, true);
  if (!categories) return error("bad_clearance", 0, categories.error().text);
  out.categories = *std::move(categories);
  return out;
}

std::string Policy::describe(const Clearance& clearance) const {
  if (clearance.policy != id()) return "policy " + clearance.policy;
  auto out = describe_classes(impl_->file, clearance.classes);
  const auto values = impl_->values(clearance.categories);
  if (!values) return out + "/categories that the policy does not know";
  const spif::Tag* tag = nullptr;
  for (const auto& value : *values) {
    const bool first = value.tag != tag;
    if (first) out += '/' + (value.tag->name.empty() ? value.set->name : value.tag->name) + ':';
    else out += ',';
    tag = value.tag;
    out += value.category->user_input.empty() ? value.category->name : std::to_string(value.number);
  }
  return out;
}

}  // namespace longwire::crypto::labels
