// The members of one SET or SEQUENCE read one after another into a struct. The first fault is kept and makes the
// remaining calls do nothing, so that a reader is the list of its members and one finish().
#pragma once

#include "base/ber_reader.hpp"

#include <functional>
#include <type_traits>
#include <utility>

namespace longwire::ber {

// A reader is called as read(doc, index) and gives Result<T>.
template <class Read>
using ReadBy = typename std::invoke_result_t<Read, const Document&, std::size_t>::value_type;

inline Error missing(const Document& doc, std::size_t index, std::string_view what) {
  return error("missing_element", doc[index].offset, "no " + std::string(what));
}

// `read` for an element that must have this tag (constructed or not: strings may be in segments).
template <class Read>
auto tagged(Tag tag, Read read) {
  return [tag, read](const Document& doc, std::size_t index) -> std::invoke_result_t<Read, decltype(doc), std::size_t> {
    const auto& found = doc[index].tag;
    if (found.cls != tag.cls || found.number != tag.number)
      return error("bad_tag", doc[index].offset, "an element of another tag than this place has");
    return std::invoke(read, doc, index);
  };
}

// `read` for what an EXPLICIT tag holds.
template <class Read>
auto inside(Read read) {
  return [read](const Document& doc, std::size_t index) -> std::invoke_result_t<Read, decltype(doc), std::size_t> {
    const auto only = only_child(doc, index);
    if (!only) return only.error();
    return std::invoke(read, doc, *only);
  };
}

// SEQUENCE OF and SET OF alike.
template <class Read>
Result<std::vector<ReadBy<Read>>> read_list(const Document& doc, std::size_t index, Read read) {
  if (!doc[index].tag.constructed) return error("bad_tag", doc[index].offset, "a list that is not constructed");
  std::vector<ReadBy<Read>> out;
  for (const auto child : doc.children(index)) {
    auto item = std::invoke(read, doc, child);
    if (!item) return item.error();
    out.push_back(*std::move(item));
  }
  return out;
}

class Fields {
 public:
  Fields(const Document& doc, std::size_t index) : doc_(&doc), index_(index), members_(doc, index) {
    if (!doc[index].tag.constructed) failed_ = error("bad_tag", doc[index].offset, "a SET or SEQUENCE not constructed");
  }

  // Target: T or std::optional<T>. True if it was there and could be read.
  template <class Read, class Target>
  bool optional(Tag tag, Read read, Target& into) {
    if (failed_) return false;
    const auto at = members_.take(tag);
    if (!at) return false;
    auto value = std::invoke(read, *doc_, *at);
    if (!value) {
      failed_ = value.error();
      return false;
    }
    into = *std::move(value);
    return true;
  }

  // what: for the text of missing_element.
  template <class Read, class Target>
  void required(Tag tag, std::string_view what, Read read, Target& into) {
    if (!optional(tag, read, into) && !failed_) failed_ = missing(*doc_, index_, what);
  }

  template <class Read, class T>
  bool list(Tag tag, Read read, std::vector<T>& into) {
    return optional(
        tag, [&read](const auto& doc, auto index) { return read_list(doc, index, read); }, into);
  }

  // For a member that is more than one value: take(doc, index) gives std::optional<Error>.
  template <class Take>
  void constructed(Tag tag, Take take) {
    if (failed_) return;
    const auto at = members_.take(tag);
    if (!at) return;
    if (!(*doc_)[*at].tag.constructed) failed_ = error("bad_tag", (*doc_)[*at].offset, "an element not constructed");
    else failed_ = std::invoke(take, *doc_, *at);
  }

  // The elements nobody took, where they are to be kept.
  void rest(std::vector<Bytes>& into) {
    kept_ = true;
    if (failed_) return;
    for (const auto index : members_.rest()) into.push_back(raw(*doc_, index));
  }

  void fail(Error e) {
    if (!failed_) failed_ = std::move(e);
  }

  // In place of finish() where others' further members are of no interest here.
  std::optional<Error> pass_over() {
    kept_ = true;
    const auto done = finish(true);
    return done ? std::nullopt : std::optional(done.error());
  }

  // Errors: the first of the readers; duplicate_element; bad_tag for an element that has no place here (X.411 and
  // X.420 extend by extension fields only).
  template <class T>
  Result<T> finish(T value) {
    if (!failed_) failed_ = members_.check_duplicates();
    if (!failed_ && !kept_)
      if (const auto left = members_.rest(); !left.empty())
        failed_ = error("bad_tag", (*doc_)[left[0]].offset, "an element that has no place here");
    if (failed_) return *std::move(failed_);
    return value;
  }

 private:
  const Document* doc_;
  std::size_t index_;
  Members members_;
  std::optional<Error> failed_;
  bool kept_ = false;
};

}  // namespace longwire::ber
