#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "adapters/posix/box_companion.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "adapters/ssh/askpass.hpp"
#include "adapters/ssh/filter_protocol.hpp"
#include "adapters/ssh/question_queue.hpp"
#include "ports/environment.hpp"
#include "ports/file_system.hpp"
#include "ports/ssh_agent_filter.hpp"

namespace mino::ssh {

/// The owner's side of a box's SSH agent: makes the socket that the box sees, starts mino-helper's
/// filter behind it, connects the filter to the agent, has the user asked, takes its reports.
class AgentForwarder final : public SshAgentFilter, public posix::BoxCompanion {
 public:
  /// The first two outlive this. A program that asks the user and gives no answer for
  /// `askpass_patience` is ended; that is a no.
  AgentForwarder(FileSystem& files, const Environment& environment,
                 std::chrono::milliseconds askpass_patience = std::chrono::seconds(60));
  ~AgentForwarder() override;
  AgentForwarder(const AgentForwarder&) = delete;
  AgentForwarder& operator=(const AgentForwarder&) = delete;

  [[nodiscard]] Result<void> start(const RunPlan& plan, SshSink& sink) override;
  void stop() override;

  [[nodiscard]] int fd() const override { return epoll_.get(); }
  void handle() override;
  [[nodiscard]] std::optional<std::string> question() const override;
  void answer(Confirmation confirmation) override;

 private:
  [[nodiscard]] Result<void> set_up(const RunPlan& plan);
  [[nodiscard]] Result<void> start_filter(const SshPlan& ssh, int listener);
  void watch(int fd, std::uint64_t which) const;
  void filter_reports();
  void take(const FilterPacket& packet);
  void connect(std::uint32_t client);
  void ask(const FilterPacket& packet);
  void ask_next();
  void out_of_patience();
  void settle(Confirmation confirmation);
  void tell(const FilterPacket& packet);
  void tell(std::uint32_t client, Confirmation confirmation);
  void ended();

  FileSystem& files_;
  const Environment& environment_;
  std::chrono::milliseconds askpass_patience_;
  SshSink* sink_ = nullptr;
  std::string session_;
  std::string agent_path_;
  QuestionQueue questions_;
  std::optional<Askpass> askpass_;
  bool has_terminal_question_ = false;
  posix::UniqueFd epoll_;  ///< outlives the channel, so that the owner watches one descriptor
  posix::UniqueFd deadline_;
  posix::UniqueFd channel_;
  std::optional<posix::ChildProcess> filter_;
};

}  // namespace mino::ssh
