#include "adapters/session/control_server.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/temp_dir.hpp"
#include "tests/unit/session_adapter/descriptors.hpp"
#include "tests/unit/session_adapter/packets.hpp"

namespace mino::session {
namespace {

namespace fs = std::filesystem;
using lifeline::Kind;
using testing_support::bytes_of;
using testing_support::data_bytes;
using testing_support::packet_of;
using testing_support::receive_all;
using testing_support::run_ready;
using testing_support::send_raw;

class ControlServerTest : public ::testing::Test {
 protected:
  ControlServerTest() {
    auto listening = listen(directory_.path());
    EXPECT_TRUE(listening.ok()) << listening.error().text();
    server_ = std::move(listening).value();
  }
  Result<std::unique_ptr<ControlServer>> listen(const fs::path& directory) {
    ControlServer::Handlers handlers;
    handlers.start = [this](ControlServer::ClientId client, ClientProcess process) {
      client_ = client;
      starts_.push_back(std::move(process));
    };
    handlers.signal = [this](ControlServer::ClientId, int number) { signals_.push_back(number); };
    handlers.stop = [this](int grace) { stops_.push_back(grace); };
    handlers.gone = [this](ControlServer::ClientId) { ++gone_; };
    return ControlServer::listen(loop_, directory.string(), std::move(handlers));
  }
  posix::UniqueFd connect() {
    auto socket = connect_control(directory_.path().string());
    EXPECT_TRUE(socket.ok()) << socket.error().text();
    return std::move(socket).value();
  }
  static lifeline::Packet description(std::uint32_t argument_bytes,
                                      std::uint32_t environment_bytes = 0) {
    lifeline::Packet packet = packet_of(Kind::kProcess, 1);
    packet.argument_count = 1;
    packet.argument_bytes = argument_bytes;
    packet.environment_bytes = environment_bytes;
    return packet;
  }
  /// Whether the server has dropped this client.
  static bool dropped(const posix::UniqueFd& socket) {
    char byte = 0;
    const ssize_t got = ::recv(socket.get(), &byte, 1, MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno == ECONNRESET);
  }

  PollLoop loop_;
  testing_support::TempDir directory_;
  ControlServer::ClientId client_ = 0;
  std::vector<ClientProcess> starts_;
  std::vector<int> signals_;
  std::vector<int> stops_;
  int gone_ = 0;
  std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlServerTest, TakesAProcessWithItsStreams) {
  const auto client = connect();
  const auto pipe = testing_support::make_pipe();
  send_raw(client.get(), bytes_of(description(3, 4)));
  send_raw(client.get(), data_bytes(1, std::string_view("ls\0A", 4)));
  send_raw(client.get(), data_bytes(1, std::string_view("=1\0", 3)));
  run_ready(loop_);
  EXPECT_TRUE(starts_.empty()) << "not before it is told to go";
  send_raw(client.get(), bytes_of(packet_of(Kind::kGo, 1)),
           {pipe.read.get(), pipe.write.get(), pipe.write.get()});
  run_ready(loop_);
  ASSERT_EQ(starts_.size(), 1U);
  EXPECT_EQ(starts_[0].data, std::string_view("ls\0A=1\0", 7));
  EXPECT_EQ(starts_[0].description.argument_bytes, 3U);
  EXPECT_EQ(starts_[0].streams.size(), 3U);
  send_raw(client.get(), bytes_of(packet_of(Kind::kSignal, 1, 2)));
  run_ready(loop_);
  EXPECT_EQ(signals_, std::vector<int>{2});
}

TEST_F(ControlServerTest, TellsTheClientOfItsProcess) {
  const auto client = connect();
  send_raw(client.get(), bytes_of(description(2)));
  send_raw(client.get(), data_bytes(1, std::string_view("a\0", 2)));
  send_raw(client.get(), bytes_of(packet_of(Kind::kGo, 1)));
  run_ready(loop_);
  ASSERT_EQ(starts_.size(), 1U);
  PacketChannel::Descriptors terminal;
  terminal.push_back(testing_support::make_memory_file());
  server_->tell(client_, packet_of(Kind::kTerminal, 5), std::move(terminal));
  server_->tell(client_, packet_of(Kind::kEnded, 5, 3), {});
  const auto told = receive_all(client.get());
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].descriptors.size(), 1U);
  EXPECT_EQ(parse_packet(told[1].bytes)->packet.value, 3);
  server_->tell(client_ + 1, packet_of(Kind::kEnded, 5, 3), {});  // nobody
}

TEST_F(ControlServerTest, StopIsAcceptedAtOnce) {
  const auto client = connect();
  send_raw(client.get(), bytes_of(packet_of(Kind::kStop, 0, 12)));
  run_ready(loop_);
  EXPECT_EQ(stops_, std::vector<int>{12});
  const auto told = receive_all(client.get());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(parse_packet(told[0].bytes)->packet.kind, Kind::kAccepted);
}

TEST_F(ControlServerTest, AClientThatGoesAwayIsToldOf) {
  auto client = connect();
  run_ready(loop_);
  client.reset();
  run_ready(loop_);
  EXPECT_EQ(gone_, 1);
}

TEST_F(ControlServerTest, ClientsDoNotDisturbEachOther) {
  const auto good = connect();
  const auto bad = connect();
  send_raw(good.get(), bytes_of(description(2)));
  send_raw(bad.get(), "garbage");
  run_ready(loop_);
  EXPECT_TRUE(dropped(bad));
  EXPECT_EQ(gone_, 1);
  send_raw(good.get(), data_bytes(1, std::string_view("a\0", 2)));
  send_raw(good.get(), bytes_of(packet_of(Kind::kGo, 1)));
  run_ready(loop_);
  EXPECT_EQ(starts_.size(), 1U);
}

/// Rows of datagrams that no client sends.
std::vector<std::vector<std::string>> hostile_rows() {
  lifeline::Packet small = packet_of(Kind::kProcess, 1);
  small.argument_bytes = 4;
  lifeline::Packet large = packet_of(Kind::kProcess, 1);
  large.argument_bytes = 0xffffffff;
  large.environment_bytes = 0xffffffff;
  const std::string data = data_bytes(1, "four");
  const std::string go = bytes_of(packet_of(Kind::kGo, 1));
  return {
      {go},
      {data},
      {bytes_of(small), go},                       // data is missing
      {bytes_of(small), data, data, go},           // too much of it
      {bytes_of(small), bytes_of(small)},          // two descriptions
      {bytes_of(large)},                           // more than there may be
      {bytes_of(packet_of(Kind::kSignal, 1, 9))},  // of no process
      {bytes_of(packet_of(Kind::kReady, 0, 1))},   // words of the init
      {bytes_of(packet_of(Kind::kEnded, 1, 0))},
      {bytes_of(packet_of(Kind::kAccepted))},  // words of the owner
      {std::string(70000, 'x')},
  };
}

TEST_F(ControlServerTest, WhoeverBreaksTheProtocolIsDropped) {
  for (const auto& row : hostile_rows()) {
    const auto client = connect();
    for (const std::string& bytes : row) {
      if (!send_raw(client.get(), bytes)) break;
      run_ready(loop_);
    }
    EXPECT_TRUE(dropped(client)) << "row of " << row.size() << ", first " << row.front().size()
                                 << " bytes";
  }
  EXPECT_TRUE(starts_.empty());
  EXPECT_TRUE(signals_.empty());
  EXPECT_EQ(gone_, static_cast<int>(hostile_rows().size()));
}

TEST_F(ControlServerTest, ASecondProcessOfAClientIsRefused) {
  const auto client = connect();
  for (int i = 0; i < 2; ++i) {
    send_raw(client.get(), bytes_of(description(2)));
    send_raw(client.get(), data_bytes(1, std::string_view("a\0", 2)));
    send_raw(client.get(), bytes_of(packet_of(Kind::kGo, 1)));
    run_ready(loop_);
  }
  EXPECT_EQ(starts_.size(), 1U);
  EXPECT_TRUE(dropped(client));
}

TEST_F(ControlServerTest, ManyClientsAtOnceAndAllAreLetGo) {
  const std::size_t before = testing_support::open_descriptors();
  {
    std::vector<posix::UniqueFd> clients;
    // The backlog holds fewer than these, so the server has to accept in between.
    for (int i = 0; i < 40; ++i) {
      clients.push_back(connect());
      run_ready(loop_, 2);
    }
    run_ready(loop_);
    EXPECT_EQ(gone_, 0);
  }
  run_ready(loop_, 200);
  EXPECT_EQ(gone_, 40);
  EXPECT_EQ(testing_support::open_descriptors(), before);
}

TEST_F(ControlServerTest, ReplacesASocketThatAKilledOwnerLeft) {
  server_.reset();
  ASSERT_TRUE(fs::exists(directory_ / "control"));
  EXPECT_FALSE(connect_control(directory_.path().string()).ok()) << "nobody listens any more";
  auto again = listen(directory_.path());
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_TRUE(connect_control(directory_.path().string()).ok());
}

TEST_F(ControlServerTest, ADirectoryMayLieDeeperThanASocketAddressIsLong) {
  fs::path deep = directory_.path();
  for (int i = 0; i < 10; ++i) deep /= std::string(30, 'd');
  fs::create_directories(deep);
  const auto listening = listen(deep);
  ASSERT_TRUE(listening.ok()) << listening.error().text();
  EXPECT_TRUE(connect_control(deep.string()).ok());
}

TEST_F(ControlServerTest, NobodyAndNothingThereAreUnavailable) {
  testing_support::TempDir empty;
  const auto nobody = connect_control(empty.path().string());
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().code(), ErrorCode::kUnavailable);
  const auto nothing = connect_control((empty / "missing").string());
  ASSERT_FALSE(nothing.ok());
  EXPECT_EQ(nothing.error().code(), ErrorCode::kUnavailable);
}

TEST_F(ControlServerTest, ADirectoryThatIsALinkIsNotFollowed) {
  fs::create_directory(directory_ / "real");
  fs::create_directory_symlink(directory_ / "real", directory_ / "link");
  EXPECT_FALSE(listen(directory_ / "link").ok());
}

}  // namespace
}  // namespace mino::session
