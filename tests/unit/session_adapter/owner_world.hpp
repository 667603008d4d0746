#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/posix/box_builder.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/run/run_plan.hpp"
#include "domain/session/session_record.hpp"
#include "ports/box_runner.hpp"
#include "tests/fakes/fake_box_companion.hpp"
#include "tests/fakes/fake_box_network.hpp"
#include "tests/fakes/fake_box_wall.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/session_adapter/descriptors.hpp"

namespace mino::testing_support {

/// Puts files in the place of this process's stdin, stdout and stderr for as long as it lives.
class UserStreams {
 public:
  /// What is on stdin; nothing: a pipe that stays open and empty.
  explicit UserStreams(const std::optional<std::string>& input);
  ~UserStreams();
  UserStreams(const UserStreams&) = delete;
  UserStreams& operator=(const UserStreams&) = delete;

  [[nodiscard]] std::string out() const { return contents_of(out_.get()); }
  [[nodiscard]] std::string err() const { return contents_of(err_.get()); }
  /// Another descriptor in the place of one of the three.
  static void replace(int number, int by);

 private:
  std::vector<posix::UniqueFd> saved_;
  Pipe open_input_;
  posix::UniqueFd out_;
  posix::UniqueFd err_;
};

/// Forks; the child runs `body` with its standard descriptors alone, `keep` as its descriptor 3 if
/// given, and exits with what that returns. It does not outlive its deadline.
pid_t fork_child(const std::function<int()>& body, int keep = -1);

/// A builder without an engine. What it starts as the box has the box's end of the lifeline as its
/// descriptor 3.
class FakeBoxBuilder final : public posix::BoxBuilder {
 public:
  FakeBoxBuilder() = default;
  ~FakeBoxBuilder() override;

  /// A child that plays the box: it gets the lifeline and the box ends when it returns. Without
  /// this it is the built mino-init, as an ordinary child with this host's file system.
  void box_is(std::function<void(int lifeline)> body) { body_ = std::move(body); }
  /// No box comes about: the builder's process ends and this is what it meant.
  void fails_with(Error error) { failure_ = std::move(error); }
  /// start() itself fails.
  void cannot_start(Error error) { refusal_ = std::move(error); }
  /// The builder's process goes on for as long as the box; otherwise it ends at once.
  void stays_with_box() { stays_ = true; }

  [[nodiscard]] Result<std::unique_ptr<posix::BoxBuild>> start(const RunPlan& plan,
                                                               posix::UniqueFd lifeline) override;

  [[nodiscard]] pid_t box() const { return box_; }
  /// Whether the box ends by itself in time.
  [[nodiscard]] bool box_ends();

  std::function<void()>
      on_start;  ///< called by start(), with the signals of the session blocked already

  static constexpr char kContainerId[] = "0123456789abcdef";

 private:
  void end_box();

  std::function<void(int)> body_;
  std::optional<Error> failure_;
  std::optional<Error> refusal_;
  bool stays_ = false;
  pid_t box_ = -1;
  pid_t watchdog_ = -1;
};

/// Notes what it hears; acts when the agent has started.
class FakeObserver final : public BoxObserver {
 public:
  [[nodiscard]] Result<void> agent_started() override {
    ++started;
    if (on_started) on_started();
    if (refusal) return *refusal;
    return {};
  }
  void box_named(const std::string& container_id) override { named.push_back(container_id); }
  void exec_started(const std::vector<std::string>& command) override {
    execs.push_back(command);
    if (on_exec) on_exec();
  }

  std::function<void()> on_started;
  std::function<void()> on_exec;
  std::optional<Error> refusal;
  int started = 0;
  std::vector<std::string> named;
  std::vector<std::vector<std::string>> execs;
};

/// A session of which everything but the engine is real.
class OwnerWorld {
 public:
  OwnerWorld();
  ~OwnerWorld();
  OwnerWorld(const OwnerWorld&) = delete;
  OwnerWorld& operator=(const OwnerWorld&) = delete;

  void command(std::vector<std::string> words) {
    plan.command = {AgentCommand::Kind::kCommand, std::move(words)};
  }
  void script(const std::string& text) { command({"/bin/sh", "-c", text}); }
  /// Runs the session to its end with `input` on stdin; nothing: stdin stays open.
  Result<AgentEnd> run(const std::optional<std::string>& input = "");

  /// The session as its clients see it.
  [[nodiscard]] SessionRecord record() const;
  /// `mino exec` or another client in a process of its own; it is waited for by exit_code_of().
  pid_t client(const std::function<int()>& body);
  [[nodiscard]] static int exit_code_of(pid_t child);

  [[nodiscard]] std::string file(const std::string& name) const {
    return (directory / name).string();
  }
  /// Waits until the agent has made that file.
  void wait_for_file(const std::string& name) const;

  TempDir directory;
  RunPlan plan;
  VariableValues values;
  std::string log_path;
  FakeBoxBuilder builder;
  FakeObserver observer;
  fakes::FakeNotices notices;
  FakeBoxNetwork network;
  FakeBoxWall protection;
  FakeBoxCompanion companion;
  json::RapidJsonCodec codec;
  std::string out;  ///< what the user saw of the last run
  std::string err;
  int user_stdout = -1;  ///< in the place of the file that `out` is read from
};

}  // namespace mino::testing_support
