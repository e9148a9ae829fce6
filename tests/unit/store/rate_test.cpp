// How fast the store is: printed for whoever reads the log, never asserted.
#include "fixtures.hpp"

#include <gtest/gtest.h>
#include <chrono>
#include <cstdio>

namespace longwire::store {
namespace {

using namespace test;

template <class Work>
double seconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void insert_messages(Store& store, int from, int to, int per_commit) {
  const Bytes body(1000, 'x');
  for (int i = from; i < to; ++i) {
    const auto id = store.insert(small_message(std::to_string(i)), body);
    store.track({id, "", from_unix(1000), "accepted", "smtp 127.0.0.1"});
    if ((i + 1) % per_commit == 0) store.commit();
  }
  store.commit();
}

TEST(RateTest, HundredThousandMessages) {
  TemporaryFolder folder;
  Store store(folder.file());
  const double bulk = seconds([&] { insert_messages(store, 0, 100'000, 100); });
  std::printf("file:   100000 messages of 1 kB, 100 a commit: %.0f /s\n", 100'000 / bulk);
  const double single = seconds([&] { insert_messages(store, 100'000, 100'500, 1); });
  std::printf("file:   500 messages of 1 kB, 1 a commit: %.0f /s\n", 500 / single);
  std::size_t live = 0;
  const double load = seconds([&] { live = store.live_messages().size(); });
  std::printf("file:   live_messages of %zu: %.2f s\n", live, load);
  EXPECT_EQ(live, 100'500U);
}

TEST(RateTest, SmallWritesOfASimulatedNode) {
  Store store(":memory:");
  const acp142::ReceptionKey key{PmulId{1}, 1};
  store.reception_opened("hf", full_reception(key));
  store.commit();
  const Bytes octets(500, 'x');
  constexpr int writes = 60'000;
  const double time = seconds([&] {
    for (int i = 0; i < writes; ++i) {
      store.fragment_received("hf", key, static_cast<std::uint16_t>(i), octets);
      store.commit();
    }
  });
  std::printf("memory: %.0f fragments stored and committed a second\n", writes / time);
  EXPECT_EQ(store.receptions("hf")[0].fragments.size(), static_cast<std::size_t>(writes));
}

}  // namespace
}  // namespace longwire::store
