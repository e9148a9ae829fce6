// Result<T>: a value or an Error. Cores use it in place of exceptions.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace longwire {

// name: a stable word such as "truncated" (the spec pages name them; `decode`, counters and
// events show it). offset: octets from the start of the input. text: for the operator.
struct Error {
  Error() = default;
  // No constructor of one argument: were Error constructible from a string, Result<std::string>
  // could not be made from one.
  Error(std::string_view literal, std::size_t at, std::string why = {})
      : name(literal), offset(at), text(std::move(why)) {}

  std::string_view name;  // always a string literal
  std::size_t offset = 0;
  std::string text;
};

template <class T>
using Result = boost::system::result<T, Error>;

inline Error error(std::string_view name, std::size_t offset = 0, std::string text = {}) {
  return Error{name, offset, std::move(text)};
}

[[noreturn]] inline void throw_exception_from_error(const Error& e, const boost::source_location& /*where*/) {
  // Reached only by value() on an error, which is a programming mistake.
  throw std::logic_error("unchecked error: " + std::string(e.name) + " " + e.text);
}

}  // namespace longwire
