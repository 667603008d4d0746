#pragma once

#include <optional>

#include "domain/check.hpp"
#include "ports/ssh_agent_filter.hpp"

namespace mino::fakes {

/// A filter that reports what it is told, and behind it an agent that does whatever is asked of it.
class FakeSshAgentFilter final : public SshAgentFilter {
 public:
  [[nodiscard]] Result<void> start(const RunPlan& plan, SshSink& sink) override {
    if (failure) return *failure;
    if (!plan.ssh) return {};
    MINO_CHECK(sink_ == nullptr);
    sink_ = &sink;
    is_lost_ = false;
    return {};
  }
  void stop() override { sink_ = nullptr; }

  /// What happens while it runs.
  [[nodiscard]] SshSink& sink() const {
    MINO_CHECK(sink_ != nullptr);
    return *sink_;
  }
  [[nodiscard]] bool running() const { return sink_ != nullptr; }

  /// The box does what `event` says. Whether it is granted; nothing when nobody answers.
  std::optional<bool> box_asks(SshEvent event) {
    if (sink_ == nullptr || is_lost_) return std::nullopt;
    if (event.kind == SshEvent::Kind::kSigned && !has_agent) {
      sink_->agent_unreachable("nobody listens");
      event.kind = SshEvent::Kind::kFailed;
    }
    sink_->ssh_used(event);
    return event.kind == SshEvent::Kind::kSigned;
  }
  /// It ends by itself.
  void lose() {
    if (sink_ == nullptr || is_lost_) return;
    is_lost_ = true;
    sink_->filter_lost();
  }

  std::optional<Error> failure;  ///< of start()
  bool has_agent = true;

 private:
  SshSink* sink_ = nullptr;
  bool is_lost_ = false;
};

}  // namespace mino::fakes
