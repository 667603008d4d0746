#pragma once

#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "ports/process_table.hpp"

namespace mino::fakes {

/// Processes in memory. A signal that ends processes (KILL, TERM, INT, HUP) ends one unless it
/// ignores it.
class FakeProcessTable final : public ProcessTable {
 public:
  enum class Conduct { kEndsOnSignal, kIgnoresSignals, kOfAnotherUser };

  FakeProcessTable() { processes_[kSelf.pid] = {kSelf.start_time, Conduct::kIgnoresSignals}; }

  /// Starts a process; its pid is new.
  ProcessIdentity start(Conduct conduct = Conduct::kEndsOnSignal) {
    const ProcessIdentity process{.pid = next_pid_++, .start_time = next_start_time_++};
    processes_[process.pid] = {process.start_time, conduct};
    return process;
  }
  void end(const ProcessIdentity& process) { processes_.erase(process.pid); }
  /// Gives the pid to another process, as the kernel may once it is free.
  void reuse_pid(std::int64_t pid) {
    processes_[pid] = {next_start_time_++, Conduct::kEndsOnSignal};
  }

  [[nodiscard]] ProcessIdentity self() const override { return kSelf; }
  [[nodiscard]] bool alive(const ProcessIdentity& process) const override {
    const auto found = processes_.find(process.pid);
    return found != processes_.end() && found->second.start_time == process.start_time;
  }
  /// No time passes: who is alive now still is then.
  [[nodiscard]] Wait wait_gone(const ProcessIdentity& process,
                               std::chrono::milliseconds patience) override {
    waits.push_back(patience);
    return alive(process) ? Wait::kStillThere : Wait::kGone;
  }
  [[nodiscard]] Result<void> signal(const ProcessIdentity& process, int signal_number) override {
    if (!alive(process)) return Error(ErrorCode::kNotFound, "process is gone");
    const Conduct conduct = processes_.at(process.pid).conduct;
    if (conduct == Conduct::kOfAnotherUser)
      return Error(ErrorCode::kPermission, "process is somebody else's");
    signals.emplace_back(process, signal_number);
    constexpr int kHangup = 1;
    constexpr int kInterrupt = 2;
    constexpr int kKill = 9;
    constexpr int kTerminate = 15;
    const bool ending =
        signal_number == kHangup || signal_number == kInterrupt || signal_number == kTerminate;
    if (signal_number == kKill || (ending && conduct == Conduct::kEndsOnSignal)) end(process);
    return {};
  }

  std::vector<std::pair<ProcessIdentity, int>> signals;  ///< those that were delivered
  std::vector<std::chrono::milliseconds> waits;

 private:
  struct Process {
    std::uint64_t start_time = 0;
    Conduct conduct = Conduct::kEndsOnSignal;
  };
  static constexpr ProcessIdentity kSelf{.pid = 1000, .start_time = 1};

  std::map<std::int64_t, Process> processes_;
  std::int64_t next_pid_ = 2000;
  std::uint64_t next_start_time_ = 100;
};

}  // namespace mino::fakes
