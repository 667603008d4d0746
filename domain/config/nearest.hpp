#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace mino {

/// The dotted path nearest to a mistyped one: few letters away, else one whose last part is the
/// same. Nothing when none is near.
[[nodiscard]] std::optional<std::string_view> nearest_path(
    std::string_view path, std::span<const std::string_view> candidates);

}  // namespace mino
