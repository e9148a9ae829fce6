#include "node/io/serial_port.hpp"

#include "base/limits.hpp"
#include "node/io/serial_line.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <termios.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace longwire::io {

namespace {

using boost::system::error_code;

constexpr std::chrono::microseconds reopen_pause{200'000};

using Ptt = SerialPort::Settings::Ptt;

}  // namespace

struct SerialPort::Line {
  Line(boost::asio::io_context& io, int fd) : descriptor(io, fd) {}
  boost::asio::posix::stream_descriptor descriptor;
  std::array<std::uint8_t, 4096> in{};
  Bytes out;
  bool waiting = false;  // until the line takes more
};

SerialPort::SerialPort(boost::asio::io_context& io, Settings settings, const Clock& clock, Handlers handlers)
    : io_(io),
      settings_(std::move(settings)),
      clock_(clock),
      handlers_(std::move(handlers)),
      timer_(io),
      watchdog_([this](int fd) { key_off(fd); }) {}

SerialPort::~SerialPort() { stop(); }

void SerialPort::start() { open(); }

void SerialPort::stop() {
  stopped_ = true;
  timer_.cancel();
  drop();
}

void SerialPort::open() {
  if (stopped_) return;
  try {
    line_ = std::make_shared<Line>(io_, open_serial_line(settings_.device, settings_.baud, settings_.data_bits));
  } catch (const std::exception& e) {
    return lost(e.what());
  }
  line_->descriptor.non_blocking(true);
  const auto mine = line_;
  // RTS of a line that was just opened is up until somebody drops it.
  const int fd = line_->descriptor.native_handle();
  const bool has_rts = set_line_rts(fd, false);
  if (!has_rts && settings_.ptt == Ptt::rts)
    handlers_.warn("serial_no_rts", "the line has no RTS: it cannot key a radio");
  if (settings_.ptt == Ptt::dtr && !set_line_dtr(fd, false))
    handlers_.warn("serial_no_dtr", "the line has no DTR: it cannot key a radio");
  // A daemon that was killed within an over has left the radio keyed.
  if (settings_.ptt == Ptt::command) key_off(fd);
  back_off_.reset();
  handlers_.opened();
  if (mine == line_) read();
}

void SerialPort::drop() {
  const auto old = std::exchange(line_, nullptr);
  if (!old) return;
  if (keyed_ || settings_.ptt != Ptt::command) key_off(old->descriptor.native_handle());
  keyed_ = false;
  (void)watchdog_.disarm();
  error_code ignored;
  (void)old->descriptor.close(ignored);
}

void SerialPort::read() {
  line_->descriptor.async_read_some(boost::asio::buffer(line_->in),
                                    [this, mine = line_](const error_code& e, std::size_t size) {
                                      if (mine != line_) return;
                                      if (e) return lost(e.message());
                                      handlers_.bytes({mine->in.data(), size});
                                      if (mine == line_) read();
                                    });
}

void SerialPort::write(Bytes octets) {
  if (!line_ || octets.empty()) return;
  if (line_->out.size() + octets.size() > limits::port_output_octets) return lost("the line takes no more octets");
  line_->out.insert(line_->out.end(), octets.begin(), octets.end());
  write_some();
}

void SerialPort::write_some() {
  auto& l = *line_;
  error_code failed;
  while (!l.waiting && !l.out.empty() && !failed) {
    const auto size = l.descriptor.write_some(boost::asio::buffer(l.out), failed);
    l.out.erase(l.out.begin(), l.out.begin() + static_cast<std::ptrdiff_t>(size));
  }
  if (!failed) return;
  // Nothing is in the hands of the loop meanwhile: what set_ptt() drops is gone.
  l.waiting = true;
  l.descriptor.async_wait(boost::asio::posix::descriptor_base::wait_write, [this, mine = line_](const error_code& e) {
    if (mine != line_) return;
    if (e) return lost(e.message());
    mine->waiting = false;
    write_some();
  });
}

void SerialPort::reopen(bool at_once) {
  if (!line_) return;
  // What the driver still holds would be radiated at the next RTS.
  if (at_once) (void)::tcflush(line_->descriptor.native_handle(), TCOFLUSH);
  lost({});
}

void SerialPort::set_ptt(bool on) {
  if (!line_ || settings_.ptt == Ptt::none || on == keyed_) return;
  keyed_ = on;
  const int fd = line_->descriptor.native_handle();
  if (on) {
    watchdog_.arm(fd, settings_.most_keyed);
    return key_on();
  }
  // An over that was cut leaves nothing for the next one.
  line_->out.clear();
  key_off(fd);
  if (watchdog_.disarm()) handlers_.warn("transmit_watchdog", "PTT was dropped beside the loop: the node was stuck");
}

void SerialPort::key_on() {
  const int fd = line_->descriptor.native_handle();
  switch (settings_.ptt) {
    case Ptt::none:
      return;
    case Ptt::rts:
      (void)set_line_rts(fd, true);
      return;
    case Ptt::dtr:
      (void)set_line_dtr(fd, true);
      return;
    case Ptt::command:
      line_->out = settings_.ptt_on;
      return write_some();
  }
}

// Also on the watchdog's thread. A command does not wait behind what is to be radiated.
void SerialPort::key_off(int fd) const {
  switch (settings_.ptt) {
    case Ptt::none:
      (void)set_line_rts(fd, false);
      return;
    case Ptt::rts:
      (void)set_line_rts(fd, false);
      break;
    case Ptt::dtr:
      (void)set_line_dtr(fd, false);
      break;
    case Ptt::command:
      break;
  }
  (void)::tcflush(fd, TCOFLUSH);
  if (settings_.ptt != Ptt::command) return;
  // The line is empty: it takes so few octets at once.
  const auto written = ::write(fd, settings_.ptt_off.data(), settings_.ptt_off.size());
  (void)written;
}

void SerialPort::lost(std::string_view why) {
  const std::string text(why);
  drop();
  timer_.cancel();
  if (!stopped_) {
    timer_.expires_after(clock_.real(text.empty() ? reopen_pause : back_off_.next()));
    timer_.async_wait([this](const error_code& e) {
      if (!e && !line_) open();
    });
  }
  handlers_.closed(text.empty() ? std::string_view("reopened") : std::string_view(text));
}

}  // namespace longwire::io
