#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "domain/result.hpp"

namespace mino {

/// The name by which a box reaches the host's own loopback, if a rule names it.
inline constexpr std::string_view kHostLoopbackName = "host.mino.internal";

/// A host name in canonical form: lower-case ASCII labels of letters, digits, '-' and '_' (1 to 63
/// bytes each, at most 253 together), no '-' at its beginning, no trailing dot. Never the text of
/// an address: a name whose last label is a number is refused (WHATWG URL, "ends in a number").
class HostName {
 public:
  /// Lowers the case and removes one trailing dot. kUsage says what is wrong: an empty label, a
  /// byte that no name has (NUL included), a '-' in front, a label or a name that is too long, a
  /// number at the end. Anything but ASCII is refused with the hint to write its A-label (xn--…).
  [[nodiscard]] static Result<HostName> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const { return text_; }
  /// True for "a.b.example.com" below "example.com"; a name is not below itself.
  [[nodiscard]] bool is_below(const HostName& parent) const;
  [[nodiscard]] bool is_single_label() const;

  auto operator<=>(const HostName&) const = default;

 private:
  explicit HostName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace mino
