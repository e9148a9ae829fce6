// longwire user: lines for the file of users ([smtp] auth_users).
#include "base/limits.hpp"
#include "crypto/scram.hpp"
#include "node/io/system_random.hpp"
#include "node/main/commands.hpp"
#include "node/main/exit_code.hpp"

#include <termios.h>
#include <unistd.h>
#include <iostream>
#include <string>

namespace longwire::commands {

namespace {

// While it lives, a terminal does not show what is typed.
class NoEcho {
 public:
  NoEcho() : is_terminal_(::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~NoEcho() {
    if (is_terminal_) (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  bool is_terminal() const { return is_terminal_; }

 private:
  termios before_{};
  bool is_terminal_;
};

void wipe(std::string& text) { crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

// The first line; on a terminal it is asked for twice.
bool read_password(std::string& out) {
  const NoEcho silence;
  out.reserve(limits::password + 2);
  if (silence.is_terminal()) std::cerr << "Password: " << std::flush;
  if (!std::getline(std::cin, out)) return false;
  if (!out.empty() && out.back() == '\r') out.pop_back();
  if (!silence.is_terminal()) return true;
  std::cerr << "\nAgain: " << std::flush;
  std::string again;
  again.reserve(limits::password + 2);
  const bool same = std::getline(std::cin, again) && again == out;
  std::cerr << "\n";
  wipe(again);
  if (!same) std::cerr << "longwire: the two are not the same\n";
  return same;
}

}  // namespace

int user_hash(const UserHashOptions& options) {
  std::string password;
  if (!read_password(password)) {
    std::cerr << "longwire: no password on standard input\n";
    return exit_no;
  }
  const auto random = io::system_random();
  const auto user = crypto::make_user(options.name, password, options.iterations, *random);
  wipe(password);
  if (!user) {
    std::cerr << "longwire: " << user.error().name << ": " << user.error().text << "\n";
    return exit_no;
  }
  std::cout << crypto::format_user(*user) << "\n";
  return exit_yes;
}

}  // namespace longwire::commands
