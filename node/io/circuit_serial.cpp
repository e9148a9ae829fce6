#include "node/io/circuit_serial.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace longwire::io {

namespace {

using boost::system::error_code;

// Units of a character: start, data, stop.
constexpr double units_ita2 = 1 + 5 + 1.5, units_ia5 = 1 + 8 + 1;
constexpr std::chrono::milliseconds piece{250};  // as much as goes out in this time is given to the line at once

}  // namespace

CircuitSerial::CircuitSerial(boost::asio::io_context& io, const Settings& settings, const Clock& clock,
                             Handlers handlers)
    : io_(io),
      clock_(clock),
      handlers_(std::move(handlers)),
      characters_a_second_(settings.baud / (settings.code == acp127::Code::ita2 ? units_ita2 : units_ia5)),
      scanner_(settings.code),
      port_(io, port_settings(settings), clock, port_handlers()),
      timer_(io) {}

SerialPort::Settings CircuitSerial::port_settings(const Settings& settings) const {
  SerialPort::Settings out;
  out.device = settings.device;
  out.baud = settings.baud;
  out.data_bits = settings.code == acp127::Code::ita2 ? 5 : 8;
  out.ptt = SerialPort::Settings::Ptt::none;
  return out;
}

BytePort::Handlers CircuitSerial::port_handlers() {
  return {[this] {
            open_ = true;
            handlers_.state(true, port_.name());
          },
          [this](std::string_view why) {
            if (std::exchange(open_, false)) handlers_.state(false, std::string(why));
            scanner_.finish();
            fetch();
            finish(false, std::string(why));
          },
          [this](ByteView octets) {
            scanner_.feed(octets);
            fetch();
          },
          [this](std::string_view name, std::string text) {
            handlers_.report("warning", name, {{"text", text}});
          }};
}

void CircuitSerial::stop() {
  stopped_ = true;
  timer_.cancel();
  port_.stop();
}

void CircuitSerial::fetch() {
  while (auto found = scanner_.poll()) handlers_.message(std::move(*found));
}

void CircuitSerial::send(std::uint64_t delivery, std::string /*name*/, Bytes octets) {
  sending_ = Sending{delivery, std::move(octets), 0};
  boost::asio::post(io_, [this] {
    if (stopped_ || !sending_) return;
    if (!open_) return finish(false, "the line is not open");
    feed_line();
  });
}

void CircuitSerial::feed_line() {
  auto& s = *sending_;
  if (s.written == s.octets.size()) return finish(true, "");
  const auto most = std::max<std::size_t>(1, static_cast<std::size_t>(characters_a_second_ * piece.count() / 1000));
  const auto count = std::min(most, s.octets.size() - s.written);
  const auto begin = s.octets.begin() + static_cast<std::ptrdiff_t>(s.written);
  port_.write(Bytes(begin, begin + static_cast<std::ptrdiff_t>(count)));
  s.written += count;
  timer_.expires_after(clock_.real(from_seconds(static_cast<double>(count) / characters_a_second_)));
  timer_.async_wait([this](const error_code& e) {
    if (!e && sending_ && !stopped_) feed_line();
  });
}

void CircuitSerial::finish(bool ok, const std::string& text) {
  if (!sending_ || stopped_) return;
  const auto s = *std::exchange(sending_, std::nullopt);
  timer_.cancel();
  handlers_.sent({s.delivery, ok, s.written > 0, s.octets.size(), text});
}

}  // namespace longwire::io
