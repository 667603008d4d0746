#pragma once

#include <string>
#include <string_view>

namespace mino {

/// A value that must not be shown: no operator<<, no conversion, no comparison, wiped when dropped.
/// `reveal()` is the only way out and is easy to search for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  ~Secret();
  Secret(const Secret& other);
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;

  /// Valid until the Secret is changed or destroyed.
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

 private:
  void wipe();
  std::string value_;
};

/// Overwrites the text with zero bytes, then empties it.
void wipe(std::string& text);

/// Whether both hold the same bytes, in a time that depends on their lengths only: for a value that
/// somebody may guess at.
[[nodiscard]] bool same_secret(const Secret& one, const Secret& other);

/// Replaces every occurrence of every secret of at least four bytes in `text` by "***". Shorter
/// ones would tear ordinary words apart.
template <typename Range>
std::string redact(std::string text, const Range& secrets) {
  constexpr std::size_t kShortest = 4;
  for (const Secret& secret : secrets) {
    const std::string_view value = secret.reveal();
    if (value.size() < kShortest) continue;
    for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + 3))
      text.replace(at, value.size(), "***");
  }
  return text;
}

}  // namespace mino
