// Outbox: what waits for one destination, or for the air at large. Precedence first, then the
// clients take turns: one that fills its queue does not stop another of the same precedence.
#pragma once

#include "bearers/s5066/u_pdu_job.hpp"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace longwire::s5066 {

class Outbox {
 public:
  void add(const UPduJob& job) { level(job).waiting[job.client].insert(job.id), ++waiting_; }
  void remove(const UPduJob& job);  // a waiting one

  // The job whose turn it is. Nothing when `window` octets of its precedence and above are in
  // transfer already: the rest waits here, where a more urgent one can still overtake it.
  std::optional<std::uint64_t> next(std::size_t window, const std::function<bool(std::uint64_t)>& may_go);
  void handed(const UPduJob& job) { level(job).in_transfer += job.s_pdu.size(), ++in_transfer_; }
  void returned(const UPduJob& job) { level(job).in_transfer -= job.s_pdu.size(), --in_transfer_; }

  std::size_t waiting() const { return waiting_; }
  std::size_t in_transfer() const { return in_transfer_; }
  bool empty() const { return waiting_ == 0 && in_transfer_ == 0; }
  // Of what waits: 0-15, 16 for expedited; nothing waits: -1.
  int top_level() const;

 private:
  struct Level {
    std::map<ClientId, std::set<std::uint64_t>> waiting;  // ids ascend in the order of acceptance
    ClientId served = 0;                                  // the client whose turn was last
    std::size_t in_transfer = 0;                          // octets
  };
  Level& level(const UPduJob& job) { return levels_.at(job.expedited() ? 16U : job.priority); }

  std::array<Level, 17> levels_;
  std::size_t waiting_ = 0, in_transfer_ = 0;
};

}  // namespace longwire::s5066
