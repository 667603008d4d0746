#include "tests/fakes/fake_file_system.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

namespace mino::fakes {
namespace fs = std::filesystem;
namespace {

Error failed(ErrorCode code, const fs::path& path, std::string_view why, int error_number) {
  return Error(code, path.native() + ": " + std::string(why)).set_errno(error_number);
}

bool is_below(const fs::path& path, const fs::path& directory) {
  const auto [end, ignored] =
      std::mismatch(directory.begin(), directory.end(), path.begin(), path.end());
  return end == directory.end() && path != directory;
}

fs::path without_trailing_slash(const fs::path& path) {
  return path.has_filename() || path == "/" ? path : path.parent_path();
}

}  // namespace

void FakeFileSystem::put(const fs::path& path, Node node) {
  node.inode = next_inode_++;
  node.modified_ns = static_cast<std::int64_t>(node.inode);
  nodes_[without_trailing_slash(path.lexically_normal())] = std::move(node);
}

void FakeFileSystem::add_file(const fs::path& path, std::string bytes, std::uint32_t mode) {
  add_directory(path.parent_path());
  put(path, Node{.kind = FileKind::kRegular, .mode = mode, .content = std::move(bytes)});
}

void FakeFileSystem::add_directory(const fs::path& path, std::uint32_t mode) {
  if (path.empty() || nodes_.contains(path)) return;
  add_directory(path.parent_path(), mode);
  put(path, Node{.kind = FileKind::kDirectory, .mode = mode});
}

void FakeFileSystem::add_symlink(const fs::path& path, const fs::path& target) {
  add_directory(path.parent_path());
  put(path, Node{.kind = FileKind::kSymlink, .mode = 0777, .content = target.native()});
}

void FakeFileSystem::add_socket(const fs::path& path) {
  add_directory(path.parent_path());
  put(path, Node{.kind = FileKind::kSocket, .mode = 0755});
}

void FakeFileSystem::set_owner(const fs::path& path, std::uint32_t owner) {
  nodes_.at(path).owner = owner;
}

void FakeFileSystem::fail(const fs::path& path, int error_number) {
  failures_[path] = error_number;
}

bool FakeFileSystem::exists(const fs::path& path) const {
  return node_at(path, FollowLinks::kNo) != nullptr;
}

std::string FakeFileSystem::bytes(const fs::path& path) const {
  const Node* node = node_at(path, FollowLinks::kYes);
  return node == nullptr ? std::string() : node->content;
}

std::optional<Error> FakeFileSystem::failure(const fs::path& path) const {
  const auto found = failures_.find(path);
  if (found == failures_.end() || found->second == 0) return std::nullopt;
  const bool refused = found->second == EACCES || found->second == EPERM || found->second == EROFS;
  return failed(refused ? ErrorCode::kPermission : ErrorCode::kInternal, path, "injected failure",
                found->second);
}

std::optional<fs::path> FakeFileSystem::resolve(const fs::path& path, FollowLinks last) const {
  std::deque<fs::path> rest(path.begin(), path.end());
  fs::path current = "/";
  for (int links = 0; !rest.empty();) {
    const fs::path name = rest.front();
    rest.pop_front();
    if (name == "/" || name == "." || name.empty()) continue;
    if (name == "..") {
      current = current.parent_path();
      continue;
    }
    const auto found = nodes_.find(current / name);
    if (found == nodes_.end()) return std::nullopt;
    const bool follow = !rest.empty() || last == FollowLinks::kYes;
    if (found->second.kind == FileKind::kSymlink && follow) {
      constexpr int kMostLinks = 40;
      if (++links > kMostLinks) return std::nullopt;
      const fs::path target = found->second.content;
      if (target.is_absolute()) current = "/";
      rest.insert(rest.begin(), target.begin(), target.end());
      continue;
    }
    if (found->second.kind != FileKind::kDirectory && !rest.empty()) return std::nullopt;
    current /= name;
  }
  return current;
}

const FakeFileSystem::Node* FakeFileSystem::node_at(const fs::path& path, FollowLinks last) const {
  const std::optional<fs::path> real = resolve(path, last);
  return real ? &nodes_.at(*real) : nullptr;
}

Result<std::optional<std::string>> FakeFileSystem::read(const fs::path& path,
                                                        std::size_t max_bytes) const {
  if (auto error = failure(path)) return *error;
  const Node* node = node_at(path, FollowLinks::kYes);
  if (node == nullptr) return std::optional<std::string>();
  if (node->kind != FileKind::kRegular)
    return failed(ErrorCode::kCorrupt, path, "not a regular file", 0);
  if (node->content.size() > max_bytes) return failed(ErrorCode::kCorrupt, path, "too large", 0);
  return std::optional(node->content);
}

Result<std::optional<FileInfo>> FakeFileSystem::info(const fs::path& path,
                                                     FollowLinks follow) const {
  if (auto error = failure(path)) return *error;
  const Node* node = node_at(path, follow);
  if (node == nullptr) return std::optional<FileInfo>();
  return std::optional(FileInfo{.kind = node->kind,
                                .size_bytes = node->content.size(),
                                .owner = node->owner,
                                .mode = node->mode,
                                .modified_ns = node->modified_ns,
                                .device = 1,
                                .inode = node->inode});
}

Result<std::optional<fs::path>> FakeFileSystem::canonical(const fs::path& path) const {
  if (auto error = failure(path)) return *error;
  return resolve(path, FollowLinks::kYes);
}

Result<std::optional<std::vector<std::string>>> FakeFileSystem::list(
    const fs::path& directory) const {
  if (auto error = failure(directory)) return *error;
  const std::optional<fs::path> real = resolve(directory, FollowLinks::kYes);
  if (!real) return std::optional<std::vector<std::string>>();
  if (nodes_.at(*real).kind != FileKind::kDirectory)
    return failed(ErrorCode::kNotFound, directory, "not a directory", ENOTDIR);
  std::vector<std::string> names;
  for (auto entry = nodes_.upper_bound(*real);
       entry != nodes_.end() && is_below(entry->first, *real); ++entry) {
    if (entry->first.parent_path() == *real) names.push_back(entry->first.filename().native());
  }
  std::ranges::sort(names);
  return std::optional(std::move(names));
}

Result<void> FakeFileSystem::write_atomic(const fs::path& path, std::string_view bytes,
                                          std::uint32_t mode, Durability /*durability*/) {
  if (auto error = failure(path)) return *error;
  const std::optional<fs::path> parent = resolve(path.parent_path(), FollowLinks::kYes);
  if (!parent) return failed(ErrorCode::kNotFound, path, "no such directory", ENOENT);
  const fs::path target = *parent / path.filename();
  const auto found = nodes_.find(target);
  if (found != nodes_.end() && found->second.kind == FileKind::kDirectory) {
    return failed(ErrorCode::kInternal, path, "is a directory", EISDIR);
  }
  put(target, Node{.kind = FileKind::kRegular, .mode = mode, .content = std::string(bytes)});
  return {};
}

Result<void> FakeFileSystem::make_directories(const fs::path& path, std::uint32_t mode) {
  if (auto error = failure(path)) return *error;
  fs::path current;
  for (const fs::path& name : path) {
    current /= name;
    if (name.empty()) continue;
    const Node* node = node_at(current, FollowLinks::kYes);
    if (node != nullptr && node->kind != FileKind::kDirectory) {
      return failed(ErrorCode::kAlreadyExists, current, "is not a directory", ENOTDIR);
    }
    if (node == nullptr)
      put(*resolve(current.parent_path(), FollowLinks::kYes) / name,
          Node{.kind = FileKind::kDirectory, .mode = mode});
  }
  return {};
}

Result<void> FakeFileSystem::make_link(const fs::path& target, const fs::path& path) {
  if (auto error = failure(path)) return *error;
  const std::optional<fs::path> parent = resolve(path.parent_path(), FollowLinks::kYes);
  if (!parent) return failed(ErrorCode::kNotFound, path, "no such directory", ENOENT);
  const auto found = nodes_.find(*parent / path.filename());
  if (found == nodes_.end()) {
    put(*parent / path.filename(),
        Node{.kind = FileKind::kSymlink, .mode = 0777, .content = target.native()});
    return {};
  }
  if (found->second.kind == FileKind::kSymlink && found->second.content == target.native())
    return {};
  return failed(ErrorCode::kAlreadyExists, path, "already exists", EEXIST);
}

bool FakeFileSystem::has_children(const fs::path& directory) const {
  const auto next = nodes_.upper_bound(directory);
  return next != nodes_.end() && is_below(next->first, directory);
}

Result<void> FakeFileSystem::remove(const fs::path& path) {
  if (auto error = failure(path)) return *error;
  const std::optional<fs::path> real = resolve(path, FollowLinks::kNo);
  if (!real) return {};
  if (has_children(*real))
    return failed(ErrorCode::kInternal, path, "directory not empty", ENOTEMPTY);
  nodes_.erase(*real);
  return {};
}

Result<void> FakeFileSystem::remove_tree(const fs::path& path) {
  if (auto error = failure(path)) return *error;
  const std::optional<fs::path> real = resolve(path, FollowLinks::kNo);
  if (!real) return {};
  std::erase_if(nodes_, [&](const auto& entry) {
    return entry.first == *real || is_below(entry.first, *real);
  });
  return {};
}

}  // namespace mino::fakes
