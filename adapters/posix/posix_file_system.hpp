#pragma once

#include "ports/file_system.hpp"

namespace mino::posix {

/// Names of files that are not finished start with it. One that a killed process left behind is
/// never read.
inline constexpr std::string_view kTemporaryPrefix = ".mino-tmp-";

/// FileSystem over POSIX calls. Stateless.
class PosixFileSystem final : public FileSystem {
 public:
  [[nodiscard]] Result<std::optional<std::string>> read(const std::filesystem::path& path,
                                                        std::size_t max_bytes) const override;
  [[nodiscard]] Result<std::optional<FileInfo>> info(const std::filesystem::path& path,
                                                     FollowLinks follow) const override;
  [[nodiscard]] Result<std::optional<std::filesystem::path>> canonical(
      const std::filesystem::path& path) const override;
  [[nodiscard]] Result<std::optional<std::vector<std::string>>> list(
      const std::filesystem::path& directory) const override;
  /// A link at `path` is replaced, not followed.
  [[nodiscard]] Result<void> write_atomic(const std::filesystem::path& path, std::string_view bytes,
                                          std::uint32_t mode, Durability durability) override;
  [[nodiscard]] Result<void> make_directories(const std::filesystem::path& path,
                                              std::uint32_t mode) override;
  [[nodiscard]] Result<void> make_link(const std::filesystem::path& target,
                                       const std::filesystem::path& path) override;
  [[nodiscard]] Result<void> remove(const std::filesystem::path& path) override;
  [[nodiscard]] Result<void> remove_tree(const std::filesystem::path& path) override;
};

}  // namespace mino::posix
