#include "domain/network/egress_event.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino {
namespace {

using Kind = EgressEvent::Kind;

TEST(NetworkLogLine, SaysWhatHappened) {
  const struct {
    EgressEvent event;
    const char* line;
  } cases[] = {
      {{.kind = Kind::kOpened,
        .connection = 7,
        .host = "github.com",
        .port = 443,
        .address = "140.82.121.3",
        .rule = "github.com:443"},
       "allowed github.com:443 (140.82.121.3) by github.com:443"},
      {{.kind = Kind::kOpened,
        .host = "2606:4700::1",
        .port = 443,
        .address = "2606:4700::1",
        .rule = "[2606:4700::/32]:*"},
       "allowed [2606:4700::1]:443 by [2606:4700::/32]:*"},
      {{.kind = Kind::kClosed,
        .host = "github.com",
        .port = 443,
        .bytes_sent = 1203,
        .bytes_received = 88213},
       "closed  github.com:443 sent 1203 received 88213 bytes"},
      {{.kind = Kind::kDenied, .host = "example.com", .port = 443},
       "denied  example.com:443 no-rule: no rule allows it"},
      {{.kind = Kind::kDenied,
        .host = "a.example",
        .port = 443,
        .reason = DenyReason::kServerNameMismatch,
        .detail = "b.example"},
       "denied  a.example:443 server-name-mismatch: the TLS connection names another server "
       "(b.example)"},
      {{.kind = Kind::kDenied, .host = "example.com", .port = 0},
       "denied  example.com no-rule: no rule allows it"},
      {{.kind = Kind::kDenied, .host = "::1", .port = 0}, "denied  ::1 no-rule: no rule allows it"},
      {{.kind = Kind::kFailed, .host = "github.com", .port = 443, .detail = "connection refused"},
       "failed  github.com:443 connection refused"},
  };
  for (const auto& [event, line] : cases) EXPECT_EQ(network_log_line(event), line);
}

TEST(NetworkLogLine, IsOneLineAndCannotDriveATerminal) {
  for (const Kind kind : {Kind::kOpened, Kind::kClosed, Kind::kDenied, Kind::kFailed}) {
    const std::string bad = "x\n\x1b[2J\x9b\x7f";
    const std::string line = network_log_line(
        {.kind = kind, .host = bad, .port = 1, .address = bad, .rule = bad, .detail = bad});
    for (const char c : line) {
      EXPECT_GE(static_cast<unsigned char>(c), 0x20U);
      EXPECT_LT(static_cast<unsigned char>(c), 0x7FU);
    }
  }
}

}  // namespace
}  // namespace mino
