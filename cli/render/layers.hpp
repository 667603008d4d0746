#pragma once

#include <string>
#include <vector>

#include "application/resolve_layers.hpp"
#include "domain/json_value.hpp"
#include "domain/layer/layer.hpp"

namespace mino::cli {

/// Name, origin and description, a layer a row; what comes before another of its name hides it.
[[nodiscard]] std::string table_of(const std::vector<application::ResolveLayers::Listed>& layers);
/// The names that can be used, one a line.
[[nodiscard]] std::string plain_of(const std::vector<application::ResolveLayers::Listed>& layers);
[[nodiscard]] JsonValue json_of(const std::vector<application::ResolveLayers::Listed>& layers);

/// What a layer is made of, and from where.
[[nodiscard]] std::string text_of(const Layer& layer);
[[nodiscard]] JsonValue json_of(const Layer& layer);

}  // namespace mino::cli
