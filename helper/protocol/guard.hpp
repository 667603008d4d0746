#pragma once

// What the guard of a project and the session's owner tell each other, over a SOCK_SEQPACKET socket
// pair; every packet is one `Packet`, cut after its text.
//
//   owner to guard   kBox, once: the box stands, its first process has the pid `value`
//   guard to owner   kUp or kFailed, once, after kBox or before it; then any number of kRestored,
//                    kDefused and kWarning
//
// The guard ends when the owner says no more, and closes its end when nothing of it is left in the
// project.
#include <cstddef>
#include <cstdint>

namespace mino::guard {

enum class Kind : std::uint32_t {
  kBox = 1,
  kUp,        ///< everything is protected; `value` is the number of protected paths
  kFailed,    ///< `text` says why
  kRestored,  ///< the host replaced the path `text` and it is protected again; `value` is a Change
  kWarning,   ///< `text`
  kDefused,   ///< the first `value` bytes of `text` are a path, the rest says what was taken out
};

/// Whether what stands at a path changed between the first look after the host replaced it and the
/// moment when it was protected again.
enum class Change : std::int32_t { kNone = 0, kChanged = 1 };

inline constexpr std::size_t kMaxText = 8192;

struct Packet {
  Kind kind;
  std::int32_t value;
  char text[kMaxText];  ///< not terminated: the packet ends with it
};
inline constexpr std::size_t kHeaderBytes = offsetof(Packet, text);

}  // namespace mino::guard
