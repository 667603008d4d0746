#pragma once

#include <optional>
#include <string>

#include "adapters/posix/child_process.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "domain/result.hpp"
#include "domain/ssh/agent_session.hpp"
#include "ports/environment.hpp"

namespace mino::ssh {

/// The program that asks the user outside of any terminal, as ssh-agent(1) would start it: that of
/// SSH_ASKPASS, where there is a display or SSH_ASKPASS_REQUIRE wants it. Nothing when there is
/// none.
[[nodiscard]] std::optional<std::string> askpass_program(const Environment& environment);

/// One question by such a program, which gets mino's own environment. Dropping it ends the program.
class Askpass {
 public:
  [[nodiscard]] static Result<Askpass> ask(const std::string& program, const std::string& question);

  /// Readable once it has ended.
  [[nodiscard]] int fd() const { return child_.pidfd(); }
  /// Only once it has ended. Yes is success, and nothing or "yes" on its stdout, as OpenSSH has it.
  [[nodiscard]] Confirmation answer();

 private:
  Askpass(posix::ChildProcess child, posix::UniqueFd output)
      : child_(std::move(child)), output_(std::move(output)) {}

  posix::ChildProcess child_;
  posix::UniqueFd output_;
};

}  // namespace mino::ssh
