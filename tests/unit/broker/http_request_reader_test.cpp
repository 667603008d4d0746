#include "adapters/broker/http_request_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino::broker {
namespace {

using State = HttpRequestReader::State;

const std::string kRequest =
    "GET /aws?x=1 HTTP/1.1\r\nHost: 169.254.170.2\r\nAuthorization: abc\r\nX-Twice: 1\r\n"
    "x-twice: 2\r\n\r\n";

std::string text_of(const BrokerRequest& request) {
  std::string text = request.method + " " + request.target;
  for (const auto& [name, value] : request.fields) text += "|" + name + "=" + value;
  return text;
}

TEST(HttpRequestReader, ReadsAHeadHoweverItIsCut) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, kRequest.size()}) {
    HttpRequestReader reader;
    for (std::size_t at = 0; at < kRequest.size(); at += step) {
      ASSERT_EQ(reader.state(), State::kMore);
      reader.add(std::string_view(kRequest).substr(at, step));
    }
    ASSERT_EQ(reader.state(), State::kComplete) << step;
    EXPECT_EQ(text_of(reader.request()),
              "GET /aws?x=1|Host=169.254.170.2|Authorization=abc|X-Twice=1|x-twice=2");
  }
}

TEST(HttpRequestReader, WhatComesBehindIsNotLookedAt) {
  HttpRequestReader reader;
  EXPECT_EQ(reader.add(kRequest + "GET /other HTTP/1.1\r\n\r\n"), State::kComplete);
  EXPECT_EQ(reader.add("more"), State::kComplete);
  EXPECT_EQ(reader.request().target, "/aws?x=1");
}

TEST(HttpRequestReader, NoHttpIsBroken) {
  for (const char* text : {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not a hello\r\n\r\n",
                           "SSH-2.0-OpenSSH_9.2\r\n\r\n", "GET /aws\r\n\r\n",
                           "GET /a b HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                           "GET / HTTP/1.1\r\nA: \x01\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"}) {
    HttpRequestReader reader;
    EXPECT_EQ(reader.add(text), State::kBroken) << text;
    EXPECT_EQ(reader.add(kRequest), State::kBroken) << "and stays so";
  }
}

TEST(HttpRequestReader, AHeadHasABound) {
  for (const std::size_t step : {std::size_t{1000}, std::size_t{100'000}}) {
    HttpRequestReader reader;
    reader.add("GET / HTTP/1.1\r\n");
    State state = State::kMore;
    for (int i = 0; i < 20 && state == State::kMore; ++i)
      state = reader.add("A: " + std::string(step, 'x') + "\r\n");
    EXPECT_EQ(state, State::kBroken) << step;
  }
  HttpRequestReader line;
  EXPECT_EQ(line.add("GET /" + std::string(HttpRequestReader::kMaxBytes, 'x')), State::kBroken)
      << "a line without an end";
}

}  // namespace
}  // namespace mino::broker
