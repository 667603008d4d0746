#include "adapters/gateway/client_hello.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstddef>

#include "domain/check.hpp"

namespace mino::gateway {
namespace {

constexpr unsigned kEncryptedClientHello = 0xFE0D;  // IANA, TLS ExtensionType Values
constexpr char kHandshakeRecord = '\x16';

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// What one reader has found out; OpenSSL hands it to the callback as the connection's data.
struct Finding {
  HelloState state = HelloState::kNeedMore;
  ClientHello hello;
};

std::optional<std::string_view> extension(SSL* ssl, unsigned type) {
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, type, &data, &size) != 1) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(data), size);
}

/// RFC 6066 section 3: a list that holds one host_name and nothing else. Nothing when it is not.
std::optional<std::string> read_server_name(std::string_view list) {
  constexpr std::size_t kHeader = 5;  // list length, type, name length
  const auto at = [list](std::size_t index) { return static_cast<unsigned char>(list[index]); };
  const auto u16 = [&at](std::size_t index) {
    return static_cast<std::size_t>(at(index)) << 8U | at(index + 1);
  };
  if (list.size() <= kHeader || u16(0) != list.size() - 2 || at(2) != TLSEXT_NAMETYPE_host_name ||
      u16(3) != list.size() - kHeader) {
    return std::nullopt;
  }
  const std::string_view name = list.substr(kHeader);
  if (name.find('\0') != std::string_view::npos) return std::nullopt;
  return std::string(name);
}

int on_client_hello(SSL* ssl, int* alert, void* /*argument*/) {
  Finding& finding = *static_cast<Finding*>(SSL_get_ex_data(ssl, 0));
  finding.state = HelloState::kComplete;
  finding.hello.encrypted_client_hello = extension(ssl, kEncryptedClientHello).has_value();
  if (const auto list = extension(ssl, TLSEXT_TYPE_server_name)) {
    finding.hello.server_name = read_server_name(*list);
    if (!finding.hello.server_name) finding.state = HelloState::kBroken;
  }
  *alert = SSL_AD_ACCESS_DENIED;
  return SSL_CLIENT_HELLO_ERROR;
}

int accept_extension(SSL* /*ssl*/, unsigned /*type*/, unsigned /*context*/,
                     const unsigned char* /*data*/, std::size_t /*size*/, X509* /*certificate*/,
                     std::size_t /*chain_index*/, int* /*alert*/, void* /*argument*/) {
  return 1;
}

std::unique_ptr<SSL_CTX, FreeContext> make_context() {
  // The system's openssl.cnf is about connections that are made, and may be out of reach.
  if (OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) != 1) return nullptr;
  std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_server_method()));
  if (!context) return nullptr;
  SSL_CTX_set_client_hello_cb(context.get(), on_client_hello, nullptr);
  // OpenSSL shows the callback only types that it knows. It refuses to be told of one that it has
  // come to know by itself, which is as good.
  SSL_CTX_add_custom_ext(context.get(), kEncryptedClientHello, SSL_EXT_CLIENT_HELLO, nullptr,
                         nullptr, nullptr, accept_extension, nullptr);
  ERR_clear_error();
  return context;
}

SSL_CTX* shared_context() {
  static const std::unique_ptr<SSL_CTX, FreeContext> kContext = make_context();
  return kContext.get();
}

}  // namespace

struct ClientHelloReader::State {
  std::unique_ptr<SSL, FreeSsl> ssl;  ///< only while more is needed
  BIO* in = nullptr;                  ///< the SSL's
  std::size_t seen = 0;
  Finding finding;
};

bool prepare_client_hello_readers() {
  // A record of no known version makes OpenSSL load what it needs to report an error.
  ClientHelloReader reader;
  return shared_context() != nullptr &&
         reader.feed(std::string_view("\x16\xFF\xFF\x00\x01\x00", 6)) == HelloState::kBroken;
}

ClientHelloReader::ClientHelloReader() : state_(std::make_unique<State>()) {
  SSL_CTX* const context = shared_context();
  if (context != nullptr) state_->ssl.reset(SSL_new(context));
  BIO* const in = BIO_new(BIO_s_mem());
  BIO* const out = BIO_new(BIO_s_null());
  if (!state_->ssl || in == nullptr || out == nullptr ||
      SSL_set_ex_data(state_->ssl.get(), 0, &state_->finding) != 1) {
    BIO_free(in);
    BIO_free(out);
    state_->ssl.reset();
    state_->finding.state = HelloState::kBroken;
    return;
  }
  BIO_set_mem_eof_return(in, -1);
  SSL_set_bio(state_->ssl.get(), in, out);
  state_->in = in;
}

ClientHelloReader::ClientHelloReader(ClientHelloReader&&) noexcept = default;
ClientHelloReader& ClientHelloReader::operator=(ClientHelloReader&&) noexcept = default;
ClientHelloReader::~ClientHelloReader() = default;

HelloState ClientHelloReader::feed(std::string_view bytes) {
  State& state = *state_;
  Finding& finding = state.finding;
  if (finding.state != HelloState::kNeedMore || bytes.empty()) return finding.state;
  // OpenSSL would also read a hello in SSL 2.0's form.
  if (state.seen == 0 && bytes[0] != kHandshakeRecord) finding.state = HelloState::kBroken;
  const std::string_view taken = bytes.substr(0, kMaxBytes - state.seen);
  state.seen += taken.size();
  if (finding.state == HelloState::kNeedMore && !taken.empty()) {
    ERR_clear_error();
    const int size = static_cast<int>(taken.size());
    bool waits = BIO_write(state.in, taken.data(), size) == size;
    if (waits) {
      const int result = SSL_accept(state.ssl.get());
      waits = finding.state != HelloState::kNeedMore ||
              SSL_get_error(state.ssl.get(), result) == SSL_ERROR_WANT_READ;
    }
    if (!waits) finding.state = HelloState::kBroken;
    ERR_clear_error();
  }
  if (finding.state == HelloState::kNeedMore && taken.size() < bytes.size()) {
    finding.state = HelloState::kBroken;
  }
  if (finding.state != HelloState::kNeedMore) state.ssl.reset();
  return finding.state;
}

const ClientHello& ClientHelloReader::hello() const {
  MINO_CHECK(state_->finding.state == HelloState::kComplete);
  return state_->finding.hello;
}

}  // namespace mino::gateway
