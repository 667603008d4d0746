#pragma once

#include "ports/domain_name_encoder.hpp"

namespace mino::idna {

/// By libidn2.
class Idn2NameEncoder final : public DomainNameEncoder {
 public:
  [[nodiscard]] Result<std::string> to_ascii(std::string_view name) const override;
};

}  // namespace mino::idna
