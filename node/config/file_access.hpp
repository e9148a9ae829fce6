// FileAccess: what a reader of the configuration may do with the files that the text names.
#pragma once

#include <string>

namespace longwire::config {

struct FileAccess {         // an operator who only asks the daemon something may not read the keys
  bool read = true;         // false: paths are taken as they stand, octets stay empty
  std::string credentials;  // the folder that "credential:NAME" means (systemd.exec(5)); empty: not known
};

}  // namespace longwire::config
