#pragma once

#include <string>
#include <vector>

#include "ports/project_defuser.hpp"

namespace mino::fakes {

/// Writes down what it is told to do; refuses the paths that it was told to refuse.
class FakeProjectDefuser final : public ProjectDefuser {
 public:
  [[nodiscard]] Result<std::string> rename_beside(const std::filesystem::path& /*project*/,
                                                  const std::string& path) override {
    MINO_TRY(note("rename", path));
    return path + ".mino-quarantined";
  }
  [[nodiscard]] Result<void> replace(const std::filesystem::path& /*project*/,
                                     const std::string& path, std::string_view /*expected*/,
                                     std::string_view bytes) override {
    written = bytes;
    return note("replace", path);
  }
  [[nodiscard]] Result<std::filesystem::path> move_out(
      const std::filesystem::path& /*project*/, const std::string& path,
      const std::filesystem::path& destination) override {
    MINO_TRY(note("move", path));
    return destination / path;
  }
  [[nodiscard]] Result<void> remove_if_empty(const std::filesystem::path& /*project*/,
                                             const std::string& path) override {
    return note("rmdir", path);
  }
  [[nodiscard]] Result<void> drop_set_ids(const std::filesystem::path& /*project*/,
                                          const std::string& path) override {
    return note("drop", path);
  }

  std::vector<std::string> done;  ///< "rename a/b"
  std::string written;            ///< by the last replace()
  std::string refused;            ///< a path that cannot be changed

 private:
  Result<void> note(const std::string& action, const std::string& path) {
    if (path == refused) return Error(ErrorCode::kPermission, "read-only file system");
    done.push_back(action + " " + path);
    return {};
  }
};

}  // namespace mino::fakes
