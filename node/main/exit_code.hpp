// Exit codes of every sub-command (design 4.1).
#pragma once

namespace longwire {

enum ExitCode : int {
  exit_yes = 0,
  exit_no = 1,  // a negative answer, invalid input
  exit_usage = 2,
  exit_unreachable = 3,  // the daemon does not answer
};

}  // namespace longwire
