// BER (ITU-T X.690) reading without recursion, and DER writing.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::ber {

enum class TagClass : std::uint8_t { universal, application, context, private_ };

struct Tag {
  TagClass cls = TagClass::universal;
  std::uint32_t number = 0;
  bool constructed = false;
  friend bool operator==(const Tag&, const Tag&) = default;
};

inline constexpr Tag integer_tag{TagClass::universal, 2, false};
inline constexpr Tag bit_string_tag{TagClass::universal, 3, false};
inline constexpr Tag octet_string_tag{TagClass::universal, 4, false};
inline constexpr Tag oid_tag{TagClass::universal, 6, false};
inline constexpr Tag sequence_tag{TagClass::universal, 16, true};
constexpr Tag context_tag(std::uint32_t number, bool constructed) { return {TagClass::context, number, constructed}; }

// One element. Elements stand in the order of the input, each parent before its children, so the
// subtree of node i is [i, next): first child i + 1 (if i + 1 < next), then that child's next, ...
struct Node {
  Tag tag;
  std::size_t offset = 0;   // of the identifier octet
  std::size_t content = 0;  // offset of the first content octet
  std::size_t length = 0;   // of the content, without end-of-contents octets
  std::size_t next = 0;     // index behind the subtree
  bool indefinite = false;  // two end-of-contents octets follow the content
};

struct Limits {
  std::size_t depth = limits::ber_depth;        // nesting, the outermost element counts 1
  std::size_t elements = limits::ber_elements;  // bounds memory: about 56 octets each
};

// The elements of one BER value; the input must outlive it.
class Document {
 public:
  // Reads the one element at the start of `in`. All definite length forms and indefinite lengths are taken.
  // Errors: truncated, bad_tag, bad_length, too_deep, too_many_elements; offset of the element at fault.
  static Result<Document> read(ByteView in, Limits limits = {});

  const Node& operator[](std::size_t index) const { return nodes_[index]; }
  std::size_t count() const { return nodes_.size(); }
  std::size_t octets() const { return octets_; }  // that the value takes of the input
  ByteView content(std::size_t index) const { return in_.subspan(nodes_[index].content, nodes_[index].length); }
  // The whole encoding of an element, from its identifier octet to its end-of-contents octets.
  ByteView encoding(std::size_t index) const {
    const auto& node = nodes_[index];
    return in_.subspan(node.offset, node.content - node.offset + node.length + (node.indefinite ? 2 : 0));
  }
  std::vector<std::size_t> children(std::size_t index) const;

  // The value of a primitive integer of any tag that fits 64 bits. Errors: bad_tag, bad_length.
  Result<std::int64_t> integer(std::size_t index) const;
  // The octets of a string of any tag, primitive or in segments; segments of segments too. Errors: bad_tag.
  Result<Bytes> octet_string(std::size_t index) const;
  // The octets of a BIT STRING of any tag, unused bits cleared, segments joined. Errors: bad_tag, bad_length.
  Result<Bytes> bit_string(std::size_t index) const;
  // Errors: bad_tag, bad_length.
  Result<bool> boolean(std::size_t index) const;
  // Dotted. Errors: bad_tag, bad_oid.
  Result<std::string> oid(std::size_t index) const;

 private:
  ByteView in_;
  std::vector<Node> nodes_;
  std::size_t octets_ = 0;
  friend class Reader;
};

// DER: definite lengths in the shortest form. The caller sees to order and defaults.
class Writer {
 public:
  void begin(Tag tag);  // a constructed element
  void end();
  void primitive(Tag tag, ByteView content);
  void integer(Tag tag, std::int64_t value);
  void boolean(Tag tag, bool value);
  // The first `count` bits of `octets`, at most as many as there are; the rest of the last octet goes as zeros.
  void bit_string(Tag tag, ByteView octets, std::size_t count);
  // Dotted numbers; nothing is written and false returned if it is no OID.
  [[nodiscard]] bool oid(Tag tag, std::string_view dotted);
  void raw(ByteView encoded) { out_.insert(out_.end(), encoded.begin(), encoded.end()); }
  Bytes finish() { return std::move(out_); }

 private:
  Bytes out_;
  std::vector<std::size_t> open_;  // where the content of each open element starts
};

}  // namespace longwire::ber
