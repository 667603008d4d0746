#pragma once

#include <cstdint>

namespace mino {

/// Unpredictable numbers (the kernel's generator). Never blocks after boot, never fails.
class RandomSource {
 public:
  RandomSource() = default;
  RandomSource(const RandomSource&) = delete;
  RandomSource& operator=(const RandomSource&) = delete;
  virtual ~RandomSource() = default;

  [[nodiscard]] virtual std::uint64_t next() = 0;
};

}  // namespace mino
