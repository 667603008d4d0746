#pragma once

#include <filesystem>
#include <string_view>

#include "domain/result.hpp"
#include "ports/file_system.hpp"

namespace mino::application {

/// A program that mino carries and that others start: podman the box's first process, the OCI
/// runtime the hook.
struct CarriedProgram {
  std::string_view name;
  std::string_view bytes;
  std::string_view sha256;  ///< lower-case hex
};

/// Puts it into `directory`, under a name that holds its digest. One that is there with the right
/// size is left alone, so this costs one stat(2) on the warm path.
[[nodiscard]] Result<std::filesystem::path> install_program(FileSystem& files,
                                                            const std::filesystem::path& directory,
                                                            const CarriedProgram& program);

}  // namespace mino::application
