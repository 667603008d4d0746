#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace mino::linux {

// The small files by which git finds its directories (gitrepository-layout(5)).

/// Git takes no `.git` file for a pointer that is larger. The path is shorter, but line ends may
/// follow.
inline constexpr std::size_t kMaxPointerBytes = std::size_t{1} << 20;
/// More than any file of git's configuration has.
inline constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;

/// What a file with one path in it names, as `commondir` and `gitdir` are: line ends after it do
/// not count, those within it do.
[[nodiscard]] std::string path_in(std::string text);

/// What a `.git` file ("gitdir: …") in the directory `tree` names, absolute when `tree` is; empty
/// when it is no such file.
[[nodiscard]] std::string git_pointer(const std::string& text, const std::filesystem::path& tree);

}  // namespace mino::linux
