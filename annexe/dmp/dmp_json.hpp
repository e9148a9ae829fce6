// DMP datagrams as JSON, for `longwire decode dmp`.
#pragma once

#include "annexe/dmp/pdu.hpp"

#include <boost/json/object.hpp>

#include <optional>

namespace longwire::dmp {

// Durations in seconds ("expiry_s"), the submission time as its code of 15 bits: what it stands for depends on when it
// was received. With `now`, the reference time given to decode(), also "submission_time", "expiry_time", "dtg" and the
// like in UTC. Names of codes beside their numbers ("classification": 3, "classification_name": "restricted").
boost::json::object to_json(const Datagram& datagram, std::optional<Time> now);

}  // namespace longwire::dmp
