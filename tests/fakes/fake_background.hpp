#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/background_starter.hpp"
#include "ports/collection_schedule.hpp"

namespace mino::fakes {

/// Starts nothing and remembers it.
class FakeBackgroundStarter final : public BackgroundStarter {
 public:
  [[nodiscard]] Result<void> start(const std::vector<std::string>& arguments,
                                   const std::string& log,
                                   std::chrono::seconds /*deadline*/) override {
    if (failure) return *failure;
    started.push_back(arguments);
    logs.push_back(log);
    return {};
  }

  std::vector<std::vector<std::string>> started;
  std::vector<std::string> logs;
  std::optional<Error> failure;
};

/// The times in memory.
class FakeCollectionSchedule final : public CollectionSchedule {
 public:
  [[nodiscard]] bool due(Timestamp now, std::chrono::hours interval) const override {
    return !last || *last > now || now - *last >= interval;
  }
  [[nodiscard]] Result<Outcome> once(Timestamp now, std::chrono::hours interval,
                                     const std::function<Result<JsonValue>()>& work) override {
    if (busy) return Outcome::kBusy;
    if (!due(now, interval)) return Outcome::kNotDue;
    last = now;
    MINO_ASSIGN(notes, work());
    return Outcome::kDone;
  }

  std::optional<Timestamp> last;
  JsonValue notes;
  bool busy = false;
};

}  // namespace mino::fakes
