#include "adapters/session/control_client.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/session/control_server.hpp"
#include "tests/unit/session_adapter/owner_world.hpp"
#include "tests/unit/session_adapter/packets.hpp"

namespace mino::session {
namespace {

using lifeline::Kind;
using testing_support::bytes_of;
using testing_support::data_bytes;
using testing_support::OwnerWorld;
using testing_support::packet_of;
using testing_support::send_raw;

constexpr int kClientFailed = 99;

/// A session whose agent does nothing until it is stopped. Clients run in processes of their own,
/// started once the agent runs; what they print is the session's output.
class ControlClientTest : public ::testing::Test {
 protected:
  ControlClientTest() { world_.command({"cat"}); }
  [[nodiscard]] Result<AgentEnd> exec(const std::string& script, VariableValues values = {}) const {
    return exec_words({"/bin/sh", "-c", script}, std::move(values));
  }
  [[nodiscard]] Result<AgentEnd> exec_words(std::vector<std::string> words,
                                            VariableValues values = {}) const {
    fakes::FakeNotices notices;
    ExecRequest request;
    request.command = {AgentCommand::Kind::kCommand, std::move(words)};
    request.environment = std::move(values);
    const json::RapidJsonCodec codec;
    return ControlClient(codec, notices).exec(world_.record(), std::move(request));
  }
  void stop(StopForce force = StopForce::kGraceful) const {
    fakes::FakeNotices notices;
    const json::RapidJsonCodec codec;
    if (!ControlClient(codec, notices).stop(world_.record(), force, std::chrono::seconds(20)).ok())
      ::_exit(kClientFailed);
  }
  /// Runs the session with one client, which also stops it; the client's exit code.
  int run_with_client(const std::function<int()>& body) {
    pid_t client = -1;
    world_.observer.on_started = [&] {
      client = world_.client([&] {
        const int code = body();
        stop();
        return code;
      });
    };
    end_ = world_.run(std::nullopt).value();
    return OwnerWorld::exit_code_of(client);
  }

  OwnerWorld world_;
  AgentEnd end_;
};

TEST_F(ControlClientTest, RunsAProcessBesideTheAgent) {
  const int code = run_with_client([this] {
    const posix::UniqueFd input = testing_support::make_memory_file();
    testing_support::write_whole(input.get(), "the client");
    ::lseek(input.get(), 0, SEEK_SET);
    ::dup2(input.get(), STDIN_FILENO);
    const auto end =
        exec("echo \"$GREETING from $(cat)\"; exit 5", {{"GREETING", Secret("hello")}});
    return end.ok() && end->kind == AgentEnd::Kind::kExited ? end->code : kClientFailed;
  });
  EXPECT_EQ(code, 5);
  EXPECT_EQ(world_.out, "hello from the client\n");
  ASSERT_EQ(world_.observer.execs.size(), 1U);
  EXPECT_EQ(world_.observer.execs[0].front(), "/bin/sh");
  EXPECT_EQ(end_.code, SIGTERM);
  EXPECT_TRUE(end_.stopped_by_request);
}

TEST_F(ControlClientTest, TellsHowItsProcessEnded) {
  EXPECT_EQ(run_with_client([this] {
              const auto missing = exec_words({"/no/such/program"});
              const auto refused = exec_words({"/etc/passwd"});
              const auto killed = exec("kill -KILL $$");
              const bool right = missing.ok() && missing->kind == AgentEnd::Kind::kNotFound &&
                                 refused.ok() && refused->kind == AgentEnd::Kind::kNotExecutable &&
                                 killed.ok() && killed->kind == AgentEnd::Kind::kSignalled &&
                                 killed->code == SIGKILL;
              return right ? 0 : kClientFailed;
            }),
            0);
}

TEST_F(ControlClientTest, ReturnsThoughItsProcessLeftAnotherBehind) {
  // The one that is left ends with the file, and so with the test.
  const std::string alive = world_.file("alive");
  std::ofstream{alive};
  EXPECT_EQ(run_with_client([&] {
              const auto end =
                  exec("while [ -e " + alive + " ]; do sleep 0.05; done & echo started");
              return end.ok() ? end->code : kClientFailed;
            }),
            0);
  EXPECT_EQ(world_.out, "started\n");
}

TEST_F(ControlClientTest, ManyAtOnceEachGetTheirOwn) {
  static constexpr int kClients = 8;
  std::vector<pid_t> clients;
  world_.observer.on_started = [&] {
    for (int number = 0; number < kClients; ++number) {
      clients.push_back(world_.client([this, number] {
        // None ends before all have started.
        const auto end = exec("while [ ! -e " + world_.file("all") +
                              " ]; do sleep 0.01; done; exit " + std::to_string(10 + number));
        std::ofstream(world_.file("done" + std::to_string(number))) << "";
        return end.ok() ? end->code : kClientFailed;
      }));
    }
    clients.push_back(world_.client([this] {
      for (int number = 0; number < kClients; ++number)
        world_.wait_for_file("done" + std::to_string(number));
      stop();
      return 0;
    }));
  };
  int started = 0;
  world_.observer.on_exec = [&] {
    if (++started == kClients) std::ofstream(world_.file("all")) << "";
  };
  ASSERT_TRUE(world_.run(std::nullopt).ok());
  for (int number = 0; number < kClients; ++number)
    EXPECT_EQ(OwnerWorld::exit_code_of(clients[static_cast<std::size_t>(number)]), 10 + number);
  EXPECT_EQ(OwnerWorld::exit_code_of(clients.back()), 0);
}

TEST_F(ControlClientTest, AClientThatIsKilledTakesItsProcessAlong) {
  pid_t client = -1;
  pid_t stopper = -1;
  world_.observer.on_started = [&] {
    // The shell says on its stderr that its `sleep` was hung up, and there is nobody left to read
    // it.
    client = world_.client([this] {
      static_cast<void>(exec("exec 2>&-; trap 'touch " + world_.file("hung-up") +
                             "; exit' HUP; touch " + world_.file("up") +
                             "; while :; do sleep 0.05; done"));
      return 0;
    });
    stopper = world_.client([this, client] {
      world_.wait_for_file("up");
      ::kill(client, SIGKILL);
      world_.wait_for_file("hung-up");
      stop();
      return 0;
    });
  };
  ASSERT_TRUE(world_.run(std::nullopt).ok());
  EXPECT_EQ(OwnerWorld::exit_code_of(client), 128 + SIGKILL);
  EXPECT_EQ(OwnerWorld::exit_code_of(stopper), 0);
  EXPECT_TRUE(std::filesystem::exists(world_.file("hung-up")));
}

TEST_F(ControlClientTest, AForcedStopDoesNotAsk) {
  world_.script("trap '' TERM; touch " + world_.file("ready") + "; cat; sleep 1000");
  pid_t client = -1;
  world_.observer.on_started = [&] {
    client = world_.client([this] {
      world_.wait_for_file("ready");
      stop(StopForce::kKill);
      return 0;
    });
  };
  const auto end = world_.run(std::nullopt);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->kind, AgentEnd::Kind::kSignalled);
  EXPECT_EQ(end->code, SIGKILL);
  EXPECT_TRUE(end->stopped_by_request);
  EXPECT_EQ(OwnerWorld::exit_code_of(client), 0);
}

TEST_F(ControlClientTest, EndsWithTheBox) {
  pid_t client = -1;
  pid_t stopper = -1;
  world_.observer.on_started = [&] {
    client = world_.client([this] {
      const auto end = exec("touch " + world_.file("up") + "; cat; while :; do sleep 0.05; done");
      return end.ok() && end->kind != AgentEnd::Kind::kExited ? 0 : kClientFailed;
    });
    stopper = world_.client([this] {
      world_.wait_for_file("up");
      stop();
      return 0;
    });
  };
  ASSERT_TRUE(world_.run(std::nullopt).ok());
  EXPECT_EQ(OwnerWorld::exit_code_of(client), 0);
  EXPECT_EQ(OwnerWorld::exit_code_of(stopper), 0);
}

TEST_F(ControlClientTest, WithoutAnOwnerItIsUnavailable) {
  fakes::FakeNotices notices;
  const json::RapidJsonCodec codec;
  ControlClient client(codec, notices);
  const auto end = client.exec(world_.record(), {});
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), ErrorCode::kUnavailable);
  const auto stopped = client.stop(world_.record(), StopForce::kGraceful, std::chrono::seconds(1));
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code(), ErrorCode::kUnavailable);
  const auto answered = client.network(world_.record(), {});
  ASSERT_FALSE(answered.ok());
  EXPECT_EQ(answered.error().code(), ErrorCode::kUnavailable);
}

/// The kind of the first packet that comes.
Kind next_kind(int socket, std::int32_t& value) {
  lifeline::Packet packet{};
  if (::recv(socket, &packet, sizeof packet, 0) != static_cast<ssize_t>(sizeof packet))
    return Kind{0};
  value = packet.value;
  return packet.kind;
}

TEST_F(ControlClientTest, AMalformedProcessIsRefusedAndTheSessionGoesOn) {
  struct Malformed {
    std::uint32_t count;
    std::string_view data;
    std::uint32_t argument_bytes;
    bool with_streams;
  };
  const std::vector<Malformed> all = {
      {2, std::string_view("ls\0", 3), 3, true},     // fewer arguments than announced
      {1, std::string_view("ls", 2), 2, true},       // not terminated
      {0, {}, 0, true},                              // nothing to run
      {1, std::string_view("ls\0A=1", 6), 3, true},  // environment not terminated
      {1, std::string_view("ls\0", 3), 3, false},    // no streams
  };
  const int code = run_with_client([&] {
    for (const Malformed& malformed : all) {
      auto socket = connect_control(world_.plan.runtime_dir);
      if (!socket.ok()) return 1;
      ::fcntl(socket->get(), F_SETFL, 0);
      lifeline::Packet packet = packet_of(Kind::kProcess, 1);
      packet.argument_count = malformed.count;
      packet.argument_bytes = malformed.argument_bytes;
      packet.environment_bytes =
          static_cast<std::uint32_t>(malformed.data.size()) - malformed.argument_bytes;
      send_raw(socket->get(), bytes_of(packet));
      if (!malformed.data.empty()) send_raw(socket->get(), data_bytes(1, malformed.data));
      const std::vector<int> streams =
          malformed.with_streams ? std::vector<int>{0, 1, 2} : std::vector<int>{};
      send_raw(socket->get(), bytes_of(packet_of(Kind::kGo, 1)), streams);
      std::int32_t value = 0;
      if (next_kind(socket->get(), value) != Kind::kFailed || value != EINVAL) return 2;
    }
    const auto end = exec("exit 6");
    return end.ok() ? end->code : kClientFailed;
  });
  EXPECT_EQ(code, 6);
  EXPECT_EQ(world_.observer.execs.size(), 1U);
}

}  // namespace
}  // namespace mino::session
