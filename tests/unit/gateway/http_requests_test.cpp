#include "adapters/gateway/http_requests.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mino::gateway {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

std::string request(std::string_view fields) {
  return "POST /x HTTP/1.1\r\nHost: a.example\r\n" + std::string(fields) + "\r\n";
}

std::string chunked(std::string_view body) {
  return request("Transfer-Encoding: chunked\r\n") + std::string(body);
}

struct Outcome {
  std::string passed;
  std::optional<DenyReason> refused;
  std::string detail;
  bool awaits_upgrade = false;
  bool operator==(const Outcome&) const = default;
};

Outcome run_in_steps(std::string_view input, const HttpHost& host, std::size_t step) {
  HttpRequests requests(host);
  Outcome outcome;
  while (!input.empty()) {
    requests.feed(input.substr(0, step));
    input.remove_prefix(std::min(step, input.size()));
    outcome.passed += requests.take_passed();
  }
  if (requests.refused()) outcome.refused = requests.reason();
  outcome.detail = requests.detail();
  outcome.awaits_upgrade = requests.awaits_upgrade();
  return outcome;
}

/// At once, byte by byte and in sevens, which must not matter.
Outcome run(std::string_view input, const HttpHost& host = {"a.example", 80}) {
  const Outcome whole = run_in_steps(input, host, input.size());
  EXPECT_EQ(whole, run_in_steps(input, host, 1)) << input.substr(0, 200);
  EXPECT_EQ(whole, run_in_steps(input, host, 7)) << input.substr(0, 200);
  EXPECT_EQ(whole.passed, input.substr(0, whole.passed.size()));
  EXPECT_EQ(whole.refused.has_value(), !whole.detail.empty());
  return whole;
}

void expect_passes(std::string_view input, const HttpHost& host = {"a.example", 80}) {
  const Outcome outcome = run(input, host);
  EXPECT_EQ(std::nullopt, outcome.refused) << input.substr(0, 200) << outcome.detail;
  EXPECT_EQ(input, outcome.passed);
}

/// `input` is refused and nothing of it is passed.
void expect_refused(DenyReason reason, std::string_view input,
                    const HttpHost& host = {"a.example", 80}) {
  const Outcome outcome = run(input, host);
  EXPECT_EQ(reason, outcome.refused) << input.substr(0, 200) << outcome.detail;
  EXPECT_EQ("", outcome.passed) << input.substr(0, 200);
}

/// The head of `input` passes, what follows is refused.
void expect_body_refused(std::string_view input, std::size_t passed) {
  const Outcome outcome = run(input);
  EXPECT_EQ(DenyReason::kBadRequest, outcome.refused) << input;
  EXPECT_EQ(input.substr(0, passed), outcome.passed) << input;
}

TEST(HttpRequests, PassesOneRequestAfterTheOther) {
  expect_passes(kGet);
  const std::string many = std::string(kGet) + request("Content-Length: 5\r\n") + "hello" +
                           chunked("5\r\nhello\r\n0\r\n\r\n") + std::string(kGet) +
                           request("Content-Length: 0\r\n") + std::string(kGet);
  expect_passes(many);
  HttpRequests requests({"a.example", 80});
  requests.feed(many);
  EXPECT_EQ(6U, requests.passed_requests());
}

TEST(HttpRequests, HoldsAHeadUntilItIsComplete) {
  HttpRequests requests({"a.example", 80});
  requests.feed(kGet.substr(0, kGet.size() - 1));
  EXPECT_EQ("", requests.take_passed());
  EXPECT_EQ(0U, requests.passed_requests());
  requests.feed("\n");
  EXPECT_EQ(kGet, requests.take_passed());
  EXPECT_EQ("", requests.take_passed());
  EXPECT_EQ(1U, requests.passed_requests());
}

TEST(HttpRequests, PassesABodyAsItComes) {
  HttpRequests requests({"a.example", 80});
  requests.feed(request("Content-Length: 10\r\n"));
  static_cast<void>(requests.take_passed());
  requests.feed("abc");
  EXPECT_EQ("abc", requests.take_passed());
}

TEST(HttpRequests, KeepAliveCarriesNoOtherHost) {
  const Outcome outcome =
      run(std::string(kGet) + "GET /secret HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(DenyReason::kHostHeaderMismatch, outcome.refused);
  EXPECT_EQ(kGet, outcome.passed);
  EXPECT_EQ("the Host field says \"evil.example\"", outcome.detail);
}

TEST(HttpRequests, DropsEverythingAfterARefusal) {
  HttpRequests requests({"a.example", 80});
  requests.feed("CONNECT a.example:80 HTTP/1.1\r\n");
  ASSERT_TRUE(requests.refused());
  requests.feed(kGet);
  EXPECT_EQ("", requests.take_passed());
  EXPECT_EQ(DenyReason::kProxyRequest, requests.reason());
}

TEST(HttpRequests, ComparesTheHostInCanonicalForm) {
  const auto get = [](std::string_view host) {
    return "GET / HTTP/1.1\r\nhOST:" + std::string(host) + "\r\n\r\n";
  };
  for (const std::string_view host :
       {"a.example", " A.Example", " a.example. ", "\ta.example:80\t", " a.example.:80"}) {
    expect_passes(get(host));
  }
  for (const std::string_view host : {"",
                                      " ",
                                      " b.example",
                                      " a.example:81",
                                      " a.example:",
                                      " a.example:080",
                                      " a.example:+80",
                                      " a.example:80x",
                                      " a.example:65616",
                                      " a.example:80:80",
                                      " user@a.example",
                                      " a.example@b.example",
                                      " a.example/",
                                      " a.example b.example",
                                      " a.example,b.example",
                                      " a.example..",
                                      " x.a.example",
                                      " example",
                                      " [a.example]",
                                      " 10.0.0.1",
                                      " http://a.example",
                                      " a.example:99999999999999999999",
                                      " a.ex\xC3\xA4mple"}) {
    expect_refused(DenyReason::kHostHeaderMismatch, get(host));
  }
  expect_passes(get("a.example"), {"a.example", 8080});
  expect_passes(get("a.example:8080"), {"a.example", 8080});
  expect_refused(DenyReason::kHostHeaderMismatch, get("a.example:80"), {"a.example", 8080});
}

TEST(HttpRequests, ComparesAddresses) {
  const auto get = [](std::string_view host) {
    return "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
  };
  expect_passes(get("192.0.2.1:80"), {"192.0.2.1", 80});
  expect_passes(get("[2001:DB8:0::1]:80"), {"2001:db8::1", 80});
  expect_passes(get("[2001:db8::1]"), {"2001:db8::1", 80});
  for (const std::string_view host :
       {"192.0.2.2", "192.0.2.01", "0xC0.0.2.1", "3221225985", "[192.0.2.1]", "192.0.2"}) {
    expect_refused(DenyReason::kHostHeaderMismatch, get(host), {"192.0.2.1", 80});
  }
  for (const std::string_view host : {"2001:db8::1", "[2001:db8::2]", "[2001:db8::1",
                                      "[2001:db8::1]80", "[2001:db8::1%25lo]", "[]", "["}) {
    expect_refused(DenyReason::kHostHeaderMismatch, get(host), {"2001:db8::1", 80});
  }
}

TEST(HttpRequests, DemandsExactlyOneHost) {
  expect_refused(DenyReason::kHostHeaderMismatch, "GET / HTTP/1.1\r\n\r\n");
  expect_refused(DenyReason::kHostHeaderMismatch, "GET / HTTP/1.0\r\nAccept: x\r\n\r\n");
  expect_passes("GET / HTTP/1.0\r\nHost: a.example\r\n\r\n");
  expect_refused(DenyReason::kBadRequest, request("Host: b.example\r\n"));
  expect_refused(DenyReason::kBadRequest, request("hOST: a.example\r\n"));
}

TEST(HttpRequests, RefusesProxyRequests) {
  const auto get = [](std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
  };
  for (const std::string_view target :
       {"http://a.example/", "HTTP://A.example:80/x?y=http://b.example/", "http://a.example",
        "http://a.example?x", "/http://b.example/", "//b.example/"}) {
    expect_passes(get(target));
  }
  for (const std::string_view target :
       {"http://b.example/", "https://a.example/", "http://a.example:81/", "ftp://a.example/",
        "http://user@a.example/", "http://a.example@b.example/", "http://a.example:80@b.example/",
        "http://b.example#@a.example/", "http://b.example\\@a.example/", "http:///a.example",
        "http://", "http://a.example.b/", "ws://a.example/"}) {
    expect_refused(DenyReason::kProxyRequest, get(target));
  }
  expect_refused(DenyReason::kProxyRequest, get("http://a.example/"), {"a.example", 8080});
  expect_refused(DenyReason::kProxyRequest,
                 "CONNECT a.example:80 HTTP/1.1\r\nHost: a.example\r\n\r\n");
  expect_refused(DenyReason::kProxyRequest, "connect a.example:80 HTTP/1.1\r\n");
  expect_refused(DenyReason::kHostHeaderMismatch,
                 "GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n");
}

TEST(HttpRequests, RefusesMalformedRequestLines) {
  for (const std::string_view line : {"",
                                      "GET",
                                      "GET /",
                                      "GET / ",
                                      "GET  / HTTP/1.1",
                                      "GET /  HTTP/1.1",
                                      " GET / HTTP/1.1",
                                      "GET / HTTP/1.1 ",
                                      "GET\t/ HTTP/1.1",
                                      "GET /a b HTTP/1.1",
                                      "GET /a\tb HTTP/1.1",
                                      "G@T / HTTP/1.1",
                                      "GET / http/1.1",
                                      "GET / HTTP/1.2",
                                      "GET / HTTP/0.9",
                                      "GET / HTTP/2.0",
                                      "GET / HTTP/1.10",
                                      "GET / HTTP/1.1x",
                                      "GET x HTTP/1.1",
                                      "GET * HTTP/1.1",
                                      "GET a.example:80 HTTP/1.1",
                                      "GET ?x HTTP/1.1"}) {
    expect_refused(DenyReason::kBadRequest, std::string(line) + "\r\nHost: a.example\r\n\r\n");
  }
  expect_passes("OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n");
  expect_passes("M-SEARCH /\xC3\xA4 HTTP/1.1\r\nHost: a.example\r\n\r\n");
}

TEST(HttpRequests, RefusesHttp2) {
  expect_refused(DenyReason::kBadRequest, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  expect_refused(DenyReason::kBadRequest,
                 request("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                         "HTTP2-Settings: AAMAAABkAAQAAP__\r\n"));
  for (const std::string_view protocol :
       {"h2c", "H2C", "websocket, h2c", "h2", "HTTP/2.0", "TLS/1.2,HTTP/1.1", "websocket,,h2c"}) {
    expect_refused(DenyReason::kBadRequest, request("Upgrade: " + std::string(protocol) + "\r\n"));
  }
  expect_refused(DenyReason::kBadRequest, request("http2-settings: x\r\n"));
}

TEST(HttpRequests, RefusesAmbiguousLineEndsAndBytes) {
  expect_refused(DenyReason::kBadRequest, "GET / HTTP/1.1\nHost: a.example\n\n");
  expect_refused(DenyReason::kBadRequest, "GET / HTTP/1.1\r\nHost: a.example\n\r\n");
  expect_refused(DenyReason::kBadRequest, "GET / HTTP/1.1\r\nHost: a.example\r\n\n");
  expect_refused(DenyReason::kBadRequest, request("X: a\rHost: b.example\r\n"));
  expect_refused(DenyReason::kBadRequest, request("X: a\r\r\n"));
  expect_refused(DenyReason::kBadRequest, request("X: a\0b\r\n"sv));
  expect_refused(DenyReason::kBadRequest, request("X: a\x0B\r\n"));
  expect_refused(DenyReason::kBadRequest, request("X: a\x7F\r\n"));
  expect_refused(DenyReason::kBadRequest, request("X\0: a\r\n"sv));
  expect_refused(DenyReason::kBadRequest, "\r\n" + std::string(kGet));
  expect_passes(request("X: a\tb \xFF\r\nY:\r\n"));
}

TEST(HttpRequests, RefusesAmbiguousFields) {
  for (const std::string_view field :
       {"X: a\r\n b", "X: a\r\n\tb", "X : a", "Content-Length : 5", "X\t: a", "no colon", ": a",
        "X y: a", "X(: a", "Expect: 200-ok", "Expect: 100-continue, x",
        "Connection: close, Content-Length", "Connection: host", "Connection: Transfer-Encoding"}) {
    expect_refused(DenyReason::kBadRequest, request(std::string(field) + "\r\n"));
  }
  expect_refused(DenyReason::kBadRequest,
                 "GET / HTTP/1.1\r\n Host: b.example\r\nHost: a.example\r\n\r\n");
  expect_passes(request("Expect: 100-continue\r\nConnection: keep-alive, Upgrade-Insecure\r\n"));
}

TEST(HttpRequests, RefusesBothFramings) {
  expect_refused(DenyReason::kBadRequest,
                 request("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\nG");
  expect_refused(DenyReason::kBadRequest,
                 request("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n") + "0\r\n\r\n");
}

TEST(HttpRequests, RefusesMalformedOrRepeatedLengths) {
  for (const std::string_view value :
       {"", "+5", "-1", "0x5", "5 5", "5, 5", "5,5", "5.0", "1e3", "5;", "9999999999999999999",
        "18446744073709551621", "\xD9\xA5"}) {
    expect_refused(DenyReason::kBadRequest,
                   request("Content-Length: " + std::string(value) + "\r\n"));
  }
  expect_refused(DenyReason::kBadRequest,
                 request("Content-Length: 5\r\nContent-Length: 6\r\n") + "hello");
  expect_refused(DenyReason::kBadRequest,
                 request("Content-Length: 5\r\ncontent-length: 5\r\n") + "hello");
  expect_passes(request("Content-Length: 005 \r\n") + "hello" + std::string(kGet));
}

TEST(HttpRequests, RefusesTransferEncodingsOtherThanChunked) {
  for (const std::string_view value :
       {"", "Chunked", "identity", "gzip, chunked", "chunked, identity", "chunked,chunked",
        "\"chunked\"", "xchunked", "chunked;q=1", "x",
        "\x0B"
        "chunked"}) {
    expect_refused(DenyReason::kBadRequest,
                   request("Transfer-Encoding: " + std::string(value) + "\r\n"));
  }
  expect_refused(DenyReason::kBadRequest,
                 request("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"));
  expect_refused(DenyReason::kBadRequest,
                 request("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));
  expect_refused(DenyReason::kBadRequest,
                 "POST / HTTP/1.0\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(HttpRequests, FollowsChunks) {
  const std::string next(kGet);
  expect_passes(chunked("0\r\n\r\n") + next);
  expect_passes(chunked("00000000000A\r\n0123456789\r\na;x=\"y z\"\r\n0123456789\r\n0;e\r\n\r\n") +
                next);
  expect_passes(chunked("3\r\nabc\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n") + next);
  expect_passes(chunked("2\r\n\r\n\r\n0\r\n\r\n") + next);
}

TEST(HttpRequests, RefusesMalformedChunks) {
  const std::size_t head = chunked("").size();
  for (const std::string_view line :
       {"", " 5", "5 ", "5 ;x", "+5", "-5", "0x5", "5_0", "g", "00000000000000005",
        "FFFFFFFFFFFFFFFF", "8000000000000000", "10000000000000005", ";x"}) {
    expect_body_refused(chunked(std::string(line) + "\r\nhello\r\n0\r\n\r\n"), head);
  }
  expect_body_refused(chunked("5\nhello\r\n0\r\n\r\n"), head);
  expect_body_refused(chunked("5;a\nhello\r\n0\r\n\r\n"), head);
  expect_body_refused(chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), head);
  expect_body_refused(chunked("5\r\nhelloX\r\n0\r\n\r\n"), head + 8);
  expect_body_refused(chunked("5\r\nhello\n0\r\n\r\n"), head + 8);
  expect_body_refused(chunked("5\r\nhel\r\n0\r\n\r\n"), head + 8);
  expect_passes(chunked("7FFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"));
}

TEST(HttpRequests, BoundsChunkLines) {
  const std::size_t head = chunked("").size();
  const std::string longest = "1;" + std::string(HttpRequests::kMaxChunkLine - 4, 'x') + "\r\n";
  expect_passes(chunked(longest + "a\r\n0\r\n\r\n"));
  expect_body_refused(chunked("1;x" + longest.substr(2) + "a\r\n0\r\n\r\n"), head);
  expect_body_refused(chunked("1;" + std::string(100000, 'x')), head);
}

TEST(HttpRequests, RefusesTrailersThatMeanSomethingElsewhere) {
  const std::string start = chunked("0\r\n");
  for (const std::string_view trailer :
       {"Host: b.example", "content-length: 5", "Transfer-Encoding: chunked", "Upgrade: h2c",
        "Connection: close", "X : y", " folded", "no colon"}) {
    expect_body_refused(start + std::string(trailer) + "\r\n\r\n", start.size());
  }
  expect_body_refused(start + "X: " + std::string(HttpRequests::kMaxHeadBytes, 'x'), start.size());
}

TEST(HttpRequests, ASmuggledRequestIsCheckedOrCounted) {
  const std::string smuggled = "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
  // As a body it is no request for anybody.
  expect_passes(request("Content-Length: " + std::to_string(smuggled.size()) + "\r\n") + smuggled +
                std::string(kGet));
  // Behind the body it is one.
  const std::string before = request("Content-Length: 1\r\n") + "x";
  EXPECT_EQ(before, run(before + smuggled).passed);
  EXPECT_EQ(DenyReason::kHostHeaderMismatch, run(before + smuggled).refused);
  const std::string chunks = chunked("0\r\n\r\n");
  EXPECT_EQ(chunks, run(chunks + smuggled).passed);
  EXPECT_EQ(DenyReason::kHostHeaderMismatch, run(chunks + smuggled).refused);
}

TEST(HttpRequests, BoundsHeads) {
  std::string fields;
  for (std::size_t i = 1; i < HttpRequests::kMaxFields; ++i) fields += "X: y\r\n";
  expect_passes(request(fields));
  expect_refused(DenyReason::kBadRequest, request(fields + "X: y\r\n"));
  const std::size_t rest = HttpRequests::kMaxHeadBytes - request("X: \r\n").size();
  expect_passes(request("X: " + std::string(rest, 'y') + "\r\n"));
  expect_refused(DenyReason::kBadRequest, request("X: " + std::string(rest + 1, 'y') + "\r\n"));
  expect_refused(DenyReason::kBadRequest, "GET /" + std::string(100000, 'a'));
}

TEST(HttpRequests, HoldsWhatFollowsAnUpgrade) {
  const std::string head = request("Connection: Upgrade\r\nUpgrade: websocket\r\n");
  const Outcome outcome = run(head + "\x81\x05hello");
  EXPECT_EQ(head, outcome.passed);
  EXPECT_TRUE(outcome.awaits_upgrade);
  EXPECT_EQ(std::nullopt, outcome.refused);
}

TEST(HttpRequests, PassesEverythingAfterASwitch) {
  HttpRequests requests({"a.example", 80});
  const std::string head = request("Connection: Upgrade\r\nUpgrade: websocket\r\n");
  requests.feed(head + "\x81\x05hello");
  requests.upgrade_answered(UpgradeAnswer::kNeedMore);
  EXPECT_EQ(head, requests.take_passed());
  EXPECT_FALSE(requests.switched());
  requests.upgrade_answered(UpgradeAnswer::kSwitched);
  EXPECT_TRUE(requests.switched());
  EXPECT_FALSE(requests.awaits_upgrade());
  requests.feed("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ("\x81\x05helloGET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", requests.take_passed());
}

TEST(HttpRequests, GoesOnCheckingAfterARefusedUpgrade) {
  HttpRequests requests({"a.example", 80});
  requests.feed(request("Upgrade: websocket\r\n") + std::string(kGet) +
                "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  static_cast<void>(requests.take_passed());
  requests.upgrade_answered(UpgradeAnswer::kRefused);
  EXPECT_EQ(kGet, requests.take_passed());
  EXPECT_TRUE(requests.refused());
  requests.upgrade_answered(UpgradeAnswer::kSwitched);
  EXPECT_FALSE(requests.switched());
}

TEST(HttpRequests, ABodyComesBeforeTheSwitch) {
  HttpRequests requests({"a.example", 80});
  requests.feed(request("Upgrade: x\r\nContent-Length: 3\r\n") + "ab");
  EXPECT_FALSE(requests.awaits_upgrade());
  requests.upgrade_answered(UpgradeAnswer::kSwitched);
  EXPECT_FALSE(requests.switched());
  requests.feed("cd");
  EXPECT_TRUE(requests.awaits_upgrade());
}

TEST(HttpRequests, OnlyTheFirstRequestMayUpgrade) {
  const Outcome outcome = run(std::string(kGet) + request("Upgrade: websocket\r\n"));
  EXPECT_EQ(DenyReason::kBadRequest, outcome.refused);
  EXPECT_EQ(kGet, outcome.passed);
}

TEST(HttpRequests, BoundsWhatIsHeld) {
  HttpRequests requests({"a.example", 80});
  requests.feed(request("Upgrade: websocket\r\n"));
  requests.feed(std::string(HttpRequests::kMaxHeldBytes, 'x'));
  EXPECT_FALSE(requests.refused());
  requests.feed("x");
  ASSERT_TRUE(requests.refused());
  EXPECT_EQ(DenyReason::kLimit, requests.reason());
}

TEST(HttpRequests, DetailsArePrintable) {
  const Outcome outcome =
      run("GET / HTTP/1.1\r\nHost: \xFF\xFE" + std::string(200, 'x') + "\r\n\r\n");
  EXPECT_EQ("the Host field says \"??" + std::string(78, 'x') + "...\"", outcome.detail);
}

}  // namespace
}  // namespace mino::gateway
