#pragma once

#include <filesystem>
#include <string_view>

#include "domain/result.hpp"
#include "ports/file_system.hpp"

namespace mino::application {

/// Puts the box's first process where the engine can mount it from, under a name that holds its
/// digest. One that is there with the right size is left alone, so this costs one stat(2) on the
/// warm path.
[[nodiscard]] Result<std::filesystem::path> install_init(FileSystem& files,
                                                         const std::filesystem::path& directory,
                                                         std::string_view bytes,
                                                         std::string_view sha256);

}  // namespace mino::application
