// Counts what operator new holds, to show that hostile input stays within its bound.
#pragma once

#include <cstddef>

namespace longwire::test {

// Octets held at most since the start of the scope, above what was held then.
class AllocationPeak {
 public:
  AllocationPeak();
  std::size_t octets() const;

 private:
  std::size_t before_;
};

}  // namespace longwire::test
