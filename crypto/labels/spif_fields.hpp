// The attributes and children of one element of a SPIF, read one after another; the first fault of a file is kept.
#pragma once

#include "base/time.hpp"
#include "crypto/labels/xml.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto::labels::spif {

inline constexpr std::string_view spif_space = "http://www.xmlspif.org/spif";

class Faults {
 public:
  explicit Faults(ByteView file) : file_(file) {}
  // "line 7: tagCategory: lacv: why"; attribute may be empty.
  void add(std::size_t offset, std::string_view element, std::string_view attribute, std::string_view why);
  void add(const xml::Element& element, std::string_view attribute, std::string_view why) {
    add(element.offset, element.name, attribute, why);
  }
  const std::optional<Error>& first() const { return first_; }

 private:
  ByteView file_;
  std::optional<Error> first_;
};

class Fields {
 public:
  Fields(const xml::Element& element, Faults& faults) : element_(element), faults_(faults) {}

  std::string text(std::string_view name);  // required, not empty
  std::optional<std::string> option(std::string_view name);
  std::string oid(std::string_view name);                       // required
  int number(std::string_view name);                            // required, 0..INT_MAX; leading zeros are taken
  std::optional<int> optional_number(std::string_view name);    // absent, or text that is no number: unset
  bool flag(std::string_view name);                             // default false
  std::optional<std::size_t> selection(std::string_view name);  // "unbounded" and absent: unset
  std::optional<Time> date_time(std::string_view name);
  // One of `words`, by its index; required unless `absent` is given.
  std::size_t word(std::string_view name, const std::vector<std::string_view>& words,
                   std::optional<std::size_t> absent = std::nullopt);
  // Attributes that may be there and say nothing to us.
  void pass_over(const std::vector<std::string_view>& names);
  // Attributes and children nobody asked for are faults: a misspelled rule would be no rule.
  void finish(const std::vector<std::string_view>& children = {});

  void fail(std::string_view attribute, std::string_view why) { faults_.add(element_, attribute, why); }
  const xml::Element& element() const { return element_; }

 private:
  const std::string* take(std::string_view name);

  const xml::Element& element_;
  Faults& faults_;
  std::vector<std::string_view> known_;
};

bool is_oid(std::string_view text);

}  // namespace longwire::crypto::labels::spif
