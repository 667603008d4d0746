#pragma once

#include "cli/parsed_args.hpp"
#include "domain/config/layers.hpp"
#include "domain/result.hpp"
#include "domain/run/run_request.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mino::cli {

/// The options that `run` and `explain` share, as the domain wants them.
struct RunOptions {
  RunRequest request;
  std::vector<ConfigOverride> overrides;  ///< flags that stand for configuration keys
  std::vector<std::string> ineffective;   ///< flags that were given and do nothing in this version
};

/// kUsage when a value is malformed.
[[nodiscard]] Result<RunOptions> run_options(const ParsedArgs& args);

/// The flags among them that stand for configuration keys, for a command that has only these.
/// kUsage when a value is malformed.
[[nodiscard]] Result<std::vector<ConfigOverride>> config_overrides(const ParsedArgs& args);

/// What keeps every credential out of a box, whatever the configuration says; `flag` is named as
/// the reason.
[[nodiscard]] std::vector<ConfigOverride> without_credentials(std::string_view flag);

}  // namespace mino::cli
