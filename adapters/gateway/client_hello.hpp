#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mino::gateway {

/// The fatal alert access_denied (49) in a record of its own (RFC 8446 section 6), which every
/// client takes as the answer to its ClientHello.
inline constexpr std::string_view kAccessDeniedAlert("\x15\x03\x03\x00\x02\x02\x31", 7);

/// What a TLS client asks for in the clear.
struct ClientHello {
  /// The bytes of the single host_name entry, as sent: compare them as a whole, by length.
  std::optional<std::string> server_name;
  /// An encrypted_client_hello extension is there: a real one, or one that only keeps the wire used
  /// to it (GREASE); the two cannot be told apart.
  bool encrypted_client_hello = false;
};

enum class HelloState {
  kNeedMore,
  kComplete,
  kBroken,  ///< not a ClientHello, or one whose server name can be read in more than one way
};

/// Makes what all readers of this process share, and all that OpenSSL loads or initialises on first
/// use. To be called before the process gives up its rights; otherwise the first reader does it.
/// False: no ClientHello can be read.
[[nodiscard]] bool prepare_client_hello_readers();

/// Reads the first message of a TLS connection as OpenSSL's server would, without answering it.
class ClientHelloReader {
 public:
  /// Of records, headers included; a hello that is not complete after so many bytes is kBroken.
  static constexpr std::size_t kMaxBytes = 65536;

  ClientHelloReader();
  ClientHelloReader(ClientHelloReader&&) noexcept;
  ClientHelloReader& operator=(ClientHelloReader&&) noexcept;
  ClientHelloReader(const ClientHelloReader&) = delete;
  ClientHelloReader& operator=(const ClientHelloReader&) = delete;
  ~ClientHelloReader();

  /// The next bytes of the connection. Once it is kComplete or kBroken it stays so.
  HelloState feed(std::string_view bytes);
  /// Only when kComplete.
  [[nodiscard]] const ClientHello& hello() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mino::gateway
