#pragma once
// The lifeline: one SOCK_SEQPACKET socket pair between the owner of a session (outside) and
// mino-init (the first process of the box, descriptor 3 there). This header is the whole protocol
// and is shared by both ends.
//
// Every packet except kData is exactly one `Packet`. A kData packet is a `DataPacket` cut after
// `length` bytes. Either end treats a packet of another size, an unknown kind or one out of order
// as the end of the session: both programs are built from one tree, so there is nothing to
// negotiate beyond `kVersion`.
//
// A process is described and started by the owner in three steps:
//   1. kProcess    id, flags, terminal size, how many argument strings, how many bytes of arguments
//   and environment
//   2. kData …     the bytes: `argument_count` NUL-terminated arguments, then NUL-terminated
//   NAME=VALUE strings,
//                  together `argument_bytes + environment_bytes`, cut into chunks anywhere
//   3. kGo         start it. Without kTerminal the packet carries three descriptors (stdin, stdout,
//   stderr of the
//                  process, ends of pipes made outside); with kTerminal it carries none.
// The control socket of a session (`<runtime_dir>/control`) speaks the same protocol: a client
// describes a process as the owner does towards the init, and the owner passes it on under an id of
// its own.
//
// Only one description may be open at a time. The first process is the agent (kAgent): the box ends
// when it ends.
//
// mino-init answers, for each process, in this order:
//   kTerminal (with the master side of the box's own pty; only with the flag kTerminal), then
//   kStarted or kFailed, then any number of kStopped, then kEnded. Nothing follows kFailed or
//   kEnded for that id.
#include <cstddef>
#include <cstdint>

namespace mino::lifeline {

inline constexpr int kDescriptor = 3;
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kChunkBytes = 16 * 1024;
/// Arguments plus environment of one process. Linux refuses more than about 2 MiB in execve with
/// the usual stack limit.
inline constexpr std::uint32_t kMaxDescriptionBytes = 4 * 1024 * 1024;
inline constexpr std::uint32_t kMaxArguments = 65536;
/// One request about the rules of a session's network, or the answer to it.
inline constexpr std::uint32_t kMaxNetworkBytes = 1024 * 1024;
/// Processes of one box alive at the same time that were started over the lifeline.
inline constexpr std::size_t kMaxProcesses = 256;
/// The only argument podman knows of: mino-init replaces it by the command that arrives over the
/// lifeline, so that what precedes it (the image's ENTRYPOINT) is kept and the agent's command
/// never enters podman's records.
inline constexpr char kCommandPlaceholder[] = "mino-agent";

/// A variable of a description that mino-init puts, as a colon-separated list of directories,
/// before the PATH that the process would otherwise have.
inline constexpr char kPathPrependVariable[] = "MINO_PATH_PREPEND";

enum class Kind : std::uint32_t {
  // owner to init
  kProcess = 1,
  kData = 2,
  kGo = 3,
  kSignal = 4,  ///< `value` is the signal, sent to the process group of `process`; ending signals
                ///< are followed by SIGCONT
  // init to owner
  kReady = 16,     ///< `value` is kVersion; sent once, first
  kTerminal = 17,  ///< carries the pty master
  kStarted = 18,   ///< `value` is the pid inside the box
  kFailed = 19,    ///< `value` is an errno; `flags` is a FailedStage
  kStopped = 20,   ///< `value` is the signal that stopped it (SIGTSTP, SIGSTOP, SIGTTIN, SIGTTOU)
  kEnded =
      21,  ///< `value` is the exit code, or with kSignalled in `flags` the signal that ended it
  // client to owner and back, on a session's control socket only; mino-init refuses them
  kStop =
      64,  ///< stop the session: SIGTERM, after `value` seconds SIGKILL; negative: SIGKILL at once
  kAccepted = 65,  ///< the request was taken
  kNetwork = 66,   ///< about the rules of the session's network: `argument_bytes` of JSON follow
                   ///< in kData packets of process 0, kMaxNetworkBytes at most
  kNetworkAnswer = 67,  ///< the answer, in the same form
};

enum ProcessFlag : std::uint32_t {
  kTerminalFlag = 1U << 0,  ///< give the process a terminal of the box as controlling terminal
  kAgentFlag =
      1U << 1,  ///< the box ends with this process; its arguments follow the image's ENTRYPOINT
  kShellFlag = 1U << 2,  ///< the arguments are candidates: the first that is found and executable
                         ///< is started alone
  kNestedSandboxFlag =
      1U << 3,  ///< only with kAgentFlag: leave user namespaces to the box (Chromium, bubblewrap)
};

enum EndedFlag : std::uint32_t { kSignalled = 1U << 0 };

enum FailedStage : std::uint32_t {
  kFailedExec = 0,      ///< execve: ENOENT means not found, anything else not executable
  kFailedTerminal = 1,  ///< the box has no usable /dev/ptmx
  kFailedFork = 2,
  kFailedFilter = 3,  ///< the seccomp filter could not be installed
  kFailedDescription = 4,
};

struct Packet {
  Kind kind;
  std::uint32_t process;  ///< chosen by the owner, never reused within a session
  std::int32_t value;
  std::uint32_t flags;
  std::uint16_t rows, columns;
  std::uint32_t argument_count;
  std::uint32_t argument_bytes;
  std::uint32_t environment_bytes;
};
static_assert(sizeof(Packet) == 32);

struct DataPacket {
  Kind kind;
  std::uint32_t process;
  std::uint32_t length;
  char bytes[kChunkBytes];
};
inline constexpr std::size_t kDataHeaderBytes = offsetof(DataPacket, bytes);

}  // namespace mino::lifeline
