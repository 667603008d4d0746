#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace mino {

enum class FileKind { kRegular, kDirectory, kSymlink, kSocket, kOther };

/// What stat(2) says of a path.
struct FileInfo {
  FileKind kind = FileKind::kOther;
  std::uint64_t size_bytes = 0;
  std::uint32_t owner = 0;
  std::uint32_t mode = 0;  ///< permission bits only
  std::int64_t modified_ns = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileInfo&) const = default;
};

enum class FollowLinks { kYes, kNo };

/// Whether a write must survive a power loss (fsync of file and directory) or only a killed process
/// (rename).
enum class Durability { kRename, kSync };

/// Reads files. All calls block on the file system only. A missing path is an empty optional, not
/// an error.
class FileReader {
 public:
  FileReader() = default;
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;
  virtual ~FileReader() = default;

  /// The bytes of a regular file. kCorrupt when it is larger than `max_bytes` or not a regular
  /// file; kPermission when it may not be read.
  [[nodiscard]] virtual Result<std::optional<std::string>> read(const std::filesystem::path& path,
                                                                std::size_t max_bytes) const = 0;
};

/// Paths and files of the host, as the user. Thread-safe. Errors: kPermission (EACCES, EPERM,
/// EROFS), kNotFound where the thing or its parent has to exist, else kInternal with the errno
/// (ENOSPC, EIO …); each message names the path.
class FileSystem : public FileReader {
 public:
  [[nodiscard]] virtual Result<std::optional<FileInfo>> info(const std::filesystem::path& path,
                                                             FollowLinks follow) const = 0;
  /// The absolute path without links, `.` and `..`; nothing when it does not exist.
  [[nodiscard]] virtual Result<std::optional<std::filesystem::path>> canonical(
      const std::filesystem::path& path) const = 0;
  /// Names in a directory, sorted, without `.` and `..`; nothing when it does not exist.
  [[nodiscard]] virtual Result<std::optional<std::vector<std::string>>> list(
      const std::filesystem::path& directory) const = 0;
  /// Replaces or creates the file in one step: a reader sees the old or the new bytes, and after a
  /// failure the old ones. The parent must exist. `mode` is the new file's mode whatever the umask.
  [[nodiscard]] virtual Result<void> write_atomic(const std::filesystem::path& path,
                                                  std::string_view bytes, std::uint32_t mode,
                                                  Durability durability) = 0;
  /// Creates the directory and its missing parents, each with `mode`; existing ones are left as
  /// they are.
  [[nodiscard]] virtual Result<void> make_directories(const std::filesystem::path& path,
                                                      std::uint32_t mode) = 0;
  /// Makes `path` a symbolic link that holds `target` as it is. The parent must exist. Success when
  /// it is that link already; kAlreadyExists when anything else is there.
  [[nodiscard]] virtual Result<void> make_link(const std::filesystem::path& target,
                                               const std::filesystem::path& path) = 0;
  /// Removes a file or an empty directory. A missing one is success.
  [[nodiscard]] virtual Result<void> remove(const std::filesystem::path& path) = 0;
  /// Removes a directory and what is below it without following links. A missing one is success.
  [[nodiscard]] virtual Result<void> remove_tree(const std::filesystem::path& path) = 0;
};

}  // namespace mino
