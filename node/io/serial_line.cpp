#include "node/io/serial_line.hpp"

#include <fcntl.h>
#include <libserialport.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace longwire::io {

namespace {

std::runtime_error failure(const std::string& device, int code) {
  return std::runtime_error(device + ": " + std::system_category().message(code));
}

struct FreePort {
  void operator()(sp_port* port) const { sp_free_port(port); }
};
using Port = std::unique_ptr<sp_port, FreePort>;

void check(sp_return result, const std::string& device, const char* what) {
  if (result >= SP_OK) return;
  if (result == SP_ERR_FAIL) throw failure(device + ": " + what, sp_last_error_code());
  throw std::runtime_error(device + ": " + what + ": not supported");
}

void set_up(sp_port* port, const std::string& device, std::uint32_t baud, unsigned data_bits) {
  check(sp_set_baudrate(port, static_cast<int>(baud)), device, "baud");
  check(sp_set_bits(port, static_cast<int>(data_bits)), device, "data bits");
  check(sp_set_parity(port, SP_PARITY_NONE), device, "parity");
  // Teleprinters want one and a half; two is what every UART makes of that.
  check(sp_set_stopbits(port, data_bits == 5 ? 2 : 1), device, "stop bits");
  check(sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE), device, "flow control");
  // Not every line has these.
  (void)sp_set_rts(port, SP_RTS_OFF);
  (void)sp_set_dtr(port, SP_DTR_ON);
}

// The descriptor outlives libserialport's object: the copy keeps the line open as it was set up.
int open_real_port(sp_port* port, const std::string& device, std::uint32_t baud, unsigned data_bits) {
  check(sp_open(port, SP_MODE_READ_WRITE), device, "open");
  int own = -1, copy = -1;
  try {
    set_up(port, device, baud, data_bits);
    check(sp_get_port_handle(port, &own), device, "descriptor");
    copy = ::fcntl(own, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) throw failure(device, errno);
    (void)::fcntl(copy, F_SETFL, O_NONBLOCK);
  } catch (...) {
    (void)sp_close(port);
    throw;
  }
  (void)sp_close(port);
  // sp_close() releases the line for others; it is ours alone.
  (void)::ioctl(copy, TIOCEXCL);
  return copy;
}

// A pseudo terminal: raw octets both ways; rate and lines mean nothing there.
int open_terminal(const std::string& device) {
  const int fd = ::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) throw failure(device, errno);
  termios settings{};
  if (::tcgetattr(fd, &settings) != 0) {
    const int code = errno;
    ::close(fd);
    throw failure(device, code);
  }
  ::cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  (void)::tcsetattr(fd, TCSANOW, &settings);
  return fd;
}

bool set_signal(int descriptor, int signal, bool on) {
  return ::ioctl(descriptor, on ? TIOCMBIS : TIOCMBIC, &signal) == 0;
}

}  // namespace

int open_serial_line(const std::string& device, std::uint32_t baud, unsigned data_bits) {
  sp_port* found = nullptr;
  if (sp_get_port_by_name(device.c_str(), &found) != SP_OK) return open_terminal(device);
  const Port port(found);
  return open_real_port(port.get(), device, baud, data_bits);
}

bool set_line_rts(int descriptor, bool on) { return set_signal(descriptor, TIOCM_RTS, on); }
bool set_line_dtr(int descriptor, bool on) { return set_signal(descriptor, TIOCM_DTR, on); }

}  // namespace longwire::io
