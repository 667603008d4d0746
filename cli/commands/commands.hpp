#pragma once

#include "cli/dispatch.hpp"

namespace mino::cli {

// One function a command, each in its own file of this folder; cli/dispatch.cpp says which name
// means which.
int cache_clear_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int cache_gc_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int cache_info_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int cache_list_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int completions_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int config_edit_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int config_get_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int config_init_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int config_path_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int config_set_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int config_show_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int exec_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int explain_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int init_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int layers_build_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int layers_list_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int layers_new_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int layers_show_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int list_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int logs_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int network_allow_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int network_deny_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int network_list_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int report_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int run_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int status_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int selftest_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int stop_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int man_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int trust_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);
int version_command(const ParsedArgs& args, const GlobalOptions& global, Io& io);

}  // namespace mino::cli
