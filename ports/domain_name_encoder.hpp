#pragma once

#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace mino {

/// Internationalized host names. Pure, thread-safe.
class DomainNameEncoder {
 public:
  DomainNameEncoder() = default;
  DomainNameEncoder(const DomainNameEncoder&) = delete;
  DomainNameEncoder& operator=(const DomainNameEncoder&) = delete;
  virtual ~DomainNameEncoder() = default;

  /// The name as DNS has it: lower case, each label that is not ASCII as its A-label (IDNA2008 with
  /// the non-transitional mapping of UTS #46). kUsage says why a name has no such form.
  [[nodiscard]] virtual Result<std::string> to_ascii(std::string_view name) const = 0;
};

}  // namespace mino
