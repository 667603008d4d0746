#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/protect/protection.hpp"
#include "ports/placeholder_store.hpp"
#include "ports/project_defuser.hpp"

namespace mino::linux {

/// `guard STATE PROJECT WORKDIR LEVEL SESSION OWNER-PID OWNER-START [HIDDEN…]`: the process that
/// keeps a project's protected paths while a session runs. Descriptor `socket` is the owner's
/// (helper/protocol/guard.hpp); `words` are those behind STATE. Returns the exit code.
[[nodiscard]] int guard_main(const std::vector<std::string_view>& words, PlaceholderStore& store,
                             ProjectDefuser& defuser, int socket);

/// The words for guard_main() behind the program's name.
[[nodiscard]] std::vector<std::string> guard_words(const std::string& state_directory,
                                                   const std::string& project,
                                                   const std::string& workdir,
                                                   const ProtectionPlan& plan,
                                                   const PlaceholderHolder& holder);

}  // namespace mino::linux
