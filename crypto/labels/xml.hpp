// A small, bounded XML tree: what policy files and STANAG 4774 labels need of XML. Document types and entities of a
// file's own are refused, so that nothing is fetched and nothing grows (security.md 12).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto::labels::xml {

struct Attribute {
  std::string space;  // namespace; empty = none, as the attributes of both formats are
  std::string name;
  std::string value;
};

struct Element {
  std::string space;
  std::string name;
  std::vector<Attribute> attributes;
  std::vector<Element> children;
  std::string text;        // its own, without that of children, trimmed
  std::size_t offset = 0;  // of its name in the file

  const std::string* attribute(std::string_view name) const;  // one without a namespace; nullptr: absent
  const Element* child(std::string_view name) const;          // the first of that name in the own namespace
};

inline constexpr std::string_view xml_space = "http://www.w3.org/XML/1998/namespace";  // of xml:lang

// The root element of a UTF-8 file. Errors: too_large; bad_xml with the offset, the line in the text.
Result<Element> parse(ByteView file, std::size_t octets);
std::size_t line_of(ByteView file, std::size_t offset);  // from 1
std::string escape(std::string_view text);               // for text and attribute values

}  // namespace longwire::crypto::labels::xml
