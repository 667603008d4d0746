#pragma once

#include <optional>
#include <string>
#include <vector>

#include "integration/bench/samples.hpp"

namespace mino::bench {

struct Target {
  enum class Kind { kAtMost, kAtLeast };
  Kind kind = Kind::kAtMost;
  double value = 0;
};

/// One line of the result.
struct Row {
  std::string name;
  double measured = 0;
  std::string unit;                ///< "×", "MiB", "ms", or nothing
  std::optional<Target> target{};  ///< nothing: only told
};

/// A median behind a ratio.
struct RawMedian {
  std::string name;
  double seconds = 0;
  std::size_t samples = 0;
};

/// What the benchmarks found, in their order.
class Report {
 public:
  void add(Row row) { rows_.push_back(std::move(row)); }
  /// The raw medians of all, and the ratio of the first to each of the others.
  void add_ratios(const std::string& name, const std::vector<Contestant>& contestants,
                  Target target);
  void add_raw(const Contestant& contestant);
  /// A benchmark that could not be done.
  void add_failure(const std::string& benchmark, const std::string& why) {
    failures_.push_back({benchmark, why});
  }

  [[nodiscard]] std::string text() const;
  /// `schema` 1: {rows: [{name, measured, unit, target, met}], medians: [{name, seconds, samples}],
  /// failures: [{name, why}]}
  [[nodiscard]] std::string json() const;
  [[nodiscard]] bool complete() const { return failures_.empty(); }

 private:
  struct FailedBenchmark {
    std::string name;
    std::string why;
  };
  std::vector<Row> rows_;
  std::vector<RawMedian> medians_;
  std::vector<FailedBenchmark> failures_;
};

}  // namespace mino::bench
