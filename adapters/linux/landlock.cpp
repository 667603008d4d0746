#include "adapters/linux/landlock.hpp"

#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"

namespace mino::linux {
namespace {

// include/uapi/linux/landlock.h as of ABI 7, under names of our own: the header that this is
// compiled with may be older than the kernel.
constexpr std::uint64_t kTruncate = 1U << 14;
constexpr std::uint64_t kIoctlDevice = 1U << 15;
constexpr std::uint64_t kBindTcp = 1U << 0;
constexpr std::uint64_t kConnectTcp = 1U << 1;
constexpr std::uint64_t kScopeAbstractUnixSocket = 1U << 0;
constexpr std::uint64_t kScopeSignal = 1U << 1;

constexpr std::uint64_t kReading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

/// struct landlock_ruleset_attr. A kernel takes its first version and longer ones.
struct RulesetAttributes {
  std::uint64_t files;
  std::uint64_t network;  ///< since ABI 4
  std::uint64_t scopes;   ///< since ABI 6
};

struct Ruleset {
  RulesetAttributes attributes;
  std::size_t size;  ///< of the attributes, as this kernel knows them
};

/// All that Landlock of version `abi` can take away.
Ruleset everything(long abi) {
  Ruleset ruleset{{(LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1, 0, 0},
                  offsetof(RulesetAttributes, network)};
  if (abi >= 2) ruleset.attributes.files |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) ruleset.attributes.files |= kTruncate;
  if (abi >= 4) {
    ruleset.attributes.network = kBindTcp | kConnectTcp;
    ruleset.size = offsetof(RulesetAttributes, scopes);
  }
  if (abi >= 5) ruleset.attributes.files |= kIoctlDevice;
  if (abi >= 6) {
    ruleset.attributes.scopes = kScopeAbstractUnixSocket | kScopeSignal;
    ruleset.size = sizeof(RulesetAttributes);
  }
  return ruleset;
}

}  // namespace

Result<void> restrict_with_landlock(LandlockProfile profile) {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0},
                             LANDLOCK_CREATE_RULESET_VERSION);
  // ENOSYS: not in this kernel, or hidden by a filter of system calls; EOPNOTSUPP: switched off.
  if (abi <= 0) return {};
  Ruleset ruleset = everything(abi);
  if (profile == LandlockProfile::kReadAndConnect) {
    ruleset.attributes.files &= ~kReading;
    ruleset.attributes.network &= ~kConnectTcp;
  }
  const posix::UniqueFd fd(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &ruleset.attributes, ruleset.size, 0)));
  if (!fd) return posix::system_error("making a Landlock rule set", errno);
  if (::syscall(SYS_landlock_restrict_self, fd.get(), 0) != 0)
    return posix::system_error("restricting the process with Landlock", errno);
  return {};
}

}  // namespace mino::linux
