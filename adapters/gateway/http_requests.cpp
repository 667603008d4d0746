#include "adapters/gateway/http_requests.hpp"

#include <algorithm>
#include <utility>

#include "adapters/gateway/http_text.hpp"
#include "domain/check.hpp"

namespace mino::gateway {

HttpRequests::HttpRequests(HttpHost host) : host_(std::move(host)) {}

void HttpRequests::feed(std::string_view bytes) {
  while (!bytes.empty() && !refused()) step(bytes);
}

std::string HttpRequests::take_passed() { return std::exchange(passed_, {}); }

DenyReason HttpRequests::reason() const {
  MINO_CHECK(refused());
  return *refusal_;
}

void HttpRequests::upgrade_answered(UpgradeAnswer answer) {
  if (state_ != State::kUpgrade || refused() || answer == UpgradeAnswer::kNeedMore) return;
  state_ = answer == UpgradeAnswer::kSwitched ? State::kOpaque : State::kRequestLine;
  const std::string waiting = std::exchange(waiting_, {});
  feed(waiting);
}

void HttpRequests::step(std::string_view& rest) {
  switch (state_) {
    case State::kBody:
    case State::kChunkData:
      pass_body(rest);
      return;
    case State::kUpgrade:
      waiting_ += rest;
      rest = {};
      if (waiting_.size() > kMaxHeldBytes) {
        refuse(DenyReason::kLimit, "too much was sent before the upgrade was answered");
      }
      return;
    case State::kOpaque:
      passed_ += rest;
      rest = {};
      return;
    case State::kRequestLine:
    case State::kFields:
    case State::kTrailers:
      if (!read_line(rest, kMaxHeadBytes)) return;
      break;
    case State::kChunkSize:
    case State::kChunkEnd:
      if (!read_line(rest, kMaxChunkLine)) return;
      break;
  }
  const std::string_view line(held_);
  // The line's end is two bytes.
  on_line(line.substr(line_start_, line.size() - line_start_ - 2));
  line_start_ = held_.size();
}

void HttpRequests::pass_body(std::string_view& rest) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), body_left_));
  passed_ += rest.substr(0, count);
  rest.remove_prefix(count);
  body_left_ -= count;
  if (body_left_ > 0) return;
  if (state_ == State::kBody) {
    on_end_of_request();
  } else {
    state_ = State::kChunkEnd;
  }
}

bool HttpRequests::read_line(std::string_view& rest, std::size_t limit) {
  while (!rest.empty()) {
    const char byte = rest[0];
    rest.remove_prefix(1);
    const bool after_return = held_.size() > line_start_ && held_.back() == '\r';
    if (after_return != (byte == '\n')) {
      refuse(DenyReason::kBadRequest, "a line does not end with CR LF");
      return false;
    }
    if (is_control_byte(byte) && byte != '\t' && byte != '\r' && byte != '\n') {
      refuse(DenyReason::kBadRequest, "a control character");
      return false;
    }
    if (held_.size() >= limit) {
      refuse(DenyReason::kBadRequest, "a head or line that is too long");
      return false;
    }
    held_ += byte;
    if (byte == '\n') return true;
  }
  return false;
}

void HttpRequests::on_line(std::string_view line) {
  switch (state_) {
    case State::kRequestLine:
      on_request_line(line);
      return;
    case State::kFields:
      line.empty() ? on_end_of_head() : on_field(line);
      return;
    case State::kChunkSize:
      on_chunk_size(line);
      return;
    case State::kChunkEnd:
      if (!line.empty()) {
        refuse(DenyReason::kBadRequest, "a chunk is longer than its size");
        return;
      }
      pass_held();
      state_ = State::kChunkSize;
      return;
    case State::kTrailers:
      on_trailer(line);
      return;
    case State::kBody:
    case State::kChunkData:
    case State::kUpgrade:
    case State::kOpaque:
      return;
  }
}

void HttpRequests::on_request_line(std::string_view line) {
  head_ = {};
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || method_end == target_end) {
    refuse(DenyReason::kBadRequest, "a request line without three words");
    return;
  }
  const std::string_view method = line.substr(0, method_end);
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::string_view version = line.substr(target_end + 1);
  if (!is_token(method) || target.empty() ||
      target.find_first_of(" \t") != std::string_view::npos) {
    refuse(DenyReason::kBadRequest, "a malformed request line");
    return;
  }
  if (equals_ignoring_case(method, "CONNECT")) {
    refuse(DenyReason::kProxyRequest, "CONNECT " + printable(target));
    return;
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    refuse(DenyReason::kBadRequest, "not HTTP/1.0 or HTTP/1.1: " + printable(version));
    return;
  }
  head_.version = version == "HTTP/1.1" ? Version::kHttp11 : Version::kHttp10;
  state_ = State::kFields;
  check_target(method, target);
}

void HttpRequests::check_target(std::string_view method, std::string_view target) {
  if (target[0] == '/') return;
  if (target == "*") {
    if (method != "OPTIONS") refuse(DenyReason::kBadRequest, "\"*\" with " + printable(method));
    return;
  }
  if (target.find("://") != std::string_view::npos) {
    check_absolute_target(target);
    return;
  }
  refuse(DenyReason::kBadRequest, "a malformed request target");
}

void HttpRequests::check_absolute_target(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  constexpr std::uint16_t kDefaultPort = 80;
  if (equals_ignoring_case(target.substr(0, kScheme.size()), kScheme)) {
    const std::string_view rest = target.substr(kScheme.size());
    const auto authority = parse_authority(rest.substr(0, rest.find_first_of("/?#")));
    if (authority && authority->host == host_.name_or_address &&
        authority->port.value_or(kDefaultPort) == host_.port) {
      return;
    }
  }
  refuse(DenyReason::kProxyRequest, "a request for " + printable(target));
}

void HttpRequests::on_field(std::string_view line) {
  if (line[0] == ' ' || line[0] == '\t') {
    refuse(DenyReason::kBadRequest, "a folded header field");
    return;
  }
  const std::size_t name_end = line.find(':');
  if (name_end == std::string_view::npos || !is_token(line.substr(0, name_end))) {
    refuse(DenyReason::kBadRequest, "a malformed header field");
    return;
  }
  if (++head_.fields > kMaxFields) {
    refuse(DenyReason::kBadRequest, "too many header fields");
    return;
  }
  on_known_field(line.substr(0, name_end), trim_blanks(line.substr(name_end + 1)));
}

void HttpRequests::on_known_field(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "Host")) {
    if (head_.host) refuse(DenyReason::kBadRequest, "two Host fields");
    head_.host = std::string(value);
  } else if (equals_ignoring_case(name, "Content-Length")) {
    on_content_length(value);
  } else if (equals_ignoring_case(name, "Transfer-Encoding")) {
    on_transfer_encoding(value);
  } else if (equals_ignoring_case(name, "Upgrade")) {
    on_upgrade(value);
  } else if (equals_ignoring_case(name, "HTTP2-Settings")) {
    refuse(DenyReason::kBadRequest, "an upgrade to HTTP/2");
  } else if (equals_ignoring_case(name, "Expect")) {
    // A server that does not understand another expectation may leave the body unread.
    if (!equals_ignoring_case(value, "100-continue")) {
      refuse(DenyReason::kBadRequest, "an unknown expectation");
    }
  } else if (equals_ignoring_case(name, "Connection")) {
    // Proxies drop the fields that are named here before they pass a request on.
    while (!value.empty()) {
      const std::string_view option = next_list_element(value);
      if (equals_ignoring_case(option, "Host") || equals_ignoring_case(option, "Content-Length") ||
          equals_ignoring_case(option, "Transfer-Encoding")) {
        refuse(DenyReason::kBadRequest, "Connection names " + printable(option));
      }
    }
  }
}

void HttpRequests::on_content_length(std::string_view value) {
  const auto length = parse_content_length(value);
  if (!length || head_.content_length) {
    refuse(DenyReason::kBadRequest, "a malformed or second Content-Length");
    return;
  }
  head_.content_length = length;
}

void HttpRequests::on_transfer_encoding(std::string_view value) {
  if (value != "chunked" || head_.chunked) {
    refuse(DenyReason::kBadRequest, "a Transfer-Encoding other than chunked");
    return;
  }
  head_.chunked = true;
}

void HttpRequests::on_upgrade(std::string_view value) {
  head_.upgrade = true;
  while (!value.empty()) {
    const std::string_view element = next_list_element(value);
    const std::string_view protocol = element.substr(0, element.find('/'));
    // Inside these, requests or names go on that could not be followed.
    if (equals_ignoring_case(protocol.substr(0, 2), "h2") ||
        equals_ignoring_case(protocol, "HTTP") || equals_ignoring_case(protocol, "TLS")) {
      refuse(DenyReason::kBadRequest, "an upgrade to " + printable(element));
    }
  }
}

void HttpRequests::check_host() {
  if (!head_.host) {
    refuse(DenyReason::kHostHeaderMismatch, "a request without a Host field");
    return;
  }
  const auto authority = parse_authority(*head_.host);
  if (!authority || authority->host != host_.name_or_address ||
      authority->port.value_or(host_.port) != host_.port) {
    refuse(DenyReason::kHostHeaderMismatch,
           "the Host field says \"" + printable(*head_.host) + '"');
  }
}

void HttpRequests::on_end_of_head() {
  check_host();
  if (head_.chunked && head_.content_length) {
    refuse(DenyReason::kBadRequest, "both Content-Length and Transfer-Encoding");
  }
  if (head_.chunked && head_.version == Version::kHttp10) {
    refuse(DenyReason::kBadRequest, "Transfer-Encoding with HTTP/1.0");
  }
  if (head_.upgrade && passed_requests_ > 0) {
    refuse(DenyReason::kBadRequest, "an upgrade on a connection that has carried requests");
  }
  if (refused()) return;
  pass_held();
  ++passed_requests_;
  if (head_.chunked) {
    state_ = State::kChunkSize;
  } else if (head_.content_length.value_or(0) > 0) {
    body_left_ = *head_.content_length;
    state_ = State::kBody;
  } else {
    on_end_of_request();
  }
}

void HttpRequests::on_chunk_size(std::string_view line) {
  const auto size = parse_chunk_size(line.substr(0, line.find(';')));
  if (!size) {
    refuse(DenyReason::kBadRequest, "a malformed chunk size");
    return;
  }
  pass_held();
  body_left_ = *size;
  state_ = *size > 0 ? State::kChunkData : State::kTrailers;
}

void HttpRequests::on_trailer(std::string_view line) {
  if (line.empty()) {
    pass_held();
    on_end_of_request();
    return;
  }
  for (const std::string_view name :
       {"Host", "Content-Length", "Transfer-Encoding", "Upgrade", "Connection"}) {
    if (equals_ignoring_case(line.substr(0, line.find(':')), name)) {
      refuse(DenyReason::kBadRequest, "a trailer field " + std::string(name));
      return;
    }
  }
  on_field(line);
}

void HttpRequests::on_end_of_request() {
  state_ = head_.upgrade ? State::kUpgrade : State::kRequestLine;
}

void HttpRequests::pass_held() {
  passed_ += held_;
  held_.clear();
}

void HttpRequests::refuse(DenyReason reason, std::string detail) {
  if (refused()) return;  // the first one says it best
  refusal_ = reason;
  detail_ = std::move(detail);
}

}  // namespace mino::gateway
