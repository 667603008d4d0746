#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "integration/bench/process.hpp"

namespace mino::bench {

/// State, configuration and project of the benchmark's own in a temporary directory, which is
/// removed at the end with what podman still has of it.
class Workspace {
 public:
  Workspace(std::string program, std::string image);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  /// `mino WORDS…` in the project, with this state.
  [[nodiscard]] Command mino(std::vector<std::string> words) const;
  /// `mino run --network none --image IMAGE WORDS…`.
  [[nodiscard]] Command mino_run(std::vector<std::string> words) const;
  /// `podman WORDS…`, in the project.
  [[nodiscard]] Command podman(std::vector<std::string> words) const;

  [[nodiscard]] const std::string& program() const { return program_; }
  [[nodiscard]] const std::string& image() const { return image_; }
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] const std::filesystem::path& state() const { return state_; }
  [[nodiscard]] const std::filesystem::path& project() const { return project_; }
  /// A name that only this benchmark uses.
  [[nodiscard]] std::string name(const std::string& suffix) const { return id_ + "-" + suffix; }

 private:
  std::string program_;
  std::string image_;
  std::string id_;
  std::filesystem::path root_;
  std::filesystem::path state_;
  std::filesystem::path project_;
  std::filesystem::path config_;
};

/// A detached session of mino's, or a container of podman's, that does nothing for as long as this
/// lives.
class IdleBox {
 public:
  IdleBox(const Command& start, Command stop);
  ~IdleBox();
  IdleBox(const IdleBox&) = delete;
  IdleBox& operator=(const IdleBox&) = delete;

 private:
  Command stop_;
};

/// What is in a file; empty when it is not there.
[[nodiscard]] std::string slurp(const std::filesystem::path& path);

}  // namespace mino::bench
