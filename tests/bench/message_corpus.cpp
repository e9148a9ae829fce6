#include "message_corpus.hpp"

#include "base/rng.hpp"
#include "base/text.hpp"

#include <array>
#include <string_view>

namespace longwire::bench {

namespace {

using Words = std::vector<std::string_view>;

// # is replaced by a number, @ by a place, so that no sentence is ever the same twice.
struct Stock {
  Words people, ships, places, subjects, sentences, sics, exercises;
};

const Stock& stock(Half half) {
  static const Stock train{
      {"Hansen", "Larsen", "Olsen", "Berg", "Dahl", "Lund", "Moen", "Strand"},
      {"nansen", "amundsen", "otto", "maud", "fridtjof", "roald"},
      {"Andenes", "Bodo", "Hammerfest", "Tromso", "Vardo", "Lofoten", "Senja", "Harstad"},
      {"Fuel state", "Helicopter transfer", "Weather off @", "Replenishment plan", "Convoy # routing",
       "Defect in pump #", "Medical supplies", "Rendezvous at @", "Radar picture", "Crew change"},
      {"Own position # miles north of @, course #, speed # knots.", "Fuel remaining # percent, fresh water # tons.",
       "Expect to reach @ at # local time if the weather holds.",
       "Helicopter will land with # passengers and # kilos of mail.", "Request berth for # days and a pilot off @.",
       "The after pump has been repaired, spares for # more weeks are on board.",
       "Visibility # miles, wind # knots from the north east, sea state #.",
       "Send # boxes of bandages and # litres of saline with the next boat.",
       "Two fishing vessels seen # miles off @, nothing suspicious.",
       "Radar contact # lost at @, search goes on until # hours.",
       "Please confirm that the convoy leaves @ in # hours as planned.", "No change since report number #."},
      {"ABC", "ABD", "FUEL", "LOG1", "MED", "NAV2", "OPS"},
      {"COLD TEST 26", "NORTHERN WIND", "BRIGHT STAR"}};
  static const Stock test{
      {"Novak", "Keller", "Moreau", "Rossi", "Garcia", "Silva", "Peeters", "Jansen"},
      {"tromp", "surcouf", "doria", "bayern", "leopold", "cristobal"},
      {"Brest", "Toulon", "Lisbon", "Valletta", "Kiel", "Den Helder", "Rota", "Taranto"},
      {"Engine trial result", "Boarding team #", "Escort of tanker #", "Ammunition return", "Mine report off @",
       "Port visit @", "Diving operation", "Frequency change", "Quarantine on board", "Damage after collision"},
      {"Tanker # is now under escort and passes @ tonight.",
       "Boarding team # found cargo papers in order, vessel released.",
       "Main engine ran # hours without alarm, oil pressure steady at # bar.",
       "A drifting mine was sighted # cables west of @ and marked with a buoy.",
       "Shift to frequency # at midnight, alternate stays as ordered.",
       "Divers inspected the shaft, # centimetres of netting removed.",
       "Return # rounds of practice ammunition to the depot at @.",
       "Three men of the watch are ill, doctor advises quarantine of # days.",
       "Bow damaged above the waterline over # metres, watertight, can proceed at # knots.",
       "Ceremony at @ begins at #, dress uniform, # guests expected.",
       "Our escort is relieved by the French frigate # miles from @.",
       "Acknowledge and report your intentions before #."},
      {"TGE", "MIW", "ESC3", "AMMO", "DIV", "COMM", "PORT"},
      {"SILENT HUNTER", "DEEP BLUE 4", "OPEN GATE"}};
  return half == Half::train ? train : test;
}

std::string address_of(std::string_view person, std::string_view ship) {
  return to_lower(person) + "@" + std::string(ship) + ".example";
}

class Author {
 public:
  Author(Half half, Rng& rng) : stock_(stock(half)), rng_(rng) {}

  CorpusMessage write() {
    CorpusMessage out;
    out.kind = rng_.chance(0.5) ? Kind::military : Kind::mail;
    const auto from = mailbox(out.envelope.from);
    const auto recipients = 1 + rng_.below(3);
    std::string to;
    for (std::uint64_t i = 0; i < recipients; ++i) {
      mail::Recipient r;
      to += (i == 0 ? "" : ",\r\n ") + mailbox(r.address);
      out.envelope.recipients.push_back(std::move(r));
    }
    out.date = from_unix(1'795'000'000 + static_cast<std::int64_t>(rng_.below(2'000'000)));
    const auto date = format_rfc5322(out.date);
    const auto precedence = rng_.below(4);
    static constexpr std::array names{"routine", "priority", "immediate", "flash"};
    static constexpr std::array mt{-2, 0, 2, 4};
    out.envelope.mt_priority = out.kind == Kind::military ? mt.at(precedence) : 0;
    auto& m = out.message;
    m = "From: " + from + "\r\nTo: " + to + "\r\nSubject: " + fill(pick(stock_.subjects)) + "\r\nDate: " + date +
        "\r\nMessage-ID: <" + std::to_string(rng_.below(1'000'000'000)) + "." + std::to_string(rng_.below(100'000)) +
        "@" + std::string(mail::domain_of(out.envelope.from)) + ">\r\n";
    if (out.kind == Kind::military) {
      m += "MMHS-Extended-Authorisation-Info: " + date +
           "\r\nMMHS-Primary-Precedence: " + std::to_string(precedence + 1) + " (" + names.at(precedence) +
           ")\r\nMMHS-Subject-Indicator-Codes: " + std::string(pick(stock_.sics)) + "; " +
           std::string(pick(stock_.sics)) + "\r\n";
      if (rng_.chance(0.3))
        m += "MMHS-Message-Type: 0 (exercise); identifier=\"" + std::string(pick(stock_.exercises)) + "\"\r\n";
      m += "SIO-Label: marking=\"NATO UNCLASSIFIED\"; type=\":ess\"; label=\"MQoGBSsaAQMBAgEB\"\r\n";
    }
    m += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n";
    const auto sentences = 2 + rng_.below(12);
    for (std::uint64_t i = 0; i < sentences && m.size() < 1900; ++i) m += fill(pick(stock_.sentences)) + "\r\n";
    m += "\r\n" + std::string(pick(stock_.people)) + "\r\n";
    return out;
  }

 private:
  std::string_view pick(const Words& words) { return words[rng_.below(words.size())]; }

  std::string mailbox(std::string& address) {
    const std::string name(pick(stock_.people));
    address = address_of(name, pick(stock_.ships));
    return name + " <" + address + ">";
  }

  std::string fill(std::string_view pattern) {
    std::string out;
    for (const char c : pattern) {
      if (c == '#') out += std::to_string(1 + rng_.below(2400));
      else if (c == '@') out += pick(stock_.places);
      else out += c;
    }
    return out;
  }

  const Stock& stock_;
  Rng& rng_;
};

}  // namespace

std::vector<std::string> corpus_addresses(Half half) {
  std::vector<std::string> out;
  for (const auto person : stock(half).people)
    for (const auto ship : stock(half).ships) out.push_back(address_of(person, ship));
  return out;
}

std::vector<CorpusMessage> message_corpus(Half half, std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  Author author(half, rng);
  std::vector<CorpusMessage> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(author.write());
  return out;
}

}  // namespace longwire::bench
