// Two clients of one Stack that send what they like, a second Stack on the same air, time, EMCON and
// modems that come and go. Checked: what the node writes is well-formed primitives only, nothing
// leaves under EMCON, queues and outputs stay bounded, and the loop makes progress.
//
// The input is a row of commands, one octet of what and at whom, then its arguments.
#include "bearers/s5066/stack.hpp"

#include "bearers/s5066/primitive.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>

namespace {

using namespace longwire;
using namespace longwire::s5066;
using namespace std::chrono_literals;

ByteView input_now;  // named when a check fails

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s:", what);
  for (const auto octet : input_now) std::fprintf(stderr, " %02x", octet);
  std::fputc('\n', stderr);
  std::abort();
}

// A modem whose octets arrive when their air time is over. Nobody collides: that is another target's.
class PipeModem final : public modem::Modem {
 public:
  bool up() const override { return up_; }
  modem::Waveform waveform() const override { return waveform_; }
  bool set_waveform(modem::Waveform w, Time) override { return waveform_ = w, true; }
  modem::Timing timing(modem::Waveform) const override { return {200ms, 100ms, 0ms}; }
  bool carrier() const override { return false; }
  void key(Time now) override {
    if (keyed_ || !up_ || silent) fail("keyed when it must not");
    keyed_ = true, ending_ = false, free_ = now + 200ms;
  }
  bool wants_octets(Time now) const override { return keyed_ && !ending_ && free_ - now < 300ms; }
  void transmit(ByteView octets, Time now) override {
    if (!keyed_ || silent) fail("octets when they must not be");
    free_ = std::max(free_, now) + air_time(octets.size(), waveform_.rate_bps);
    air.emplace(free_, Bytes(octets.begin(), octets.end()));
  }
  void end(Time) override { ending_ = true; }
  void abort(Time) override { finish(false); }
  bool keyed() const override { return keyed_; }
  void tick(Time now) override {
    if (keyed_ && ending_ && now >= free_ + 100ms) finish(true);
  }
  Time next_wake() const override { return !keyed_ ? never : ending_ ? free_ + 100ms : free_ - 299ms; }
  std::vector<modem::Event> take_events() override { return std::exchange(events_, {}); }

  void set_up(bool up) {
    if (up == up_) return;
    if (!up) finish(false);
    up_ = up;
    events_.emplace_back(modem::event::Up{up, "unplugged"});
  }
  void hear(Bytes octets) { events_.emplace_back(modem::event::Received{std::move(octets)}); }

  bool silent = false;
  std::multimap<Time, Bytes> air;

 private:
  void finish(bool complete) {
    if (!keyed_) return;
    keyed_ = false;
    if (!complete) air.clear();
    events_.emplace_back(modem::event::OverEnded{complete, complete ? "" : "cut"});
  }
  bool up_ = true, keyed_ = false, ending_ = false;
  modem::Waveform waveform_{9600, modem::Interleaver::short_};
  Time free_{};
  std::vector<modem::Event> events_;
};

StackConfig config(std::uint32_t self) {
  StackConfig c;
  c.transfer.self = {self, false};
  c.max_clients = 3;
  c.client_queue_octets = 8'000;
  c.client_flood_octets = 20'000;
  c.client_output_octets = 40'000;
  c.orphan_octets = 10'000;
  c.max_expedited = 20;
  c.confirm_timeout = 10min;
  return c;
}

constexpr std::uint32_t here = 0x1020304, there = 0x1020305;

class World {
 public:
  World() {
    for (auto& c : clients_) c.id = stacks_[0]->connect(now_);
    clients_[2].id = stacks_[1]->connect(now_);
    say(2, BindRequest{9, 3, {TransmissionMode::arq, Confirmation::none, false, 0}});
  }

  void say(std::size_t client, const Primitive& p) { feed(client, encode(p)); }
  void feed(std::size_t client, ByteView octets) {
    stacks_[client / 2]->feed(clients_[client].id, octets, now_);
    attend();
  }
  void reconnect(std::size_t client) {
    auto& c = clients_[client];
    stacks_[client / 2]->disconnect(c.id, now_);
    c = {};
    c.id = stacks_[client / 2]->connect(now_);
    attend();
  }
  void stop_reading(std::size_t client) { clients_[client].reads = !clients_[client].reads; }
  void emcon(std::size_t i) {
    silent_[i] = !silent_[i];
    modems_[i].silent = silent_[i];  // the call itself may not emit either
    stacks_[i]->set_emcon(silent_[i], now_);
    attend();
  }
  void plug(std::size_t i) {
    modems_[i].set_up(!modems_[i].up());
    attend();
  }
  void hear(std::size_t i, Bytes octets) {
    modems_[i].hear(std::move(octets));
    attend();
  }
  void check_queues() const {
    for (const auto& stack : stacks_)
      if (stack->status(now_).at("queue").at("octets").to_number<std::size_t>() > 200'000) fail("the queue grows");
  }
  void pass(Duration d) {
    const auto end = now_ + d;
    for (int turns = 0; now_ < end; ++turns) {
      if (turns > 200'000) fail("no progress in time");
      auto next = end;
      for (std::size_t i = 0; i < 2; ++i) {
        next = std::min(next, stacks_[i]->next_wake());
        if (!modems_[i].air.empty()) next = std::min(next, modems_[i].air.begin()->first);
      }
      now_ = std::max(next, now_ + Duration{1});
      attend();
    }
  }

 private:
  struct Client {
    ClientId id = 0;
    PrimitiveReader reader;
    bool reads = true;
  };

  void attend() {
    for (std::size_t i = 0; i < 2; ++i) {
      auto& air = modems_[i].air;
      while (!air.empty() && air.begin()->first <= now_) {
        if (modems_[1 - i].up()) modems_[1 - i].hear(air.begin()->second);
        air.erase(air.begin());
      }
    }
    for (std::size_t i = 0; i < 2; ++i) stacks_[i]->run(now_);
    for (std::size_t c = 0; c < clients_.size(); ++c) read(c);
    for (const auto& stack : stacks_) (void)stack->take_reports();
  }
  void read(std::size_t c) {
    auto& client = clients_[c];
    if (!client.reads) return;
    const auto output = stacks_[c / 2]->take_output(client.id);
    if (output.size() > 40'000) fail("output beyond its limit");
    client.reader.feed(output);
    while (const auto p = client.reader.next())
      if (p->has_error()) fail("the node wrote something that is no primitive");
  }

  Time now_ = from_unix(1'800'000'000);
  std::array<PipeModem, 2> modems_;
  std::array<std::unique_ptr<Stack>, 2> stacks_{std::make_unique<Stack>(config(here), modems_[0], 1, now_),
                                                std::make_unique<Stack>(config(there), modems_[1], 2, now_)};
  std::array<bool, 2> silent_{};
  std::array<Client, 3> clients_;  // two of the first stack, one of the second
};

Address address(std::uint8_t choice) {
  switch (choice % 4) {
    case 0:
      return {there, false};
    case 1:
      return {here, false};
    case 2:
      return all_stations;
    default:
      return {0x7000000U + choice, false};
  }
}

// A primitive that is well-formed, so that what lies behind the reader is reached.
Primitive primitive(std::uint8_t kind, std::uint8_t x, std::uint8_t y, std::uint8_t z) {
  const DeliveryMode mode{static_cast<TransmissionMode>(x % 4), static_cast<Confirmation>(x / 4 % 3), (x & 64) != 0,
                          static_cast<std::uint8_t>(x / 16 % 4)};
  const Link link{static_cast<std::uint8_t>(x % 3), static_cast<std::uint8_t>(x / 4 % 4),
                  static_cast<std::uint8_t>(z % 16)};
  switch (kind % 10) {
    case 0:
      return BindRequest{static_cast<std::uint8_t>(y % 16), static_cast<std::uint8_t>(z % 16), mode};
    case 1:
      return UnbindRequest{};
    case 2:
      return HardLinkEstablish{link, address(y)};
    case 3:
      return HardLinkTerminate{address(y)};
    case 4:
      return HardLinkAccept{link, address(y)};
    case 5:
      return HardLinkReject{1, link, address(y)};
    case 6:
      return KeepAlive{};
    case 7:
      return ManagementMessage{false, x, Bytes(y, 'm')};
    default: {
      UnidataRequest r;
      r.expedited = kind % 10 == 9;
      r.priority = r.expedited ? 0 : y / 16;
      r.dest_sap = z % 16;
      r.dest = address(y);
      r.mode = mode;
      r.ttl = z / 16 % 2 == 0 ? 0 : z;
      r.u_pdu.assign(std::size_t{z} * 10, 'u');
      return r;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input_now = ByteView(data, std::min<std::size_t>(size, 600));
  World world;
  ByteReader in(input_now);
  while (!in.at_end()) {
    const auto what = in.u8();
    const std::size_t client = what / 16 % 3;
    switch (what % 16) {
      case 0:
      case 1: {
        const auto n = std::min<std::size_t>(in.u8(), in.remaining());
        world.feed(client, in.take(n));
        break;
      }
      case 2:
        world.pass(Duration{100ms} * (in.u8() + 1));
        break;
      case 3:
        world.pass(10s * (in.u8() % 32 + 1));
        break;
      case 4:
        world.emcon(client % 2);
        break;
      case 5:
        world.plug(client % 2);
        break;
      case 6:
        world.reconnect(client);
        break;
      case 7:
        world.stop_reading(client);
        break;
      case 8: {
        const auto n = std::min<std::size_t>(in.u8(), in.remaining());
        const auto octets = in.take(n);
        world.hear(client % 2, Bytes(octets.begin(), octets.end()));
        break;
      }
      default: {
        const auto kind = in.u8(), x = in.u8(), y = in.u8(), z = in.u8();
        world.say(client, primitive(kind, x, y, z));
      }
    }
  }
  world.check_queues();
  world.pass(1min);
  return 0;
}
