#include "base/ber.hpp"

#include <optional>

namespace longwire::ber {

namespace {

constexpr std::uint8_t constructed_bit = 0x20;
constexpr std::uint8_t high_tag = 0x1F;              // X.690 8.1.2.4: the number follows in more octets
constexpr std::uint8_t indefinite = 0x80;            // X.690 8.1.3.6
constexpr std::uint8_t reserved_length = 0xFF;       // X.690 8.1.3.5 c
constexpr std::uint32_t tag_number_most = 1U << 28;  // four octets of seven bits; nothing real comes near

}  // namespace

// One pass over the input with an explicit stack: hostile nesting costs entries, never call frames.
class Reader {
 public:
  Reader(ByteView in, Limits limits) : in_(in), limits_(limits) {}

  Result<Document> run() {
    do {
      if (auto e = step()) return *std::move(e);
      close_finished();
    } while (!open_.empty());
    doc_.in_ = in_;
    doc_.octets_ = at_;
    return std::move(doc_);
  }

 private:
  struct Open {
    std::size_t node;
    bool is_indefinite;
    std::size_t limit;  // nothing inside may reach beyond
    bool is_bounded;    // the limit comes from a definite length, not from the end of the input
  };

  std::size_t limit() const { return open_.empty() ? in_.size() : open_.back().limit; }

  std::optional<Error> step() {
    start_ = at_;
    if (at_ >= limit()) return cut_off();
    if (!open_.empty() && open_.back().is_indefinite && in_[at_] == 0) return end_of_contents();
    Node node;
    node.offset = at_;
    if (auto e = read_tag(node.tag)) return e;
    bool is_indefinite = false;
    if (auto e = read_length(node, is_indefinite)) return e;
    if (doc_.nodes_.size() == limits_.elements)
      return error("too_many_elements", start_, "more BER elements than taken");
    node.indefinite = is_indefinite;
    doc_.nodes_.push_back(node);
    if (!node.tag.constructed) {
      at_ += node.length;
      doc_.nodes_.back().next = doc_.nodes_.size();
      return std::nullopt;
    }
    if (open_.size() == limits_.depth) return error("too_deep", start_, "BER nested beyond the limit");
    const bool is_bounded = !is_indefinite || (!open_.empty() && open_.back().is_bounded);
    open_.push_back({doc_.nodes_.size() - 1, is_indefinite, is_indefinite ? limit() : at_ + node.length, is_bounded});
    return std::nullopt;
  }

  // The input ended, or an element wants to reach beyond the one it stands in.
  Error cut_off() const {
    if (open_.empty() || !open_.back().is_bounded)
      return error("truncated", in_.size(), "the input ends inside a BER element");
    return error("bad_length", start_, "a BER element reaches beyond the one it stands in");
  }

  std::optional<Error> read_tag(Tag& tag) {
    const auto first = in_[at_++];
    tag.cls = static_cast<TagClass>(first >> 6);
    tag.constructed = (first & constructed_bit) != 0;
    tag.number = first & high_tag;
    if (tag.number != high_tag) {
      // X.690 8.1.5: universal 0 is end-of-contents, which has no place here.
      if (first == 0) return error("bad_tag", start_, "end-of-contents without an indefinite length");
      return std::nullopt;
    }
    tag.number = 0;
    std::uint8_t octet = 0;
    do {
      if (at_ >= limit()) return cut_off();
      octet = in_[at_++];
      if (tag.number == 0 && octet == 0x80) return error("bad_tag", start_, "tag number with leading zeros");
      tag.number = tag.number << 7 | (octet & 0x7FU);
      if (tag.number >= tag_number_most >> 7 && (octet & 0x80) != 0)
        return error("bad_tag", start_, "tag number beyond 28 bits");
    } while ((octet & 0x80) != 0);
    if (tag.number < high_tag) return error("bad_tag", start_, "long form of a short tag number");
    return std::nullopt;
  }

  std::optional<Error> read_length(Node& node, bool& is_indefinite) {
    if (at_ >= limit()) return cut_off();
    const auto first = in_[at_++];
    is_indefinite = first == indefinite;
    if (first == reserved_length) return error("bad_length", start_, "reserved length octet FF");
    if (is_indefinite && !node.tag.constructed)
      return error("bad_length", start_, "indefinite length of a primitive element");
    std::uint64_t length = is_indefinite ? 0U : first;
    if ((first & 0x80) != 0 && !is_indefinite) {
      length = 0;
      for (int octets = first & 0x7F; octets > 0; --octets) {  // leading zeros are allowed in BER
        if (at_ >= limit()) return cut_off();
        if (length >> 48 != 0) return error("bad_length", start_, "length beyond any memory");
        length = length << 8 | in_[at_++];
      }
    }
    node.content = at_;
    if (length > limit() - at_) return cut_off();
    node.length = static_cast<std::size_t>(length);
    return std::nullopt;
  }

  std::optional<Error> end_of_contents() {
    if (limit() - at_ < 2) return cut_off();
    if (in_[at_ + 1] != 0) return error("bad_length", start_, "end-of-contents with a length");
    auto& node = doc_.nodes_[open_.back().node];
    node.length = at_ - node.content;
    node.next = doc_.nodes_.size();
    open_.pop_back();
    at_ += 2;
    return std::nullopt;
  }

  // Several definite elements may end at the same octet.
  void close_finished() {
    while (!open_.empty() && !open_.back().is_indefinite && at_ == open_.back().limit) {
      doc_.nodes_[open_.back().node].next = doc_.nodes_.size();
      open_.pop_back();
    }
  }

  ByteView in_;
  Limits limits_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  Document doc_;
  std::vector<Open> open_;
};

Result<Document> Document::read(ByteView in, Limits limits) { return Reader(in, limits).run(); }

std::vector<std::size_t> Document::children(std::size_t index) const {
  std::vector<std::size_t> out;
  for (auto child = index + 1; child < nodes_[index].next; child = nodes_[child].next) out.push_back(child);
  return out;
}

Result<std::int64_t> Document::integer(std::size_t index) const {
  const auto& node = nodes_[index];
  if (node.tag.constructed) return error("bad_tag", node.offset, "constructed integer");
  if (node.length == 0 || node.length > 8)
    return error("bad_length", node.offset, "integer of 0 or more than 8 octets");
  const auto octets = content(index);
  std::uint64_t value = (octets[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;  // two's complement
  for (const auto o : octets) value = value << 8 | o;
  return static_cast<std::int64_t>(value);
}

Result<Bytes> Document::octet_string(std::size_t index) const {
  if (!nodes_[index].tag.constructed) {
    const auto octets = content(index);
    return Bytes(octets.begin(), octets.end());
  }
  Bytes out;
  out.reserve(nodes_[index].length);
  for (auto i = index + 1; i < nodes_[index].next; ++i) {  // X.690 8.7.3: segments are OCTET STRINGs
    const auto& tag = nodes_[i].tag;
    if (tag.cls != TagClass::universal || tag.number != octet_string_tag.number)
      return error("bad_tag", nodes_[i].offset, "a segment of an octet string is something else");
    if (tag.constructed) continue;
    const auto octets = content(i);
    out.insert(out.end(), octets.begin(), octets.end());
  }
  return out;
}

Result<Bytes> Document::bit_string(std::size_t index) const {
  Bytes out;
  std::uint8_t unused = 0;
  const auto last = nodes_[index].tag.constructed ? nodes_[index].next : index + 1;
  for (auto i = index; i < last; ++i) {
    const auto& node = nodes_[i];
    if (i != index && (node.tag.cls != TagClass::universal || node.tag.number != bit_string_tag.number))
      return error("bad_tag", node.offset, "a segment of a bit string is something else");
    if (node.tag.constructed) continue;
    const auto octets = content(i);
    // X.690 8.6.2.2-8.6.2.4: the first octet counts the unused bits, which only the last segment may have.
    if (octets.empty() || octets[0] > 7 || (octets.size() == 1 && octets[0] != 0) || unused != 0)
      return error("bad_length", node.offset, "unused bits of a bit string that cannot be");
    unused = octets[0];
    out.insert(out.end(), octets.begin() + 1, octets.end());
  }
  if (unused != 0) out.back() = static_cast<std::uint8_t>(out.back() >> unused << unused);
  return out;
}

Result<bool> Document::boolean(std::size_t index) const {
  const auto& node = nodes_[index];
  if (node.tag.constructed) return error("bad_tag", node.offset, "constructed boolean");
  if (node.length != 1) return error("bad_length", node.offset, "a boolean is one octet");
  return content(index)[0] != 0;
}

Result<std::string> Document::oid(std::size_t index) const {
  const auto& node = nodes_[index];
  if (node.tag.constructed) return error("bad_tag", node.offset, "constructed object identifier");
  const auto octets = content(index);
  if (octets.empty() || (octets.back() & 0x80) != 0) return error("bad_oid", node.offset, "empty or cut off");
  std::string out;
  std::uint64_t arc = 0;
  for (const auto o : octets) {
    if (arc == 0 && o == 0x80) return error("bad_oid", node.offset, "arc with leading zeros");
    if (arc >> 56 != 0) return error("bad_oid", node.offset, "arc beyond 63 bits");
    arc = arc << 7 | (o & 0x7FU);
    if ((o & 0x80) != 0) continue;
    if (out.empty()) {  // X.690 8.19.4: the first octet group is first * 40 + second
      const std::uint64_t top = arc < 80 ? arc / 40 : 2;
      out = std::to_string(top) + '.' + std::to_string(arc - top * 40);
    } else {
      out += '.' + std::to_string(arc);
    }
    arc = 0;
  }
  return out;
}

}  // namespace longwire::ber
