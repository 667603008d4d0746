#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "integration/support/program.hpp"

namespace mino::integration {

/// A test of the built program (MINO_BIN) on real rootless Podman: state, configuration and project
/// of its own in a temporary directory, the user's podman. Skipped with the reason where podman
/// cannot run a box; with MINO_REQUIRE_REAL=1 that is a failure. Checks at the end that nothing of
/// it is left.
class BoxTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// `mino WORDS…` with the test's state, in its project.
  [[nodiscard]] ProgramSpec mino(std::vector<std::string> words) const;
  [[nodiscard]] ProgramResult run_mino(std::vector<std::string> words) const {
    return run(mino(std::move(words)));
  }
  /// `mino run --image <test image> WORDS…`.
  [[nodiscard]] ProgramSpec box(std::vector<std::string> words) const;
  [[nodiscard]] ProgramResult run_box(std::vector<std::string> words) const {
    return run(box(std::move(words)));
  }

  /// A session name that no other test uses.
  [[nodiscard]] std::string name(const std::string& suffix = "") const;
  [[nodiscard]] std::filesystem::path record(const std::string& session) const {
    return state_ / "mino/sessions" / (session + ".json");
  }

  void write_config(const std::string& text) const;

  /// Containers of podman that carry a session label of this test, running or not.
  [[nodiscard]] std::vector<std::string> containers() const;
  /// Processes of this user whose command line holds `text`, apart from the test's own.
  [[nodiscard]] static std::vector<std::string> processes_with(const std::string& text);

  /// The process of this test's mino-helper that is its `part`, if there is one.
  [[nodiscard]] std::optional<int> helper(const std::string& part) const;

  std::filesystem::path root_;   ///< of everything below; removed at the end
  std::filesystem::path state_;  ///< XDG_STATE_HOME
  std::filesystem::path project_;
  std::filesystem::path config_;                                ///< MINO_CONFIG
  std::string image_ = "localhost/mino-test:latest";            ///< busybox, runs as root
  std::string user_image_ = "localhost/mino-test-user:latest";  ///< the same with USER developer
};

/// The whole file; empty when it is not there.
[[nodiscard]] std::string slurp(const std::filesystem::path& path);

}  // namespace mino::integration
