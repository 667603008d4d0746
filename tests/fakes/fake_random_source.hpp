#pragma once

#include "ports/random_source.hpp"

namespace mino::fakes {

/// A fixed sequence (splitmix64), the same in every test.
class FakeRandomSource final : public RandomSource {
 public:
  explicit FakeRandomSource(std::uint64_t seed = 1) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() override {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }

 private:
  std::uint64_t state_;
};

}  // namespace mino::fakes
