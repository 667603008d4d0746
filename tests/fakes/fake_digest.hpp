#pragma once

#include <cstdint>

#include "ports/digest.hpp"

namespace mino::fakes {

/// 64 hexadecimal digits that depend on every byte (FNV-1a, repeated). Not cryptographic.
class FakeDigest final : public Digest {
 public:
  [[nodiscard]] std::string sha256_hex(std::string_view bytes) const override {
    constexpr std::string_view kDigits = "0123456789abcdef";
    constexpr std::size_t kLength = 64;
    constexpr std::uint64_t kPrime = 0x100000001B3U;
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * kPrime;
    std::string hex;
    while (hex.size() < kLength) {
      hash = (hash ^ hex.size()) * kPrime;
      hex += kDigits[hash >> 60U];
    }
    return hex;
  }
  [[nodiscard]] Result<std::string> sha256_hex_of(const ByteSource& next) const override {
    std::string bytes;
    for (;;) {
      MINO_ASSIGN(const std::string_view more, next());
      if (more.empty()) return sha256_hex(bytes);
      bytes += more;
    }
  }
};

}  // namespace mino::fakes
