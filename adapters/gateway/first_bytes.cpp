#include "adapters/gateway/first_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "adapters/gateway/http_text.hpp"

namespace mino::gateway {
namespace {

/// change_cipher_spec, alert, handshake and application_data: only a handshake begins a connection,
/// but servers have been seen to overlook what comes before it.
bool is_record_type(std::uint8_t byte) { return byte >= 0x14 && byte <= 0x17; }

/// `bytes` is not empty. RFC 5246 appendix E.2 for the hello in SSL 2.0's form.
FirstBytes classify_tls(std::string_view bytes) {
  const auto at = [bytes](std::size_t index) { return static_cast<std::uint8_t>(bytes[index]); };
  if (is_record_type(at(0))) {
    if (bytes.size() < 2) return FirstBytes::kNeedMore;
    return at(1) == 3 ? FirstBytes::kTls : FirstBytes::kOther;
  }
  if ((at(0) & 0x80U) == 0) return FirstBytes::kOther;
  if (bytes.size() < 3) return FirstBytes::kNeedMore;
  if (at(2) != 1) return FirstBytes::kOther;
  if (bytes.size() < 4) return FirstBytes::kNeedMore;
  if (at(3) == 3) return FirstBytes::kTls;
  if (at(3) != 0) return FirstBytes::kOther;
  if (bytes.size() < 5) return FirstBytes::kNeedMore;
  return at(4) == 2 ? FirstBytes::kTls : FirstBytes::kOther;
}

/// What lax servers skip between the words of a request line.
bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

bool is_known_method(std::string_view word) {
  constexpr std::array<std::string_view, 8> kMethods = {"GET",    "HEAD",    "POST",  "PUT",
                                                        "DELETE", "OPTIONS", "PATCH", "TRACE"};
  return std::find(kMethods.begin(), kMethods.end(), word) != kMethods.end();
}

bool starts_target(std::string_view rest) {
  if (rest.empty()) return false;
  return rest[0] == '/' || equals_ignoring_case(rest.substr(0, 7), "http://") ||
         equals_ignoring_case(rest.substr(0, 8), "https://");
}

bool names_http(std::string_view line) {
  constexpr std::string_view kVersion = "HTTP/";
  for (std::size_t start = 1; start + kVersion.size() <= line.size(); ++start) {
    if (is_blank(line[start - 1]) &&
        equals_ignoring_case(line.substr(start, kVersion.size()), kVersion)) {
      return true;
    }
  }
  return false;
}

/// `bytes` begins with the first byte of a word.
FirstBytes classify_line(std::string_view bytes) {
  const auto word_end = std::find_if_not(bytes.begin(), bytes.end(), is_token_byte);
  const auto word_size = static_cast<std::size_t>(word_end - bytes.begin());
  if (word_size == 0) return FirstBytes::kOther;
  if (word_end != bytes.end() && *word_end == ' ' && is_known_method(bytes.substr(0, word_size)) &&
      starts_target(bytes.substr(word_size + 1))) {
    return FirstBytes::kHttp;
  }
  if (word_end != bytes.end() && !is_blank(*word_end)) return FirstBytes::kOther;
  const auto line_end =
      std::find_if(bytes.begin() + static_cast<std::ptrdiff_t>(word_size), bytes.end(),
                   [](char byte) { return is_control_byte(byte) && !is_blank(byte); });
  const std::string_view line = bytes.substr(0, static_cast<std::size_t>(line_end - bytes.begin()));
  if (line.size() > kMaxFirstLine || names_http(line)) return FirstBytes::kHttp;
  return line_end == bytes.end() ? FirstBytes::kNeedMore : FirstBytes::kOther;
}

}  // namespace

FirstBytes classify(std::string_view bytes) {
  if (bytes.empty()) return FirstBytes::kNeedMore;
  if (const FirstBytes tls = classify_tls(bytes); tls != FirstBytes::kOther) return tls;
  const auto word = std::find_if_not(bytes.begin(), bytes.end(),
                                     [](char byte) { return is_blank(byte) || byte == '\n'; });
  const auto skipped = static_cast<std::size_t>(word - bytes.begin());
  if (skipped > kMaxFirstLine) return FirstBytes::kHttp;
  if (word == bytes.end()) return FirstBytes::kNeedMore;
  return classify_line(bytes.substr(skipped));
}

std::size_t leading_line_ends(std::string_view bytes) {
  return std::min(bytes.find_first_not_of("\r\n"), bytes.size());
}

}  // namespace mino::gateway
