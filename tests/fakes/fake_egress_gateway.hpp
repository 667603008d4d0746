#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/check.hpp"
#include "ports/egress_gateway.hpp"

namespace mino::fakes {

/// A gateway that reports what it is told.
class FakeEgressGateway final : public EgressGateway {
 public:
  [[nodiscard]] Result<void> start(const RunPlan& plan, EgressSink& sink) override {
    if (failure) return *failure;
    if (!plan.egress) return {};
    MINO_CHECK(sink_ == nullptr);
    sink_ = &sink;
    ++starts;
    return {};
  }
  void stop() override {
    ++stops;
    if (sink_ == nullptr) return;
    for (const EgressEvent& event : last_events) sink_->egress(event);
    sink_ = nullptr;
  }

  /// What happens while it runs.
  void report(const EgressEvent& event) { sink().egress(event); }
  void change_rules(const NetworkRequest& request) { sink().rules_changed(request); }
  void end(const std::string& why) { sink().gateway_lost(why); }

  [[nodiscard]] bool running() const { return sink_ != nullptr; }

  std::vector<EgressEvent> last_events;  ///< delivered by stop()
  std::optional<Error> failure;          ///< of start()
  int starts = 0;
  int stops = 0;

 private:
  [[nodiscard]] EgressSink& sink() const {
    MINO_CHECK(sink_ != nullptr);
    return *sink_;
  }

  EgressSink* sink_ = nullptr;
};

}  // namespace mino::fakes
