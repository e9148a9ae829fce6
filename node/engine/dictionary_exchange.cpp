#include "node/engine/dictionary_exchange.hpp"

#include "annexe/compressed_data.hpp"
#include "node/engine/dictionary_book.hpp"

namespace longwire::engine {

namespace {

constexpr Duration notice_expiry = std::chrono::hours{1};
constexpr std::uint8_t notice_priority = 2;  // of P_MUL: a message waits for it

std::string short_name(std::uint16_t dictionary) { return "...." + annexe::to_hex_id(dictionary).substr(4); }

}  // namespace

bool DictionaryExchange::unreadable(const Arrival& arrival, ByteView compressed_data, Time now) {
  const auto peer = core_.router.peer_of(arrival.source);
  const auto dictionary = annexe::dictionary_named_in(compressed_data);
  if (arrival.with != "pmul" || !peer || !dictionary) return false;
  const auto& name = core_.config.peers[*peer].name;
  core_.report(now, level::warning, events::unknown_dictionary,
               {{"peer", name}, {"pmul_id", arrival.id}, {"dictionary", short_name(*dictionary)}});
  core_.alert(now, events::unknown_dictionary,
              name + " sends with dictionary " + short_name(*dictionary) +
                  ", which this node does not hold: install the file and restart, or take it out of that node");
  acp142::Outgoing out;
  out.message_id = transfers_.new_message_id(now);
  out.priority = notice_priority;
  out.expiry = now + notice_expiry;
  out.octets = annexe::encode_compressed_data(annexe::content_type_notice, encode({*dictionary, arrival.id}),
                                              core_.peers[*peer].tags);
  const auto number = core_.store.next_counter("msn/" + core_.config.bearers[arrival.bearer].name + "/" + name);
  out.destinations = {{arrival.source, static_cast<std::uint32_t>(number)}};
  // Not stored: after a restart the message is found unreadable again.
  const auto error = core_.bearers[arrival.bearer].entity.send(std::move(out), now);
  if (!error.empty())
    core_.report(now, level::warning, events::transfer_refused,
                 {{"peer", name}, {"bearer", core_.config.bearers[arrival.bearer].name}, {"error", error}});
  return true;
}

void DictionaryExchange::notice(const Arrival& arrival, ByteView content, Time now) {
  const auto peer = core_.router.peer_of(arrival.source);
  const auto notice = decode_dictionary_notice(content);
  if (!peer || !notice) return discard(core_, arrival, events::unsupported_content, "notice", now);
  const auto& name = core_.config.peers[*peer].name;
  if (core_.dictionaries.refused(*peer, notice->dictionary))
    core_.alert(now, events::dictionary_refused,
                name + " does not hold dictionary " + short_name(notice->dictionary) +
                    ": it gets zlib until it sends with that dictionary itself, or this node is restarted");
  core_.report(now, level::warning, events::dictionary_refused,
               {{"peer", name}, {"dictionary", short_name(notice->dictionary)}, {"pmul_id", notice->message_id}});
  transfers_.send_anew(notice->message_id, *peer, now);
}

}  // namespace longwire::engine
