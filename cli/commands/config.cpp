#include "cli/commands/config.hpp"

#include "application/config_audit.hpp"
#include "application/config_edit.hpp"
#include "application/config_init.hpp"
#include "application/config_set.hpp"
#include "cli/commands/commands.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/render/error.hpp"
#include "domain/config/key_ref.hpp"

#include <fmt/format.h>

namespace mino::cli {
namespace {

using application::ConfigTarget;
using application::TrustAfterWrite;

/// What a project's file is laid on; the user's own file lies on nothing that matters here.
Result<Config> config_below(CompositionRoot& root, const GlobalOptions& global,
                            ConfigTarget target) {
  if (target == ConfigTarget::kUserFile) return Config();
  return lenient_config(root, global);
}

Result<int> get(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                Io& io) {
  MINO_ASSIGN(const ConfigKeyRef ref, parse_config_key(args.positionals.at(0)));
  MINO_ASSIGN(const Config config, shown_config(root, global, std::nullopt, {}));
  const std::optional<ConfigValue> value = value_of(config, ref);
  if (!value) return kExitFailure;
  io.out.write(args.flag("json") ? root.json().write(json_of(*value), JsonLayout::kPretty) + "\n"
                                 : lines_of(*value));
  return kExitSuccess;
}

Result<int> show(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root,
                 Io& io) {
  MINO_ASSIGN(const Config config, shown_config(root, global, std::nullopt, {}));
  const std::string format = args.flag("json") ? "json" : args.value("format").value_or("table");
  if (format == "json") {
    io.out.write(root.json().write(json_of(config), JsonLayout::kPretty) + "\n");
  } else {
    io.out.write(format == "plain" ? plain_of(config) : table_of(config));
  }
  return kExitSuccess;
}

Result<int> set(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root, Io&) {
  const auto target = args.flag("local") ? ConfigTarget::kProjectFile : ConfigTarget::kUserFile;
  MINO_ASSIGN(const std::filesystem::path file, config_file(root, target));
  MINO_ASSIGN(const Config user, config_below(root, global, target));
  application::ConfigWriter writer = config_writer(root);
  application::SetConfig use_case(root.config_source(), root.config_editor(), writer);
  MINO_ASSIGN(
      const application::SetConfigResponse response,
      use_case.execute({file, target, args.positionals.at(0), args.positionals.at(1), user}));
  if (response.key->effect != Effect::kNow)
    root.notices().warn(fmt::format("{} has no effect in this version", response.key->path), "");
  report_written(response.written, root);
  return kExitSuccess;
}

Result<int> path(const ParsedArgs&, const GlobalOptions&, CompositionRoot& root, Io& io) {
  MINO_ASSIGN(const Paths paths, root.paths());
  io.out.write(paths.config.string() + "\n");
  return kExitSuccess;
}

Result<int> init(const ParsedArgs& args, const GlobalOptions&, CompositionRoot& root, Io& io) {
  MINO_ASSIGN(const std::filesystem::path file, config_file(root, ConfigTarget::kUserFile));
  application::ConfigWriter writer = config_writer(root);
  const auto overwrite =
      args.flag("force") ? application::Overwrite::kYes : application::Overwrite::kNo;
  const auto written =
      application::InitConfig(writer).execute({file, ConfigTarget::kUserFile, overwrite});
  // A script that makes sure of a file need not know whether there is one.
  if (!written.ok() && written.error().code() == ErrorCode::kAlreadyExists) {
    print_warning(written.error().text(), written.error().hint(), io);
    return kExitSuccess;
  }
  if (!written.ok()) return written.error();
  io.out.write(written->file.string() + "\n");
  return kExitSuccess;
}

Result<int> edit(const ParsedArgs& args, const GlobalOptions& global, CompositionRoot& root, Io&) {
  const auto target = args.flag("local") ? ConfigTarget::kProjectFile : ConfigTarget::kUserFile;
  MINO_ASSIGN(const std::filesystem::path file, config_file(root, target));
  MINO_ASSIGN(const Config user, config_below(root, global, target));
  application::ConfigWriter writer = config_writer(root);
  application::EditConfig use_case(writer, root.text_editor());
  std::string editor = root.environment().get("VISUAL").value_or("");
  if (editor.empty()) editor = root.environment().get("EDITOR").value_or("");
  if (editor.empty()) editor = "vi";
  MINO_ASSIGN(const application::WrittenConfig written,
              use_case.execute({file, target, editor, user}));
  report_written(written, root);
  return kExitSuccess;
}

using Action = Result<int> (*)(const ParsedArgs&, const GlobalOptions&, CompositionRoot&, Io&);

int run(Action action, const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const Result<int> code = action(args, global, root, io);
  if (code.ok()) return *code;
  print_error(code.error(), io);
  return exit_code(code.error(), FailedCommand::kPlain);
}

}  // namespace

application::ConfigWriter config_writer(CompositionRoot& root) {
  return {{.files = root.files(),
           .source = root.config_source(),
           .trust = root.trust_store(),
           .digest = root.digest(),
           .clock = root.clock()},
          project_owner(root)};
}

application::ProjectOwner project_owner(CompositionRoot& root) {
  return {.home = root.paths().value().home, .user_id = root.user_id()};
}

Result<std::filesystem::path> config_file(CompositionRoot& root, ConfigTarget target) {
  MINO_ASSIGN(const Paths paths, root.paths());
  if (target == ConfigTarget::kUserFile) return paths.config;
  const application::ConfigProject project(root.files(), project_owner(root));
  MINO_ASSIGN(const auto found, project.find("."));
  if (found) return found->path;
  MINO_ASSIGN(const auto here, root.files().canonical("."));
  return here.value_or(".") / application::kProjectFileName;
}

void report_written(const application::WrittenConfig& written, CompositionRoot& root) {
  if (written.granted)
    application::audit_trust_granted(root.audit(), root.notices(), *written.granted);
  if (written.trust == TrustAfterWrite::kWithheld)
    root.notices().warn(
        fmt::format("{} or the layers beside it hold what nobody approved, so it is not approved",
                    written.file.string()),
        "mino trust");
}

int config_get_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(get, args, global, io);
}
int config_show_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(show, args, global, io);
}
int config_set_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(set, args, global, io);
}
int config_path_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(path, args, global, io);
}
int config_init_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(init, args, global, io);
}
int config_edit_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  return run(edit, args, global, io);
}

}  // namespace mino::cli
