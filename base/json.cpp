// Boost.JSON is header-only here: this is the one unit that compiles it.
#include <boost/json/src.hpp>
