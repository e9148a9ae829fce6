#include "tests/unit/annexe/allocations.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> held{0};
std::atomic<std::size_t> peak{0};

// In front of each block stands its size, in the room of one alignment.
constexpr std::size_t room = alignof(std::max_align_t);

void* take(std::size_t octets) {
  auto* const block = static_cast<unsigned char*>(std::malloc(octets + room));
  if (block == nullptr) throw std::bad_alloc();
  *reinterpret_cast<std::size_t*>(block) = octets;
  const auto now = held += octets;
  for (auto seen = peak.load(); now > seen && !peak.compare_exchange_weak(seen, now);) {
  }
  return block + room;
}

void give_back(void* p) noexcept {
  if (p == nullptr) return;
  auto* const block = static_cast<unsigned char*>(p) - room;
  held -= *reinterpret_cast<std::size_t*>(block);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t octets) { return take(octets); }
void* operator new[](std::size_t octets) { return take(octets); }
void operator delete(void* p) noexcept { give_back(p); }
void operator delete[](void* p) noexcept { give_back(p); }
void operator delete(void* p, std::size_t) noexcept { give_back(p); }
void operator delete[](void* p, std::size_t) noexcept { give_back(p); }

namespace longwire::test {

AllocationPeak::AllocationPeak() : before_(held) { peak = before_; }
std::size_t AllocationPeak::octets() const { return peak - before_; }

}  // namespace longwire::test
