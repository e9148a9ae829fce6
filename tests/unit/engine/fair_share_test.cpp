// One bearer, several peers: what one of them cannot take does not hold up the others.
#include "base/limits.hpp"
#include "fleet.hpp"

#include <gtest/gtest.h>

namespace longwire::engine {
namespace {

using namespace std::chrono_literals;

// alpha sends; bravo answers, silent is under EMCON, dead hears nothing.
struct Harbour {
  Harbour() {
    fleet.links.push_back(fleet_link("radio", 64'000));
    fleet.links.back().emcon_rtc = 0;
    fleet.add("alpha", [](Config& c) {
      for (const auto& [name, number] : {std::pair{"bravo", 2U}, {"dead", 3U}, {"silent", 4U}})
        c.peers.push_back(fleet_peer(name, number, {"radio"}));
      c.peers.back().emcon = true;
    });
    fleet.add("bravo");
    fleet.start();
  }
  void submit(const std::vector<std::string>& to, int times) {
    for (int i = 0; i < times; ++i) ASSERT_EQ(fleet.submit("alpha", to).code, 250);
  }
  std::size_t queued() {
    return fleet["alpha"]
        .node()
        .command({{"command", "status"}}, fleet.now())
        .at("bearers")
        .at(0)
        .at("queued_total")
        .to_number<std::size_t>();
  }
  Fleet fleet;
};

TEST(FairShare, ALivePeerIsServedAtOnceBesideASilentAndADeadOne) {
  Harbour h;
  h.submit({"silent"}, 1500);
  h.submit({"dead"}, 100);
  // The air is free again: what may be sent to either has been sent.
  auto sent = ~std::uint64_t{0};
  for (int i = 0; i < 60 && sent != h.fleet["alpha"].octets_sent; ++i) {
    sent = h.fleet["alpha"].octets_sent;
    h.fleet.run(5s);
  }
  EXPECT_GE(h.queued(), 1500 - limits::transfers_silent_per_peer);
  h.submit({"bravo"}, 1);
  EXPECT_TRUE(h.fleet.run_until([&] { return h.fleet["bravo"].mailbox.size() == 1; }, 3s));
  h.submit({"bravo"}, 20);
  EXPECT_TRUE(h.fleet.run_until([&] { return h.fleet["bravo"].mailbox.size() == 21; }, 20s));
  // To both at once: who answers has it now, the silent one in its turn.
  h.submit({"bravo", "silent"}, 1);
  EXPECT_TRUE(h.fleet.run_until([&] { return h.fleet["bravo"].mailbox.size() == 22; }, 3s));
}

}  // namespace
}  // namespace longwire::engine
