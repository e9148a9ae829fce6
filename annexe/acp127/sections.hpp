// Long messages: cut into sections that are sent each with the whole heading, and put together again.
#pragma once

#include "annexe/acp127/message.hpp"

#include <vector>

namespace longwire::acp127 {

// One message when the text fits, else up to limits::acp127_sections of them. Each section repeats the
// classification, the first line of the text. Errors: too_long.
Result<std::vector<Message>> sections(const Message& m, const Style& style);

// Sections on their way to being whole. What belongs together has the same calling station, originator, date-time
// group and number of sections, and serial numbers that are equal or follow each other as the sections do.
class Reassembly {
 public:
  using Ticket = std::uint64_t;  // the owner's name for a section, to find what it stored

  struct Outcome {
    enum class Kind : std::uint8_t {
      waiting,    // for other sections
      whole,      // `message` is complete, `tickets` are its sections, in order
      duplicate,  // this very section is here already
      conflict,   // another text under the same section number
      full,       // no room: limits::acp127_open_messages, acp127_section_octets
    } kind = Kind::waiting;
    Message message;
    std::vector<Ticket> tickets;
  };
  // m.section must be set.
  Outcome add(Message m, Ticket ticket, Time now);

  // Messages whose first section came before `since`: they are given up.
  struct Incomplete {
    std::string what;             // "RFLSVH 0042 3251200"
    std::string missing;          // "2, 3 of 4"
    std::vector<Ticket> tickets;  // of the sections that are here
  };
  std::vector<Incomplete> give_up(Time since);
  Time oldest() const;         // when the oldest first section came; never: there is none
  void forget(Ticket ticket);  // the owner has removed that section
  std::size_t open() const { return open_.size(); }

 private:
  struct Part {
    Message message;
    Ticket ticket = 0;
  };
  struct Open {
    std::vector<Part> parts;  // by number
    Time since{};
  };
  static bool belongs(const Message& m, const Open& open);
  static Outcome join(Open open);

  std::vector<Open> open_;
  std::size_t octets_ = 0;
};

}  // namespace longwire::acp127
