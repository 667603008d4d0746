// A question about the rules of a session's network, over the control socket: the server's side of
// the protocol, and the client against a server.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/json/rapid_json_codec.hpp"
#include "adapters/session/control_client.hpp"
#include "adapters/session/control_server.hpp"
#include "tests/fakes/fake_notices.hpp"
#include "tests/support/session_records.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/session_adapter/descriptors.hpp"
#include "tests/unit/session_adapter/packets.hpp"

namespace mino::session {
namespace {

using lifeline::Kind;
using testing_support::bytes_of;
using testing_support::data_bytes;
using testing_support::Datagram;
using testing_support::packet_of;
using testing_support::receive_all;
using testing_support::run_ready;
using testing_support::run_until;
using testing_support::send_raw;

class ControlNetworkTest : public ::testing::Test {
 protected:
  ControlNetworkTest() {
    ControlServer::Handlers handlers;
    handlers.start = [](ControlServer::ClientId, const ClientProcess&) {};
    handlers.signal = [](ControlServer::ClientId, int) {};
    handlers.stop = [](int) {};
    handlers.gone = [this](ControlServer::ClientId) { ++gone_; };
    handlers.network = [this](std::string_view request) {
      requests_.emplace_back(request);
      return answer_;
    };
    auto listening = ControlServer::listen(loop_, directory_.path().string(), std::move(handlers));
    EXPECT_TRUE(listening.ok()) << listening.error().text();
    server_ = std::move(listening).value();
  }

  posix::UniqueFd connect() {
    auto socket = connect_control(directory_.path().string());
    EXPECT_TRUE(socket.ok()) << socket.error().text();
    return std::move(socket).value();
  }
  static std::string head(std::uint32_t bytes) {
    lifeline::Packet packet = packet_of(Kind::kNetwork);
    packet.argument_bytes = bytes;
    return bytes_of(packet);
  }
  static bool dropped(const posix::UniqueFd& socket) {
    char byte = 0;
    const ssize_t got = ::recv(socket.get(), &byte, 1, MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno == ECONNRESET);
  }
  /// What the client makes of it, in a thread of its own while the server is served.
  Result<NetworkAnswer> ask(const NetworkRequest& request) {
    SessionRecord session = testing_support::session_record("fox");
    session.runtime_dir = directory_.path().string();
    Result<NetworkAnswer> answer = Error(ErrorCode::kInternal, "not asked");
    std::thread asking([&] {
      fakes::FakeNotices notices;
      answer = ControlClient(codec_, notices).network(session, request);
    });
    EXPECT_TRUE(run_until(loop_, [this] { return gone_ > 0; }));
    asking.join();
    return answer;
  }

  PollLoop loop_;
  testing_support::TempDir directory_;
  json::RapidJsonCodec codec_;
  std::vector<std::string> requests_;
  std::string answer_ = "{}";
  int gone_ = 0;
  std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlNetworkTest, TheServerPutsAQuestionTogetherAndAnswers) {
  const auto client = connect();
  answer_ = std::string(lifeline::kChunkBytes + 10, 'a');
  send_raw(client.get(), head(7));
  send_raw(client.get(), data_bytes(0, "que"));
  run_ready(loop_);
  EXPECT_TRUE(requests_.empty());
  send_raw(client.get(), data_bytes(0, "stio"));
  run_ready(loop_);
  EXPECT_EQ(requests_, std::vector<std::string>{"questio"});
  const std::vector<Datagram> told = receive_all(client.get());
  ASSERT_EQ(told.size(), 3U);
  const auto first = parse_packet(told[0].bytes);
  EXPECT_EQ(first->packet.kind, Kind::kNetworkAnswer);
  EXPECT_EQ(first->packet.argument_bytes, answer_.size());
  EXPECT_EQ(std::string(parse_packet(told[1].bytes)->data) +
                std::string(parse_packet(told[2].bytes)->data),
            answer_);
}

TEST_F(ControlNetworkTest, AClientMayAskAgain) {
  const auto client = connect();
  for (const char* question : {"one", "two"}) {
    send_raw(client.get(), head(3));
    send_raw(client.get(), data_bytes(0, question));
    run_ready(loop_);
    EXPECT_EQ(receive_all(client.get()).size(), 2U);
  }
  EXPECT_EQ(requests_, (std::vector<std::string>{"one", "two"}));
}

TEST_F(ControlNetworkTest, WhoeverBreaksTheProtocolIsDropped) {
  lifeline::Packet process = packet_of(Kind::kProcess, 1);
  process.argument_bytes = 3;
  const std::vector<std::vector<std::string>> rows = {
      {head(0)},
      {head(lifeline::kMaxNetworkBytes + 1)},
      {head(2), data_bytes(0, "abc")},
      {head(3), head(3)},
      {head(3), bytes_of(process)},
      {head(3), bytes_of(packet_of(Kind::kGo, 1))},
      {bytes_of(process), head(3)},
      {bytes_of(packet_of(Kind::kNetworkAnswer))},
  };
  int number = 0;
  for (const auto& row : rows) {
    const auto client = connect();
    for (const std::string& bytes : row) {
      if (!send_raw(client.get(), bytes)) break;
      run_ready(loop_);
    }
    EXPECT_TRUE(dropped(client)) << "row " << number;
    ++number;
  }
  EXPECT_TRUE(requests_.empty());
}

TEST_F(ControlNetworkTest, AnAnswerThatIsTooLargeDropsTheClient) {
  answer_ = std::string(lifeline::kMaxNetworkBytes + 1, 'a');
  const auto client = connect();
  send_raw(client.get(), head(1));
  send_raw(client.get(), data_bytes(0, "q"));
  run_ready(loop_);
  EXPECT_TRUE(dropped(client));
}

TEST_F(ControlNetworkTest, AnswersDoNotPileUpForAClientThatDoesNotRead) {
  answer_ = std::string(lifeline::kMaxNetworkBytes, 'a');  // more than the socket takes at once
  const auto client = connect();
  for (int i = 0; i < 2; ++i) {
    send_raw(client.get(), head(1));
    send_raw(client.get(), data_bytes(0, "q"));
    run_ready(loop_);
  }
  EXPECT_EQ(requests_.size(), 1U);
  EXPECT_EQ(gone_, 1);
}

TEST_F(ControlNetworkTest, TheClientAsksAndUnderstands) {
  const NetworkRequest request{NetworkRequest::Kind::kExplain, "example.com:443"};
  NetworkAnswer answer;
  answer.explanation = {.destination = "example.com:443", .reason = "no-rule"};
  // An answer of several packets.
  for (int i = 0; i < 2000; ++i)
    answer.rules.push_back({"host" + std::to_string(i) + ".example:443", "preset dev"});
  answer_ = codec_.write(to_json(answer), JsonLayout::kCompact);
  const auto answered = ask(request);
  ASSERT_TRUE(answered.ok()) << answered.error().text();
  EXPECT_EQ(*answered, answer);
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(network_request_from_json(codec_.parse(requests_[0]).value()).value(), request);
}

TEST_F(ControlNetworkTest, AnAnswerThatIsNoneIsCorrupt) {
  answer_ = "not JSON";
  EXPECT_EQ(ask({}).error().code(), ErrorCode::kCorrupt);
}

TEST_F(ControlNetworkTest, AnOwnerThatHangsUpDoesNotAnswer) {
  answer_.clear();
  EXPECT_EQ(ask({}).error().code(), ErrorCode::kUnavailable);
}

TEST_F(ControlNetworkTest, AQuestionThatIsTooLargeIsNotSent) {
  fakes::FakeNotices notices;
  const NetworkRequest request{NetworkRequest::Kind::kAllow,
                               std::string(lifeline::kMaxNetworkBytes, 'a')};
  const auto answered =
      ControlClient(codec_, notices).network(testing_support::session_record("fox"), request);
  ASSERT_FALSE(answered.ok());
  EXPECT_EQ(answered.error().code(), ErrorCode::kUsage);
}

}  // namespace
}  // namespace mino::session
