// The same value in another of the encodings BER allows, to try readers with.
#pragma once

#include "base/ber.hpp"
#include "base/rng.hpp"

#include <algorithm>

namespace longwire::test {

enum class Rewrite : std::uint8_t {
  shuffle_sets,        // members of universal SETs in another order
  indefinite_lengths,  // every constructed element
  long_lengths,        // definite, with leading zeros
  der_lengths,         // definite, as short as can be
  segments,            // universal strings in two segments under an indefinite length
};

namespace rewrite_detail {

inline void put_tag(Bytes& out, const ber::Tag& tag, bool constructed) {  // numbers below 31 do for X.400
  out.push_back(
      static_cast<std::uint8_t>(static_cast<unsigned>(tag.cls) << 6 | (constructed ? 0x20U : 0U) | tag.number));
}

inline void put_long_length(Bytes& out, std::size_t length) {
  out.push_back(0x85);
  for (int shift = 32; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(length >> shift));
}

inline bool is_string(const ber::Tag& tag) {
  constexpr std::uint32_t strings[] = {4, 12, 18, 19, 20, 22, 25, 27};
  return tag.cls == ber::TagClass::universal &&
         std::find(std::begin(strings), std::end(strings), tag.number) != std::end(strings);
}

inline Bytes segments(const ber::Tag& tag, ByteView content) {
  const auto half = content.size() / 2;
  Bytes out;
  put_tag(out, tag, true);
  out.push_back(0x80);
  for (const auto part : {content.first(half), content.subspan(half)}) {
    ber::Writer w;
    w.primitive(ber::octet_string_tag, part);
    const auto segment = w.finish();
    out.insert(out.end(), segment.begin(), segment.end());
  }
  out.insert(out.end(), {0, 0});
  return out;
}

}  // namespace rewrite_detail

// Recursion is fine here: the input is ours.
inline Bytes rewrite(const ber::Document& doc, std::size_t index, Rewrite how, Rng& rng) {
  using namespace rewrite_detail;
  const auto& node = doc[index];
  if (how == Rewrite::segments && is_string(node.tag) && !node.tag.constructed)
    return segments(node.tag, doc.content(index));
  Bytes content;
  if (node.tag.constructed) {
    auto children = doc.children(index);
    if (how == Rewrite::shuffle_sets && node.tag == ber::Tag{ber::TagClass::universal, 17, true})
      for (std::size_t i = children.size(); i > 1; --i) std::swap(children[i - 1], children[rng.below(i)]);
    for (const auto child : children) {
      const auto part = rewrite(doc, child, how, rng);
      content.insert(content.end(), part.begin(), part.end());
    }
  } else {
    content.assign(doc.content(index).begin(), doc.content(index).end());
  }
  Bytes out;
  if (how == Rewrite::long_lengths) {
    put_tag(out, node.tag, node.tag.constructed);
    put_long_length(out, content.size());
  } else if (how == Rewrite::indefinite_lengths && node.tag.constructed) {
    put_tag(out, node.tag, true);
    out.push_back(0x80);
    content.insert(content.end(), {0, 0});
  } else if (node.tag.constructed) {
    ber::Writer w;
    w.begin(node.tag);
    w.raw(content);
    w.end();
    return w.finish();
  } else {
    ber::Writer w;
    w.primitive(node.tag, content);
    return w.finish();
  }
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

inline Bytes rewrite(ByteView in, Rewrite how, std::uint64_t seed = 1) {
  const auto doc = ber::Document::read(in, {1000, limits::ber_elements});
  Rng rng(seed);
  return rewrite(*doc, 0, how, rng);
}

}  // namespace longwire::test
