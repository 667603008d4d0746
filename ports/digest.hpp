#pragma once

#include <string>
#include <string_view>

namespace mino {

/// Cryptographic digests. Pure, thread-safe, never fails.
class Digest {
 public:
  Digest() = default;
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  virtual ~Digest() = default;

  /// SHA-256 in lower-case hex, 64 digits.
  [[nodiscard]] virtual std::string sha256_hex(std::string_view bytes) const = 0;
};

}  // namespace mino
