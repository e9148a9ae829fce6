#include "node/io/serial_port.hpp"

#include "base/limits.hpp"
#include "node/io/serial_line.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <termios.h>

#include <stdexcept>
#include <utility>

namespace longwire::io {

namespace {

using boost::system::error_code;

constexpr std::chrono::microseconds reopen_pause{200'000};

}  // namespace

struct SerialPort::Line {
  Line(boost::asio::io_context& io, int fd) : descriptor(io, fd) {}
  boost::asio::posix::stream_descriptor descriptor;
  std::array<std::uint8_t, 4096> in{};
  Bytes out, writing;
};

SerialPort::SerialPort(boost::asio::io_context& io, Settings settings, const Clock& clock, Handlers handlers)
    : io_(io),
      settings_(std::move(settings)),
      clock_(clock),
      handlers_(std::move(handlers)),
      timer_(io),
      watchdog_([](int fd) { (void)set_line_rts(fd, false); }) {}

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
    line_ = std::make_shared<Line>(io_, open_serial_line(settings_.device, settings_.baud));
  } catch (const std::exception& e) {
    return lost(e.what());
  }
  const auto mine = line_;
  // RTS of a line that was just opened is up until somebody drops it.
  const bool has_rts = set_line_rts(line_->descriptor.native_handle(), false);
  if (!has_rts && settings_.use_rts) handlers_.warn("serial_no_rts", "the line has no RTS: it cannot key a radio");
  back_off_.reset();
  handlers_.opened();
  if (mine == line_) read();
}

void SerialPort::drop() {
  const auto old = std::exchange(line_, nullptr);
  if (!old) return;
  (void)set_line_rts(old->descriptor.native_handle(), false);
  rts_ = false;
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
  if (!l.writing.empty() || l.out.empty()) return;
  l.writing = std::exchange(l.out, {});
  l.descriptor.async_write_some(boost::asio::buffer(l.writing),
                                [this, mine = line_](const error_code& e, std::size_t size) {
                                  if (mine != line_) return;
                                  if (e) return lost(e.message());
                                  auto rest = std::exchange(mine->writing, {});
                                  rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
                                  rest.insert(rest.end(), mine->out.begin(), mine->out.end());
                                  mine->out = std::move(rest);
                                  write_some();
                                });
}

void SerialPort::reopen(bool at_once) {
  if (!line_) return;
  // What the driver still holds would be radiated at the next RTS.
  if (at_once) (void)::tcflush(line_->descriptor.native_handle(), TCOFLUSH);
  lost({});
}

void SerialPort::set_rts(bool on) {
  if (!line_ || !settings_.use_rts || on == rts_) return;
  rts_ = on;
  const int fd = line_->descriptor.native_handle();
  if (on) {
    watchdog_.arm(fd, settings_.most_rts);
    (void)set_line_rts(fd, true);
    return;
  }
  (void)set_line_rts(fd, false);
  // An over that was cut leaves nothing for the next one.
  line_->out.clear();
  (void)::tcflush(fd, TCOFLUSH);
  if (watchdog_.disarm()) handlers_.warn("transmit_watchdog", "RTS was dropped beside the loop: the node was stuck");
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
