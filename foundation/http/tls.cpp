// TLS over OpenSSL through Asio. This file also holds Asio's own TLS code (BOOST_ASIO_SEPARATE_COMPILATION).
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "foundation/http/transport.hpp"

namespace carnet::http {
namespace {

namespace ssl = asio::ssl;
using kernel::ErrorKind;
constexpr asio::as_tuple_t<asio::use_awaitable_t<io::Executor>> as_outcome{};

class Tls final : public Transport {
 public:
  Tls(Socket socket, ssl::context& context, ssl::stream_base::handshake_type side)
      : stream_(std::move(socket), context), side_(side) {}
  io::Task<IoError> handshake() override {
    const auto [error] = co_await stream_.async_handshake(side_, as_outcome);
    co_return error;
  }
  io::Task<IoOutcome> read_some(asio::mutable_buffer into) override {
    return stream_.async_read_some(into, as_outcome);
  }
  io::Task<IoOutcome> write_some(std::array<asio::const_buffer, 2> from) override {
    return stream_.async_write_some(from, as_outcome);
  }
  io::Task<void> say_goodbye() override { co_await stream_.async_shutdown(as_outcome); }
  bool is_tls() const override { return true; }
  bool is_http2() const override {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(const_cast<ssl::stream<Socket>&>(stream_).native_handle(), &name, &size);
    return size == 2 && name[0] == 'h' && name[1] == '2';
  }
  Socket& socket() override { return stream_.next_layer(); }
  SSL* handle() { return stream_.native_handle(); }

 private:
  ssl::stream<Socket> stream_;
  ssl::stream_base::handshake_type side_;
};

constexpr unsigned char alpn_http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
constexpr unsigned char alpn_all[] = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// A client that names protocols and none of these is refused: it would not understand the answer.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, alpn_all, sizeof alpn_all, offered, offered_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void only_tls_1_3(ssl::context& context) {
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_3_VERSION);
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);  // idle connections hold no record buffers
}

std::unexpected<kernel::Error> refuse(std::string_view why) {
  return kernel::refuse(ErrorKind::invalid, "http.certificate", why);
}

using OwnedCertificate = std::unique_ptr<X509, decltype(&X509_free)>;

OwnedCertificate read_certificate(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  OwnedCertificate certificate(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), X509_free);
  BIO_free(bio);
  return certificate;
}

}  // namespace

struct TlsServer::State {
  ssl::context context{ssl::context::tls_server};
};

TlsServer::TlsServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsServer::TlsServer(TlsServer&&) noexcept = default;
TlsServer::~TlsServer() = default;

kernel::Result<TlsServer> TlsServer::make(const std::string& certificate_pem, const std::string& key_pem) {
  auto state = std::make_unique<State>();
  auto& context = state->context;
  only_tls_1_3(context);
  SSL_CTX_set_num_tickets(context.native_handle(), 1);
  SSL_CTX_set_alpn_select_cb(context.native_handle(), choose_protocol, nullptr);
  IoError error;
  context.use_certificate_chain(asio::buffer(certificate_pem), error);
  if (error) return refuse("the certificate chain cannot be read");
  context.use_private_key(asio::buffer(key_pem), ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(context.native_handle()) != 1) {
    return refuse("the key cannot be read or is not the certificate's");
  }
  return TlsServer(std::move(state));
}

std::unique_ptr<Transport> TlsServer::transport(Socket socket) const {
  return std::make_unique<Tls>(std::move(socket), state_->context, ssl::stream_base::server);
}

struct TlsClient::State {
  ssl::context context{ssl::context::tls_client};
  OwnedCertificate exact{nullptr, X509_free};
};

TlsClient::TlsClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsClient::TlsClient(TlsClient&&) noexcept = default;
TlsClient::~TlsClient() = default;

kernel::Result<TlsClient> TlsClient::make(const std::string& authority_pem, const std::string& exact_certificate_pem) {
  if (authority_pem.empty() == exact_certificate_pem.empty()) {
    return refuse("a TLS client needs either an authority or the exact certificate");
  }
  auto state = std::make_unique<State>();
  auto& context = state->context;
  only_tls_1_3(context);
  SSL_CTX_set_alpn_protos(context.native_handle(), alpn_http_1_1, sizeof alpn_http_1_1);
  IoError error;
  context.set_verify_mode(ssl::verify_peer, error);
  if (error) return refuse("the certificate cannot be verified");
  if (!authority_pem.empty()) {
    context.add_certificate_authority(asio::buffer(authority_pem), error);
    if (error) return refuse("the authority's certificate cannot be read");
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
    return TlsClient(std::move(state));
  }
  state->exact = read_certificate(exact_certificate_pem);
  if (!state->exact) return refuse("the exact certificate cannot be read");
  const auto is_exact = [expected = state->exact.get()](bool, ssl::verify_context& chain) {
    X509* shown = X509_STORE_CTX_get0_cert(chain.native_handle());
    return shown != nullptr && X509_cmp(shown, expected) == 0;
  };
  context.set_verify_callback(is_exact, error);
  if (error) return refuse("the certificate cannot be verified");
  return TlsClient(std::move(state));
}

std::unique_ptr<Transport> TlsClient::transport(Socket socket, const std::string& server_name) const {
  auto transport = std::make_unique<Tls>(std::move(socket), state_->context, ssl::stream_base::client);
  SSL* handle = transport->handle();
  IoError error;
  asio::ip::make_address(server_name, error);
  const bool is_address = !error;
  if (!is_address) SSL_set_tlsext_host_name(handle, const_cast<char*>(server_name.c_str()));
  if (!state_->exact) {
    // A name that cannot be set must not turn the check off: the empty list of names accepts any.
    const int set = is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), server_name.c_str())
                               : SSL_set1_host(handle, server_name.c_str());
    CARNET_INVARIANT(set == 1 && !server_name.empty(), "the server's name is verified");
  }
  return transport;
}

}  // namespace carnet::http
