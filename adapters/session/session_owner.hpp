#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/posix/box_builder.hpp"
#include "adapters/posix/box_companion.hpp"
#include "adapters/posix/box_network.hpp"
#include "adapters/posix/box_wall.hpp"
#include "adapters/posix/session_log_writer.hpp"
#include "adapters/session/agent_streams.hpp"
#include "adapters/session/box_walls.hpp"
#include "adapters/session/companion_desk.hpp"
#include "adapters/session/control_server.hpp"
#include "adapters/session/foreground_process.hpp"
#include "adapters/session/packet_channel.hpp"
#include "adapters/session/poll_loop.hpp"
#include "adapters/session/signals.hpp"
#include "ports/box_runner.hpp"
#include "ports/json_codec.hpp"
#include "ports/notices.hpp"

namespace mino::session {

/// One session from the start of its box to the end of its agent: one loop over the builder's
/// process, the lifeline, the agent's streams, the signals and the control socket.
class SessionOwner {
 public:
  /// What a session needs beside its plan; all outlive it.
  struct World {
    BoxObserver& observer;
    posix::BoxNetwork& network;
    std::vector<posix::BoxWall*> walls;
    const JsonCodec& json;
    Notices& notices;
    posix::BoxCompanion& companion;                ///< the one that may ask the user
    std::vector<posix::BoxCompanion*> companions;  ///< others
  };
  SessionOwner(const RunPlan& plan, World world);
  SessionOwner(const SessionOwner&) = delete;
  SessionOwner& operator=(const SessionOwner&) = delete;

  [[nodiscard]] Result<AgentEnd> run(posix::BoxBuilder& builder, BoxLaunch launch);

 private:
  using ClientId = ControlServer::ClientId;

  [[nodiscard]] Result<void> start(posix::BoxBuilder& builder, BoxLaunch& launch);
  [[nodiscard]] Result<void> listen_for_clients();
  [[nodiscard]] Result<void> build_box(posix::BoxBuilder& builder);
  [[nodiscard]] Result<void> send_agent(BoxLaunch& launch);
  void wall_failed(Error error);
  void start_agent();
  [[nodiscard]] std::string answer_network(std::string_view request) const;
  void open_log(const std::string& path);
  [[nodiscard]] bool finished() const;
  [[nodiscard]] Result<AgentEnd> outcome();

  void build_progress();
  void lifeline_packet(const ParsedPacket& parsed, PacketChannel::Descriptors descriptors);
  void distrust_box();
  void agent_event(const lifeline::Packet& packet, PacketChannel::Descriptors descriptors);
  void agent_started();
  void agent_ended(AgentEnd end);
  void lifeline_closed();
  void expect_streams_to_end();

  void signal_arrived(int signal_number);
  void signal_process(std::uint32_t process, int signal_number);
  /// Stops the agent: `first`, after the grace SIGKILL, after that the end of the box.
  void request_stop(int first, int grace_seconds);
  void cut_lifeline();

  void drop_build();
  [[nodiscard]] static std::optional<std::vector<std::string>> arguments_of(
      const ClientProcess& process);
  void client_start(ClientId client, ClientProcess process);
  void client_gone(ClientId client);
  void log(OutputStream stream, std::string_view bytes);
  void write_failed(OutputStream stream, int error);

  const RunPlan& plan_;
  BoxObserver& observer_;
  posix::BoxNetwork& network_;
  const JsonCodec& json_;
  Notices& notices_;
  PollLoop loop_;
  BoxWalls walls_;
  Signals signals_;
  AgentStreamRelay relay_;
  ForegroundProcess foreground_;
  CompanionDesk companion_;
  std::vector<posix::BoxCompanion*> companions_;
  std::unique_ptr<ControlServer> control_;
  std::unique_ptr<PacketChannel> lifeline_;
  std::unique_ptr<posix::BoxBuild> build_;
  std::optional<posix::SessionLogWriter> log_;

  enum class Agent { kExpected, kRunning, kEnded } agent_ = Agent::kExpected;
  std::optional<AgentEnd> end_;
  std::optional<Error> failure_;
  std::optional<int> abort_signal_;  ///< asked to end before the agent ran
  bool stopping_ = false;
  PollLoop::Id process_watch_ = 0;
  PollLoop::Id output_watch_ = 0;
  /// The agent's ends of its streams, until its network and what protects the project are up.
  std::optional<PacketChannel::Descriptors> held_streams_;
  std::map<std::uint32_t, ClientId> exec_clients_;
  std::uint32_t next_process_ = 2;
};

}  // namespace mino::session
