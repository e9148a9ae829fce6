#include "crypto/labels/xml.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <pugixml.hpp>
#include <utility>

namespace longwire::crypto::labels::xml {

namespace {

Error bad_xml(ByteView file, std::size_t offset, std::string_view why) {
  offset = std::min(offset, file.size());
  return error("bad_xml", offset, "line " + std::to_string(line_of(file, offset)) + ": " + std::string(why));
}

// XML 1.0 2.2: the characters a document may hold at all.
bool is_char(std::uint32_t c) {
  return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
         (c >= 0x10000 && c <= 0x10FFFF);
}

// "amp" or "#38" between '&' and ';'. Other entities would need a document type.
bool is_reference(std::string_view name) {
  static constexpr std::array<std::string_view, 5> predefined{"amp", "lt", "gt", "quot", "apos"};
  if (std::find(predefined.begin(), predefined.end(), name) != predefined.end()) return true;
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const int base = name.starts_with('x') ? 16 : 10;
  if (base == 16) name.remove_prefix(1);
  std::uint32_t number = 0;
  const auto* const end = name.data() + name.size();
  const auto read = std::from_chars(name.data(), end, number, base);
  return !name.empty() && read.ec == std::errc{} && read.ptr == end && is_char(number);
}

// What the parser takes without complaint and should not: control characters (a NUL ends its strings early) and
// references to entities, which it would leave as they stand.
std::optional<Error> check_characters(ByteView file) {
  const auto text = as_text(file);
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> literal{
      {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}}};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const auto c = static_cast<unsigned char>(text[i]); c < 0x20 && !is_char(c))
      return bad_xml(file, i, "a control character");
    if (text[i] == '<')
      for (const auto& [open, close] : literal)
        if (text.substr(i).starts_with(open)) {
          const auto inside = text.substr(i, text.find(close, i) - i);
          const auto bad = std::find_if(inside.begin(), inside.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 && !is_char(static_cast<unsigned char>(c));
          });
          i += static_cast<std::size_t>(bad - inside.begin());
          if (bad != inside.end()) return bad_xml(file, i, "a control character");
          break;
        }
    if (i >= text.size() || text[i] != '&') continue;
    const auto end = text.find(';', i);
    if (end == std::string_view::npos || !is_reference(text.substr(i + 1, end - i - 1)))
      return bad_xml(file, i, "an entity that is not one of XML's own; document types are not taken");
  }
  return std::nullopt;
}

// The tree of the parser taken over with its names resolved (Namespaces in XML 1.0).
class Builder {
 public:
  explicit Builder(ByteView file) : file_(file) {}

  Result<Element> root(const pugi::xml_document& document) {
    Element out;
    std::size_t roots = 0;
    for (const auto node : document) {
      if (node.type() == pugi::node_doctype) return bad_xml(file_, 0, "a document type, which is not taken");
      if (node.type() == pugi::node_element && ++roots == 1) build(node, out, 1);
    }
    if (!failed_ && roots != 1) fail(0, "not one root element");
    if (failed_) return *std::move(failed_);
    return out;
  }

 private:
  void fail(std::size_t offset, std::string_view why) {
    if (!failed_) failed_ = bad_xml(file_, offset, why);
  }

  void build(const pugi::xml_node& node, Element& out, std::size_t depth) {
    const auto at = node.offset_debug();
    out.offset = at < 0 ? 0 : static_cast<std::size_t>(at);
    if (depth > limits::label_xml_depth) return fail(out.offset, "elements nested too deep");
    if (++elements_ > limits::label_xml_elements) return fail(out.offset, "too many elements");
    const auto declared = spaces_.size();
    declare(node, out.offset);
    std::tie(out.space, out.name) = resolve(node.name(), true, out.offset);
    take_attributes(node, out);
    for (const auto child : node) {
      if (failed_) return;
      if (child.type() == pugi::node_element) build(child, out.children.emplace_back(), depth + 1);
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) out.text += child.value();
    }
    out.text = std::string(trim(out.text));
    spaces_.resize(declared);
  }

  void declare(const pugi::xml_node& node, std::size_t offset) {
    std::size_t count = 0;
    for (const auto attribute : node.attributes()) {
      if (++count > limits::label_xml_attributes) return fail(offset, "too many attributes");
      const std::string_view name = attribute.name();
      if (name == "xmlns") spaces_.emplace_back("", attribute.value());
      else if (name.starts_with("xmlns:")) spaces_.emplace_back(name.substr(6), attribute.value());
    }
  }

  void take_attributes(const pugi::xml_node& node, Element& out) {
    for (const auto attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (name == "xmlns" || name.starts_with("xmlns:")) continue;
      auto [space, local] = resolve(name, false, out.offset);
      for (const auto& other : out.attributes)
        if (other.space == space && other.name == local) fail(out.offset, "the attribute " + local + " stands twice");
      if (failed_) return;
      out.attributes.push_back({std::move(space), std::move(local), attribute.value()});
    }
  }

  // Attributes without a prefix are in no namespace, elements in the default one.
  std::pair<std::string, std::string> resolve(std::string_view name, bool element, std::size_t offset) {
    const auto colon = name.find(':');
    const auto prefix = colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
    const auto local = colon == std::string_view::npos ? name : name.substr(colon + 1);
    if (prefix == "xml") return {std::string(xml_space), std::string(local)};
    if (prefix.empty() && !element) return {"", std::string(local)};
    for (auto i = spaces_.rbegin(); i != spaces_.rend(); ++i)
      if (i->first == prefix) return {i->second, std::string(local)};
    if (!prefix.empty()) fail(offset, "the prefix " + std::string(prefix) + " is not declared");
    return {"", std::string(local)};
  }

  ByteView file_;
  std::vector<std::pair<std::string, std::string>> spaces_;  // prefix, namespace; the innermost last
  std::size_t elements_ = 0;
  std::optional<Error> failed_;
};

}  // namespace

const std::string* Element::attribute(std::string_view wanted) const {
  for (const auto& one : attributes)
    if (one.space.empty() && one.name == wanted) return &one.value;
  return nullptr;
}

const Element* Element::child(std::string_view wanted) const {
  for (const auto& one : children)
    if (one.name == wanted && one.space == space) return &one;
  return nullptr;
}

Result<Element> parse(ByteView file, std::size_t octets) {
  if (file.size() > octets)
    return error("too_large", octets, "an XML file of more than " + std::to_string(octets) + " octets");
  if (!is_utf8(as_text(file))) return error("bad_xml", 0, "not UTF-8");
  if (auto bad = check_characters(file)) return *std::move(bad);
  pugi::xml_document document;
  const auto read =
      document.load_buffer(file.data(), file.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
  if (!read) return bad_xml(file, read.offset < 0 ? 0 : static_cast<std::size_t>(read.offset), read.description());
  return Builder(file).root(document);
}

std::size_t line_of(ByteView file, std::size_t offset) {
  const auto until = file.begin() + static_cast<std::ptrdiff_t>(std::min(offset, file.size()));
  return 1 + static_cast<std::size_t>(std::count(file.begin(), until, std::uint8_t{'\n'}));
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // What XML cannot hold at all.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out += c;
    }
  return out;
}

}  // namespace longwire::crypto::labels::xml
