#pragma once

#include "ports/digest.hpp"

namespace mino::crypto {

/// Digest over OpenSSL's libcrypto. Stateless.
class OpensslDigest final : public Digest {
 public:
  [[nodiscard]] std::string sha256_hex(std::string_view bytes) const override;
  [[nodiscard]] Result<std::string> sha256_hex_of(const ByteSource& next) const override;
};

}  // namespace mino::crypto
