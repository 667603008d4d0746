#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/result.hpp"

namespace mino {

/// What becomes of a program when the thread that runs it ends, by a signal for instance.
enum class ProcessEnd {
  kByItself,    ///< it goes on: what it changes may not be left half done
  kWithCaller,  ///< it is killed, with its process group
};

/// A short helper program whose output is captured (podman, a cloud CLI).
struct ProcessSpec {
  std::vector<std::string>
      argv;  ///< argv[0] is looked up on the PATH of `environment` unless it holds a slash
  std::vector<std::pair<std::string, std::string>>
      environment;  ///< the whole environment; nothing is inherited
  std::chrono::milliseconds deadline{30000};
  std::size_t max_output_bytes = 4 * 1024 * 1024;  ///< of each stream; more is read and dropped
  std::string input;                               ///< given on stdin, then closed
  ProcessEnd end = ProcessEnd::kByItself;
};

struct ProcessOutput {
  std::optional<int> exit_code;  ///< nothing when a signal ended it
  std::optional<int> signal;
  std::string output;
  std::string errors;
  [[nodiscard]] bool succeeded() const { return exit_code == 0; }
};

/// Runs helper programs, each in a session of its own, with no descriptor but its three streams.
class ProcessRunner {
 public:
  ProcessRunner() = default;
  ProcessRunner(const ProcessRunner&) = delete;
  ProcessRunner& operator=(const ProcessRunner&) = delete;
  virtual ~ProcessRunner() = default;

  /// Blocks until the program has ended, at most until the deadline, then ends its whole process
  /// group. A non-zero exit is a result, not an error. kNotFound: no such program; kPermission: not
  /// executable; kTimeout: deadline passed.
  [[nodiscard]] virtual Result<ProcessOutput> run(const ProcessSpec& spec) = 0;
  /// The same for several programs that run at the same time, each with its own deadline from now:
  /// one result for each, in their order. Blocks until the last has ended.
  [[nodiscard]] virtual std::vector<Result<ProcessOutput>> run_all(
      const std::vector<ProcessSpec>& specs) = 0;
};

}  // namespace mino
