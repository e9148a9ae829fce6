#include "node/store/text_forms.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace longwire::store {

namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view text) {
  throw std::invalid_argument(std::string(what) + " \"" + std::string(text) + "\"");
}

// Calls take(part) for each part between the separators; not at all for an empty text.
template <class Take>
void split(std::string_view text, char separator, Take take) {
  if (text.empty()) return;
  for (;;) {
    const auto end = text.find(separator);
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

template <class T>
T number(std::string_view text) {
  const auto value = parse_unsigned(text);
  if (!value || *value > std::numeric_limits<T>::max()) refuse("bad number", text);
  return static_cast<T>(*value);
}

template <class Enum, std::size_t n>
Enum parse_name(const std::array<std::pair<Enum, std::string_view>, n>& names, std::string_view text) {
  for (const auto& [value, name] : names)
    if (name == text) return value;
  refuse("unknown word", text);
}

template <class Enum, std::size_t n>
std::string_view name_of(const std::array<std::pair<Enum, std::string_view>, n>& names, Enum value) {
  for (const auto& [candidate, name] : names)
    if (candidate == value) return name;
  throw std::logic_error("enum value without a name");
}

constexpr std::array state_names{
    std::pair{RecipientState::queued, std::string_view{"queued"}},
    std::pair{RecipientState::held, std::string_view{"held"}},
    std::pair{RecipientState::in_transfer, std::string_view{"in_transfer"}},
    std::pair{RecipientState::transferred, std::string_view{"transferred"}},
    std::pair{RecipientState::delivering, std::string_view{"delivering"}},
    std::pair{RecipientState::delivered, std::string_view{"delivered"}},
    std::pair{RecipientState::relayed, std::string_view{"relayed"}},
    std::pair{RecipientState::failed, std::string_view{"failed"}},
    std::pair{RecipientState::expired, std::string_view{"expired"}},
    std::pair{RecipientState::cancelled, std::string_view{"cancelled"}},
};
constexpr std::array body_names{
    std::pair{mail::Body::seven_bit, std::string_view{"7bit"}},
    std::pair{mail::Body::eight_bit, std::string_view{"8bit"}},
    std::pair{mail::Body::binary, std::string_view{"binary"}},
};
constexpr std::array ret_names{
    std::pair{mail::Ret::unset, std::string_view{""}},
    std::pair{mail::Ret::full, std::string_view{"full"}},
    std::pair{mail::Ret::headers, std::string_view{"headers"}},
};
constexpr std::array form_names{
    std::pair{Form::rfc5322, std::string_view{"rfc5322"}},
    std::pair{Form::p1, std::string_view{"p1"}},
};

void append_escaped(std::string& out, std::string_view word) {
  if (word.empty()) out += '%';
  for (const char c : word) {
    const auto octet = static_cast<std::uint8_t>(c);
    if (octet > 0x20 && octet != 0x7F && c != '%') out += c;
    else out += '%' + to_hex(ByteView{&octet, 1});
  }
}

std::string unescaped(std::string_view word) {
  if (word == "%") return {};
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '%') {
      out += word[i];
      continue;
    }
    const auto octet = from_hex(word.substr(i + 1, 2));
    if (!octet || octet->size() != 1) refuse("bad escape", word);
    out += static_cast<char>(octet->front());
    i += 2;
  }
  return out;
}

}  // namespace

std::string_view to_string(RecipientState state) { return name_of(state_names, state); }
RecipientState parse_recipient_state(std::string_view text) { return parse_name(state_names, text); }

bool is_final(RecipientState state) {
  switch (state) {
    case RecipientState::queued:
    case RecipientState::held:
    case RecipientState::in_transfer:
    case RecipientState::delivering:
      return false;
    case RecipientState::transferred:  // the next hop has taken over (RFC 5321 6.1)
    case RecipientState::delivered:
    case RecipientState::relayed:
    case RecipientState::failed:
    case RecipientState::expired:
    case RecipientState::cancelled:
      return true;
  }
  return false;
}

std::string format_numbers(const std::vector<std::uint32_t>& numbers) {
  std::string out;
  for (const auto n : numbers) out += (out.empty() ? "" : ",") + std::to_string(n);
  return out;
}

std::vector<std::uint32_t> parse_numbers(std::string_view text) {
  std::vector<std::uint32_t> out;
  split(text, ',', [&](std::string_view part) { out.push_back(number<std::uint32_t>(part)); });
  return out;
}

std::string format_runs(const acp142::Runs& runs) {
  std::string out;
  for (const auto& run : runs) {
    if (!out.empty()) out += ',';
    out += std::to_string(run.first);
    if (run.last != run.first) out += '-' + std::to_string(run.last);
  }
  return out;
}

acp142::Runs parse_runs(std::string_view text) {
  acp142::Runs out;
  split(text, ',', [&](std::string_view part) {
    const auto dash = part.find('-');
    const auto first = number<std::uint16_t>(part.substr(0, dash));
    out.push_back({first, dash == std::string_view::npos ? first : number<std::uint16_t>(part.substr(dash + 1))});
  });
  return out;
}

std::string format_ids(const std::vector<PmulId>& ids) {
  std::string out;
  for (const auto id : ids) out += (out.empty() ? "" : ",") + longwire::to_string(id);
  return out;
}

std::vector<PmulId> parse_ids(std::string_view text) {
  std::vector<PmulId> out;
  split(text, ',', [&](std::string_view part) {
    const auto id = parse_pmul_id(part);
    if (!id) refuse("bad P_MUL id", part);
    out.push_back(*id);
  });
  return out;
}

std::string format_words(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) {
    if (!out.empty()) out += ' ';
    append_escaped(out, word);
  }
  return out;
}

std::vector<std::string> parse_words(std::string_view text) {
  std::vector<std::string> out;
  split(text, ' ', [&](std::string_view word) { out.push_back(unescaped(word)); });
  return out;
}

std::string format_notify(const mail::Notify& notify) {
  std::string out;
  const auto add = [&](bool set, std::string_view name) {
    if (!set) return;
    if (!out.empty()) out += ',';
    out += name;
  };
  add(notify.never, "NEVER");
  add(notify.success, "SUCCESS");
  add(notify.failure, "FAILURE");
  add(notify.delay, "DELAY");
  return out;
}

mail::Notify parse_notify(std::string_view text) {
  mail::Notify out;
  split(text, ',', [&](std::string_view name) {
    if (name == "NEVER") out.never = true;
    else if (name == "SUCCESS") out.success = true;
    else if (name == "FAILURE") out.failure = true;
    else if (name == "DELAY") out.delay = true;
    else refuse("unknown NOTIFY word", name);
  });
  return out;
}

std::string_view format_body(mail::Body body) { return name_of(body_names, body); }
mail::Body parse_body(std::string_view text) { return parse_name(body_names, text); }
std::string_view format_ret(mail::Ret ret) { return name_of(ret_names, ret); }
mail::Ret parse_ret(std::string_view text) { return parse_name(ret_names, text); }
std::string_view format_form(Form form) { return name_of(form_names, form); }
Form parse_form(std::string_view text) { return parse_name(form_names, text); }

std::string_view format_by_mode(const mail::DeliverBy& by) {
  if (by.return_if_late) return by.trace ? "RT" : "R";
  return by.trace ? "NT" : "N";
}

mail::DeliverBy parse_by(std::int64_t seconds, std::string_view mode) {
  if (mode != "N" && mode != "R" && mode != "NT" && mode != "RT") refuse("unknown BY mode", mode);
  return {.seconds = seconds, .return_if_late = mode.front() == 'R', .trace = mode.size() == 2};
}

}  // namespace longwire::store
