// toml++ is used with separate compilation: this is the one unit that compiles it.
//
// toml++ 3.3 asserts in parse_key() that a table header begins with a key character before it looks
// whether it does: "[=x]" aborts, or with NDEBUG is undefined. The code behind the assertion handles
// the case well, so the assertions are taken out of the parser (the fuzz target `config` found this
// and watches it).
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
