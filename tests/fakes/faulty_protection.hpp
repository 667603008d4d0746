#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ports/placeholder_store.hpp"
#include "ports/project_protection.hpp"
#include "tests/fakes/faults.hpp"

namespace mino::fakes {

// Decorators of what protects a session's project, as in faulty.hpp.

class FaultyProjectProtection final : public ProjectProtection {
 public:
  FaultyProjectProtection(Faults& faults, ProjectProtection& inner)
      : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<void> start(const RunPlan& plan, const PlaceholderHolder& holder,
                                   ProtectionSink& sink) override {
    if (auto error = faults_.next("protection.start")) return *std::move(error);
    return inner_.start(plan, holder, sink);
  }
  /// Cannot fail, so it is not counted.
  void stop() override { inner_.stop(); }

 private:
  Faults& faults_;
  ProjectProtection& inner_;
};

class FaultyPlaceholderStore final : public PlaceholderStore {
 public:
  FaultyPlaceholderStore(Faults& faults, PlaceholderStore& inner)
      : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<void> hold(const PlaceholderHolder& holder,
                                  const std::vector<Placeholder>& placeholders) override {
    if (auto error = faults_.next("placeholders.hold")) return *std::move(error);
    return inner_.hold(holder, placeholders);
  }
  [[nodiscard]] Result<void> release(const std::string& session_id) override {
    if (auto error = faults_.next("placeholders.release")) return *std::move(error);
    return inner_.release(session_id);
  }
  [[nodiscard]] Result<void> sweep() override {
    if (auto error = faults_.next("placeholders.sweep")) return *std::move(error);
    return inner_.sweep();
  }

 private:
  Faults& faults_;
  PlaceholderStore& inner_;
};

}  // namespace mino::fakes
