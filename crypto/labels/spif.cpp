#include "crypto/labels/spif.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "crypto/labels/spif_fields.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace longwire::crypto::labels::spif {

namespace {

const std::vector<std::string_view> tag_types{"restrictive", "enumerated", "permissive", "tagType7", "notApplicable"};
const std::vector<std::string_view> enum_types{"restrictive", "permissive"};
const std::vector<std::string_view> marking_codes{
    "pageTop",       "pageBottom",       "pageTopBottom", "documentStart",     "documentEnd",     "noNameDisplay",
    "subject",       "xHeader",          "inputTitle",    "suppressClassName", "firstLineOfText", "lastLineOfText",
    "replacePolicy", "noMarkingDisplay", "waterMark",     "portionMarking"};

class Reader {
 public:
  explicit Reader(ByteView file) : faults_(file) {}

  Result<Spif> read(const xml::Element& root) {
    if (root.space != spif_space || root.name != "SPIF")
      faults_.add(root, "", "not the SPIF of " + std::string(spif_space));
    else take_root(root);
    if (!faults_.first()) resolve();
    if (faults_.first()) return *faults_.first();
    return std::move(out_);
  }

 private:
  template <class Take>
  void each(const xml::Element& parent, std::string_view name, Take take) {
    for (const auto& child : parent.children)
      if (child.space == spif_space && child.name == name && !faults_.first()) take(child);
  }

  void take_root(const xml::Element& root) {
    Fields in(root, faults_);
    in.word("schemaVersion", {"1.0", "2.0", "2.1"});
    out_.missi_clearances = is_missi(in.option("privilegeId"));
    out_.missi_labels = is_missi(in.option("rbacId"));
    out_.not_before = in.date_time("notBefore");
    out_.not_after = in.date_time("notAfter");
    in.pass_over({"version", "creationDate", "originatorDN", "keyIdentifier", "userRefURI", "docRefURI"});
    in.finish({"defaultSecurityPolicyId", "securityPolicyId", "updateInfo", "securityClassifications",
               "securityCategoryTagSets", "privacyMarks", "equivalentPolicies", "markingData", "markingQualifier",
               "extensions"});
    for (const std::string_view single : {"securityPolicyId", "securityClassifications", "securityCategoryTagSets",
                                          "privacyMarks", "equivalentPolicies"}) {
      std::size_t count = 0;
      each(root, single, [&](const xml::Element&) { ++count; });
      if (count > 1) in.fail("", std::string(single) + " stands twice");
    }
    each(root, "equivalentPolicies", [&](const xml::Element& e) { take_policies(e); });
    take_policy_id(root);
    take_classifications(root);
    each(root, "securityCategoryTagSets", [&](const xml::Element& e) { take_tag_sets(e); });
    each(root, "privacyMarks", [&](const xml::Element& e) { take_privacy_marks(e); });
    out_.markings = take_markings(root);
  }

  // SDN.801c's forms; everything else is written in those of ACP 145.
  static bool is_missi(const std::optional<std::string>& oid) {
    return oid && (*oid == "2.16.840.1.101.2.1.8.1" || *oid == "2.16.840.1.101.2.1.8.2");
  }

  void take_policy_id(const xml::Element& root) {
    const auto* element = root.child("securityPolicyId");
    if (element == nullptr) return faults_.add(root, "", "no securityPolicyId");
    Fields in(*element, faults_);
    out_.name = in.text("name");
    out_.id = in.oid("id");
    out_.policy_markings = take_markings(*element);
    in.finish({"markingData", "markingQualifier"});
  }

  void take_policies(const xml::Element& list) {
    Fields all(list, faults_);
    all.finish({"equivalentPolicy"});
    each(list, "equivalentPolicy", [&](const xml::Element& element) {
      Fields in(element, faults_);
      EquivalentPolicy one{in.text("name"), in.oid("id"), take_required(element)};
      in.pass_over({"userRefURI", "docRefURI"});
      in.finish({"requiredCategory"});
      for (const auto& other : out_.equivalent_policies) {
        if (other.name == one.name) in.fail("name", "stands twice");
        if (other.id == one.id) in.fail("id", "stands twice");
      }
      if (out_.equivalent_policies.size() >= limits::spif_policies) in.fail("", "too many of them");
      out_.equivalent_policies.push_back(std::move(one));
    });
  }

  std::string policy_ref(Fields& in) {
    const auto name = in.text("policyRef");
    for (const auto& policy : out_.equivalent_policies)
      if (policy.name == name) return policy.id;
    if (!name.empty()) in.fail("policyRef", "\"" + name + "\" is no equivalentPolicy");
    return {};
  }

  // --- classifications ---------------------------------------------------------------------------

  void take_classifications(const xml::Element& root) {
    const auto* list = root.child("securityClassifications");
    if (list == nullptr) return faults_.add(root, "", "no securityClassifications");
    Fields all(*list, faults_);
    all.pass_over({"name"});
    all.finish({"securityClassification", "markingData", "markingQualifier"});
    out_.class_markings = take_markings(*list);
    each(*list, "securityClassification", [&](const xml::Element& element) { take_classification(element); });
    if (out_.classifications.empty()) all.fail("", "no securityClassification");
    std::stable_sort(out_.classifications.begin(), out_.classifications.end(),
                     [](const auto& a, const auto& b) { return a.hierarchy < b.hierarchy; });
  }

  void take_classification(const xml::Element& element) {
    constexpr int greatest = 256;  // RFC 2634 ub-integer-options
    Fields in(element, faults_);
    Classification one;
    one.name = in.text("name");
    one.value = in.number("lacv");
    one.hierarchy = in.number("hierarchy");
    one.colour = to_lower(trim(in.option("color").value_or("")));
    one.obsolete = in.flag("obsolete");
    one.markings = take_markings(element);
    one.required = take_required(element);
    each(element, "equivalentClassification", [&](const xml::Element& e) {
      Fields other(e, faults_);
      one.equivalents.push_back({policy_ref(other), other.number("lacv"), applied(other), take_required(e)});
      other.finish({"requiredCategory"});
    });
    in.finish({"equivalentClassification", "markingData", "markingQualifier", "requiredCategory"});
    if (one.value > greatest) in.fail("lacv", "above 256");
    for (const auto& other : out_.classifications) {
      if (iequals(other.name, one.name)) in.fail("name", "stands twice");
      if (other.value == one.value) in.fail("lacv", "stands twice");
      if (!one.colour.empty() && other.colour == one.colour) in.fail("color", "stands twice");
    }
    out_.classifications.push_back(std::move(one));
  }

  Applied applied(Fields& in) {
    static constexpr std::array values{Applied::encrypt, Applied::decrypt, Applied::both};
    return values[in.word("applied", {"encrypt", "decrypt", "both"})];
  }

  // --- categories --------------------------------------------------------------------------------

  // tagType with enumType. unset: notApplicable.
  std::optional<Kind> kind(Fields& in) {
    const auto type = in.word("tagType", tag_types);
    const bool enumerated = type == 1;
    if (!enumerated) in.pass_over({"enumType"});
    switch (type) {
      case 0:
        return Kind::restrictive;
      case 1:
        return in.word("enumType", enum_types) == 0 ? Kind::enumerated_restrictive : Kind::enumerated_permissive;
      case 2:
        return Kind::permissive;
      case 3:
        return Kind::informative;
      default:
        return std::nullopt;
    }
  }

  CategoryRef take_ref(const xml::Element& element) {
    Fields in(element, faults_);
    CategoryRef out;
    out.offset = element.offset;
    out.tag_set = in.text("tagSetRef");
    out.kind = kind(in);
    out.value = in.optional_number("lacv");
    if (element.attribute("lacv") != nullptr && !out.value) in.fail("lacv", "no number");
    if (in.flag("all")) out.value.reset();
    in.finish();
    return out;
  }

  std::vector<Required> take_required(const xml::Element& parent) {
    static constexpr std::array operations{Operation::only_one, Operation::one_or_more, Operation::all};
    std::vector<Required> out;
    each(parent, "requiredCategory", [&](const xml::Element& element) {
      Fields in(element, faults_);
      Required one{operations[in.word("operation", {"onlyOne", "oneOrMore", "all"})], {}};
      each(element, "categoryGroup", [&](const xml::Element& group) { one.groups.push_back(take_ref(group)); });
      in.finish({"categoryGroup"});
      if (one.groups.empty()) in.fail("", "no categoryGroup");
      out.push_back(std::move(one));
    });
    return out;
  }

  void take_tag_sets(const xml::Element& list) {
    Fields all(list, faults_);
    all.finish({"securityCategoryTagSet"});
    each(list, "securityCategoryTagSet", [&](const xml::Element& element) {
      Fields in(element, faults_);
      TagSet one;
      one.name = in.text("name");
      one.id = in.oid("id");
      each(element, "securityCategoryTag", [&](const xml::Element& tag) { one.tags.push_back(take_tag(tag)); });
      each(element, "equivalentSecurityCategoryTagSet", [&](const xml::Element& e) {
        Fields other(e, faults_);
        one.equivalents.push_back(
            {policy_ref(other), other.option("name").value_or(""), other.option("id").value_or(""), take_required(e)});
        other.finish({"requiredCategory"});
      });
      in.finish({"securityCategoryTag", "equivalentSecurityCategoryTagSet"});
      for (const auto& other : out_.tag_sets) {
        if (iequals(other.name, one.name)) in.fail("name", "stands twice");
        if (other.id == one.id) in.fail("id", "stands twice");
      }
      check_values(one, in);
      if (out_.tag_sets.size() >= limits::spif_tag_sets) in.fail("", "too many of them");
      out_.tag_sets.push_back(std::move(one));
    });
  }

  // Tags of one kind in one tag set share the numbers of a label.
  static void check_values(const TagSet& set, Fields& in) {
    std::set<std::pair<Kind, int>> seen;
    for (const auto& tag : set.tags)
      for (const auto& category : tag.categories)
        if (tag.kind && category.value && !seen.emplace(*tag.kind, *category.value).second)
          in.fail("", "the lacv " + std::to_string(*category.value) + " of " + category.name + " stands twice");
  }

  Tag take_tag(const xml::Element& element) {
    Fields in(element, faults_);
    Tag out;
    out.name = in.option("name").value_or("");
    out.kind = kind(in);
    out.numbers = in.word("tag7Encoding", {"bitSetAttributes", "securityAttributes"}, 0) == 1;
    out.most = in.selection("maxSelection");
    out.least = in.selection("minSelection");
    if (in.flag("singleSelection")) out.most = std::min(out.most.value_or(1), std::size_t{1});
    out.markings = take_markings(element);
    each(element, "tagCategory", [&](const xml::Element& e) { out.categories.push_back(take_category(e)); });
    in.finish({"tagCategory", "markingQualifier", "markingData"});
    return out;
  }

  Category take_category(const xml::Element& element) {
    Fields in(element, faults_);
    Category out;
    out.offset = element.offset;
    out.name = in.text("name");
    out.value = in.optional_number("lacv");
    if (element.attribute("lacv") == nullptr) in.fail("lacv", "missing");
    out.obsolete = in.flag("obsolete");
    out.required_class = trim(in.option("requiredClass").value_or(""));
    const std::vector<std::string_view> inputs{"", "string", "integer", "date"};
    out.user_input = inputs[in.word("userInput", inputs, 0)];
    out.not_before = in.date_time("notBefore");
    out.not_after = in.date_time("notAfter");
    in.pass_over({"dateFormat"});
    each(element, "equivalentSecCategoryTag", [&](const xml::Element& e) { take_equivalent(e, out); });
    each(element, "excludedClass", [&](const xml::Element& e) { out.excluded_classes.push_back(e.text); });
    each(element, "excludedCategory", [&](const xml::Element& e) { out.excluded.push_back(take_ref(e)); });
    out.markings = take_markings(element);
    out.required = take_required(element);
    in.finish({"equivalentSecCategoryTag", "markingData", "markingQualifier", "excludedClass", "requiredCategory",
               "excludedCategory"});
    return out;
  }

  void take_equivalent(const xml::Element& element, Category& into) {
    Fields in(element, faults_);
    EquivalentCategory one;
    one.policy = policy_ref(in);
    one.tag_set = in.oid("tagSetId");
    one.kind = kind(in);
    one.value = in.optional_number("lacv");
    one.applied = applied(in);
    one.discard = in.word("action", {"", "discard"}, 0) == 1;
    if (!one.discard && (!one.value || !one.kind)) in.fail("lacv", "neither a number nor discarded");
    in.finish();
    into.equivalents.push_back(std::move(one));
  }

  // --- markings ----------------------------------------------------------------------------------

  static std::string language(const xml::Element& element) {
    for (const auto& attribute : element.attributes)
      if (attribute.space == xml::xml_space && attribute.name == "lang") return to_lower(trim(attribute.value));
    return {};
  }

  Markings take_markings(const xml::Element& parent) {
    Markings out;
    each(parent, "markingData", [&](const xml::Element& element) {
      Fields in(element, faults_);
      MarkingData one{in.option("phrase"), language(element), {}};
      each(element, "code", [&](const xml::Element& code) {
        if (std::find(marking_codes.begin(), marking_codes.end(), code.text) == marking_codes.end())
          faults_.add(code, "", "\"" + code.text + "\" is no marking code");
        one.codes.push_back(code.text);
      });
      in.finish({"code"});
      out.data.push_back(std::move(one));
    });
    each(parent, "markingQualifier", [&](const xml::Element& e) { out.qualifiers.push_back(take_qualifier(e)); });
    return out;
  }

  MarkingQualifier take_qualifier(const xml::Element& element) {
    Fields in(element, faults_);
    MarkingQualifier out;
    if (element.attribute("markingCode") != nullptr) out.place = marking_codes[in.word("markingCode", marking_codes)];
    out.language = language(element);
    each(element, "qualifier", [&](const xml::Element& e) {
      Fields one(e, faults_);
      auto text = one.option("markingQualifier");
      if (!text) one.fail("markingQualifier", "missing");
      const auto code = one.word("qualifierCode", {"prefix", "suffix", "separator"});
      (code == 0 ? out.prefix : code == 1 ? out.suffix : out.separator) = std::move(text);
      one.finish();
    });
    in.finish({"qualifier"});
    return out;
  }

  void take_privacy_marks(const xml::Element& list) {
    Fields in(list, faults_);
    out_.privacy_marks.most = in.selection("maxSelection");
    out_.privacy_marks.least = in.selection("minSelection");
    out_.privacy_marks.markings = take_markings(list);
    in.finish({"privacyMark", "markingData", "markingQualifier"});
    each(list, "privacyMark", [&](const xml::Element& element) {
      Fields one(element, faults_);
      out_.privacy_marks.marks.push_back({one.text("name"), one.flag("obsolete"), take_markings(element)});
      one.finish({"markingData", "markingQualifier"});
    });
  }

  // --- references --------------------------------------------------------------------------------

  // tagSetRef holds a name by the schema; files with the OID are about.
  void resolve_ref(CategoryRef& ref) {
    for (const auto& set : out_.tag_sets)
      if (set.name == ref.tag_set || set.id == ref.tag_set) ref.id = set.id;
    if (ref.id.empty())
      faults_.add(ref.offset, "categoryGroup", "tagSetRef", "\"" + ref.tag_set + "\" is no securityCategoryTagSet");
  }

  void resolve_class(const std::string& name, std::string_view where, const Category& category) {
    const auto found = std::any_of(out_.classifications.begin(), out_.classifications.end(),
                                   [&](const Classification& one) { return one.name == name; });
    if (!found) faults_.add(category.offset, "tagCategory", where, "\"" + name + "\" is no securityClassification");
  }

  // Tag sets of another policy: by OID, or by the name that an equivalentSecurityCategoryTagSet gives one.
  void resolve_foreign(std::vector<Required>& all) {
    for (auto& one : all)
      for (auto& ref : one.groups) {
        if (is_oid(ref.tag_set)) ref.id = ref.tag_set;
        else if (const auto found = foreign_.find(ref.tag_set); found != foreign_.end()) ref.id = found->second;
      }
  }

  void resolve_all(std::vector<Required>& all) {
    for (auto& one : all)
      for (auto& ref : one.groups) resolve_ref(ref);
  }

  void resolve_category(Category& category) {
    resolve_all(category.required);
    for (auto& ref : category.excluded) resolve_ref(ref);
    for (const auto& name : category.excluded_classes) resolve_class(name, "excludedClass", category);
    if (!category.required_class.empty()) resolve_class(category.required_class, "requiredClass", category);
  }

  void resolve() {
    for (const auto& set : out_.tag_sets)
      for (const auto& other : set.equivalents)
        if (!other.name.empty() && !other.id.empty()) foreign_[other.name] = other.id;
    for (auto& classification : out_.classifications) {
      resolve_all(classification.required);
      for (auto& other : classification.equivalents) resolve_foreign(other.required);
    }
    for (auto& policy : out_.equivalent_policies) resolve_foreign(policy.required);
    for (auto& set : out_.tag_sets) {
      for (auto& other : set.equivalents) resolve_foreign(other.required);
      for (auto& tag : set.tags)
        for (auto& category : tag.categories) resolve_category(category);
    }
  }

  Faults faults_;
  Spif out_;
  std::map<std::string, std::string> foreign_;  // tag sets of other policies: name, OID
};

}  // namespace

bool MarkingData::has(std::string_view code) const {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

Result<Spif> read(ByteView file) {
  const auto root = xml::parse(file, limits::spif_octets);
  if (!root) return root.error();
  return Reader(file).read(*root);
}

}  // namespace longwire::crypto::labels::spif
