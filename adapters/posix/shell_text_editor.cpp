#include "adapters/posix/shell_text_editor.hpp"

#include "adapters/posix/spawn.hpp"

#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace mino::posix {
namespace {

/// Ctrl-C and Ctrl-\ are the editor's while it runs.
class KeysIgnored {
 public:
  KeysIgnored() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigemptyset(&ignore.sa_mask);
    ::sigaction(SIGINT, &ignore, &old_interrupt_);
    ::sigaction(SIGQUIT, &ignore, &old_quit_);
  }
  ~KeysIgnored() {
    ::sigaction(SIGINT, &old_interrupt_, nullptr);
    ::sigaction(SIGQUIT, &old_quit_, nullptr);
  }
  KeysIgnored(const KeysIgnored&) = delete;
  KeysIgnored& operator=(const KeysIgnored&) = delete;

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_quit_ {};
};

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

}  // namespace

Result<void> ShellTextEditor::open(const std::string& command, const std::filesystem::path& file) {
  constexpr int kShellFoundNoProgram = 127;
  const KeysIgnored keys;
  MINO_ASSIGN(ChildProcess child,
              spawn({.argv = {"/bin/sh", "-c", command + " \"$1\"", "sh", file.string()},
                     .environment = own_environment(),
                     .descriptors = {{STDIN_FILENO, STDIN_FILENO},
                                     {STDOUT_FILENO, STDOUT_FILENO},
                                     {STDERR_FILENO, STDERR_FILENO}},
                     .session = SpawnSession::kCaller}));
  const ExitStatus status = child.wait();
  if (status.exit_code == 0) return {};
  if (status.exit_code == kShellFoundNoProgram)
    return std::move(Error(ErrorCode::kNotFound, "there is no editor \"" + command + "\"")
                         .set_hint("set VISUAL or EDITOR"));
  return Error(ErrorCode::kInternal, "the editor \"" + command + "\" failed");
}

}  // namespace mino::posix
