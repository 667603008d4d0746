#pragma once

#include <filesystem>
#include <string>

#include "domain/result.hpp"
#include "ports/file_system.hpp"

namespace mino::application {

/// Writes a commented layer to start from.
class NewLayer {
 public:
  /// The port must outlive this.
  explicit NewLayer(FileSystem& files) : files_(files) {}

  /// Makes `directory`/`name` with its two files; the result is their directory. kUsage for a name
  /// that no layer can have, kAlreadyExists when something is there.
  [[nodiscard]] Result<std::filesystem::path> execute(const std::filesystem::path& directory,
                                                      const std::string& name);

 private:
  FileSystem& files_;
};

}  // namespace mino::application
