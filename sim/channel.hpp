// Channel: the air of one link, frame by frame, in whatever time its owner tells.
//
// The owner enqueues frames per station, asks for next_event() and calls advance() then. The same
// object serves the virtual-time world and the real-time link emulator.
#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "sim/link_config.hpp"

#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace longwire::sim {

using StationIndex = std::size_t;

// Frames a station's radio holds before it drops new ones: 1000 x 576 octets are 32 min at 2400 bit/s.
inline constexpr std::size_t radio_queue_frames = 1000;

struct AirFrame {
  StationIndex from = 0;
  std::vector<StationIndex> to;
  std::size_t octets_on_air = 0;  // with every header below UDP
  std::uint64_t serial = 0;       // the owner's
  Ipv4 source, destination;       // the owner's: addresses and UDP port
  std::uint16_t port = 0;
  Bytes octets;
};

struct AirEvent {
  enum class Kind : std::uint8_t { started, arrived, lost } kind = Kind::started;
  Time time;
  StationIndex station = 0;  // sender of a started frame, receiver otherwise
  std::shared_ptr<const AirFrame> frame;
  bool opens_over = false;  // started: first frame after a turnaround
  std::string_view reason;  // lost: noise fade collision down
};

struct StationAir {  // what one station did to a link
  std::uint64_t frames_sent = 0, octets_sent = 0;
  std::uint64_t frames_received = 0, octets_received = 0;
  std::uint64_t frames_lost = 0;     // that were meant for it
  std::uint64_t frames_dropped = 0;  // of its own queue: overflow, flushed, link down
  std::uint64_t overs = 0, turnarounds = 0, collisions = 0;
  Duration air{0};  // time its data took
  // Modems only: with preambles, fill and flush.
  std::uint64_t bits_on_air = 0;
  Duration carrier{0}, longest_over{0};
};

class Channel {
 public:
  // names: of the stations, for per-receiver losses and fades. start: time zero of the fades.
  Channel(LinkConfig config, const std::vector<std::string>& names, std::uint64_t seed, Time start);

  // Takes a frame into the sender's radio; false when that is full or the link is down.
  bool enqueue(AirFrame frame, Time now);
  Time next_event() const { return next_; }
  // Handles the events due until `now` (at most next_event() has passed) and tells them in order.
  void advance(Time now, std::vector<AirEvent>& out);

  // Drops what a station's radio holds and cuts its transmission: silence ordered or power gone.
  void silence(StationIndex station, Time now);
  // A link that is down loses what is on the air and in the radios.
  void set_up(bool up, Time now);
  bool up() const { return up_; }

  const LinkConfig& config() const { return config_; }
  const StationAir& station(StationIndex s) const { return radios_[s].air; }
  std::size_t queued(StationIndex s) const { return radios_[s].queue.size() + (radios_[s].current ? 1 : 0); }
  std::size_t stations() const { return radios_.size(); }

 private:
  enum class Phase : std::uint8_t { idle, backing_off, keying, sending };
  struct Radio {
    std::deque<AirFrame> queue;
    std::shared_ptr<AirFrame> current;
    Phase phase = Phase::idle;
    Time until = never;  // end of the phase
    Time keyed{};        // when the carrier came up
    Time frame_start{};
    Duration over_air{0};
    bool first_of_over = false;
    bool collided = false;
    StationAir air;
  };
  struct InFlight {
    Time arrives;
    std::shared_ptr<const AirFrame> frame;
    Time started;
    bool collided = false;
  };

  void try_to_start(Time now);
  void start_or_back_off(StationIndex s, Time now);
  void back_off(StationIndex s, Time now);
  void key(StationIndex s, Time now);
  void start_frame(StationIndex s, Time now, std::vector<AirEvent>& out);
  void end_frame(StationIndex s, Time now, std::vector<AirEvent>& out);
  void release(StationIndex s, Time now);
  void arrive(const InFlight& flight, Time now, std::vector<AirEvent>& out);
  std::string_view loss_reason(StationIndex receiver, const InFlight& flight);
  bool senses_carrier(StationIndex s, Time now) const;
  bool anyone_keyed() const;
  bool others_keyed(StationIndex s) const;
  void step_radio(StationIndex s, Time now, std::vector<AirEvent>& out);
  void schedule();
  LossProcess& noise(StationIndex from, StationIndex to) { return noise_[from * radios_.size() + to]; }

  LinkConfig config_;
  Time start_;
  std::vector<Radio> radios_;
  std::vector<LossProcess> noise_;            // [from x stations + to]
  std::vector<std::vector<bool>> fade_hits_;  // [fade][station]
  std::deque<InFlight> in_flight_;
  Rng rng_;
  StationIndex turn_ = 0;  // round robin: who is asked first
  bool up_ = true;
  Time next_ = never;
};

}  // namespace longwire::sim
