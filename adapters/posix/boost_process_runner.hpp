#pragma once

#include "ports/process_runner.hpp"

namespace mino::posix {

/// ProcessRunner over Boost.Process. Stateless. Must not be used while other threads start
/// processes.
class BoostProcessRunner final : public ProcessRunner {
 public:
  [[nodiscard]] Result<ProcessOutput> run(const ProcessSpec& spec) override;
  [[nodiscard]] std::vector<Result<ProcessOutput>> run_all(
      const std::vector<ProcessSpec>& specs) override;
};

}  // namespace mino::posix
