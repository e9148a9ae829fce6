// StackWorld: whole stations - Stack, modem, clients - on one half-duplex channel in virtual time.
// Modems have lead, tail and delay; carriers collide; chunks of octets can be lost.
#pragma once

#include "base/rng.hpp"
#include "bearers/s5066/stack.hpp"
#include "tests/unit/s5066/subnet_bench.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace longwire::s5066::testing {

class StackWorld;

class FakeModem final : public modem::Modem {
 public:
  FakeModem(StackWorld& world, std::size_t index) : world_(world), index_(index) {}

  bool up() const override { return up_; }
  modem::Waveform waveform() const override { return waveform_; }
  bool set_waveform(modem::Waveform waveform, Time now) override;
  modem::Timing timing(modem::Waveform waveform) const override;
  bool carrier() const override { return carriers_ > 0; }
  void key(Time now) override;
  bool wants_octets(Time now) const override;
  void transmit(ByteView octets, Time now) override;
  void end(Time now) override;
  void abort(Time now) override;
  bool keyed() const override { return keyed_; }
  void tick(Time now) override;
  Time next_wake() const override;
  std::vector<modem::Event> take_events() override { return std::exchange(events_, {}); }

  void set_up(bool up, Time now);

 private:
  friend class StackWorld;
  void finish(bool complete, std::string_view reason, Time now);

  StackWorld& world_;
  std::size_t index_;
  modem::Waveform waveform_{1200, modem::Interleaver::short_};
  bool up_ = true, keyed_ = false, ending_ = false, started_told_ = false;
  Time line_free_{}, first_bit_{};
  unsigned carriers_ = 0;
  std::vector<modem::Event> events_;
};

class StackWorld {
 public:
  struct Over {
    std::size_t from;
    Time start, end = never;  // key() to the carrier's end
  };
  struct Node {
    StackConfig config;
    std::unique_ptr<FakeModem> modem;
    std::unique_ptr<Stack> stack;
    std::map<ClientId, bench::Client*> clients;
    std::uint64_t octets_handed = 0;  // to the modem
    std::uint64_t keyings = 0;
    bool powered = true;
  };

  explicit StackWorld(std::uint64_t seed = 1) : rng_(seed) {}

  static Address address(std::size_t i) { return {0x1020301U + static_cast<std::uint32_t>(i), false}; }
  std::size_t add(StackConfig config = {});
  Stack& stack(std::size_t i) { return *nodes_[i].stack; }
  Node& node(std::size_t i) { return nodes_[i]; }
  void restart(std::size_t i);  // the program dies and starts again: its clients too
  void modem_up(std::size_t i, bool up);
  void emcon(std::size_t i, bool silent);

  void bind(bench::Client& client, std::size_t at, std::uint8_t sap,
            DeliveryMode mode = {TransmissionMode::arq, Confirmation::node}, std::uint8_t rank = 0);
  void say(bench::Client& client, std::size_t at, const Primitive& primitive);
  void drop(bench::Client& client, std::size_t at);

  Time now() const { return now_; }
  void pass(Duration d);
  // Until `done` says so; false: not within `most`.
  bool until(const std::function<bool()>& done, Duration most);

  modem::Timing timing{std::chrono::milliseconds{300}, std::chrono::milliseconds{100}, std::chrono::milliseconds{50}};
  double loss = 0;                                    // of a chunk at one receiver
  bool autobaud = true;                               // false: a modem reads its own waveform only
  std::function<void(Bytes&)> spoil;                  // what one receiver gets of a D_PDU; empty: nothing
  std::set<std::pair<std::size_t, std::size_t>> cut;  // who does not hear whom
  const std::vector<Over>& overs() const { return overs_; }
  std::vector<StackReport> reports(std::size_t i, std::string_view name) const;
  std::string story() const;  // for a failure's message: what the stations reported, and their status

 private:
  friend class FakeModem;
  void attend(std::size_t i);
  void step(Time to);
  void carrier(std::size_t from, bool on, Time now);
  void deliver(std::size_t from, Time first, Time last, Bytes octets);

  Rng rng_;
  Time now_ = from_unix(1'800'000'000);
  std::vector<Node> nodes_;
  std::multimap<Time, std::function<void()>> agenda_;
  std::vector<Over> overs_;
  std::map<std::size_t, std::vector<StackReport>> reports_;
  std::string story_;
};

}  // namespace longwire::s5066::testing
