// Fleet: nodes with in-memory stores, joined by a lossy channel in virtual time. No world of its own:
// a datagram takes its air time at the sender's pacer and a fixed delay on the way.
#pragma once

#include "base/rng.hpp"
#include "crypto/random.hpp"
#include "node/engine/node.hpp"
#include "node/store/store.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace longwire::engine {

inline constexpr Ipv4 fleet_group{0xEF420001};  // 239.66.0.1

struct Delivered {
  std::string recipient;
  std::string octets;
  Time at;
  std::string from;
  std::optional<int> mt_priority;
};

class Ship {
 public:
  Ship(Config config, std::uint64_t seed)
      : config_(std::move(config)), seed_(seed), store_(std::make_unique<store::Store>(":memory:")) {}

  void start(Time now) { node_ = std::make_unique<Node>(config_, *store_, random_, ++seed_, now); }
  // What a power cut leaves: the store as of the last commit.
  void crash() {
    node_.reset();
    store_->rollback();
    pending.clear();
  }
  bool running() const { return node_ != nullptr; }
  Node& node() { return *node_; }
  store::Store& store() { return *store_; }
  Config& config() { return config_; }

  std::vector<Delivered> mailbox;
  std::deque<action::Deliver> pending;
  std::vector<action::Report> reports;
  std::uint64_t octets_sent = 0;
  std::uint64_t datagrams_sent = 0;
  // How the local server answers; by default it takes everything.
  std::function<event::DeliveryResult::PerRecipient(const mail::Recipient&)> server;

  std::size_t count(std::string_view event) const;

 private:
  Config config_;
  std::uint64_t seed_;
  crypto::Drbg random_{as_bytes("ship " + std::to_string(seed_))};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Node> node_;
};

class Fleet {
 public:
  explicit Fleet(std::uint64_t seed = 1) : rng_(seed) {}

  // A node "<name>.example" with P_MUL id 10.66.0.<number>, on every link added so far.
  Ship& add(const std::string& name, std::function<void(Config&)> change = {});
  Ship& operator[](const std::string& name) { return *ships_.at(name); }
  void start();

  Time now() const { return now_; }
  // Everybody's clock jumps forward; this ship's owner notices it.
  void step_clock(const std::string& name, Duration by);
  // Runs until nothing is left to do before now + d.
  void run(Duration d);
  // Runs until the condition holds; false when it did not within the time.
  bool run_until(const std::function<bool()>& condition, Duration most);
  void crash(const std::string& name) { ships_.at(name)->crash(); }
  void restart(const std::string& name) { ships_.at(name)->start(now_); }

  smtp::Reply submit(const std::string& at, mail::Envelope envelope, const std::string& message);
  // To the users "u@<ship>.example".
  smtp::Reply submit(const std::string& at, const std::vector<std::string>& to, int mt_priority = 0,
                     std::size_t body_octets = 200);
  boost::json::object command(const std::string& at, const boost::json::object& request);

  double loss = 0;
  Duration delay = std::chrono::milliseconds{50};
  // Which datagrams are lost for good: from, to, bearer.
  std::function<bool(const std::string&, const std::string&, BearerIndex)> cut;
  std::function<void(const Datagram&)> heard;  // everything that is sent
  std::vector<BearerConfig> links;

 private:
  struct InFlight {
    std::string to;
    BearerIndex bearer;
    Datagram datagram;
  };
  void settle();
  void drain(const std::string& name, Ship& ship);
  void carry(const std::string& from, BearerIndex bearer, const Datagram& datagram);
  Time next_event() const;

  Time now_ = from_unix(1'800'000'000);
  Rng rng_;
  std::map<std::string, std::unique_ptr<Ship>> ships_;
  std::map<std::string, Ipv4> addresses_;
  std::multimap<Time, InFlight> air_;
  int messages_ = 0;
};

BearerConfig fleet_link(std::string name, std::uint64_t rate);
PeerConfig fleet_peer(std::string name, unsigned number, std::vector<std::string> bearers);

}  // namespace longwire::engine
