// DPduScanner: finds D_PDUs in what a modem receives.
#pragma once

#include "base/bytes.hpp"
#include "bearers/s5066/d_pdu.hpp"
#include "bearers/s5066/d_pdu_header.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace longwire::s5066 {

// Synchronous modems do not keep octet borders, so the sync word is searched at every bit (Annex D).
// Behind a D_PDU the next is looked for right at its end. A sync word whose header is wrong costs
// nothing: the search goes on behind that word, also while a header behind it is still incomplete, so
// noise that looks like a sync word hides no D_PDU. At most one D_PDU and 2 octets are held, besides
// what was found and not taken.
class DPduScanner {
 public:
  struct Found {
    DPdu pdu;                             // the body means nothing when `unknown` is set
    std::optional<std::uint8_t> unknown;  // a reserved type with good header CRC: it deserves a WARNING
    std::size_t octets_after_sync = 0;    // octets fed since its sync began: how late we are told
    bool bad_segment = false;
  };
  void feed(ByteView octets);
  // The next D_PDU that is complete. A D_PDU whose header is good and whose segment still comes in
  // is not told yet.
  std::optional<Found> next();
  // The carrier is gone: what is incomplete never comes. A header that was good is told with a bad,
  // shortened segment.
  void end();
  // Sync words followed by a wrong header, for the link's figures. Noise has one in 65 536 bits.
  std::uint64_t bad_headers() const { return bad_headers_; }

 private:
  struct Candidate {  // places are in bits of pending_
    std::size_t sync = 0;
    std::optional<DPduHeader> header;  // good; its segment is coming in
  };
  enum class Verdict : std::uint8_t { wrong, incomplete, good };

  void scan();
  bool finish_open();
  bool try_waiting();
  Verdict try_sync(std::size_t sync);
  void tell(const Candidate& candidate, std::size_t segment_octets);
  void forget_scanned();
  std::size_t bits() const { return pending_.size() * 8; }
  Bytes octets_at(std::size_t bit, std::size_t count) const;

  Bytes pending_;                     // octets as fed
  std::size_t bit_ = 0;               // the search goes on here
  std::vector<std::size_t> waiting_;  // sync words before bit_ whose header is not complete
  std::optional<Candidate> open_;     // while set nothing else is looked at
  std::deque<Found> found_;
  std::uint64_t bad_headers_ = 0;
};

}  // namespace longwire::s5066
