#include "sim/trace.hpp"

#include "acp142/pdu.hpp"
#include "bearers/s5066/d_pdu.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace longwire::sim {

std::string hex64(std::uint64_t value) {
  std::string out(16, '0');
  for (auto at = out.rbegin(); at != out.rend(); ++at, value >>= 4) *at = "0123456789abcdef"[value & 0xF];
  return out;
}

namespace {

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

// Seconds with six decimals, without going through a floating-point number.
void append_seconds(std::string& out, Duration d) {
  const auto us = static_cast<std::uint64_t>(d.count());
  append_number(out, us / 1'000'000);
  out += '.';
  for (std::uint64_t unit = 100'000, rest = us % 1'000'000; unit > 0; unit /= 10)
    out += static_cast<char>('0' + rest / unit % 10);
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (octet < 0x20 || octet >= 0x7F) {  // Latin 1 reading of stray octets keeps the line ASCII
      out += "\\u00";
      out += "0123456789abcdef"[octet >> 4];
      out += "0123456789abcdef"[octet & 0xF];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void Trace::open(Time now) {
  line_.assign("{\"t\":");
  append_seconds(line_, now - start_);
}

void Trace::member(std::string_view key, std::string_view value) {
  line_ += ",\"";
  line_ += key;
  line_ += "\":";
  append_string(line_, value);
}

void Trace::member(std::string_view key, std::uint64_t value) {
  line_ += ",\"";
  line_ += key;
  line_ += "\":";
  append_number(line_, value);
}

void Trace::close() {
  line_ += "}\n";
  hash_.add(line_);
  ++lines_;
  if (file_ != nullptr) file_->write(line_.data(), static_cast<std::streamsize>(line_.size()));
}

void Trace::air(const AirEvent& event, std::string_view link, std::string_view station) {
  open(event.time);
  switch (event.kind) {
    case AirEvent::Kind::started:
      member("air", "sent");
      break;
    case AirEvent::Kind::arrived:
      member("air", "received");
      break;
    case AirEvent::Kind::lost:
      member("air", "lost");
      break;
  }
  member("link", link);
  member("node", station);
  member("frame", event.frame->serial);
  if (event.kind == AirEvent::Kind::lost) member("reason", event.reason);
  if (event.kind == AirEvent::Kind::started) {
    const auto& octets = event.frame->octets;
    member("to", to_string(event.frame->destination));
    member("port", event.frame->port);
    member("octets", event.frame->octets_on_air);
    if (event.opens_over) line_ += ",\"over\":true";
    if (octets.size() > 3) member("pdu", acp142::to_string(static_cast<acp142::PduType>(octets[3] & 0x3F)));
    member("hash", hex64(fnv1a(ByteView(octets))));
  }
  close();
}

void Trace::air(const HfEvent& event, std::string_view link, std::string_view station, std::string_view from) {
  open(event.time);
  switch (event.kind) {
    case HfEvent::Kind::carrier_up:
      member("air", "carrier up");
      break;
    case HfEvent::Kind::carrier_down:
      member("air", "carrier down");
      break;
    case HfEvent::Kind::sent:
      member("air", "sent");
      break;
    case HfEvent::Kind::heard:
      member("air", "heard");
      break;
    case HfEvent::Kind::lost:
      member("air", "lost");
      break;
  }
  member("link", link);
  member("node", station);
  if (event.kind == HfEvent::Kind::carrier_up) member("rate", event.waveform.rate_bps);
  if (event.serial != 0) member("frame", event.serial);
  if (event.station != event.from) member("from", from);
  if (!event.reason.empty()) member("reason", event.reason);
  if (event.kind == HfEvent::Kind::sent) {
    const auto& octets = *event.octets;
    member("octets", octets.size());
    // The type is in the high half of the octet behind the sync word (C.3.2.2).
    if (octets.size() > 4) {
      member("d_pdu", s5066::to_string(static_cast<s5066::DPduType>(octets[2] >> 4)));
      member("eot", octets[4]);
    }
    member("hash", hex64(fnv1a(ByteView(octets))));
  }
  close();
}

void Trace::report(const engine::action::Report& report, std::string_view node, Time now) {
  open(now);
  member("node", node);
  member("level", report.level);
  member("report", report.name);
  line_ += ",\"fields\":";
  line_ += boost::json::serialize(report.fields);
  close();
}

void Trace::world(Time now, std::string_view what, std::string_view node, std::string_view detail) {
  open(now);
  member("world", what);
  if (!node.empty()) member("node", node);
  if (!detail.empty()) member("detail", detail);
  close();
}

}  // namespace longwire::sim
