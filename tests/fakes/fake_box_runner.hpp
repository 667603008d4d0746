#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/session/runtime_files.hpp"
#include "ports/box_runner.hpp"
#include "tests/fakes/fake_container_engine.hpp"
#include "tests/fakes/fake_file_system.hpp"

namespace mino::fakes {

/// Builds boxes in a FakeContainerEngine and lets their agents end as told.
class FakeBoxRunner final : public BoxRunner {
 public:
  struct Launch {
    RunPlan plan;
    VariableValues environment;
    std::string log_path;
  };
  /// How far a run gets.
  enum class Course {
    kWhole,              ///< the agent runs and ends
    kRefused,            ///< the engine refuses before it makes anything
    kBuilderDies,        ///< the engine's program dies with the container made
    kLostBeforeStart,    ///< the container is made and goes away without a word, and is left in the
                         ///< engine
    kLostWhileRunning,   ///< the same with the agent running
    kUnattended,         ///< the agent ends, and the engine does not remove its box
    kCommandNotStarted,  ///< the box stands, its command cannot be executed
  };

  /// Both must outlive this.
  FakeBoxRunner(FakeContainerEngine& engine, FakeFileSystem& files)
      : engine_(engine), files_(files) {}

  [[nodiscard]] Result<AgentEnd> run(BoxLaunch launch, BoxObserver& observer) override {
    const RunPlan& plan = *launch.plan;
    launches.push_back({plan, launch.environment, launch.log_path});
    if (course == Course::kRefused) return Error(ErrorCode::kUnavailable, "the engine is broken");
    make_box(plan);
    switch (course) {
      case Course::kBuilderDies:
        return Error(ErrorCode::kInternal, "the engine was killed");
      case Course::kLostBeforeStart:
        return AgentEnd{AgentEnd::Kind::kLost, 0, false};
      case Course::kCommandNotStarted:
        end_box(plan);
        return end;
      default:
        break;
    }
    if (auto started = observer.agent_started(); !started.ok()) {
      end_box(plan);
      return std::move(started).error();
    }
    if (engine_names_box) observer.box_named(container_id(plan));
    for (const auto& command : execs) observer.exec_started(command);
    if (course == Course::kLostWhileRunning) return AgentEnd{AgentEnd::Kind::kLost, 0, false};
    if (course != Course::kUnattended) end_box(plan);
    return end;
  }

  [[nodiscard]] static std::string container_id(const RunPlan& plan) {
    return "id-of-" + plan.container_name;
  }

  Course course = Course::kWhole;
  AgentEnd end{};                                 ///< of the agent
  bool engine_names_box = true;                   ///< otherwise only its file does
  std::vector<std::vector<std::string>> execs{};  ///< started beside the agent
  std::vector<Launch> launches{};                 ///< what was asked for, in order

 private:
  void make_box(const RunPlan& plan) {
    engine_.boxes.push_back({.trace = {.container_id = container_id(plan),
                                       .container_name = plan.container_name,
                                       .session = plan.session.str()},
                             .state = BoxState::kRunning});
    const std::filesystem::path directory = plan.runtime_dir;
    if (files_.exists(directory))
      files_.add_file(directory / kContainerIdFileName, container_id(plan));
  }
  void end_box(const RunPlan& plan) {
    for (auto box = engine_.boxes.begin(); box != engine_.boxes.end(); ++box) {
      if (box->trace.container_name != plan.container_name) continue;
      box->state = BoxState::kStopped;
      if (plan.after_end == AfterEnd::kRemove) engine_.boxes.erase(box);
      return;
    }
  }

  FakeContainerEngine& engine_;
  FakeFileSystem& files_;
};

}  // namespace mino::fakes
