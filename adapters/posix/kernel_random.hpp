#pragma once

#include "ports/random_source.hpp"

namespace mino::posix {

/// RandomSource over getrandom(2).
class KernelRandom final : public RandomSource {
 public:
  [[nodiscard]] std::uint64_t next() override;
};

}  // namespace mino::posix
