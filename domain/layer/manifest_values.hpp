#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mino {

// What the values of a manifest may hold. Each answers with what is wrong, or nothing.

/// A name of a package of a distribution: letters, digits and `.+_-`, beginning with a letter or
/// digit. apt-get reads a dash at the end as "remove it".
[[nodiscard]] std::optional<std::string> fault_of_package(std::string_view name);

/// A package of npm, crates.io or PyPI, with a version if wanted: `typescript`, `@biomejs/biome`,
/// `pkg@1.2`, `ruff==0.5`. Nothing else, so that no option and no path is among them.
[[nodiscard]] std::optional<std::string> fault_of_tool(std::string_view name);

/// A version: letters, digits and `.+_-`, beginning with a letter or digit.
[[nodiscard]] std::optional<std::string> fault_of_version(std::string_view text);

/// The name of a variable that a layer may set: not PATH, and none of mino's own.
[[nodiscard]] std::optional<std::string> fault_of_variable(std::string_view name);

/// One line of UTF-8 without control characters but the tab.
[[nodiscard]] std::optional<std::string> fault_of_text(std::string_view text);

/// An absolute, normalized path of one line, without the colon that separates directories of PATH.
[[nodiscard]] std::optional<std::string> fault_of_directory(std::string_view path);

/// A directory below /cache.
[[nodiscard]] std::optional<std::string> fault_of_cache_path(std::string_view path);

}  // namespace mino
