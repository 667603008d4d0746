#include "domain/ssh/ssh_bytes.hpp"

#include <limits>

#include "domain/check.hpp"

namespace mino {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kNumberBytes = 4;

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

}  // namespace

std::optional<std::string_view> SshReader::take(std::size_t count) {
  if (failed_ || count > rest_.size()) {
    failed_ = true;
    return std::nullopt;
  }
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::optional<std::uint8_t> SshReader::byte() {
  const auto taken = take(1);
  if (!taken) return std::nullopt;
  return static_cast<std::uint8_t>(taken->front());
}

std::optional<std::uint32_t> SshReader::number() {
  const auto taken = take(kNumberBytes);
  if (!taken) return std::nullopt;
  std::uint32_t number = 0;
  for (const char byte : *taken) number = (number << 8U) | static_cast<unsigned char>(byte);
  return number;
}

std::optional<std::string_view> SshReader::string() {
  const auto length = number();
  if (!length) return std::nullopt;
  return take(*length);
}

void append_ssh_number(std::string& bytes, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes += static_cast<char>(static_cast<unsigned char>((number >> shift) & 0xFFU));
}

void append_ssh_string(std::string& bytes, std::string_view text) {
  MINO_CHECK(text.size() <= std::numeric_limits<std::uint32_t>::max());
  append_ssh_number(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::uint32_t group =
        (byte_at(bytes, at) << 16U) | (byte_at(bytes, at + 1) << 8U) | byte_at(bytes, at + 2);
    const std::size_t left = bytes.size() - at;
    text += kDigits[group >> 18U];
    text += kDigits[(group >> 12U) & 0x3FU];
    text += left > 1 ? kDigits[(group >> 6U) & 0x3FU] : '=';
    text += left > 2 ? kDigits[group & 0x3FU] : '=';
  }
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t digit = 0;
    if (at < text.size() - padding) digit = kDigits.find(text[at]);
    if (digit == std::string_view::npos) return std::nullopt;
    group = (group << 6U) | static_cast<std::uint32_t>(digit);
    if (at % 4 != 3) continue;
    for (const unsigned shift : {16U, 8U, 0U})
      bytes += static_cast<char>(static_cast<unsigned char>((group >> shift) & 0xFFU));
    group = 0;
  }
  bytes.resize(bytes.size() - padding);
  // Bits that stand for nothing must be zero, so that no two texts mean the same bytes.
  if (encode_base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace mino
