// Short messages as units write them, for compression benchmarks: every run gives the same ones. The two halves
// share no sentence, no name and no subject, only the habits of the format.
#pragma once

#include "base/time.hpp"
#include "mail/envelope.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace longwire::bench {

enum class Half : std::uint8_t { train, test };
enum class Kind : std::uint8_t { mail, military };  // plain mail; with MMHS fields and a label

struct CorpusMessage {
  Kind kind = Kind::mail;
  Time date;
  mail::Envelope envelope;
  std::string message;  // RFC 5322, 200 to 2000 octets
};

// Every address that occurs in a half.
std::vector<std::string> corpus_addresses(Half half);
std::vector<CorpusMessage> message_corpus(Half half, std::size_t count, std::uint64_t seed);

}  // namespace longwire::bench
