#pragma once

#include "ports/digest.hpp"

namespace mino::crypto {

/// Digest over OpenSSL's libcrypto. Stateless.
class OpensslDigest final : public Digest {
 public:
  [[nodiscard]] std::string sha256_hex(std::string_view bytes) const override;
};

}  // namespace mino::crypto
