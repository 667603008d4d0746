#include "cli/dispatch.hpp"

#include "cli/commands/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/version.hpp"
#include "domain/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mino::cli {
namespace {

struct Entry {
  std::string_view parent;
  std::string_view name;
  CommandFunction function;
};

constexpr std::array kFunctions = {
    Entry{"cache", "clear", cache_clear_command},
    Entry{"cache", "gc", cache_gc_command},
    Entry{"cache", "info", cache_info_command},
    Entry{"cache", "list", cache_list_command},
    Entry{"", "completions", completions_command},
    Entry{"config", "edit", config_edit_command},
    Entry{"config", "get", config_get_command},
    Entry{"config", "init", config_init_command},
    Entry{"config", "path", config_path_command},
    Entry{"config", "set", config_set_command},
    Entry{"config", "show", config_show_command},
    Entry{"", "init", init_command},
    Entry{"", "trust", trust_command},
    Entry{"", "exec", exec_command},
    Entry{"", "explain", explain_command},
    Entry{"layers", "build", layers_build_command},
    Entry{"layers", "list", layers_list_command},
    Entry{"layers", "new", layers_new_command},
    Entry{"layers", "show", layers_show_command},
    Entry{"", "list", list_command},
    Entry{"", "logs", logs_command},
    Entry{"network", "allow", network_allow_command},
    Entry{"network", "deny", network_deny_command},
    Entry{"network", "list", network_list_command},
    Entry{"", "report", report_command},
    Entry{"", "run", run_command},
    Entry{"", "selftest", selftest_command},
    Entry{"", "status", status_command},
    Entry{"", "stop", stop_command},
    Entry{"", "version", version_command},
    Entry{"", "man", man_command},
};

}  // namespace

int run_invocation(const Invocation& invocation, Io& io) {
  const CommandSpec& command = invocation.args.command();
  switch (invocation.action) {
    case Action::kShowHelp:
      io.out.write(render_help(command, io.out_colour, io.width));
      return kExitSuccess;
    case Action::kShowVersion:
      io.out.write(fmt::format("mino {}\n", version()));
      return kExitSuccess;
    case Action::kRunCommand:
      break;
  }
  const auto entry = std::find_if(kFunctions.begin(), kFunctions.end(), [&](const Entry& each) {
    return each.parent == command.parent && each.name == command.name;
  });
  MINO_CHECK(entry != kFunctions.end());
  return entry->function(invocation.args, invocation.global, io);
}

}  // namespace mino::cli
