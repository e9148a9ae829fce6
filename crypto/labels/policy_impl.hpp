// What the parts of Policy share: the file, and its categories by the numbers that stand in labels.
#pragma once

#include "crypto/labels/policy.hpp"
#include "crypto/labels/spif.hpp"

#include <map>
#include <tuple>

namespace longwire::crypto::labels {

// A value of a label, found in the policy.
struct Value {
  const spif::TagSet* set = nullptr;
  const spif::Tag* tag = nullptr;
  const spif::Category* category = nullptr;
  int number = 0;
};

struct Policy::Impl {
  spif::Spif file;
  std::map<std::tuple<std::string, spif::Kind, int>, Value> index;

  explicit Impl(spif::Spif spif);
  const spif::Classification* classification(int value) const;
  // "SECRET", "TEST SECRET", "MOST SECRET": without regard to case. nullptr: none, or more than one.
  const spif::Classification* classification(std::string_view words) const;
  // `enumerated` finds permissive and restrictive ones. nullopt: the policy does not know it.
  std::optional<Value> find(const std::string& tag_set, spif::Kind kind, int number) const;
  // All values of the categories in the order of the file, each once. Errors: unknown_category, bad_category.
  Result<std::vector<Value>> values(const std::vector<SecurityCategory>& categories) const;
  // As values(), joined and in the form this policy writes.
  Result<std::vector<SecurityCategory>> categories(const std::vector<Value>& values, bool clearance) const;
  std::optional<std::string> equivalent_policy(std::string_view name_or_oid) const;  // its OID
};

bool matches(const spif::CategoryRef& ref, const Value& value);
std::optional<Error> check_required(const std::vector<spif::Required>& required, const std::vector<Value>& values,
                                    std::string_view of);

}  // namespace longwire::crypto::labels
