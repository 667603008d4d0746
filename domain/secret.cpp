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

void Secret::wipe() {
  // A volatile pointer keeps the stores, which nothing reads afterwards.
  volatile char* byte = value_.data();
  for (std::size_t i = 0; i < value_.size(); ++i) byte[i] = 0;
  value_.clear();
}

}  // namespace mino
