// An MTS-APDU passed on as it came: octets are spliced, nothing is encoded anew but the lengths around the trace.
#include "annexe/x400/p1_parts.hpp"

#include <algorithm>

namespace longwire::x400 {

namespace {

using ber::context_tag;

constexpr std::uint8_t responsibility_bit = 0x80;

// Octets [offset, offset + removed) of the input give way to `added`.
struct Splice {
  std::size_t offset = 0;
  std::size_t removed = 0;
  Bytes added;
};

std::size_t find(const ber::Document& doc, std::size_t index, ber::Tag tag) {
  return *Members(doc, index).take(tag);  // decode_p1 has seen it
}

// Where the length octets stand: behind the identifier octets (X.690 8.1.2).
std::size_t length_offset(ByteView in, const ber::Node& node) {
  auto at = node.offset + 1;
  if (node.tag.number >= 31)
    while ((in[at++] & 0x80) != 0) {
    }
  return at;
}

// A new length in as many octets as the old one had, or more if it needs them.
Bytes length_octets(std::size_t length, std::size_t room) {
  if (room == 1 && length < 0x80) return {static_cast<std::uint8_t>(length)};
  Bytes out;
  for (auto rest = length; rest != 0; rest >>= 8) out.push_back(static_cast<std::uint8_t>(rest));
  while (out.size() + 1 < room) out.push_back(0);
  out.push_back(static_cast<std::uint8_t>(0x80U | out.size()));
  std::reverse(out.begin(), out.end());
  return out;
}

// The elements from the APDU down to the trace.
std::vector<std::size_t> path_to_trace(const ber::Document& doc) {
  std::vector<std::size_t> path{0};
  if (doc[0].tag.number != apdu_probe) path.push_back(doc.children(0).front());
  path.push_back(find(doc, path.back(), trace_tag));
  return path;
}

// The octet that holds bit 0 of a BIT STRING, wherever its segments put it; nothing if it is empty.
std::optional<std::size_t> first_octet(const ber::Document& doc, std::size_t index) {
  for (auto i = index; i < doc[index].next; ++i)
    if (!doc[i].tag.constructed && doc[i].length > 1) return doc[i].content + 1;
  return std::nullopt;
}

void take_responsibility(const ber::Document& doc, std::size_t envelope, std::vector<std::size_t> responsible,
                         Bytes& octets) {
  std::sort(responsible.begin(), responsible.end());
  const auto recipients = doc.children(find(doc, envelope, context_tag(2, true)));
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    if (std::binary_search(responsible.begin(), responsible.end(), i)) continue;
    const auto at = first_octet(doc, find(doc, recipients[i], context_tag(1, false)));
    if (at) octets[*at] = static_cast<std::uint8_t>(octets[*at] & ~responsibility_bit);
  }
}

// One element more at the end of the trace, and the definite lengths around it.
std::vector<Splice> add_trace(const ber::Document& doc, ByteView in, const std::vector<std::size_t>& path,
                              const TraceElement& own) {
  ber::Writer element;
  write(element, own);
  const auto& trace = doc[path.back()];
  std::vector<Splice> out{{trace.content + trace.length, 0, element.finish()}};
  auto grown = out.front().added.size();
  for (auto i = path.rbegin(); i != path.rend(); ++i) {
    const auto& node = doc[*i];
    if (node.indefinite) continue;
    const auto at = length_offset(in, node);
    auto length = length_octets(node.length + grown, node.content - at);
    grown += length.size() - (node.content - at);
    out.push_back({at, node.content - at, std::move(length)});
  }
  std::reverse(out.begin(), out.end());  // outermost first: in the order of the octets
  return out;
}

}  // namespace

Result<Bytes> relay(ByteView message, const TraceElement& own, const std::vector<std::size_t>& responsible) {
  if (const auto checked = decode_p1(message); !checked) return checked.error();
  const auto doc = ber::Document::read(message, {limits::ber_depth, limits::p1_elements});
  const auto path = path_to_trace(*doc);
  if (doc->children(path.back()).size() == limits::trace_elements)
    return error("bad_value", (*doc)[path.back()].offset, "the trace is full");
  Bytes octets(message.begin(), message.end());
  if ((*doc)[0].tag.number != apdu_report) take_responsibility(*doc, path[path.size() - 2], responsible, octets);
  Bytes out;
  std::size_t done = 0;
  for (const auto& splice : add_trace(*doc, message, path, own)) {
    out.insert(out.end(), octets.begin() + static_cast<std::ptrdiff_t>(done),
               octets.begin() + static_cast<std::ptrdiff_t>(splice.offset));
    out.insert(out.end(), splice.added.begin(), splice.added.end());
    done = splice.offset + splice.removed;
  }
  out.insert(out.end(), octets.begin() + static_cast<std::ptrdiff_t>(done), octets.end());
  return out;
}

}  // namespace longwire::x400
