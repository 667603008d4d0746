#pragma once

#include <map>
#include <string>

#include "ports/file_system.hpp"

namespace mino::fakes {

/// A file system in memory: files, directories and links, owned by one user. Paths are absolute.
/// Fails on demand.
class FakeFileSystem final : public FileSystem {
 public:
  static constexpr std::uint32_t kOwner = 1000;

  FakeFileSystem() { nodes_["/"] = Node{.kind = FileKind::kDirectory, .mode = 0755}; }

  /// Makes a file with its parents.
  void add_file(const std::filesystem::path& path, std::string bytes, std::uint32_t mode = 0644);
  void add_directory(const std::filesystem::path& path, std::uint32_t mode = 0755);
  void add_symlink(const std::filesystem::path& path, const std::filesystem::path& target);
  void add_socket(const std::filesystem::path& path);
  void set_owner(const std::filesystem::path& path, std::uint32_t owner);
  /// Reading or writing this path fails with the errno until it is given 0.
  void fail(const std::filesystem::path& path, int error_number);

  [[nodiscard]] bool exists(const std::filesystem::path& path) const;
  /// The bytes of a file that has to be there; an empty string otherwise.
  [[nodiscard]] std::string bytes(const std::filesystem::path& path) const;

  [[nodiscard]] Result<std::optional<std::string>> read(const std::filesystem::path& path,
                                                        std::size_t max_bytes) const override;
  [[nodiscard]] Result<std::optional<FileInfo>> info(const std::filesystem::path& path,
                                                     FollowLinks follow) const override;
  [[nodiscard]] Result<std::optional<std::filesystem::path>> canonical(
      const std::filesystem::path& path) const override;
  [[nodiscard]] Result<std::optional<std::vector<std::string>>> list(
      const std::filesystem::path& directory) const override;
  [[nodiscard]] Result<void> write_atomic(const std::filesystem::path& path, std::string_view bytes,
                                          std::uint32_t mode, Durability durability) override;
  [[nodiscard]] Result<void> make_directories(const std::filesystem::path& path,
                                              std::uint32_t mode) override;
  [[nodiscard]] Result<void> make_link(const std::filesystem::path& target,
                                       const std::filesystem::path& path) override;
  [[nodiscard]] Result<void> remove(const std::filesystem::path& path) override;
  [[nodiscard]] Result<void> remove_tree(const std::filesystem::path& path) override;

 private:
  struct Node {
    FileKind kind = FileKind::kRegular;
    std::uint32_t mode = 0644;
    std::uint32_t owner = kOwner;
    std::string content{};  ///< bytes, or the target of a link
    std::int64_t modified_ns = 0;
    std::uint64_t inode = 0;
  };

  [[nodiscard]] std::optional<std::filesystem::path> resolve(const std::filesystem::path& path,
                                                             FollowLinks last) const;
  [[nodiscard]] const Node* node_at(const std::filesystem::path& path, FollowLinks last) const;
  [[nodiscard]] std::optional<Error> failure(const std::filesystem::path& path) const;
  [[nodiscard]] bool has_children(const std::filesystem::path& directory) const;
  void put(const std::filesystem::path& path, Node node);

  std::map<std::filesystem::path, Node> nodes_;
  std::map<std::filesystem::path, int> failures_;
  std::uint64_t next_inode_ = 1;
};

}  // namespace mino::fakes
