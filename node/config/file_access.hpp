// FileAccess: what a reader of the configuration may do with the files that the text names.
#pragma once

#include "base/time.hpp"

#include <string>

namespace longwire::config {

struct FileAccess {         // an operator who only asks the daemon something may not read the keys
  bool read = true;         // false: paths are taken as they stand, octets stay empty
  std::string credentials;  // the folder that "credential:NAME" means (systemd.exec(5)); empty: not known
  Time now{};               // certificates are judged by; 1970: not at all
  bool strict = false;      // a certificate that is not valid now is an error: for who looks, not for who has to run
};

}  // namespace longwire::config
