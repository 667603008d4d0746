#include "adapters/gateway/first_bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace mino::gateway {
namespace {

using namespace std::string_view_literals;

struct Sample {
  std::string_view bytes;
  FirstBytes expected;
};

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = {
      {"\x16\x03\x01\x02\x00\x01"sv, FirstBytes::kTls},
      {"\x16\x03"sv, FirstBytes::kTls},
      {"\x15\x03\x01\x00\x02"sv, FirstBytes::kTls},
      {"\x80\x2E\x01\x00\x02\x00"sv, FirstBytes::kTls},
      {"\x80\x2E\x01\x03\x01\x00"sv, FirstBytes::kTls},
      {"\x16\x02"sv, FirstBytes::kOther},
      {"\x80\x2E\x02"sv, FirstBytes::kOther},
      {"\x80\x2E\x01\x04"sv, FirstBytes::kOther},
      {"\x80\x2E\x01\x00\x03"sv, FirstBytes::kOther},
      {"GET / HTTP/1.1\r\n"sv, FirstBytes::kHttp},
      {"GET /"sv, FirstBytes::kHttp},
      {"POST http://a/ HTTP/1.1\r\n"sv, FirstBytes::kHttp},
      {"GET HTTPS://a/"sv, FirstBytes::kHttp},
      {"OPTIONS * HTTP/1.1\r\n"sv, FirstBytes::kHttp},
      {"CONNECT a.example:443 HTTP/1.1\r\n"sv, FirstBytes::kHttp},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"sv, FirstBytes::kHttp},
      {"PROPFIND /dav HTTP/1.1\r\n"sv, FirstBytes::kHttp},
      {"M-SEARCH * HTTP/1.1\r\n"sv, FirstBytes::kHttp},
      {"get / http/1.1\n"sv, FirstBytes::kHttp},
      {"G3T\t/\tHTTP/1.1\n"sv, FirstBytes::kHttp},
      {"\r\n\r\nGET / HTTP/1.1\r\n"sv, FirstBytes::kHttp},
      {"  GET / HTTP/1.1\r\n"sv, FirstBytes::kHttp},
      {"SSH-2.0-x / HTTP/1.1\r\n"sv, FirstBytes::kHttp},  // a method that a lax server skips
      {"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"sv, FirstBytes::kOther},
      {"EHLO host.example.com\r\n"sv, FirstBytes::kOther},
      {"USER http\r\n"sv, FirstBytes::kOther},
      {"KEYS *\r\n"sv, FirstBytes::kOther},
      {"CONNECT {\"verbose\":false}\r\n"sv, FirstBytes::kOther},
      {"CONNECT\naccept-version:1.2\n"sv, FirstBytes::kOther},
      {"OPTIONS rtsp://a/ RTSP/1.0\r\n"sv, FirstBytes::kOther},
      {"OPTIONS * RTSP/1.0\r\n"sv, FirstBytes::kOther},
      {"*1\r\n$4\r\nPING\r\n"sv, FirstBytes::kOther},
      {"{\"a\":1}"sv, FirstBytes::kOther},
      {"\0\0\0\x08\x04\xD2\x16\x2F"sv, FirstBytes::kOther},
      {"HTTP/1.1 200 OK\r\n"sv, FirstBytes::kOther},
      {"\x7F"sv, FirstBytes::kOther},
      {"abc \0"sv, FirstBytes::kOther},
      {"\r\n\0"sv, FirstBytes::kOther},
      {""sv, FirstBytes::kNeedMore},
      {"\x16"sv, FirstBytes::kNeedMore},
      {"\x80\x2E"sv, FirstBytes::kNeedMore},
      {"G"sv, FirstBytes::kNeedMore},
      {"GET"sv, FirstBytes::kNeedMore},
      {"GET "sv, FirstBytes::kNeedMore},
      {"GET htt"sv, FirstBytes::kNeedMore},
      {"hello world"sv, FirstBytes::kNeedMore},
      {"SSH-"sv, FirstBytes::kNeedMore},
      {"\r\n"sv, FirstBytes::kNeedMore},
  };
  return all;
}

TEST(FirstBytes, TellsProtocolsApart) {
  for (const Sample& sample : samples()) {
    EXPECT_EQ(sample.expected, classify(sample.bytes)) << sample.bytes;
  }
}

TEST(FirstBytes, AVerdictHoldsWhateverFollows) {
  for (const Sample& sample : samples()) {
    FirstBytes before = FirstBytes::kNeedMore;
    for (std::size_t size = 0; size <= sample.bytes.size(); ++size) {
      const FirstBytes now = classify(sample.bytes.substr(0, size));
      EXPECT_TRUE(before == FirstBytes::kNeedMore || before == now) << sample.bytes << " " << size;
      before = now;
    }
    if (before == FirstBytes::kNeedMore) continue;
    for (const std::string_view more : {"\0"sv, "\n"sv, " HTTP/1.1\r\n"sv, "A"sv}) {
      EXPECT_EQ(before, classify(std::string(sample.bytes) + std::string(more))) << sample.bytes;
    }
  }
}

TEST(FirstBytes, SshIsDecidedAtTheEndOfItsLine) {
  EXPECT_EQ(FirstBytes::kNeedMore, classify("SSH-2.0-OpenSSH_9.2p1"));
  EXPECT_EQ(FirstBytes::kOther, classify("SSH-2.0-OpenSSH_9.2p1\n"));
}

TEST(FirstBytes, AnEndlessLineIsLeftToTheStrictReader) {
  const std::string word(kMaxFirstLine, 'A');
  EXPECT_EQ(FirstBytes::kNeedMore, classify(word));
  EXPECT_EQ(FirstBytes::kHttp, classify(word + "A"));
  EXPECT_EQ(FirstBytes::kOther, classify(word + "\n"));
  EXPECT_EQ(FirstBytes::kNeedMore, classify(std::string(kMaxFirstLine, '\n')));
  EXPECT_EQ(FirstBytes::kHttp, classify(std::string(kMaxFirstLine + 1, '\n')));
}

TEST(FirstBytes, CountsLeadingLineEnds) {
  EXPECT_EQ(0U, leading_line_ends(""));
  EXPECT_EQ(2U, leading_line_ends("\r\n"));
  EXPECT_EQ(3U, leading_line_ends("\n\r\nGET"));
  EXPECT_EQ(0U, leading_line_ends(" \r\n"));
}

}  // namespace
}  // namespace mino::gateway
