// The members of a SEQUENCE in their order. CMS tells many of them apart by their place alone ([0] of a SignerInfo is
// its sid or its signedAttrs), which reading by tag in any order (base/ber_fields.hpp) cannot.
#pragma once

#include "crypto/x509/value_reader.hpp"

#include <functional>
#include <string>
#include <utility>

namespace longwire::crypto::cms {

class Sequence {
 public:
  Sequence(const ber::Document& doc, std::size_t index)
      : doc_(&doc), index_(index), next_(index + 1), end_(doc[index].next) {
    if (!doc[index].tag.constructed) failed_ = error("bad_cms", doc[index].offset, "a SEQUENCE not constructed");
  }

  bool failed() const { return failed_.has_value(); }
  // Whether the next member has this tag, constructed or not.
  bool is_next(ber::Tag tag) const {
    return !failed_ && next_ < end_ && (*doc_)[next_].tag.cls == tag.cls && (*doc_)[next_].tag.number == tag.number;
  }

  template <class Read, class Target>
  bool optional(ber::Tag tag, Read read, Target& into) {
    return is_next(tag) && any(read, into);
  }
  template <class Read, class Target>
  void required(ber::Tag tag, std::string_view what, Read read, Target& into) {
    if (failed_) return;
    if (is_next(tag)) any(read, into);
    else
      fail(error("bad_cms", next_ < end_ ? (*doc_)[next_].offset : (*doc_)[index_].offset, "no " + std::string(what)));
  }
  // A member of any tag.
  template <class Read, class Target>
  void choice(std::string_view what, Read read, Target& into) {
    if (failed_) return;
    if (next_ < end_) any(read, into);
    else fail(error("bad_cms", (*doc_)[index_].offset, "no " + std::string(what)));
  }
  // Members of later versions, which are none of ours.
  void pass_over() { next_ = end_; }
  void fail(Error e) {
    if (!failed_) failed_ = std::move(e);
  }

  template <class T>
  Result<T> finish(T value) {
    if (!failed_ && next_ < end_)
      failed_ = error("bad_cms", (*doc_)[next_].offset, "an element that has no place here");
    if (failed_) return *std::move(failed_);
    return value;
  }

 private:
  template <class Read, class Target>
  bool any(Read read, Target& into) {
    const auto at = next_;
    next_ = (*doc_)[at].next;
    auto value = std::invoke(read, *doc_, at);
    if (!value) {
      failed_ = value.error();
      return false;
    }
    into = *std::move(value);
    return true;
  }

  const ber::Document* doc_;
  std::size_t index_, next_, end_;
  std::optional<Error> failed_;
};

// Readers of single elements: these, and those of crypto/x509/value_reader.hpp.
inline Result<int> read_int(const ber::Document& doc, std::size_t index) { return ber::small_integer(doc, index); }

// The one element that these octets are. Errors: those of ber::Document, trailing_octets.
inline Result<ber::Document> read_whole(ByteView octets) {
  auto doc = ber::Document::read(octets);
  if (doc && doc->octets() != octets.size())
    return error("trailing_octets", doc->octets(), "octets behind the structure");
  return doc;
}
template <class Read>
auto read_value(ByteView octets, ber::Tag tag, Read read)
    -> std::invoke_result_t<Read, const ber::Document&, std::size_t> {
  const auto doc = read_whole(octets);
  if (!doc) return doc.error();
  return ber::tagged(tag, read)(*doc, 0);
}

// AlgorithmIdentifier (RFC 5280 4.1.1.2).
struct Algorithm {
  std::string oid;
  Bytes parameters;  // complete BER; empty: absent
};
inline Result<Algorithm> read_algorithm(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  Algorithm out;
  in.required(ber::oid_tag, "OID of an algorithm", read_oid, out.oid);
  if (!in.failed() && doc.children(index).size() > 1) in.choice("parameters", read_raw, out.parameters);
  return in.finish(std::move(out));
}
inline bool is_null(ByteView parameters) { return parameters.size() == 2 && parameters[0] == 5 && parameters[1] == 0; }
inline void put_algorithm(ber::Writer& out, std::string_view oid, ByteView parameters = {}) {
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, oid);
  out.raw(parameters);
  out.end();
}
inline constexpr std::uint8_t null_octets[] = {5, 0};

// X.690 11.6: the elements of a SET OF go in the order of their encodings.
void put_set(ber::Writer& out, ber::Tag tag, std::vector<Bytes> elements);

}  // namespace longwire::crypto::cms
