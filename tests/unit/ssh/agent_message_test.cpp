#include "domain/ssh/agent_message.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/ssh/ssh_world.hpp"

namespace mino {
namespace {

using testing_support::bind_message;
using testing_support::extension;
using testing_support::sign_message;
using testing_support::signature_message;
using testing_support::two_keys;

template <typename T>
bool is_a(const std::string& message) {
  return std::holds_alternative<T>(parse_agent_request(message));
}

TEST(AgentMessage, EachRequestIsWhatItIs) {
  EXPECT_TRUE(is_a<ListRequest>("\x0B"));
  const std::string sign = sign_message("key", "data", 4);
  const AgentRequest request = parse_agent_request(sign);
  const auto& parsed = std::get<SignRequest>(request);
  EXPECT_EQ(parsed.key, "key");
  EXPECT_EQ(parsed.data, "data");
  EXPECT_EQ(parsed.flags, 4U);
  const std::string bind = bind_message("host", "id", "sig", BindRequest::Use::kForwarding);
  const AgentRequest bound = parse_agent_request(bind);
  EXPECT_EQ(std::get<BindRequest>(bound).host_key, "host");
  EXPECT_EQ(std::get<BindRequest>(bound).session_id, "id");
  EXPECT_EQ(std::get<BindRequest>(bound).signature, "sig");
  EXPECT_EQ(std::get<BindRequest>(bound).use, BindRequest::Use::kForwarding);
  EXPECT_TRUE(is_a<OtherRequest>(extension("query", "")));
  EXPECT_TRUE(is_a<OtherRequest>("\x13"));
}

TEST(AgentMessage, CutAndTrailingBytesAreMalformed) {
  EXPECT_TRUE(is_a<MalformedRequest>(""));
  EXPECT_TRUE(is_a<MalformedRequest>("\x0B!"));
  for (const std::string& whole :
       {sign_message("key", "data"), bind_message("h", "i", "s", BindRequest::Use::kLogin)}) {
    EXPECT_TRUE(is_a<MalformedRequest>(whole + "!"));
    for (std::size_t size = 1; size < whole.size(); ++size)
      EXPECT_TRUE(is_a<MalformedRequest>(whole.substr(0, size))) << size;
  }
}

TEST(AgentMessage, IdentitiesAreReadAndWritten) {
  const std::string message = identities_message(two_keys());
  EXPECT_EQ(parse_identities(message), two_keys());
  EXPECT_EQ(parse_identities(message + "!"), std::nullopt);
  EXPECT_EQ(parse_identities(message.substr(0, message.size() - 1)), std::nullopt);
  std::string many = bare_message(AgentCode::kIdentities);
  append_ssh_number(many, 0xFFFFFFFF);
  EXPECT_EQ(parse_identities(many), std::nullopt) << "a count alone costs no memory";
}

TEST(AgentMessage, ASignatureIsOneTextAlone) {
  EXPECT_TRUE(is_signature(signature_message()));
  EXPECT_FALSE(is_signature(signature_message() + "!"));
  EXPECT_FALSE(is_signature(bare_message(AgentCode::kSuccess)));
}

TEST(AgentStream, CutsMessagesOutOfAnyPieces) {
  const std::string bytes = framed("\x0B") + framed(sign_message("k", "d")) + framed("\x13");
  AgentStream stream;
  std::vector<std::string> messages;
  for (const char byte : bytes) {
    stream.add({&byte, 1});
    while (auto message = stream.next()) messages.push_back(*message);
  }
  EXPECT_EQ(messages, (std::vector<std::string>{"\x0B", sign_message("k", "d"), "\x13"}));
  EXPECT_EQ(stream.size(), 0U);
}

TEST(AgentStream, AnImpossibleLengthBreaksIt) {
  for (const std::uint32_t length : {0U, 262145U, 0xFFFFFFFFU}) {
    std::string bytes;
    append_ssh_number(bytes, length);
    AgentStream stream;
    stream.add(bytes);
    EXPECT_TRUE(stream.is_broken()) << length;
    EXPECT_FALSE(stream.has_next());
  }
  std::string bytes;
  append_ssh_number(bytes, 262144);
  AgentStream stream;
  stream.add(bytes);
  EXPECT_FALSE(stream.is_broken()) << "the largest is no error";
}

}  // namespace
}  // namespace mino
