#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "application/session_part.hpp"
#include "domain/result.hpp"
#include "domain/run/run_plan.hpp"
#include "ports/box_runner.hpp"
#include "ports/clock.hpp"
#include "ports/container_engine.hpp"
#include "ports/detacher.hpp"
#include "ports/file_system.hpp"
#include "ports/notices.hpp"
#include "ports/process_table.hpp"
#include "ports/random_source.hpp"
#include "ports/session_store.hpp"

namespace mino::application {

/// How a run ended for the process that asked.
struct RunOutcome {
  /// The agent's end; nothing in the caller of a detached session.
  std::optional<AgentEnd> end;
  /// In the caller of a detached session: the exit code its supervisor reported.
  std::optional<int> detached_code;
};

/// Carries out one plan: reserves the name, prepares the parts, runs the box, and leaves a true
/// record on every way out.
class RunSession {
 public:
  struct Ports {
    SessionStore& sessions;
    BoxRunner& runner;
    ContainerEngine& engine;
    FileSystem& files;
    Clock& clock;
    RandomSource& random;
    ProcessTable& processes;
    Detacher& detacher;
    Notices& notices;
  };

  /// The ports must outlive this. `log_directory` is where the sessions' logs lie.
  RunSession(Ports ports, std::filesystem::path log_directory,
             std::vector<std::unique_ptr<SessionPart>> parts);

  /// Blocks until the agent has ended, or in the caller of a detached session until it runs.
  /// kAlreadyExists: a live session has that name. Any error means that the agent never ran.
  [[nodiscard]] Result<RunOutcome> execute(const RunPlan& plan, const VariableValues& values);

 private:
  class Observer;

  [[nodiscard]] SessionRecord new_record(const RunPlan& plan, const VariableValues& values) const;
  [[nodiscard]] Result<void> open_log(const RunPlan& plan, SessionRecord& record);
  [[nodiscard]] Result<void> prepare(const SessionContext& context);
  [[nodiscard]] Result<AgentEnd> run_box(const RunPlan& plan, SessionRecord& record,
                                         const VariableValues& values);
  /// The engine writes it before it starts the container.
  void read_container_id(const RunPlan& plan, SessionRecord& record) const;
  /// Removes what the engine may still have of a box that did not end in order.
  void clear_box(const RunPlan& plan, SessionRecord& record);
  void finish(const RunPlan& plan, SessionRecord& record, const AgentEnd& end);
  void fail(const RunPlan& plan, SessionRecord& record, const Error& error);
  void write_end(SessionRecord& record, SessionStatus status);

  Ports ports_;
  std::filesystem::path log_directory_;
  std::vector<std::unique_ptr<SessionPart>> parts_;
  std::size_t prepared_ = 0;  ///< how many parts have to be undone
  bool box_is_left_ = false;  ///< a container is there that could not be removed
};

/// The words with the values of the agent's variables (those that somebody chose) replaced by
/// "***".
[[nodiscard]] std::vector<std::string> redact_command(std::vector<std::string> words,
                                                      const RunPlan& plan,
                                                      const VariableValues& values);

/// The same for all of a plan's text that holds words of the command line, so that it can be shown.
void redact_plan(RunPlan& plan, const VariableValues& values);

}  // namespace mino::application
