#pragma once

#include <chrono>
#include <functional>

#include "domain/json_value.hpp"
#include "domain/result.hpp"
#include "domain/session/session_record.hpp"

namespace mino {

/// When caches were last collected, so that it happens now and then and once at a time.
class CollectionSchedule {
 public:
  enum class Outcome { kDone, kNotDue, kBusy };

  CollectionSchedule() = default;
  CollectionSchedule(const CollectionSchedule&) = delete;
  CollectionSchedule& operator=(const CollectionSchedule&) = delete;
  virtual ~CollectionSchedule() = default;

  /// Whether the last collection began `interval` ago or earlier, or lies in the future, or there
  /// was none.
  [[nodiscard]] virtual bool due(Timestamp now, std::chrono::hours interval) const = 0;
  /// Calls `work` if it is due and nobody else is at it. That it has begun is noted before, so that
  /// one that fails or is killed is not tried again at once; what it returns is noted after.
  /// The error is that of `work`, or of the notes.
  [[nodiscard]] virtual Result<Outcome> once(Timestamp now, std::chrono::hours interval,
                                             const std::function<Result<JsonValue>()>& work) = 0;
};

}  // namespace mino
