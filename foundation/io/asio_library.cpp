// The bodies of Boost.Asio, compiled once for the whole program (BOOST_ASIO_SEPARATE_COMPILATION). The TLS part belongs
// to foundation/http.
#include <boost/asio/impl/src.hpp>
