#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "integration/support/box_test.hpp"
#include "integration/support/program.hpp"

namespace mino::integration {

class LiveBox;

/// A test of the protected paths: boxes without network and home over the test's project, git on
/// the host with a configuration of its own, and a directory outside the project (/ctl in the box)
/// through which a box that runs takes orders.
class ProtectTest : public BoxTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// `sh -e -c SCRIPT` on the host in `directory` (the project), with git's test configuration.
  /// Fails the test when the script does.
  std::string on_host(const std::string& script, const std::filesystem::path& directory = {}) const;
  /// The same in a box; options of `mino run` before the command. Without -e: what an attack is
  /// refused does not end it.
  [[nodiscard]] ProgramResult in_box(const std::string& script,
                                     std::vector<std::string> options = {}) const;
  [[nodiscard]] ProgramSpec session(const std::string& session, const std::string& script,
                                    std::vector<std::string> options = {}) const;
  /// A box that runs and takes orders; nothing, with a failure, when it does not come up.
  [[nodiscard]] std::unique_ptr<LiveBox> live(const std::string& suffix = "",
                                              std::vector<std::string> options = {}) const;

  /// A repository with one commit of a file "a".
  void make_repository(const std::filesystem::path& directory) const;
  void make_repository() const { make_repository(project_); }
  void write(const std::string& path, const std::string& text) const;
  [[nodiscard]] std::string read(const std::string& path) const { return slurp(project_ / path); }
  [[nodiscard]] std::string git_status(const std::filesystem::path& directory = {}) const;

  /// Every path below a directory (the project) with its kind and, of files but git's index, the
  /// content.
  [[nodiscard]] std::map<std::string, std::string> tree(
      const std::filesystem::path& directory = {}) const;
  /// One line for each path that is not the same; empty when all are.
  [[nodiscard]] static std::string differences(const std::map<std::string, std::string>& before,
                                               const std::map<std::string, std::string>& after);
  [[nodiscard]] std::filesystem::path ledger() const {
    return state_ / "mino/placeholders/placeholders.json";
  }
  [[nodiscard]] std::string audit() const { return slurp(state_ / "mino/audit.log"); }
  /// How often the audit log has `protect.restored` for that path.
  [[nodiscard]] int restored(const std::string& path) const;
  /// `mino list` clears, and the project is as `before`.
  void expect_cleared(const std::map<std::string, std::string>& before) const;
  /// Processes `mino-helper guard` of a session of this test's project.
  [[nodiscard]] std::vector<pid_t> guards() const;

  std::filesystem::path control_;
  std::string box_image_ = "host";  ///< of in_box() and live(): it has git
};

/// A session whose agent runs the scripts that the test gives it, one after the other.
class LiveBox {
 public:
  LiveBox(const ProgramSpec& spec, std::filesystem::path control);

  /// Until the agent takes orders. False when the session ends before.
  [[nodiscard]] bool wait_up();
  /// What the script writes to stdout and stderr.
  [[nodiscard]] std::string ask(const std::string& script);
  /// Whether the box can append to that path of the project, or make it. Takes back nothing.
  [[nodiscard]] bool can_write(const std::string& path);
  /// Whether something is mounted at that path of the project, which is its own root.
  [[nodiscard]] bool is_mount(const std::string& path);
  /// Lets the agent end. The exit code.
  std::optional<int> end();
  /// SIGKILL of mino; returns when it is gone.
  void kill();

  [[nodiscard]] pid_t pid() const { return program_.pid(); }
  [[nodiscard]] std::string err() const { return program_.err(); }

 private:
  std::filesystem::path control_;
  Background program_;
  int asked_ = 0;
};

/// The text between single quotes of a shell.
[[nodiscard]] std::string quoted(const std::string& text);

}  // namespace mino::integration
