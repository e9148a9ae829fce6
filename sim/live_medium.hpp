// LiveMedium: one link in real time, with the ports of its stations, as the loop of `longwire link`
// sees it.
#pragma once

#include "base/time.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace longwire::sim {

class LiveMedium {
 public:
  virtual ~LiveMedium() = default;
  // To be watched for reading; may change after every call below.
  virtual void add_descriptors(std::vector<int>& out) const = 0;
  // Takes everything a readable descriptor holds; false when it is not one of ours.
  virtual bool receive(int fd, Time now) = 0;
  virtual Time next_event() const = 0;
  virtual void advance(Time now) = 0;

  virtual boost::json::object report() const = 0;  // totals since the start
  virtual std::string table() const = 0;           // the same for a terminal
};

}  // namespace longwire::sim
