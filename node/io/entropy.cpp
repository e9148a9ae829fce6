#include "node/io/entropy.hpp"

#include <sys/random.h>
#include <cerrno>
#include <system_error>

namespace longwire::io {

Bytes system_entropy(std::size_t octets) {
  Bytes out(octets);
  for (std::size_t at = 0; at < octets;) {
    const auto count = ::getrandom(out.data() + at, octets - at, 0);
    if (count > 0) at += static_cast<std::size_t>(count);
    else if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return out;
}

}  // namespace longwire::io
