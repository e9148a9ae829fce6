// HfAir: one HF frequency that stations share with half-duplex modems, in whatever time its owner tells.
//
// A modem keys its radio, pushes octets, ends; the other modems hear carriers, synchronise on
// preambles and decode interleaver blocks, with errors where noise, fading or another carrier was. A
// station that transmits is deaf, and who missed a preamble misses the whole over.
#pragma once

#include "sim/bit_errors.hpp"
#include "sim/channel.hpp"
#include "sim/hf_over.hpp"
#include "sim/hf_path.hpp"
#include "sim/hf_reception.hpp"

#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace longwire::sim {

struct HfEvent {
  enum class Kind : std::uint8_t { carrier_up, carrier_down, sent, heard, lost } kind = Kind::carrier_up;
  Time time;
  StationIndex station = 0;  // who does or hears it
  StationIndex from = 0;     // heard, lost: whose it is
  std::uint64_t serial = 0;  // sent, heard, lost: of the D_PDU
  std::shared_ptr<const Bytes> octets;
  std::string_view reason;  // lost: noise fade collision deaf no_sync aborted down; carrier_down: why early
  modem::Waveform waveform;
  Time since{};  // carrier_down: when it came up
};

class HfAir {
 public:
  HfAir(const LinkConfig& link, const std::vector<std::string>& names, std::uint64_t seed, Time start);

  // --- the modem of a seat -----------------------------------------------------------------------
  void attach(StationIndex s);        // a program opens its port
  void detach(StationIndex s);        // and is gone: what the modem holds still leaves
  bool usable(StationIndex s) const;  // attached, switched on, and nothing of a former owner leaves
  modem::Waveform waveform(StationIndex s) const { return seats_[s].waveform; }
  bool set_waveform(StationIndex s, modem::Waveform waveform);
  std::optional<modem::Timing> timing(StationIndex s, modem::Waveform waveform) const;
  bool carrier(StationIndex s) const { return seats_[s].told_carrier; }
  void key(StationIndex s, Time now);
  bool keyed(StationIndex s) const { return seats_[s].over != nullptr; }
  bool wants_octets(StationIndex s) const;
  void transmit(StationIndex s, ByteView octets);
  void end(StationIndex s);
  void abort(StationIndex s, Time now, std::string_view reason);
  std::vector<modem::Event> take_events(StationIndex s);
  // There are events, or room for octets, that the owner of the modem has not been asked about.
  bool attention(StationIndex s) const { return seats_[s].attention; }
  void attended(StationIndex s) { seats_[s].attention = false; }

  // --- the world ---------------------------------------------------------------------------------
  Time next_event() const { return due_.empty() ? never : due_.top().at; }
  void advance(Time now, std::vector<HfEvent>& out);
  void set_up(bool up, Time now);                               // of the whole frequency
  void set_modem(StationIndex s, bool on, Time now);            // somebody pulls a modem's plug, or not
  void set_panel_rate(StationIndex s, std::uint32_t rate_bps);  // by hand; 0: by the program again
  void set_snr(std::optional<StationIndex> receiver, double snr_db);
  void silence(StationIndex s, Time now) { abort(s, now, "silenced"); }  // the radio is switched off

  const LinkConfig& config() const { return link_; }
  const StationAir& station(StationIndex s) const { return seats_[s].air; }
  std::size_t stations() const { return seats_.size(); }

  // Somebody's carrier is on now.
  bool on_air(StationIndex s, Time now) const;

 private:
  struct OnAir {  // an over and what the others make of it
    HfOver over;
    Time keyed;
    std::vector<HfReception> ears;                                          // by seat
    std::string_view end_reason;                                            // why it was cut
    bool collided = false, settled = false, ended = false, orphan = false;  // orphan: its program is gone
    // The carrier is up at some time of the stretch, both as at the transmitter.
    bool overlaps(Time from, Time to) const { return over.carrier_at() < to && from < over.carrier_end(); }
  };
  using OverPtr = std::shared_ptr<OnAir>;
  struct Seat {
    modem::Waveform waveform;
    Duration keying{0};
    bool attached = false, plugged = true, panel = false;
    bool told_usable = false, told_carrier = false, attention = false;
    OverPtr over;
    std::uint64_t data_bits = 0;
    std::vector<modem::Event> events;
    StationAir air;
  };
  struct Due {
    enum class What : std::uint8_t { carrier_up, preamble_end, block_out, block_in, over_end, look, settle };
    Time at;
    std::uint64_t order;
    What what;
    OverPtr over;
    std::shared_ptr<const HfBlock> block;
    bool operator>(const Due& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };
  using Events = std::vector<HfEvent>;

  std::optional<HfWaveform> facts(modem::Waveform waveform) const;
  void plan(Time at, Due::What what, OverPtr over, std::shared_ptr<const HfBlock> block = nullptr);
  void run(const Due& due, Events& out);
  void carrier_up(const OverPtr& on, Time now, Events& out);
  void preamble_end(OnAir& on, Time now);
  void block_out(const OverPtr& on, Time now, Events& out);
  void block_in(OnAir& on, const HfBlock& block, Events& out, Time now);
  void hear_block(StationIndex s, OnAir& on, const HfBlock& block);
  void over_end(OnAir& on, Time now, Events& out);
  void settle(OnAir& on, std::size_t bits_received, Time now, Events& out);
  void finish(StationIndex s, bool complete, std::string_view reason, Time now);
  void look(Time now);
  void tell(StationIndex s, modem::Event event);
  void tell_usable(StationIndex s);

  std::string_view obstacle(StationIndex s, const OnAir& on, Time from, Time to) const;
  bool collides(StationIndex s, const OnAir& on, Time from, Time to) const;
  std::string_view add_noise(StationIndex s, const OnAir& on, const HfBlock& block, Bytes& mask);
  void spoil_lost_units(StationIndex s, OnAir& on, const HfBlock& block, Bytes& mask);
  HfPath& path(StationIndex from, StationIndex to) { return paths_[from * seats_.size() + to]; }
  const HfPath& path(StationIndex from, StationIndex to) const { return paths_[from * seats_.size() + to]; }

  LinkConfig link_;
  std::vector<Seat> seats_;
  std::vector<HfPath> paths_;   // [from x stations + to]
  std::vector<OverPtr> overs_;  // on the air, or not long ago
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  Rng rng_;
  std::uint64_t orders_ = 0, serials_ = 0;
  std::optional<StationIndex> last_on_air_;
  bool up_ = true;
};

}  // namespace longwire::sim
