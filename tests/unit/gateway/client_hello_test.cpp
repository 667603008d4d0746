#include "adapters/gateway/client_hello.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mino::gateway {
namespace {

using namespace std::string_view_literals;

std::string u8(std::size_t value) { return {static_cast<char>(value)}; }
std::string u16(std::size_t value) { return u8(value >> 8U) + u8(value & 0xFFU); }
std::string u24(std::size_t value) { return u8(value >> 16U) + u16(value & 0xFFFFU); }

/// Handshake bytes in records of at most `size` bytes.
std::string in_records(std::string_view handshake, std::size_t size) {
  std::string out;
  while (!handshake.empty()) {
    const std::string_view part = handshake.substr(0, size);
    out += "\x16\x03\x01" + u16(part.size()) + std::string(part);
    handshake.remove_prefix(part.size());
  }
  return out;
}

std::string extension(unsigned type, const std::string& data) {
  return u16(type) + u16(data.size()) + data;
}

std::string name_entry(unsigned type, std::string_view name) {
  return u8(type) + u16(name.size()) + std::string(name);
}

std::string server_names(const std::string& entries) {
  return extension(0, u16(entries.size()) + entries);
}

/// A hello of RFC 5246 by hand, as a handshake message.
std::string handshake(const std::string& extensions) {
  const std::string body = "\x03\x03" + std::string(32, 'r') + u8(0) + u16(2) + "\xC0\x2F" + u8(1) +
                           u8(0) + u16(extensions.size()) + extensions;
  return u8(1) + u24(body.size()) + body;
}

std::string hello_with(const std::string& extensions) {
  return in_records(handshake(extensions), 16384);
}

std::string hello_for(std::string_view name) {
  return hello_with(server_names(name_entry(0, name)));
}

/// The extensions that a real client is made to send: their type and size.
struct Extra {
  unsigned type = 0xFE0D;
  std::vector<unsigned char> data;
};

int add_extra(SSL* /*ssl*/, unsigned /*type*/, unsigned /*context*/, const unsigned char** out,
              std::size_t* size, X509* /*certificate*/, std::size_t /*chain_index*/, int* /*alert*/,
              void* argument) {
  const Extra& extra = *static_cast<const Extra*>(argument);
  *out = extra.data.data();
  *size = extra.data.size();
  return 1;
}

/// What OpenSSL's client sends first.
std::string client_sends(std::optional<std::string> name, int version, Extra* extra) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free);
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), version);
  SSL_CTX_set_max_proto_version(context.get(), version);
  if (extra != nullptr) {
    EXPECT_EQ(1, SSL_CTX_add_custom_ext(context.get(), extra->type, SSL_EXT_CLIENT_HELLO, add_extra,
                                        nullptr, extra, nullptr, nullptr));
  }
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
  BIO* const in = BIO_new(BIO_s_mem());
  BIO* const out = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in, -1);
  SSL_set_bio(ssl.get(), in, out);
  // SSL_set_tlsext_host_name() without its C cast.
  if (name) {
    SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name->data());
  }
  EXPECT_EQ(-1, SSL_connect(ssl.get()));
  EXPECT_EQ(0U, ERR_peek_error());
  std::string sent(1U << 17U, '\0');
  const int count = BIO_read(out, sent.data(), static_cast<int>(sent.size()));
  sent.resize(static_cast<std::size_t>(std::max(count, 0)));
  return sent;
}

struct Seen {
  HelloState state = HelloState::kNeedMore;
  std::optional<std::string> name;
  bool encrypted = false;
  bool operator==(const Seen&) const = default;
};

Seen read(std::string_view bytes, std::size_t step) {
  ClientHelloReader reader;
  Seen seen;
  while (!bytes.empty()) {
    seen.state = reader.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  if (seen.state == HelloState::kComplete) {
    seen.name = reader.hello().server_name;
    seen.encrypted = reader.hello().encrypted_client_hello;
  }
  return seen;
}

/// Read at once and byte by byte, which must not matter.
Seen read(std::string_view bytes) {
  const Seen whole = read(bytes, bytes.size());
  EXPECT_EQ(whole, read(bytes, 1));
  EXPECT_EQ(whole, read(bytes, 7));
  return whole;
}

Seen complete(std::optional<std::string> name) {
  return {HelloState::kComplete, std::move(name), false};
}
Seen broken() { return {HelloState::kBroken, std::nullopt, false}; }
Seen need_more() { return {HelloState::kNeedMore, std::nullopt, false}; }

TEST(ClientHello, CanBePrepared) { EXPECT_TRUE(prepare_client_hello_readers()); }

TEST(ClientHello, ReadsTheNameOfARealClientInEveryVersion) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_EQ(complete("github.com"), read(client_sends("github.com", version, nullptr)))
        << version;
    EXPECT_EQ(complete(std::nullopt), read(client_sends(std::nullopt, version, nullptr)))
        << version;
  }
}

TEST(ClientHello, SeesEncryptedClientHello) {
  Extra extra{0xFE0D, std::vector<unsigned char>(200, 0x5A)};
  EXPECT_EQ((Seen{HelloState::kComplete, "public.example", true}),
            read(client_sends("public.example", TLS1_3_VERSION, &extra)));
  EXPECT_EQ((Seen{HelloState::kComplete, std::nullopt, true}),
            read(hello_with(extension(0xFE0D, ""))));
}

TEST(ClientHello, ReadsAHelloOfSixtyThousandBytes) {
  Extra extra{0xFF77, std::vector<unsigned char>(60000, 0x5A)};
  const std::string sent = client_sends("big.example", TLS1_3_VERSION, &extra);
  ASSERT_GT(sent.size(), 60000U);
  EXPECT_EQ(complete("big.example"), read(sent));
}

TEST(ClientHello, ReadsFragmentedRecords) {
  const std::string message = handshake(server_names(name_entry(0, "a.example")));
  for (const std::size_t size : {1U, 2U, 3U, 4U, 5U, 50U}) {
    EXPECT_EQ(complete("a.example"), read(in_records(message, size))) << size;
  }
}

TEST(ClientHello, EveryPrefixNeedsMore) {
  const std::string hello = hello_for("a.example");
  for (std::size_t size = 1; size < hello.size(); ++size) {
    EXPECT_EQ(need_more(), read(std::string_view(hello).substr(0, size))) << size;
  }
}

TEST(ClientHello, KeepsItsVerdict) {
  ClientHelloReader reader;
  const std::string hello = hello_for("a.example");
  EXPECT_EQ(HelloState::kComplete, reader.feed(hello + "early data, or anything"));
  EXPECT_EQ(HelloState::kComplete, reader.feed(hello_for("b.example")));
  EXPECT_EQ(HelloState::kComplete, reader.feed(std::string(1U << 20U, 'x')));
  EXPECT_EQ("a.example", reader.hello().server_name);
  ClientHelloReader other;
  EXPECT_EQ(HelloState::kBroken, other.feed("GET / HTTP/1.1\r\n"));
  EXPECT_EQ(HelloState::kBroken, other.feed(hello));
}

TEST(ClientHello, TheNameIsRawBytes) {
  EXPECT_EQ(complete("GitHub.COM."), read(hello_for("GitHub.COM.")));
  EXPECT_EQ(complete("\xC3\xA4 b"), read(hello_for("\xC3\xA4 b")));
}

TEST(ClientHello, RefusesNamesThatCanBeReadInTwoWays) {
  EXPECT_EQ(broken(), read(hello_for("evil.com\0.example.com"sv)));
  EXPECT_EQ(broken(), read(hello_for("\0"sv)));
  EXPECT_EQ(broken(), read(hello_for("")));
  EXPECT_EQ(broken(), read(hello_with(server_names(""))));
  EXPECT_EQ(broken(), read(hello_with(extension(0, ""))));
  const std::string entry = name_entry(0, "a.example");
  EXPECT_EQ(broken(), read(hello_with(server_names(entry + entry))));
  EXPECT_EQ(broken(), read(hello_with(server_names(entry + name_entry(0, "b.example")))));
  EXPECT_EQ(broken(), read(hello_with(server_names(entry + name_entry(1, "b.example")))));
  EXPECT_EQ(broken(), read(hello_with(server_names(name_entry(1, "a.example")))));
  EXPECT_EQ(broken(), read(hello_with(server_names(entry) + server_names(entry))));
}

TEST(ClientHello, RefusesServerNameListsOfTheWrongLength) {
  const std::string entry = name_entry(0, "a.example");
  EXPECT_EQ(complete("a.example"), read(hello_with(extension(0, u16(entry.size()) + entry))));
  EXPECT_EQ(broken(), read(hello_with(extension(0, u16(entry.size() + 1) + entry))));
  EXPECT_EQ(broken(), read(hello_with(extension(0, u16(entry.size() - 1) + entry))));
  EXPECT_EQ(broken(), read(hello_with(extension(0, u16(entry.size()) + entry + "x"))));
  EXPECT_EQ(broken(), read(hello_with(extension(0, u16(entry.size() + 1) + entry + "x"))));
}

TEST(ClientHello, RefusesTheFormOfSsl2) {
  const std::string body = "\x01\x03\x01" + u16(3) + u16(0) + u16(16) + std::string("\0\0\x2F", 3) +
                           std::string(16, 'c');
  EXPECT_EQ(broken(), read(u16(0x8000U | body.size()) + body));
}

TEST(ClientHello, RefusesWhatIsNoHello) {
  EXPECT_EQ(broken(), read("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(broken(), read("SSH-2.0-OpenSSH_9.2p1\r\n"));
  EXPECT_EQ(broken(), read("\x15\x03\x01\x00\x02\x01\x5A"sv));
  EXPECT_EQ(broken(), read("\x14\x03\x01\x00\x01\x01"sv));
  EXPECT_EQ(broken(), read("\x16\xFF\xFF\x00\x01\x00"sv));
  EXPECT_EQ(broken(), read(in_records(u8(2) + u24(4) + "abcd", 100))) << "a ServerHello";
  EXPECT_EQ(broken(), read(in_records(u8(1) + u24(4) + "abcd", 100))) << "a hello of rubbish";
  EXPECT_EQ(broken(), read("\x16" + std::string(100, '\xEE')));
  std::string truncated = handshake(server_names(name_entry(0, "a.example")));
  truncated[3] = static_cast<char>(truncated[3] - 1);
  EXPECT_EQ(broken(), read(in_records(truncated, 16384)));
}

TEST(ClientHello, GivesUpBehindTheBound) {
  // One record after the other of a message that says it is longer.
  std::string endless = in_records(u8(1) + u24(131000) + std::string(131000, 'a'), 16384);
  endless.resize(ClientHelloReader::kMaxBytes);
  EXPECT_EQ(HelloState::kNeedMore, read(endless, endless.size()).state);
  EXPECT_EQ(HelloState::kNeedMore, read(endless, 100).state);
  endless += "a";
  EXPECT_EQ(HelloState::kBroken, read(endless, endless.size()).state);
  EXPECT_EQ(HelloState::kBroken, read(endless, 100).state);
}

TEST(ClientHello, TheAlertIsAccessDenied) {
  ASSERT_EQ(7U, kAccessDeniedAlert.size());
  EXPECT_EQ(SSL_AD_ACCESS_DENIED, kAccessDeniedAlert[6]);
  EXPECT_EQ("\x15\x03\x03\x00\x02\x02\x31"sv, kAccessDeniedAlert);
}

}  // namespace
}  // namespace mino::gateway
