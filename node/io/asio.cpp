// Boost.Asio is used with separate compilation: this is the one unit that compiles it.
#include <boost/asio/impl/src.hpp>
