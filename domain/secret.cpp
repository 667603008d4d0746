#include "domain/secret.hpp"

#include <utility>

namespace mino {

Secret::Secret(std::string value) : value_(std::move(value)) {}
Secret::~Secret() { wipe(); }
Secret::Secret(const Secret& other) = default;

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    value_ = other.value_;
  }
  return *this;
}

// A short string that is moved or swapped leaves its bytes behind, beyond the reach of wipe().
Secret::Secret(Secret&& other) noexcept
    : value_(other.value_) {  // NOLINT(performance-move-constructor-init): see above
  other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_ = other.value_;
    other.wipe();
  }
  return *this;
}

void Secret::wipe() { mino::wipe(value_); }

void wipe(std::string& text) {
  // A volatile pointer keeps the stores, which nothing reads afterwards.
  volatile char* byte = text.data();
  for (std::size_t i = 0; i < text.size(); ++i) byte[i] = 0;
  text.clear();
}

bool same_secret(const Secret& one, const Secret& other) {
  const std::string_view left = one.reveal();
  const std::string_view right = other.reveal();
  if (left.size() != right.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(left[i])) ^
                  static_cast<unsigned>(static_cast<unsigned char>(right[i]));
  }
  return difference == 0;
}

}  // namespace mino
