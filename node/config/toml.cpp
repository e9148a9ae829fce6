// toml++ is used with separate compilation: this is the one unit that compiles it.
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
