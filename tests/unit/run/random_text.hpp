#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fakes/fake_random_source.hpp"

namespace mino::testing_support {

/// Strings for property tests: pieces that parsers care about, in any order. The same in every run.
class RandomText {
 public:
  explicit RandomText(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::size_t below(std::size_t limit) {
    return static_cast<std::size_t>(random_.next() % limit);
  }

  [[nodiscard]] std::string next() {
    constexpr std::string_view kPieces[] = {
        "/",  ":",    "..",   ".",        "~",        ",",    "a",  "bc",  "ro",
        "rw", "z",    "Z",    "\xC3\xA9", " ",        "\"",   "\n", "-",   "//",
        ":/", "\xFF", "\x7F", "home",     "\xC2\x85", "data", "/w", "../", "\xE2\x82\xAC"};
    std::string text;
    for (std::size_t left = below(12); left > 0; --left) text += kPieces[below(std::size(kPieces))];
    return text;
  }

 private:
  fakes::FakeRandomSource random_;
};

}  // namespace mino::testing_support
