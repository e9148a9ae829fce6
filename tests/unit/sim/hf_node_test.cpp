// Whole nodes over the HF stack: engine, HfBearer, our own STANAG 5066 node, modem and air, in virtual time.
#include "bearers/hf_bearer.hpp"
#include "node/engine/hf_setup.hpp"
#include "node/engine/node.hpp"
#include "node/store/store.hpp"
#include "sim/hf_air.hpp"
#include "sim/virtual_modem.hpp"

#include "base/rng.hpp"
#include "base/text.hpp"

#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

namespace longwire::sim {
namespace {

using namespace std::chrono_literals;
namespace hf = bearers::hf;

constexpr Time start = from_unix(1'800'000'000);

LinkConfig frequency(std::uint64_t rate) {
  LinkConfig link;
  link.name = "hf";
  link.kind = LinkKind::hf;
  link.rate_bps = rate;
  link.propagation = 10ms;
  link.hf.modems = true;
  return link;
}

struct Station {
  engine::Config config;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<engine::Node> node;
  std::unique_ptr<bearers::HfBearer> bearer;
  std::vector<Time> mailbox;
  std::map<std::string, int> events;
  std::uint64_t arq_units = 0, units = 0;
};

class HfNodes {
  crypto::Drbg random{as_bytes("hf nodes")};

 public:
  explicit HfNodes(std::size_t n, std::uint64_t rate, std::function<void(engine::Config&)> change = {})
      : air(frequency(rate), names(n), 1, start), stations(n) {
    for (std::size_t i = 0; i < n; ++i) {
      auto& c = stations[i].config;
      c.name = names(n)[i];
      c.domain = c.name + ".example";
      c.pmul_id = PmulId{0x0A420001 + static_cast<std::uint32_t>(i)};
      c.deliver.maildir = "/m/{local}";
      engine::BearerConfig b;
      b.name = "hf";
      b.kind = "modem";
      b.rate_bps = rate;
      b.half_duplex = true;
      b.hf.address = Ipv4{0x01020301 + static_cast<std::uint32_t>(i)};
      b.hf.slots = n > 2 ? 8 : 0;
      c.bearers.push_back(b);
      for (std::size_t k = 0; k < n; ++k) {
        if (k == i) continue;
        engine::PeerConfig p;
        p.name = names(n)[k];
        p.pmul_id = PmulId{0x0A420001 + static_cast<std::uint32_t>(k)};
        p.hf_address = Ipv4{0x01020301 + static_cast<std::uint32_t>(k)};
        p.domains = {p.name + ".example"};
        p.bearers = {"hf"};
        c.peers.push_back(p);
      }
      if (change) change(c);
      stations[i].store = std::make_unique<store::Store>(":memory:");
      boot(i);
    }
  }
  static std::vector<std::string> names(std::size_t n) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back(std::string(1, static_cast<char>('a' + i)));
    return out;
  }

  void boot(std::size_t i) {
    auto& s = stations[i];
    s.node = std::make_unique<engine::Node>(s.config, *s.store, random, 7 + i, now);
    s.bearer = std::make_unique<bearers::HfBearer>(engine::hf_bearer_config(s.config, 0),
                                                   std::make_unique<VirtualModem>(air, i), 11 + i, now);
    s.bearer->set_emcon(s.node->emcon(), now);
  }
  void kill(std::size_t i) {
    auto& s = stations[i];
    s.bearer.reset();
    s.node.reset();
    s.store->rollback();
  }

  void submit(std::size_t from, const std::vector<std::size_t>& to, std::size_t octets, int mt_priority = 0) {
    mail::Envelope envelope;
    envelope.from = "ops@x.example";
    envelope.mt_priority = mt_priority;
    for (const auto t : to) {
      mail::Recipient r;
      r.address = "u@" + stations[t].config.domain;
      envelope.recipients.push_back(std::move(r));
    }
    std::string message = "From: ops@x.example\r\nMessage-ID: <m" + std::to_string(++messages) + "@x>\r\n\r\n";
    Rng words(static_cast<std::uint64_t>(messages));
    while (message.size() < octets) {
      Bytes line;
      for (int i = 0; i < 30; ++i) line.push_back(static_cast<std::uint8_t>(words.below(256)));
      message += to_hex(line) + "\r\n";
    }
    auto& node = *stations[from].node;
    const smtp::Client client{"127.0.0.1", "client.example", "ESMTP", 1};
    node.on_mail(client, envelope, now);
    for (const auto& r : envelope.recipients) node.on_rcpt(client, envelope, r, now);
    node.on_message(client, std::move(envelope), to_bytes(message), now);
  }

  bool run_until(const std::function<bool()>& done, Duration most) {
    const auto end = now + most;
    for (std::size_t same = 0; !done();) {
      settle();
      if (done()) return true;
      auto next = air.next_event();
      for (auto& s : stations)
        if (s.node) next = std::min({next, s.node->next_wake(), s.bearer->next_wake()});
      if (next > end) {
        now = end;
        return done();
      }
      same = next <= now ? same + 1 : 0;
      if (same > 5000) {
        ADD_FAILURE() << "time stands still";
        return false;
      }
      now = std::max(now, next);
      std::vector<HfEvent> ignored;
      air.advance(now, ignored);
      for (auto& s : stations)
        if (s.node) s.node->handle(engine::event::Tick{}, now);
    }
    return true;
  }
  void run(Duration d) {
    run_until([] { return false; }, d);
  }
  std::size_t mails() const {
    std::size_t n = 0;
    for (const auto& s : stations) n += s.mailbox.size();
    return n;
  }
  void emcon(std::size_t i, bool on) {
    stations[i].node->command({{"command", "emcon"}, {"state", on ? "on" : "off"}}, now);
    stations[i].node->drain(now);
    stations[i].bearer->set_emcon(on, now);
  }

  Time now = start;
  HfAir air;
  std::vector<Station> stations;
  int messages = 0;

 private:
  void settle() {
    for (bool busy = true; busy;) {
      busy = false;
      for (auto& s : stations)
        if (s.node) busy = turn(s) || busy;
    }
  }
  bool turn(Station& s) {
    bool busy = false;
    s.bearer->run(now);
    for (auto& e : s.bearer->take_events()) {
      busy = true;
      if (auto* in = std::get_if<hf::Received>(&e))
        s.node->handle(engine::event::DatagramIn{0, engine::from_hf(std::move(*in))}, now);
      else if (auto* d = std::get_if<hf::Done>(&e))
        s.node->handle(engine::event::DatagramDone{0, d->ticket, d->ok}, now);
      else if (auto* st = std::get_if<hf::State>(&e)) s.node->handle(engine::event::BearerState{0, st->up}, now);
      else if (auto* f = std::get_if<hf::Flow>(&e))
        s.node->handle(engine::event::BearerFlow{0, f->open, f->below}, now);
      else ++s.events[std::string(std::get<hf::Report>(e).name)];
    }
    for (auto& action : s.node->drain(now)) {
      if (auto* r = std::get_if<engine::action::Report>(&action)) {
        ++s.events[std::string(r->name)];
        continue;
      }
      auto& d = std::get<engine::action::Deliver>(action);
      engine::event::DeliveryResult result{d.delivery, {}, {}};
      for (std::size_t i = 0; i < d.envelope.recipients.size(); ++i) {
        s.mailbox.push_back(now);
        result.recipients.push_back(
            {engine::event::DeliveryResult::PerRecipient::Outcome::delivered, "2.0.0", "stored", true});
      }
      s.node->handle(std::move(result), now);
      busy = true;
    }
    while (s.bearer->ready()) {
      auto datagram = s.node->poll_transmit(0, now);
      if (!datagram) break;
      ++s.units;
      s.arq_units += datagram->arq ? 1U : 0U;
      s.bearer->send(engine::to_hf_unit(std::move(*datagram)), now);
      busy = true;
    }
    s.bearer->run(now);
    return busy;
  }
};

class HfNodesAtRate : public ::testing::TestWithParam<unsigned> {};

TEST_P(HfNodesAtRate, MailBothWays) {
  const auto rate = GetParam();
  HfNodes f(2, rate);
  f.submit(0, {1}, 1'000);
  ASSERT_TRUE(f.run_until([&] { return f.stations[1].mailbox.size() == 1; }, 1h)) << rate;
  const auto small = to_seconds(f.now - start);
  f.submit(1, {0}, 50'000);
  const auto began = f.now;
  ASSERT_TRUE(f.run_until([&] { return f.stations[0].mailbox.size() == 1; }, 24h)) << rate;
  const auto large = to_seconds(f.now - began);
  f.run(2h);
  for (auto& s : f.stations) EXPECT_EQ(s.events["transfer_acknowledged"], 1);
  EXPECT_EQ(f.mails(), 2u);
  RecordProperty("small", std::to_string(small));
  RecordProperty("large", std::to_string(large));
  // About 27 kB are left of the 50 kB, in units that fill D_PDUs.
  EXPECT_LT(large, 60 + 1.6 * 27'500 * 8 / rate);
}

INSTANTIATE_TEST_SUITE_P(Rates, HfNodesAtRate, ::testing::Values(75, 300, 1200, 9600));

TEST(HfNodes, MulticastWithASilentStation) {
  HfNodes f(4, 1200, [](engine::Config& c) {
    if (c.name == "d") c.emcon = true;
    for (auto& p : c.peers) p.emcon = p.name == "d";
  });
  for (int i = 0; i < 3; ++i) f.submit(0, {1, 2, 3}, 2'000);
  ASSERT_TRUE(f.run_until([&] { return f.mails() == 9; }, 6h));
  f.run(1h);
  EXPECT_EQ(f.mails(), 9u);
  EXPECT_EQ(f.stations[3].units, 0u);
  EXPECT_EQ(f.air.station(3).overs, 0u);
  EXPECT_EQ(f.stations[0].arq_units, 0u);
  EXPECT_EQ(f.stations[0].events["transfer_acknowledged"], 6);
}

TEST(HfNodes, SilenceInTheMiddleOfATransfer) {
  HfNodes f(2, 1200);
  f.submit(0, {1}, 50'000);
  f.run(40s);
  f.emcon(0, true);
  f.run(1s);
  const auto overs = f.air.station(0).overs;
  f.run(1h);
  EXPECT_EQ(f.air.station(0).overs, overs);
  f.emcon(0, false);
  ASSERT_TRUE(f.run_until([&] { return f.mails() == 1; }, 2h));
  f.run(1h);
  EXPECT_EQ(f.stations[0].events["transfer_acknowledged"], 1);
}

TEST(HfNodes, KilledSenderAndKilledReceiver) {
  for (const std::size_t who : {0U, 1U}) {
    HfNodes f(2, 1200);
    f.submit(0, {1}, 50'000);
    f.run(100s);
    f.kill(who);
    f.run(5min);
    f.boot(who);
    EXPECT_TRUE(f.run_until([&] { return f.mails() == 1; }, 4h)) << who;
    f.run(2h);
    EXPECT_EQ(f.mails(), 1u) << who;
    EXPECT_EQ(f.stations[0].events["transfer_acknowledged"], 1) << who;
  }
}

TEST(HfNodes, AModemThatIsSwitchedOff) {
  HfNodes f(2, 1200);
  f.submit(0, {1}, 50'000);
  f.run(60s);
  f.air.set_modem(0, false, f.now);
  f.run(2min);
  EXPECT_GE(f.stations[0].events["bearer_down"], 1);
  f.air.set_modem(0, true, f.now);
  ASSERT_TRUE(f.run_until([&] { return f.mails() == 1; }, 2h));
  f.run(1h);
  EXPECT_EQ(f.stations[0].events["transfer_acknowledged"], 1);
}

TEST(HfNodes, AFlashMessageOvertakesARunningTransfer) {
  HfNodes f(2, 1200);
  f.submit(0, {1}, 100'000, -4);
  f.run(150s);
  const auto asked = f.now;
  f.submit(0, {1}, 1'000, 6);
  ASSERT_TRUE(f.run_until([&] { return f.mails() == 1; }, 30min));
  EXPECT_LT(to_seconds(f.now - asked), 40);  // the D_PDU on the air, and its own
}

TEST(HfNodes, StatusOfTheStack) {
  HfNodes f(2, 1200);
  f.submit(0, {1}, 20'000);
  f.run(90s);
  const auto status = f.stations[0].bearer->status(f.now);
  EXPECT_EQ(status.at("state"), "up");
  EXPECT_EQ(status.at("rate_bps"), 1200);
  EXPECT_GE(status.at("overs").to_number<int>(), 1);
  EXPECT_TRUE(status.contains("retransmissions"));
  EXPECT_TRUE(status.contains("window"));
}

}  // namespace
}  // namespace longwire::sim
