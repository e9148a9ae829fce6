// The command line of sendmail(8) as programs use it (cron, mail(1), monitoring scripts).
#pragma once

#include "base/result.hpp"
#include "mail/envelope.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::smtp {

// sysexits.h, which callers of sendmail look at. A core has no <sysexits.h>: the numbers are the contract.
namespace sysexits {
inline constexpr int ok = 0;
inline constexpr int usage = 64;
inline constexpr int data_error = 65;   // the input cannot be a message
inline constexpr int no_user = 67;      // every recipient refused as unknown
inline constexpr int unavailable = 69;  // refused for good
inline constexpr int software = 70;
inline constexpr int temporary = 75;  // node not running, or 4yz: try again
inline constexpr int no_permission = 77;
}  // namespace sysexits

struct SendmailOptions {
  enum class Mode : std::uint8_t {
    submit,      // -bm, and when nothing else is asked
    smtp,        // -bs: SMTP on standard input and output
    list_queue,  // -bp, mailq
    nothing,     // -bi (newaliases), -q: there is nothing to do in this node
  } mode = Mode::submit;

  bool recipients_from_header = false;  // -t
  bool dot_is_text = false;             // -i, -oi: a line with a single dot does not end the input
  bool verbose = false;                 // -v
  std::optional<std::string> from;      // -f, -r; "" is the null reverse-path
  std::string full_name;                // -F
  std::vector<std::string> recipients;  // as typed, comments and names removed
  std::optional<mail::Notify> notify;   // -N
  mail::Ret ret = mail::Ret::unset;     // -R
  std::string envid;                    // -V, coded as xtext
  std::optional<int> mt_priority;       // -O MT-PRIORITY=n, ours
  std::string config_file;              // -C
};

// `arguments` without the program's name; `called_as` is that name (mailq, newaliases and sendmail differ).
// Options of sendmail that mean nothing here are ignored (-G -m -n -U -o.. -O.. -B.. -A.. -L.. -X.. -d..);
// unknown ones and -bd, -bt, -bv are errors. Error: usage, offset = index of the argument.
Result<SendmailOptions> parse_sendmail_options(std::string_view called_as, const std::vector<std::string>& arguments);

}  // namespace longwire::smtp
