#pragma once

#include "ports/background_starter.hpp"

namespace mino::posix {

/// BackgroundStarter by two forks, so that the process is init's child and no zombie of this one.
class BackgroundProcess final : public BackgroundStarter {
 public:
  [[nodiscard]] Result<void> start(const std::vector<std::string>& arguments,
                                   const std::string& log, std::chrono::seconds deadline) override;
};

}  // namespace mino::posix
