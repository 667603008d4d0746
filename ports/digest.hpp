#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace mino {

/// Gives the next bytes, which hold until it is called again; none at the end.
using ByteSource = std::function<Result<std::string_view>()>;

/// Cryptographic digests. Pure, thread-safe.
class Digest {
 public:
  Digest() = default;
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  virtual ~Digest() = default;

  /// SHA-256 in lower-case hex, 64 digits. Never fails.
  [[nodiscard]] virtual std::string sha256_hex(std::string_view bytes) const = 0;
  /// The same of all that the source gives. Fails only when the source does.
  [[nodiscard]] virtual Result<std::string> sha256_hex_of(const ByteSource& next) const = 0;
};

}  // namespace mino
