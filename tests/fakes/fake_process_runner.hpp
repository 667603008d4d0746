#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ports/process_runner.hpp"

namespace mino::fakes {

/// Programs as functions, looked up by the beginning of their command line. One that nobody defined
/// is not there.
class FakeProcessRunner final : public ProcessRunner {
 public:
  using Program = std::function<Result<ProcessOutput>(const ProcessSpec&)>;

  /// Defines what happens when a command line starts with `prefix`. The longest prefix wins, then
  /// the latest.
  void define(std::vector<std::string> prefix, Program program) {
    programs_.emplace_back(std::move(prefix), std::move(program));
  }
  /// A program that prints and exits.
  void define_output(std::vector<std::string> prefix, std::string output, int exit_code = 0,
                     std::string errors = "") {
    define(std::move(prefix), [=](const ProcessSpec&) -> Result<ProcessOutput> {
      return ProcessOutput{
          .exit_code = exit_code, .signal = std::nullopt, .output = output, .errors = errors};
    });
  }

  [[nodiscard]] Result<ProcessOutput> run(const ProcessSpec& spec) override {
    runs.push_back(spec);
    const Program* best = nullptr;
    std::size_t best_length = 0;
    for (const auto& [prefix, program] : programs_) {
      if (prefix.size() < best_length || prefix.size() > spec.argv.size()) continue;
      if (!std::equal(prefix.begin(), prefix.end(), spec.argv.begin())) continue;
      best = &program;
      best_length = prefix.size();
    }
    if (best == nullptr)
      return Error(ErrorCode::kNotFound,
                   (spec.argv.empty() ? "" : spec.argv.front()) + ": no such program");
    return (*best)(spec);
  }
  [[nodiscard]] std::vector<Result<ProcessOutput>> run_all(
      const std::vector<ProcessSpec>& specs) override {
    std::vector<Result<ProcessOutput>> results;
    for (const ProcessSpec& spec : specs) results.push_back(run(spec));
    return results;
  }

  std::vector<ProcessSpec> runs;  ///< everything that was asked for

 private:
  std::vector<std::pair<std::vector<std::string>, Program>> programs_;
};

}  // namespace mino::fakes
