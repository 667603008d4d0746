#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mino {

/// Why the box was not served.
enum class SshRefusal : std::uint8_t {
  kRequest = 0,  ///< it asked for more than listing and signing
  kKey,          ///< `ssh.keys` hides the key
  kFiles,        ///< a file was to be signed and `ssh.sign` is off
  kContent,      ///< what was to be signed is neither a login nor a file
  kUnbound,      ///< with `ssh.hosts`: the client did not prove which host the login is for
  kHost,         ///< with `ssh.hosts`: another host, or one whose key is not known
  kForwarded,    ///< a host that the box logged in to asks, and `ssh.forward` is off
  kBinding,      ///< the proof of which host a connection is to is none
  kDeclined,     ///< the user said no, or nothing in time
  kNobody,       ///< `ssh.confirm` is on and there is nobody to ask
  kMalformed,    ///< no message of the protocol
};
inline constexpr std::size_t kSshRefusals = 11;

/// A stable word: "request", "key", "sign" …
[[nodiscard]] std::string_view to_string(SshRefusal refusal);
/// For a person: "ssh.keys does not have that key".
[[nodiscard]] std::string_view describe(SshRefusal refusal);
/// The setting that would have allowed it, as `mino config set` takes it: "ssh.sign true"; empty
/// when there is none.
[[nodiscard]] std::string allowing_setting(SshRefusal refusal);

/// One use of the SSH agent by a box, or an attempt. Texts are as the box or the agent gave them,
/// cut at kMaxText, and may hold any byte.
struct SshEvent {
  static constexpr std::size_t kMaxText = 256;
  enum class Kind : std::uint8_t {
    kSigned = 0,
    kRefused,  ///< by mino; `refusal`
    kFailed,   ///< by the agent; `detail`
  };
  enum class Purpose : std::uint8_t { kNone = 0, kLogin, kFile };

  Kind kind = Kind::kRefused;
  SshRefusal refusal = SshRefusal::kRequest;
  Purpose purpose = Purpose::kNone;
  std::string fingerprint = {};  ///< of the key
  std::string comment = {};      ///< of the key, as the agent has it
  std::string user = {};         ///< kLogin: whom to log in as
  std::string name_space = {};   ///< kFile: "git"
  std::string host_key = {};     ///< fingerprint of the host that the login was proved to be for
  std::string host_name = {};    ///< of that host, out of known_hosts
  std::string detail = {};       ///< what was asked for, or what went wrong
  bool operator==(const SshEvent&) const = default;
};

/// What was to be done, for a person, without control characters: "log in as git to github.com
/// with work@laptop (SHA256:…)", "add a key".
[[nodiscard]] std::string describe_use(const SshEvent& event);

/// For the socket between the filter and the session's owner; at most kMaxSshEventBytes.
inline constexpr std::size_t kMaxSshEventBytes = 4096;
[[nodiscard]] std::string encode_ssh_event(const SshEvent& event);
/// Nothing for what encode_ssh_event() does not write.
[[nodiscard]] std::optional<SshEvent> decode_ssh_event(std::string_view bytes);

}  // namespace mino
