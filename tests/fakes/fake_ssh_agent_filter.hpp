#pragma once

#include <optional>

#include "domain/check.hpp"
#include "ports/ssh_agent_filter.hpp"

namespace mino::fakes {

/// A filter that reports what it is told.
class FakeSshAgentFilter final : public SshAgentFilter {
 public:
  [[nodiscard]] Result<void> start(const RunPlan& plan, SshSink& sink) override {
    if (failure) return *failure;
    if (!plan.ssh) return {};
    MINO_CHECK(sink_ == nullptr);
    sink_ = &sink;
    return {};
  }
  void stop() override { sink_ = nullptr; }

  /// What happens while it runs.
  [[nodiscard]] SshSink& sink() const {
    MINO_CHECK(sink_ != nullptr);
    return *sink_;
  }
  [[nodiscard]] bool running() const { return sink_ != nullptr; }

  std::optional<Error> failure;  ///< of start()

 private:
  SshSink* sink_ = nullptr;
};

}  // namespace mino::fakes
