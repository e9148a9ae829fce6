// The display marking of a label (security.md 9.3).
#include "base/text.hpp"
#include "crypto/labels/policy_impl.hpp"

#include <algorithm>
#include <array>

namespace longwire::crypto::labels {

namespace {

using spif::MarkingData;
using spif::Markings;

constexpr std::string_view default_separator = " ", default_tag_separator = "/";

struct Where {
  std::string_view place;
  std::string language;
};

bool is_place(std::string_view code) {
  return code != "noNameDisplay" && code != "noMarkingDisplay" && code != "suppressClassName" &&
         code != "replacePolicy";
}

// How well what the file says of `code` fits a place; 0: not at all. What it says of the page serves other places
// too: a first line without "REL TO" would say something else than the page.
int fit(std::string_view code, std::string_view place) {
  if (code == place || (code == "pageTopBottom" && (place == "pageTop" || place == "pageBottom"))) return 3;
  return code == "pageBottom" || code == "pageTopBottom" ? 1 : 0;
}

int fit(const MarkingData& data, std::string_view place) {
  int out = 0;
  bool placed = false;
  for (const auto& code : data.codes)
    if (is_place(code)) {
      placed = true;
      out = std::max(out, fit(code, place));
    }
  return placed ? out : fit("pageBottom", place);  // without a place: the bottom of the page
}

int fit_language(std::string_view given, std::string_view wanted) {
  if (given.empty()) return 1;
  if (given == wanted) return 3;
  return given.substr(0, given.find('-')) == wanted.substr(0, wanted.find('-')) ? 2 : 0;
}

// The one that fits best, the first of equals. replacing: those with replacePolicy, or those without.
const MarkingData* choose(const Markings& markings, const Where& where, bool replacing) {
  const MarkingData* best = nullptr;
  int best_fit = 0;
  for (const auto& data : markings.data) {
    if (data.has("replacePolicy") != replacing || data.has("noMarkingDisplay")) continue;
    const int place = fit(data, where.place), language = fit_language(data.language, where.language);
    if (place == 0 || language == 0 || place * 4 + language <= best_fit) continue;
    best_fit = place * 4 + language;
    best = &data;
  }
  return best;
}

using Part = std::optional<std::string> spif::MarkingQualifier::*;

std::optional<std::string> qualifier(const Markings& markings, const Where& where, Part part) {
  std::optional<std::string> out;
  int best_fit = 0;
  for (const auto& one : markings.qualifiers) {
    const int place = one.place.empty() ? 2 : fit(one.place, where.place);
    const int language = fit_language(one.language, where.language);
    if (!(one.*part) || place == 0 || language == 0 || place * 4 + language <= best_fit) continue;
    best_fit = place * 4 + language;
    out = one.*part;
  }
  return out;
}

// Prefix and suffix around a text; nothing stays nothing.
std::string qualified(const std::string& text, const Markings& markings, const Where& where) {
  if (text.empty()) return {};
  return qualifier(markings, where, &spif::MarkingQualifier::prefix).value_or("") + text +
         qualifier(markings, where, &spif::MarkingQualifier::suffix).value_or("");
}

struct Item {
  std::string text;
  bool hides_class = false;
  std::optional<std::string> policy;  // what stands in place of its name
};

Item item(const std::string& name, const Markings& markings, const Where& where) {
  const auto* data = choose(markings, where, false);
  const auto* replacing = choose(markings, where, true);
  Item out{name, false, {}};
  for (const auto* one : {data, replacing})
    if (one != nullptr) {
      out.hides_class = out.hides_class || one->has("suppressClassName");
      if (one->has("noNameDisplay")) out.text.clear();
    }
  if (data != nullptr && data->phrase) out.text = *data->phrase;
  if (replacing != nullptr) out.policy = replacing->phrase;
  return out;
}

// RFC 7444 4 has 17 names and #rrggbb; the rest would make the field invalid. It spells one of them "fuschia".
std::string colour_of(const std::string& colour) {
  static constexpr std::array<std::string_view, 17> names{"aqua",   "black",  "blue",  "fuschia", "gray",   "green",
                                                          "lime",   "maroon", "navy",  "olive",   "purple", "red",
                                                          "silver", "teal",   "white", "yellow",  "orange"};
  if (colour == "fuchsia") return "fuschia";
  const bool rgb =
      colour.size() == 7 && colour[0] == '#' && colour.find_first_not_of("0123456789abcdef", 1) == std::string::npos;
  return rgb || std::find(names.begin(), names.end(), colour) != names.end() ? colour : "white";
}

// Collects the parts of one marking.
class Maker {
 public:
  Maker(const spif::Spif& file, Where where) : file_(file), where_(std::move(where)) {}

  std::string make(const spif::Classification& classification, const std::vector<Value>& values,
                   const std::string& mark) {
    return qualified(inner(classification, values, mark), file_.markings, where_);
  }

  // Without prefix and suffix of the whole.
  std::string inner(const spif::Classification& classification, const std::vector<Value>& values,
                    const std::string& mark) {
    const auto first = item(classification.name, classification.markings, where_);
    note(first);
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < values.size();) {
      auto end = i;
      while (end < values.size() && values[end].tag == values[i].tag) ++end;
      rest.push_back(
          tag({values.begin() + static_cast<std::ptrdiff_t>(i), values.begin() + static_cast<std::ptrdiff_t>(end)}));
      i = end;
    }
    rest.push_back(privacy_mark(mark));
    const bool own = !classification.markings.qualifiers.empty();
    std::string out = policy();
    if (!hides_class_) add(out, qualified(first.text, own ? classification.markings : file_.class_markings, where_));
    for (const auto& one : rest) add(out, one);
    return out;
  }

 private:
  void note(const Item& one) {
    hides_class_ = hides_class_ || one.hides_class;
    if (one.policy && !policy_) policy_ = one.policy;
  }

  void add(std::string& out, const std::string& part) const {
    static constexpr auto separator = &spif::MarkingQualifier::separator;
    if (!out.empty() && !part.empty())
      out += qualifier(file_.markings, where_, separator).value_or(std::string(default_separator));
    out += part;
  }

  // The name of the policy, its phrase, or what an item puts in its place.
  std::string policy() const {
    if (policy_) return qualified(*policy_, file_.policy_markings, where_);
    const auto& own = file_.policy_markings.data.empty() ? file_.markings : file_.policy_markings;
    return qualified(item(file_.name, {own.data, {}}, where_).text, file_.policy_markings, where_);
  }

  std::string tag(const std::vector<Value>& values) {
    const auto& markings = values.front().tag->markings;
    const auto separator =
        qualifier(markings, where_, &spif::MarkingQualifier::separator).value_or(std::string(default_tag_separator));
    std::string out;
    for (const auto& value : values) {
      const auto& category = *value.category;
      auto one =
          item(category.user_input.empty() ? category.name : std::to_string(value.number), category.markings, where_);
      note(one);
      const auto text = qualified(one.text, category.markings, where_);
      if (!out.empty() && !text.empty()) out += separator;
      out += text;
    }
    return qualified(out, markings, where_);
  }

  // Only marks of the file are its business to show.
  std::string privacy_mark(const std::string& mark) {
    for (const auto& one : file_.privacy_marks.marks) {
      if (one.name != mark) continue;
      const auto shown = item(one.name, one.markings, where_);
      note(shown);
      return qualified(qualified(shown.text, one.markings, where_), file_.privacy_marks.markings, where_);
    }
    return {};
  }

  const spif::Spif& file_;
  Where where_;
  bool hides_class_ = false;
  std::optional<std::string> policy_;
};

}  // namespace

Policy::Marking Policy::marking(const SecurityLabel& label, std::string_view place, std::string_view language) const {
  Marking out;
  if (validate(label)) return out;
  const auto* classification = impl_->classification(*label.classification);
  const auto values = impl_->values(label.categories);
  out.text = Maker(impl_->file, {place, to_lower(language)}).make(*classification, *values, label.mark);
  out.background = colour_of(classification->colour);
  if (out.background == "black" || out.background == "navy") out.foreground = "white";
  return out;
}

namespace {

bool takes(std::string_view& text, std::string_view start) {
  if (!iequals(text.substr(0, start.size()), start)) return false;
  text.remove_prefix(start.size());
  return true;
}

// The category whose words `text` begins with, the longest of them.
const spif::Category* take_category(std::string_view& text, const spif::Tag& tag, const Where& where) {
  const spif::Category* best = nullptr;
  std::size_t length = 0;
  for (const auto& category : tag.categories) {
    if (!tag.kind || !category.value || !category.user_input.empty()) continue;
    const auto words = qualified(item(category.name, category.markings, where).text, category.markings, where);
    if (words.size() <= length || !iequals(text.substr(0, words.size()), words)) continue;
    best = &category;
    length = words.size();
  }
  text.remove_prefix(length);
  return best;
}

// " REL TO GBR,DNK" behind what stands before it. Nothing is taken if it is not all there.
void take_tag(std::string_view& text, std::string_view separator, const spif::TagSet& set, const spif::Tag& tag,
              const Where& where, std::vector<Value>& into) {
  const auto part = [&](Part which, std::string_view otherwise) {
    return qualifier(tag.markings, where, which).value_or(std::string(otherwise));
  };
  auto rest = text;
  if (!takes(rest, separator) || !takes(rest, part(&spif::MarkingQualifier::prefix, ""))) return;
  const auto between = part(&spif::MarkingQualifier::separator, default_tag_separator);
  std::vector<Value> found;
  do {
    const auto* category = take_category(rest, tag, where);
    if (category == nullptr) return;
    found.push_back({&set, &tag, category, *category->value});
  } while (takes(rest, between));
  if (!takes(rest, part(&spif::MarkingQualifier::suffix, ""))) return;
  into.insert(into.end(), found.begin(), found.end());
  text = rest;
}

// What the words may mean; whether they do, the marking made of it tells.
std::optional<std::vector<Value>> take_categories(std::string_view rest, const spif::Spif& file, const Where& where) {
  const auto separator =
      qualifier(file.markings, where, &spif::MarkingQualifier::separator).value_or(std::string(default_separator));
  std::vector<Value> out;
  for (const auto& set : file.tag_sets)
    for (const auto& tag : set.tags) take_tag(rest, separator, set, tag, where, out);
  return rest.empty() ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

std::optional<SecurityLabel> Policy::label_of_marking(std::string_view text) const {
  if (const auto* classification = impl_->classification(text)) {
    SecurityLabel out{id(), classification->value, {}, {}};
    if (!validate(out)) return out;
  }
  for (const std::string_view place : {"pageBottom", "firstLineOfText"}) {
    const Where where{place, {}};
    auto core = text;
    const auto around = [&](Part part) { return qualifier(impl_->file.markings, where, part).value_or(""); };
    const auto suffix = around(&spif::MarkingQualifier::suffix);
    if (!takes(core, around(&spif::MarkingQualifier::prefix)) || core.size() < suffix.size() ||
        !iequals(core.substr(core.size() - suffix.size()), suffix))
      continue;
    core.remove_suffix(suffix.size());
    for (const auto& classification : impl_->file.classifications) {
      auto rest = core;
      if (!takes(rest, Maker(impl_->file, where).inner(classification, {}, {}))) continue;
      const auto values = take_categories(rest, impl_->file, where);
      auto categories = values ? impl_->categories(*values, false) : error("bad_label");
      if (!categories) continue;
      SecurityLabel out{id(), classification.value, {}, *std::move(categories)};
      if (iequals(marking(out, place).text, text)) return out;
    }
  }
  return std::nullopt;
}

}  // namespace longwire::crypto::labels
