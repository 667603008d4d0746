#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ports/project_walker.hpp"

namespace mino::fakes {

/// Finds what it was given, and reads files that it was given.
class FakeProjectWalker final : public ProjectWalker {
 public:
  /// A regular file of those bytes that is found as `what`.
  WalkedEntry& add(HandoffClass what, const std::string& path, const std::string& bytes = "") {
    files[path] = bytes;
    walk_.entries.push_back({.what = what,
                             .path = path,
                             .mode = 0644,
                             .size_bytes = bytes.size(),
                             .change = Change::kNew});
    return walk_.entries.back();
  }

  [[nodiscard]] Result<ProjectWalk> walk(const WalkRequest& request) const override {
    requests.push_back(request);
    if (failure) return *failure;
    return walk_;
  }
  [[nodiscard]] Result<std::optional<std::string>> read(const std::filesystem::path& /*project*/,
                                                        const std::string& path,
                                                        std::size_t max_bytes) const override {
    const auto found = files.find(path);
    if (found == files.end()) return std::optional<std::string>();
    if (found->second.size() > max_bytes) return Error(ErrorCode::kCorrupt, "too large");
    return std::optional(found->second);
  }

  ProjectWalk& result() { return walk_; }

  std::map<std::string, std::string> files;  ///< by path in the project
  std::optional<Error> failure;              ///< of walk()
  mutable std::vector<WalkRequest> requests;

 private:
  ProjectWalk walk_;
};

}  // namespace mino::fakes
