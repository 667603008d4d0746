#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/handoff/handoff_report.hpp"
#include "domain/result.hpp"
#include "ports/clock.hpp"
#include "ports/json_codec.hpp"
#include "ports/project_walker.hpp"

namespace mino::application {

/// Looks through a project for what changed since a moment and would be run or obeyed on the host.
class HandoffReview {
 public:
  /// The kernel stamps files by a clock that is up to one tick behind the one that sessions are
  /// stamped by.
  static constexpr std::chrono::seconds kSlack{1};
  static constexpr std::size_t kMaxFileBytes = std::size_t{1} * 1024 * 1024;
  /// Of all files that are read in one review.
  static constexpr std::size_t kMaxReadBytes = std::size_t{64} * 1024 * 1024;

  struct Request {
    std::filesystem::path project;
    Timestamp since{};  ///< when the session began
    WalkExtent extent = WalkExtent::kQuick;
    std::chrono::milliseconds patience{5000};
  };
  struct Review {
    HandoffReport report;
    std::vector<HandoffItem> items;  ///< also those that the report has no room for
  };

  /// The ports must outlive this.
  HandoffReview(const ProjectWalker& walker, const JsonCodec& json, const Clock& clock)
      : walker_(walker), json_(json), clock_(clock) {}

  [[nodiscard]] Result<Review> execute(const Request& request) const;

 private:
  const ProjectWalker& walker_;
  const JsonCodec& json_;
  const Clock& clock_;
};

}  // namespace mino::application
