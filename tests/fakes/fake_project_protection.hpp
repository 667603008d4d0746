#pragma once

#include <optional>
#include <string>

#include "domain/check.hpp"
#include "ports/project_protection.hpp"

namespace mino::fakes {

/// A protection that reports what it is told.
class FakeProjectProtection final : public ProjectProtection {
 public:
  [[nodiscard]] Result<void> start(const RunPlan& plan, const PlaceholderHolder& holder,
                                   ProtectionSink& sink) override {
    if (failure) return *failure;
    if (!plan.protection) return {};
    MINO_CHECK(sink_ == nullptr);
    sink_ = &sink;
    holder_ = holder;
    return {};
  }
  void stop() override { sink_ = nullptr; }

  /// What happens while it runs.
  [[nodiscard]] ProtectionSink& sink() const {
    MINO_CHECK(sink_ != nullptr);
    return *sink_;
  }

  [[nodiscard]] bool running() const { return sink_ != nullptr; }
  [[nodiscard]] const PlaceholderHolder& holder() const { return holder_; }

  std::optional<Error> failure;  ///< of start()

 private:
  ProtectionSink* sink_ = nullptr;
  PlaceholderHolder holder_;
};

}  // namespace mino::fakes
