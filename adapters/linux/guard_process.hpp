#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>

#include "adapters/posix/box_wall.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "ports/project_protection.hpp"

namespace mino::linux {

/// The owner's side of a project's protection: starts mino-helper's guard, tells it of the box, and
/// takes its reports.
class GuardProcess final : public ProjectProtection, public posix::BoxWall {
 public:
  GuardProcess();
  ~GuardProcess() override;
  GuardProcess(const GuardProcess&) = delete;
  GuardProcess& operator=(const GuardProcess&) = delete;

  /// Where the ledger of placeholders lies; before start().
  void set_ledger_directory(std::filesystem::path directory) { ledger_ = std::move(directory); }

  [[nodiscard]] Result<void> start(const RunPlan& plan, const PlaceholderHolder& holder,
                                   ProtectionSink& sink) override;
  void stop() override;

  [[nodiscard]] std::string_view name() const override { return "the project's protection"; }
  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] int fd() const override { return epoll_.get(); }
  void handle() override;
  void box_stands(pid_t first_process) override;
  [[nodiscard]] const Error& failure() const override { return *failure_; }

 private:
  void take(std::string_view packet);
  void ended();
  void fail(std::string_view text);
  /// Until the guard says something or closes its end. False at the deadline.
  [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point deadline) const;

  std::filesystem::path ledger_;
  ProtectionSink* sink_ = nullptr;
  State state_ = State::kAbsent;
  std::optional<Error> failure_;
  posix::UniqueFd epoll_;  ///< outlives the channel, so that the owner watches one descriptor
  posix::UniqueFd channel_;
  std::optional<posix::ChildProcess> guard_;
};

}  // namespace mino::linux
