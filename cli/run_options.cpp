#include "cli/run_options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "domain/credential/provider.hpp"

namespace mino::cli {

namespace {

Switch as_switch(const std::optional<bool>& given) {
  if (!given) return Switch::kUnset;
  return *given ? Switch::kOn : Switch::kOff;
}

Result<std::int64_t> parse_count(std::string_view flag, const std::string& text) {
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) {
    return Error(ErrorCode::kUsage,
                 fmt::format("invalid value '{}' for {}: not a number", text, flag));
  }
  return value;
}

/// The items of all occurrences, each a list by commas.
Result<std::vector<std::string>> parse_lists(std::string_view flag,
                                             const std::vector<std::string>& occurrences) {
  std::vector<std::string> items;
  for (std::string_view rest : occurrences) {
    for (bool more = true; more;) {
      const std::size_t comma = rest.find(',');
      std::string_view item = rest.substr(0, comma);
      more = comma != std::string_view::npos;
      rest.remove_prefix(more ? comma + 1 : rest.size());
      const std::size_t first = item.find_first_not_of(" \t");
      if (first == std::string_view::npos)
        return Error(ErrorCode::kUsage, fmt::format("{} holds an empty item", flag));
      item = item.substr(first, item.find_last_not_of(" \t") - first + 1);
      items.emplace_back(item);
    }
  }
  return items;
}

Result<void> add_network(const ParsedArgs& args, std::vector<ConfigOverride>& overrides) {
  if (const auto given = args.values("network-allow"); !given.empty()) {
    MINO_ASSIGN(std::vector<std::string> rules, parse_lists("--network-allow", given));
    overrides.push_back({"container.network_allow", std::move(rules), "--network-allow"});
  }
  if (args.flag("network-allow-private"))
    overrides.push_back({"container.network_allow_private", true, "--network-allow-private"});
  return {};
}

void add_credentials(const ParsedArgs& args, std::vector<ConfigOverride>& overrides) {
  for (const std::string cloud : {"aws", "gcp", "azure"}) {
    const std::string key = "credentials." + cloud + ".enabled";
    if (args.flag(cloud)) {
      overrides.push_back({key, true, "--" + cloud});
    } else if (args.flag("all-clouds")) {
      overrides.push_back({key, true, "--all-clouds"});
    }
  }
  if (const auto github = args.tristate("github")) {
    overrides.push_back(
        {"credentials.github.enabled", *github, *github ? "--github" : "--no-github"});
  }
}

}  // namespace

std::vector<ConfigOverride> without_credentials(std::string_view flag) {
  std::vector<ConfigOverride> overrides;
  for (const CredentialProvider provider : kCredentialProviders) {
    overrides.push_back(
        {fmt::format("credentials.{}.enabled", to_string(provider)), false, std::string(flag)});
  }
  return overrides;
}

Result<RunOptions> run_options(const ParsedArgs& args) {
  RunOptions options;
  RunRequest& request = options.request;
  request.name = args.value("name");
  request.project = args.value("project");
  request.variables = args.values("env");
  request.volumes = args.values("volume");
  request.host_paths = args.values("host-path");
  request.entrypoint = args.value("entrypoint");
  request.command = args.command_after_dashes;
  request.terminal = as_switch(args.tristate("tty"));
  if (args.flag("detach")) request.detach = Switch::kOn;
  if (args.flag("keep")) request.keep = Switch::kOn;
  if (args.flag("rm")) request.keep = Switch::kOff;
  if (args.flag("no-home")) request.home = Switch::kOff;
  if (args.flag("cache-fresh")) request.fresh_caches = Switch::kOn;
  if (args.flag("allow-sensitive-project")) request.sensitive_project = Switch::kOn;
  if (args.flag("strict-credentials")) request.strict_credentials = Switch::kOn;

  request.ssh_agent = as_switch(args.tristate("ssh-agent"));

  MINO_ASSIGN(options.overrides, config_overrides(args));
  if (args.flag("no-cache")) options.overrides.push_back({"cache.enabled", false, "--no-cache"});
  add_credentials(args, options.overrides);

  return options;
}

Result<std::vector<ConfigOverride>> config_overrides(const ParsedArgs& args) {
  std::vector<ConfigOverride> overrides;
  const auto override_text = [&](std::string_view flag, std::string_view key) {
    if (auto value = args.value(flag))
      overrides.push_back({std::string(key), std::move(*value), "--" + std::string(flag)});
  };
  override_text("image", "container.image");
  if (const auto given = args.values("layers"); !given.empty()) {
    MINO_ASSIGN(std::vector<std::string> names, parse_lists("--layers", given));
    overrides.push_back({"container.layers", std::move(names), "--layers"});
  }
  override_text("network", "container.network");
  override_text("network-preset", "container.network_preset");
  override_text("network-engine", "container.network_engine");
  MINO_TRY(add_network(args, overrides));
  override_text("protect", "container.protect");
  override_text("memory", "container.memory");
  override_text("cpus", "container.cpus");
  if (const auto pids = args.value("pids")) {
    MINO_ASSIGN(const std::int64_t count, parse_count("--pids", *pids));
    overrides.push_back({"container.pids", count, "--pids"});
  }
  if (args.flag("read-only")) overrides.push_back({"container.read_only", true, "--read-only"});
  if (args.flag("allow-nested-sandbox"))
    overrides.push_back({"container.allow_nested_sandbox", true, "--allow-nested-sandbox"});
  return overrides;
}

}  // namespace mino::cli
