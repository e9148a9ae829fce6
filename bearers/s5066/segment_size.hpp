// SegmentSize: which segments carry most towards one station, by what was lost at which size.
//
// With bit errors short segments get through where long ones do not; with collisions or fades their
// loss is the same and only their headers cost. Loss alone does not tell which of both it is, so a few
// C_PDUs are cut into halves, and only a difference that is no chance changes the size.
#pragma once

#include <cstddef>
#include <cstdint>

namespace longwire::s5066 {

class SegmentSize {
 public:
  // What an over costs beside its segments.
  struct Cycle {
    std::size_t cap_octets = 0;       // of one over
    std::size_t overhead_octets = 0;  // both turnarounds and the answer, at the line's rate
    unsigned window = 128;
    std::size_t header = 22;
  };

  void sample(std::size_t octets, bool lost);
  // After an answer. largest: what the rate and the configuration allow.
  void settle(const Cycle& cycle, std::size_t largest);
  std::size_t preferred(std::size_t largest) const { return largest >> halvings_; }
  // One C_PDU in so many is cut into half of that; 0: none.
  unsigned probe_one_in() const { return probing_ ? 6 : 0; }
  double loss() const { return usual_.share(); }

 private:
  struct Count {
    double sent = 0, lost = 0;
    void add(bool was_lost, double most);
    double share() const { return sent > 0 ? lost / sent : 0; }
    double spread() const;  // standard deviation of share()
  };

  static double yield(const Cycle& cycle, std::size_t octets, double lost);
  void halve();
  void enlarge();
  void stop_probing();
  bool went_back(const Cycle& cycle);

  std::size_t largest_ = 1023;
  unsigned halvings_ = 0;
  Count usual_, half_;
  bool probing_ = false;
  unsigned quiet_ = 0;  // samples until probing may begin again
  double before_ = -1;  // loss at twice the size, until the change has proved right
};

}  // namespace longwire::s5066
