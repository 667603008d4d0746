#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mino {

// Messages of the SSH agent protocol (draft-miller-ssh-agent, RFC 9987), without the length in four
// bytes that each has in front of it on the wire.

/// The largest message; what OpenSSH's agent takes.
inline constexpr std::size_t kMaxAgentMessage = std::size_t{256} * 1024;
inline constexpr std::size_t kAgentLengthBytes = 4;

/// First byte of a message.
enum class AgentCode : std::uint8_t {
  kFailure = 5,
  kSuccess = 6,
  kRequestIdentities = 11,
  kIdentities = 12,
  kSignRequest = 13,
  kSignResponse = 14,
  kAddIdentity = 17,
  kRemoveIdentity = 18,
  kRemoveAll = 19,
  kAddSmartcard = 20,
  kRemoveSmartcard = 21,
  kLock = 22,
  kUnlock = 23,
  kAddConstrained = 25,
  kAddSmartcardConstrained = 26,
  kExtension = 27,
  kExtensionFailure = 28,
};

// The texts of these point into the message that was read.

struct ListRequest {};
struct SignRequest {
  std::string_view key;
  std::string_view data;
  std::uint32_t flags = 0;  ///< 2: RSA with SHA-256, 4: with SHA-512
};
/// `session-bind@openssh.com`: the agent connection belongs to an SSH connection with that host.
struct BindRequest {
  std::string_view host_key;
  std::string_view session_id;
  std::string_view signature;  ///< of the host key, over the session id
  enum class Use { kLogin, kForwarding } use = Use::kLogin;
};
/// Any other that is well-formed as far as it was looked at.
struct OtherRequest {
  std::uint8_t code = 0;
  std::string_view extension;  ///< its name, when it is one
};
struct MalformedRequest {
  std::uint8_t code = 0;  ///< 0 for an empty one
};
using AgentRequest =
    std::variant<ListRequest, SignRequest, BindRequest, OtherRequest, MalformedRequest>;

/// Reads what a client sent. Trailing bytes make a message malformed.
[[nodiscard]] AgentRequest parse_agent_request(std::string_view message);
/// What a request would do, for a person: "add a key", "lock the agent".
[[nodiscard]] std::string describe_request(const OtherRequest& request);

/// A key that an agent holds.
struct AgentKey {
  std::string blob;
  std::string comment;
  bool operator==(const AgentKey&) const = default;
};
/// The answer to a ListRequest; nothing when it is not exactly one.
[[nodiscard]] std::optional<std::vector<AgentKey>> parse_identities(std::string_view message);
[[nodiscard]] std::string identities_message(const std::vector<AgentKey>& keys);
/// Whether it is exactly the answer to a SignRequest that was granted.
[[nodiscard]] bool is_signature(std::string_view message);
/// Whether it is a message of that code alone.
[[nodiscard]] bool is_bare(std::string_view message, AgentCode code);
[[nodiscard]] std::string bare_message(AgentCode code);

/// Cuts a stream of bytes into messages.
class AgentStream {
 public:
  void add(std::string_view bytes) { buffer_ += bytes; }
  /// Whether a whole message is there.
  [[nodiscard]] bool has_next() const;
  /// The next whole message, taken out of the stream.
  [[nodiscard]] std::optional<std::string> next();
  /// The length in front is zero or too large: what follows cannot be told apart any more.
  [[nodiscard]] bool is_broken() const;
  [[nodiscard]] std::size_t size() const { return buffer_.size(); }

 private:
  std::string buffer_;
};
/// The message with its length in front.
[[nodiscard]] std::string framed(std::string_view message);

}  // namespace mino
