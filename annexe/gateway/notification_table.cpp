#include "annexe/gateway/notification_table.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace longwire::gateway {

namespace {

enum class Kind : std::uint8_t { manual_receipt, automatic_receipt, discarded, forwarded, transferred, refused };

struct Row {
  Kind kind;
  std::string_view modes;
  std::string_view type;  // with its modifier
};
// For ACP 127 (X.400 has other-notifications for it, RFC 8098 nothing): what left by another network was dispatched,
// what could not was processed with an error.
constexpr std::array rows{
    Row{Kind::manual_receipt, "manual-action/MDN-sent-manually", "displayed"},
    Row{Kind::automatic_receipt, "automatic-action/MDN-sent-automatically", "processed"},
    Row{Kind::discarded, "automatic-action/MDN-sent-automatically", "deleted"},
    Row{Kind::forwarded, "automatic-action/MDN-sent-automatically", "dispatched"},
    Row{Kind::transferred, "automatic-action/MDN-sent-automatically", "dispatched"},
    Row{Kind::refused, "automatic-action/MDN-sent-automatically", "processed/error"},
};

Kind kind_of(const x400::Ipn& ipn) {
  if (const auto* receipt = std::get_if<x400::Receipt>(&ipn.outcome))
    return receipt->automatic ? Kind::automatic_receipt : Kind::manual_receipt;
  if (const auto* none = std::get_if<x400::NonReceipt>(&ipn.outcome))
    return none->reason == 1 ? Kind::forwarded : Kind::discarded;
  const auto& other = std::get<x400::OtherNotification>(ipn.outcome);
  return other.acp127 && (other.acp127->type & acp127_negative) != 0 ? Kind::refused : Kind::transferred;
}

struct Word {
  std::uint8_t bit;
  std::string_view text;
};
constexpr std::array words{Word{acp127_negative, "nn"}, Word{acp127_positive, "pn"}, Word{acp127_transfer, "tn"}};

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto end = text.find(at);
    out.push_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string disposition_of(const x400::Ipn& ipn) {
  const auto kind = kind_of(ipn);
  const auto row = std::find_if(rows.begin(), rows.end(), [kind](const Row& r) { return r.kind == kind; });
  return std::string(row->modes) + "; " + std::string(row->type);
}

std::optional<decltype(x400::Ipn::outcome)> outcome_of(std::string_view disposition) {
  const auto parts = split(disposition, ';');
  if (parts.size() != 2) return std::nullopt;
  const auto type = to_lower(parts[1]);
  const auto row = std::find_if(rows.begin(), rows.end(), [&type](const Row& r) { return r.type == type; });
  if (row == rows.end()) return std::nullopt;
  switch (row->kind) {
    case Kind::manual_receipt: {
      // 6.13: displayed is a receipt; how, the action word says.
      x400::Receipt out;
      out.automatic = to_lower(parts[0]).starts_with("automatic-action");
      return out;
    }
    case Kind::automatic_receipt: {
      x400::Receipt out;
      out.automatic = true;
      out.supplementary = "processed";
      return out;
    }
    case Kind::discarded:
    case Kind::forwarded: {
      x400::NonReceipt out;
      out.reason = row->kind == Kind::forwarded ? 1 : 0;
      return out;
    }
    case Kind::transferred:
    case Kind::refused:
      break;  // only with the fields of an ACP 127 response
  }
  return std::nullopt;
}

std::string acp127_words(std::uint8_t type) {
  std::string out;
  for (const auto& w : words)
    if ((type & w.bit) != 0) out += (out.empty() ? "" : ", ") + std::string(w.text);
  return out;
}

std::optional<std::uint8_t> parse_acp127_words(std::string_view text) {
  unsigned out = 0;
  for (const auto part : split(text, ',')) {
    const auto word = std::find_if(words.begin(), words.end(), [part](const Word& w) { return iequals(w.text, part); });
    if (word == words.end()) return std::nullopt;
    out |= word->bit;
  }
  return static_cast<std::uint8_t>(out);
}

std::string format_address_list(const x400::AddressList& list, const Settings& settings) {
  std::string out = list.type == 1 ? "copy" : "primary";
  if (list.name.formal) out += "; <" + settings.addresses.to_rfc822(*list.name.formal) + ">";
  if (list.notification) out += "; notification=" + std::to_string(*list.notification);
  if (list.reply) out += "; reply=" + std::to_string(*list.reply);
  return out;
}

std::optional<x400::AddressList> parse_address_list(std::string_view text, const Settings& settings) {
  x400::AddressList out;
  for (const auto part : split(text, ';')) {
    const auto number = [part](std::string_view prefix) -> std::optional<int> {
      if (!part.starts_with(prefix)) return std::nullopt;
      const auto n = parse_unsigned(part.substr(prefix.size()));
      return n && *n < 128 ? std::optional(static_cast<int>(*n)) : std::nullopt;
    };
    if (part == "copy") {
      out.type = 1;
    } else if (part.starts_with('<') && part.ends_with('>')) {
      auto name = settings.addresses.to_or(part.substr(1, part.size() - 2));
      if (!name) return std::nullopt;
      out.name.formal = *std::move(name);
    } else if (const auto n = number("notification=")) {
      out.notification = n;
    } else if (const auto r = number("reply=")) {
      out.reply = r;
    } else if (part != "primary") {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace longwire::gateway
