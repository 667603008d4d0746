#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "adapters/gateway/http_requests.hpp"

namespace mino::gateway {
namespace {

UpgradeAnswer answer_to(std::string_view bytes) {
  HttpStatusReader whole;
  HttpStatusReader steps;
  const UpgradeAnswer expected = whole.feed(bytes);
  UpgradeAnswer answer = UpgradeAnswer::kNeedMore;
  for (const char byte : bytes) answer = steps.feed({&byte, 1});
  EXPECT_EQ(expected, answer) << bytes.substr(0, 200);
  EXPECT_EQ(expected, whole.answer());
  return expected;
}

TEST(HttpStatusReader, TellsASwitchFromEverythingElse) {
  EXPECT_EQ(UpgradeAnswer::kNeedMore, answer_to(""));
  EXPECT_EQ(UpgradeAnswer::kNeedMore, answer_to("HTTP/1.1 101 Switching Protocols\r"));
  EXPECT_EQ(UpgradeAnswer::kSwitched, answer_to("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_EQ(UpgradeAnswer::kSwitched, answer_to("HTTP/1.1 101\r\nX: y\r\n\r\n\x81"));
  for (const std::string_view bytes :
       {"HTTP/1.1 200 OK\r\n", "HTTP/1.1 101 x\n", "HTTP/1.1 1010 x\r\n", "HTTP/1.1 10\r\n",
        "HTTP/2.0 101 x\r\n", "http/1.1 101 x\r\n", "HTTP/1.1  101 x\r\n", "\r\n", "\n",
        "HTTP/1.1 099 x\r\n", "x\r\nHTTP/1.1 101 x\r\n", "HTTP/1.1 404 x\r\nHTTP/1.1 101 x\r\n"}) {
    EXPECT_EQ(UpgradeAnswer::kRefused, answer_to(bytes)) << bytes;
  }
}

TEST(HttpStatusReader, SkipsInterimAnswers) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n";
  EXPECT_EQ(UpgradeAnswer::kNeedMore, answer_to(interim));
  EXPECT_EQ(UpgradeAnswer::kSwitched, answer_to(interim + "HTTP/1.1 101 x\r\n"));
  EXPECT_EQ(UpgradeAnswer::kRefused, answer_to(interim + "HTTP/1.1 400 x\r\n"));
  EXPECT_EQ(UpgradeAnswer::kNeedMore, answer_to("HTTP/1.1 100 x\r\nHTTP/1.1 101 x\r\n"));
}

TEST(HttpStatusReader, GivesUpBehindTheBound) {
  EXPECT_EQ(UpgradeAnswer::kNeedMore, answer_to(std::string(HttpStatusReader::kMaxBytes, 'x')));
  EXPECT_EQ(UpgradeAnswer::kRefused, answer_to(std::string(HttpStatusReader::kMaxBytes + 1, 'x')));
}

TEST(ForbiddenResponse, IsAWholeAnswer) {
  const std::string body =
      R"({"error":"forbidden","host":"a.example","port":80,"reason":"no-rule",)"
      R"("allow_with":"--network-allow a.example:80"})"
      "\n";
  EXPECT_EQ(
      "HTTP/1.1 403 Forbidden by mino\r\nContent-Type: application/json\r\nConnection: close\r\n"
      "Content-Length: " +
          std::to_string(body.size()) + "\r\n\r\n" + body,
      forbidden_response("a.example", 80, DenyReason::kNoRule, "--network-allow a.example:80"));
}

TEST(ForbiddenResponse, EscapesAndLeavesOutEmptyAdvice) {
  const std::string answer =
      forbidden_response("a\"b\\c\r\n\x01\x7F\xC3\xA4", 65535, DenyReason::kLimit, "");
  EXPECT_NE(
      std::string::npos,
      answer.find(R"({"error":"forbidden","host":"a\"b\\c\u000d\u000a\u0001\u007f\ufffd\ufffd",)"
                  R"("port":65535,"reason":"limit"})"))
      << answer;
}

}  // namespace
}  // namespace mino::gateway
