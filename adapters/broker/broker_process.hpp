#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "adapters/broker/broker_protocol.hpp"
#include "adapters/posix/box_wall.hpp"
#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "ports/credential_broker.hpp"
#include "ports/file_system.hpp"
#include "ports/json_codec.hpp"

namespace mino::broker {

/// The owner's side of a box's broker: writes the token for the box, starts mino-helper's broker,
/// tells it of the box, passes questions and answers.
class BrokerProcess final : public CredentialBroker, public posix::BoxWall {
 public:
  /// Both outlive this.
  BrokerProcess(FileSystem& files, const JsonCodec& codec);
  ~BrokerProcess() override;
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;

  [[nodiscard]] Result<void> start(const RunPlan& plan, const BrokerTerms& terms,
                                   BrokerSink& sink) override;
  void answer(BrokerSink::Question question, CredentialProvider provider,
              const IssuedCredential& issued) override;
  void decline(BrokerSink::Question question, const std::string& why) override;
  void wake_at(std::optional<Timestamp> time) override;
  void stop() override;

  [[nodiscard]] std::string_view name() const override { return "the credential broker"; }
  [[nodiscard]] State state() const override { return state_; }
  [[nodiscard]] int fd() const override { return epoll_.get(); }
  void handle() override;
  void box_stands(pid_t first_process) override;
  [[nodiscard]] const Error& failure() const override { return *failure_; }

 private:
  [[nodiscard]] Result<void> set_up(const RunPlan& plan, const BrokerTerms& terms);
  [[nodiscard]] Result<void> start_process(const std::string& helper_program);
  void broker_speaks();
  void take(const BrokerPacket& packet);
  void asked(const BrokerPacket& packet);
  void refused(std::string_view text);
  void send(BrokerPacket packet);
  void flush();
  void drop_unsent();
  void ended();
  void fail(std::string why);

  FileSystem& files_;
  const JsonCodec& codec_;
  BrokerSink* sink_ = nullptr;
  std::string directory_;
  State state_ = State::kAbsent;
  std::optional<Error> failure_;
  std::deque<std::string> unsent_;
  std::size_t unsent_bytes_ = 0;
  posix::UniqueFd epoll_;  ///< outlives the channel, so that the owner watches one descriptor
  posix::UniqueFd alarm_;
  posix::UniqueFd channel_;
  std::optional<posix::ChildProcess> broker_;
};

}  // namespace mino::broker
