#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "domain/result.hpp"

namespace mino {

/// Starts this program once more in the background.
class BackgroundStarter {
 public:
  BackgroundStarter() = default;
  BackgroundStarter(const BackgroundStarter&) = delete;
  BackgroundStarter& operator=(const BackgroundStarter&) = delete;
  virtual ~BackgroundStarter() = default;

  /// With these arguments, in a session of its own, in the root directory, at the lowest priority,
  /// stdin on /dev/null and stdout and stderr in the file `log`, which is replaced (0600). It is
  /// killed at the latest after `deadline`. Returns as soon as it is started; it is nobody's child
  /// then.
  [[nodiscard]] virtual Result<void> start(const std::vector<std::string>& arguments,
                                           const std::string& log,
                                           std::chrono::seconds deadline) = 0;
};

}  // namespace mino
