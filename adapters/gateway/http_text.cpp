#include "adapters/gateway/http_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>

#include "domain/network/host_name.hpp"
#include "domain/network/ip_address.hpp"

namespace mino::gateway {
namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

/// 1 to 65535 without leading zeros.
std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text[0] == '0' ||
      !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

/// The host without its brackets, and what follows it: nothing or ":port".
struct SplitAuthority {
  std::string host;
  std::string_view rest;
};

std::optional<SplitAuthority> split_authority(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text[0] == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto address = IpAddress::parse(text.substr(1, end - 1));
    if (!address || address->is_v4()) return std::nullopt;
    return SplitAuthority{address->to_string(), text.substr(end + 1)};
  }
  const std::size_t end = std::min(text.find(':'), text.size());
  const std::string_view host = text.substr(0, end);
  if (const auto address = IpAddress::parse(host)) {
    return SplitAuthority{address->to_string(), text.substr(end)};
  }
  const auto name = HostName::parse(host);
  if (!name.ok()) return std::nullopt;
  return SplitAuthority{name->str(), text.substr(end)};
}

}  // namespace

bool is_token_byte(char byte) {
  constexpr std::string_view kOther = "!#$%&'*+-.^_`|~";
  return is_digit(byte) || (lower(byte) >= 'a' && lower(byte) <= 'z') ||
         kOther.find(byte) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_byte);
}

bool is_control_byte(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return value < 0x20 || value == 0x7F;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim_blanks(std::string_view text) {
  const std::size_t start = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(start);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::string_view next_list_element(std::string_view& list) {
  const std::size_t end = std::min(list.find(','), list.size());
  const std::string_view element = trim_blanks(list.substr(0, end));
  list.remove_prefix(std::min(end + 1, list.size()));
  return element;
}

std::optional<std::uint64_t> parse_content_length(std::string_view text) {
  if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<std::uint64_t> parse_chunk_size(std::string_view text) {
  if (text.empty() || text.size() > 16) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return value;
}

std::optional<HttpAuthority> parse_authority(std::string_view text) {
  auto split = split_authority(text);
  if (!split) return std::nullopt;
  if (split->rest.empty()) return HttpAuthority{std::move(split->host), std::nullopt};
  if (split->rest[0] != ':') return std::nullopt;
  const auto port = parse_port(split->rest.substr(1));
  if (!port) return std::nullopt;
  return HttpAuthority{std::move(split->host), port};
}

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string out(text.substr(0, kLongest));
  for (char& byte : out) {
    if (is_control_byte(byte) || static_cast<unsigned char>(byte) >= 0x80) byte = '?';
  }
  if (text.size() > kLongest) out += "...";
  return out;
}

std::string json_string(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (value >= 0x80) {
      out += "\\ufffd";
    } else if (is_control_byte(byte)) {
      out += "\\u00";
      out += kDigits[value >> 4U];
      out += kDigits[value & 0xFU];
    } else {
      out += byte;
    }
  }
  return out + '"';
}

}  // namespace mino::gateway
