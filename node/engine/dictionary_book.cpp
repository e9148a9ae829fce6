#include "node/engine/dictionary_book.hpp"

#include <algorithm>

namespace longwire::engine {

namespace {

constexpr std::uint8_t unknown_dictionary_kind = 1;

}  // namespace

Bytes encode(const DictionaryNotice& notice) {
  ByteWriter out;
  out.u8(unknown_dictionary_kind);
  out.u16(notice.dictionary);
  out.u32(notice.message_id);
  return out.finish();
}

std::optional<DictionaryNotice> decode_dictionary_notice(ByteView content) {
  ByteReader in(content);
  const auto kind = in.u8();
  DictionaryNotice out;
  out.dictionary = in.u16();
  out.message_id = in.u32();
  if (in.failed() || !in.at_end() || kind != unknown_dictionary_kind) return std::nullopt;
  return out;
}

DictionaryBook::DictionaryBook(const Config& config, store::Store& store) : config_(config), store_(store) {
  for (PeerIndex p = 0; p < config.peers.size(); ++p) {
    auto& agreed = agreed_.emplace_back();
    for (const auto& d : config.peers[p].dictionaries) {
      // A refusal holds until the restart: by then somebody may have copied the file.
      const bool proven = store.setting(key(p, d.id())).value_or("") == "proven";
      agreed.push_back({d, proven ? Standing::proven : Standing::untried});
      const bool known = std::any_of(held_.begin(), held_.end(), [&d](const auto& h) { return h.id() == d.id(); });
      if (!known) held_.push_back(d);
    }
  }
}

// With the id of the file: another file is another agreement.
std::string DictionaryBook::key(PeerIndex peer, std::uint32_t id) const {
  return "dictionary/" + config_.peers[peer].name + "/" + annexe::to_hex_id(id);
}

annexe::Dictionaries DictionaryBook::shared_by(const std::vector<PeerIndex>& peers,
                                               const std::function<bool(PeerIndex)>& silent) const {
  annexe::Dictionaries out;
  if (peers.empty()) return out;
  const auto usable = [&](PeerIndex peer, std::uint32_t id) {
    return std::any_of(agreed_[peer].begin(), agreed_[peer].end(), [&](const Agreed& a) {
      return a.dictionary.id() == id && a.standing != Standing::refused &&
             (a.standing == Standing::proven || !silent(peer));
    });
  };
  for (const auto& a : agreed_[peers.front()]) {
    const auto id = a.dictionary.id();
    if (std::all_of(peers.begin(), peers.end(), [&](PeerIndex p) { return usable(p, id); }))
      out.push_back(a.dictionary);
  }
  return out;
}

bool DictionaryBook::refused(PeerIndex peer, std::uint16_t dictionary) {
  bool changed = false;
  for (auto& a : agreed_[peer]) {
    if (a.dictionary.short_id() != dictionary || a.standing == Standing::refused) continue;
    a.standing = Standing::refused;
    store_.set_setting(key(peer, a.dictionary.id()), "refused");
    changed = true;
  }
  return changed;
}

void DictionaryBook::proven(PeerIndex peer, std::uint32_t dictionary) {
  for (auto& a : agreed_[peer]) {
    if (a.dictionary.id() != dictionary || a.standing == Standing::proven) continue;
    a.standing = Standing::proven;
    store_.set_setting(key(peer, dictionary), "proven");
  }
}

}  // namespace longwire::engine
