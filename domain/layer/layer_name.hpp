#pragma once

#include <string_view>

#include "domain/result.hpp"

namespace mino {

/// The image that layers are built on, as a name among those of layers.
inline constexpr std::string_view kBaseName = "base";

/// Success for a name that a layer can have: letters, digits, `_` and `-`, the first of them no
/// dash, at most 64. It is the name of a directory and stands in paths, labels and Containerfiles.
/// kUsage.
[[nodiscard]] Result<void> check_layer_name(std::string_view name);

/// The layer that an everyday word stands for (`ts`, `node`, `cargo`, `py` …); the word itself when
/// it stands for none.
[[nodiscard]] std::string_view layer_of_alias(std::string_view word);

/// Whether the word is one of those that name a layer where an image is expected.
[[nodiscard]] bool is_layer_alias(std::string_view word);

}  // namespace mino
