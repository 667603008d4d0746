#pragma once

#include "adapters/posix/child_process.hpp"
#include "domain/result.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mino::posix {

/// A child in the caller's session and group gets the terminal's Ctrl-C like the caller itself.
enum class SpawnSession { kNew, kCaller };

struct DescriptorMapping {
  int ours = -1;
  int theirs = -1;  ///< below kFirstFreeDescriptor
};

inline constexpr int kFirstFreeDescriptor = 10;

struct SpawnSpec {
  std::vector<std::string> argv;               ///< argv[0] is the path of the program
  std::vector<std::string> environment;        ///< NAME=VALUE each; nothing is inherited
  std::vector<DescriptorMapping> descriptors;  ///< all that the child gets
  SpawnSession session = SpawnSession::kNew;
};

/// Starts a program with default signal actions, no blocked signal, and no descriptor but those
/// named. kNotFound, kPermission: it cannot be executed. Does not wait.
[[nodiscard]] Result<ChildProcess> spawn(const SpawnSpec& spec);

}  // namespace mino::posix
