#include "crypto/labels/stanag4774.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "crypto/labels/policy_impl.hpp"
#include "crypto/labels/xml.hpp"

#include <algorithm>
#include <charconv>

namespace longwire::crypto::labels {

namespace {

using Kind = TagValues::Kind;

constexpr std::string_view label_space = type_4774;
constexpr std::string_view clearance_space = "urn:nato:stanag:4774:confidentialityclearance:1:0";
constexpr std::string_view binding_space = "urn:nato:stanag:4778:bindinginformation:1:0";
constexpr std::string_view oid_uri = "urn:oid:";

bool is(const xml::Element& element, std::string_view space, std::string_view name) {
  return element.space == space && element.name == name;
}

bool is_label(const xml::Element& element) {
  return is(element, label_space, "originatorConfidentialityLabel") ||
         is(element, label_space, "alternativeConfidentialityLabel");
}

// --- reading -----------------------------------------------------------------------------------------

class Reader {
 public:
  Reader(ByteView file, std::string_view error_name) : file_(file), error_name_(error_name) {}

  Error bad(const xml::Element& at, std::string_view why) const {
    return error(error_name_, at.offset,
                 "line " + std::to_string(xml::line_of(file_, at.offset)) + ": " + at.name + ": " + std::string(why));
  }

  Result<Words4774> label(const xml::Element& root) const {
    const auto* information = root.child("ConfidentialityInformation");
    if (information == nullptr) return bad(root, "no ConfidentialityInformation");
    Words4774 out;
    for (const auto& child : information->children) {
      if (is(child, label_space, "Classification")) out.classifications.push_back(child.text);
      else if (auto wrong = common(child, out)) return *std::move(wrong);
    }
    if (out.classifications.size() != 1) return bad(*information, "not one Classification");
    return finish(std::move(out), *information);
  }

  Result<Words4774> clearance(const xml::Element& root) const {
    Words4774 out;
    out.clearance = true;
    for (const auto& child : root.children) {
      if (is(child, clearance_space, "ClassificationList")) {
        for (const auto& one : child.children)
          if (is(one, label_space, "Classification")) out.classifications.push_back(one.text);
          else return bad(one, "not a Classification");
      } else if (auto wrong = common(child, out)) {
        return *std::move(wrong);
      }
    }
    return finish(std::move(out), root);
  }

 private:
  Result<Words4774> finish(Words4774 out, const xml::Element& at) const {
    if (out.policy.empty() && out.policy_uri.empty()) return bad(at, "no PolicyIdentifier");
    if (out.categories.size() > limits::label_categories) return bad(at, "too many categories");
    return out;
  }

  // What labels and clearances have in common. Elements we do not know might restrict: they are refused.
  std::optional<Error> common(const xml::Element& child, Words4774& into) const {
    if (is(child, label_space, "PolicyIdentifier")) {
      if (!into.policy.empty() || !into.policy_uri.empty()) return bad(child, "stands twice");
      into.policy = child.text;
      into.policy_uri = uri_of(child);
      return std::nullopt;
    }
    if (is(child, label_space, "PrivacyMark")) {
      into.mark = child.text;
      return std::nullopt;
    }
    if (is(child, label_space, "Category")) return category(child, into);
    return bad(child, "has no place here");
  }

  // One sample in use has URL for URI.
  static std::string uri_of(const xml::Element& element) {
    for (const std::string_view name : {"URI", "URL"})
      if (const auto* value = element.attribute(name)) return std::string(trim(*value));
    return {};
  }

  std::optional<Error> category(const xml::Element& element, Words4774& into) const {
    Words4774::Category out;
    if (const auto* name = element.attribute("TagName")) out.tag_name = trim(*name);
    out.uri = uri_of(element);
    if (const auto* type = element.attribute("Type")) out.type = trim(*type);
    if (out.tag_name.empty() && out.uri.empty()) return bad(element, "neither TagName nor URI");
    if (out.type != "RESTRICTIVE" && out.type != "PERMISSIVE" && out.type != "INFORMATIVE")
      return bad(element, "Type is not RESTRICTIVE, PERMISSIVE or INFORMATIVE");
    for (const auto& value : element.children) {
      if (is(value, label_space, "GenericValue")) out.values.push_back(value.text);
      else if (is(value, label_space, "IntegerValue")) out.values.push_back('#' + value.text);
      else return bad(value, "a value of a kind that is not known");
      if (value.text.empty()) return bad(value, "empty");
    }
    if (out.values.empty()) return bad(element, "no value");
    if (out.values.size() > limits::category_values) return bad(element, "too many values");
    into.categories.push_back(std::move(out));
    return std::nullopt;
  }

  ByteView file_;
  std::string_view error_name_;
};

// The labels inside of a binding, wherever they stand.
void find_labels(const xml::Element& element, std::vector<const xml::Element*>& into) {
  if (is_label(element)) return into.push_back(&element);
  for (const auto& child : element.children) find_labels(child, into);
}

std::string_view oid_of(std::string_view uri) {
  return iequals(uri.substr(0, oid_uri.size()), oid_uri) ? uri.substr(oid_uri.size()) : std::string_view{};
}

// By the OID where one is given, else by the name.
Result<const Policy*> policy_of(const Words4774& words, const Policies& policies) {
  const auto oid = oid_of(words.policy_uri);
  const auto* by_name = policies.by_name(words.policy);
  const auto* out = oid.empty() ? by_name : policies.by_id(oid);
  if (out == nullptr)
    return error("unknown_policy", 0,
                 "policy " + words.policy + (words.policy_uri.empty() ? "" : " ") + words.policy_uri);
  if (by_name != nullptr && by_name != out)
    return error("unknown_policy", 0, "the name and the URI of the policy do not agree");
  return out;
}

bool has_type(Kind kind, std::string_view type) {
  switch (kind) {
    case Kind::restrictive:
    case Kind::enumerated:
    case Kind::enumerated_restrictive:
      return type == "RESTRICTIVE";
    case Kind::permissive:
    case Kind::enumerated_permissive:
      return type == "PERMISSIVE";
    case Kind::informative:
      return type == "INFORMATIVE";
  }
  return false;
}

std::optional<int> integer_value(std::string_view text) {
  int out = 0;
  text.remove_prefix(1);
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  return !text.empty() && read.ec == std::errc{} && read.ptr == end ? std::optional(out) : std::nullopt;
}

// TagName is in use for the name of the tag set and for that of the tag.
bool is_set(const spif::TagSet& set, const spif::Tag& tag, const Words4774::Category& category) {
  const auto oid = oid_of(category.uri);
  if (!oid.empty()) return set.id == oid;
  return category.tag_name == set.name || category.tag_name == tag.name;
}

std::optional<std::string> add_category(std::vector<Value>& into, const spif::Spif& file,
                                        const Words4774::Category& category) {
  for (const auto& name : category.values) {
    const auto before = into.size();
    const auto number = name.starts_with('#') ? integer_value(name) : std::nullopt;
    for (const auto& set : file.tag_sets)
      for (const auto& tag : set.tags) {
        if (!tag.kind || !has_type(*tag.kind, category.type) || !is_set(set, tag, category)) continue;
        for (const auto& one : tag.categories)
          if (one.value && (number ? one.value == number : one.name == name) && into.size() == before)
            into.push_back({&set, &tag, &one, *one.value});
      }
    if (into.size() == before) return name + " of " + category.tag_name + " is not in the policy";
  }
  return std::nullopt;
}

Result<std::vector<SecurityCategory>> categories_of_words(const Words4774& words, const Policy& policy) {
  std::vector<Value> values;
  for (const auto& category : words.categories)
    if (auto bad = add_category(values, policy.impl().file, category)) return error("bad_label", 0, *std::move(bad));
  return policy.impl().categories(values, words.clearance);
}

Result<int> class_of(const std::string& name, const Policy& policy) {
  const auto& classes = policy.impl().file.classifications;
  const auto found = std::find_if(classes.begin(), classes.end(), [&](const auto& one) { return one.name == name; });
  if (found == classes.end()) return error("bad_label", 0, name + " is no classification of policy " + policy.name());
  return found->value;
}

// --- writing -----------------------------------------------------------------------------------------

std::string attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + xml::escape(value) + '"';
}
std::string element(const std::string& name, std::string_view text) {
  return '<' + name + '>' + xml::escape(text) + "</" + name + '>';
}

std::string_view type_of(Kind kind) {
  return has_type(kind, "PERMISSIVE") ? "PERMISSIVE" : has_type(kind, "INFORMATIVE") ? "INFORMATIVE" : "RESTRICTIVE";
}

std::string policy_identifier(const Policy& policy, const std::string& prefix) {
  return '<' + prefix + "PolicyIdentifier" + attribute("URI", std::string(oid_uri) + policy.id()) + '>' +
         xml::escape(policy.name()) + "</" + prefix + "PolicyIdentifier>";
}

std::string categories_text(const std::vector<Value>& values, const std::string& prefix) {
  std::string out;
  const spif::Tag* tag = nullptr;
  for (const auto& value : values) {
    if (value.tag != tag) {
      if (tag != nullptr) out += "</" + prefix + "Category>";
      tag = value.tag;
      out += '<' + prefix + "Category" + attribute("TagName", value.set->name) +
             attribute("URI", std::string(oid_uri) + value.set->id) + attribute("Type", type_of(*tag->kind)) + '>';
    }
    out += element(prefix + "GenericValue", value.category->name);
  }
  if (tag != nullptr) out += "</" + prefix + "Category>";
  return out;
}

}  // namespace

Result<Words4774> read_4774_words(ByteView file) {
  const auto root = xml::parse(file, limits::label_xml_octets);
  if (!root) return root.error();
  if (is(*root, clearance_space, "ConfidentialityClearance")) return Reader(file, "bad_clearance").clearance(*root);
  const Reader reader(file, "bad_label");
  if (is_label(*root)) return reader.label(*root);
  if (!is(*root, binding_space, "BindingInformation"))
    return reader.bad(*root, "neither a label, a clearance nor a binding of STANAG 4774 and 4778");
  std::vector<const xml::Element*> labels;
  find_labels(*root, labels);
  if (labels.empty()) return reader.bad(*root, "a binding without a label");
  if (labels.size() > 1) return error("duplicate_label", labels[1]->offset, "a binding of several labels");
  return reader.label(*labels.front());
}

Result<SecurityLabel> read_4774(ByteView file, const Policies& policies) {
  const auto words = read_4774_words(file);
  if (!words) return words.error();
  if (words->clearance) return error("bad_label", 0, "a clearance, not a label");
  const auto policy = policy_of(*words, policies);
  if (!policy) return policy.error();
  const auto classification = class_of(words->classifications.front(), **policy);
  if (!classification) return classification.error();
  auto categories = categories_of_words(*words, **policy);
  if (!categories) return error("bad_label", 0, categories.error().text);
  return SecurityLabel{(*policy)->id(), *classification, words->mark, *std::move(categories)};
}

Result<Clearance> read_4774_clearance(ByteView file, const Policies& policies) {
  const auto words = read_4774_words(file);
  if (!words) return words.error();
  if (!words->clearance) return error("bad_clearance", 0, "a label, not a clearance");
  const auto policy = policy_of(*words, policies);
  if (!policy) return policy.error();
  Clearance out{(*policy)->id(), {}, {}};
  for (const auto& name : words->classifications) {
    const auto classification = class_of(name, **policy);
    if (!classification) return error("bad_clearance", 0, classification.error().text);
    out.classes.push_back(*classification);
  }
  std::sort(out.classes.begin(), out.classes.end());
  out.classes.erase(std::unique(out.classes.begin(), out.classes.end()), out.classes.end());
  auto categories = categories_of_words(*words, **policy);
  if (!categories) return error("bad_clearance", 0, categories.error().text);
  out.categories = *std::move(categories);
  return out;
}

std::string write_4774(const SecurityLabel& label, const Policy& policy, Time created) {
  if (policy.validate(label)) return {};
  const auto values = policy.impl().values(label.categories);
  std::string out =
      "<originatorConfidentialityLabel" + attribute("xmlns", label_space) + "><ConfidentialityInformation>";
  out += policy_identifier(policy, "");
  out += element("Classification", policy.impl().classification(*label.classification)->name);
  if (!label.mark.empty()) out += element("PrivacyMark", label.mark);
  out += categories_text(*values, "") + "</ConfidentialityInformation>";
  return out + element("CreationDateTime", format_utc(created)) + "</originatorConfidentialityLabel>";
}

std::string write_4778(const SecurityLabel& label, const Policy& policy, Time created, std::string_view uri,
                       std::string_view content_type) {
  const auto bound = write_4774(label, policy, created);
  if (bound.empty()) return {};
  return "<mb:BindingInformation" + attribute("xmlns:mb", binding_space) +
         attribute("xmlns:xmime", "http://www.w3.org/2005/05/xmlmime") +
         "><mb:MetadataBindingContainer><mb:MetadataBinding" + attribute("xml:id", "binding") + "><mb:Metadata" +
         attribute("xml:id", "label") + '>' + bound + "</mb:Metadata><mb:DataReference" + attribute("URI", uri) +
         attribute("xmime:contentType", content_type) +
         "/></mb:MetadataBinding></mb:MetadataBindingContainer></mb:BindingInformation>";
}

std::string write_4774_clearance(const Clearance& clearance, const Policy& policy) {
  const auto values = policy.impl().values(clearance.categories);
  if (clearance.policy != policy.id() || !values) return {};
  std::string out = "<ConfidentialityClearance" + attribute("xmlns", clearance_space) +
                    attribute("xmlns:slab", label_space) + '>' + policy_identifier(policy, "slab:") +
                    "<ClassificationList>";
  for (const auto& one : policy.impl().file.classifications)
    if (std::find(clearance.classes.begin(), clearance.classes.end(), one.value) != clearance.classes.end())
      out += element("slab:Classification", one.name);
  return out + "</ClassificationList>" + categories_text(*values, "slab:") + "</ConfidentialityClearance>";
}

}  // namespace longwire::crypto::labels
