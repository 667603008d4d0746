#include "application/approve_project.hpp"
#include "application/config_audit.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/config.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/render/error.hpp"
#include "cli/render/table.hpp"
#include "cli/render/text.hpp"
#include "domain/session/session_record.hpp"

#include <fmt/format.h>

namespace mino::cli {
namespace {

Result<void> list(const ParsedArgs& args, CompositionRoot& root, Io& io) {
  MINO_ASSIGN(const std::vector<Approval> approvals, root.trust_store().list());
  if (args.flag("json")) {
    JsonValue::Array array;
    for (const Approval& approval : approvals)
      array.push_back(JsonValue::Object{{"file", approval.file.string()},
                                        {"digest", approval.digest},
                                        {"granted_at", format_rfc3339(approval.granted_at)}});
    const JsonValue json = JsonValue::Object{{"schema", 1}, {"approvals", std::move(array)}};
    io.out.write(root.json().write(json, JsonLayout::kPretty) + "\n");
    return {};
  }
  if (approvals.empty()) return {};
  Table table({"FILE", "APPROVED"});
  for (const Approval& approval : approvals)
    table.add_row({printable(approval.file.string()), format_rfc3339(approval.granted_at)});
  io.out.write(table.render());
  return {};
}

Result<void> trust(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                   Io& io) {
  MINO_ASSIGN(const Config user, lenient_config(root, global));
  if (args.flag("list")) return list(args, root, io);
  std::filesystem::path path =
      std::filesystem::absolute(args.positionals.empty() ? "." : args.positionals.front())
          .lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  application::ApproveProject use_case({.files = root.files(),
                                        .source = root.config_source(),
                                        .trust = root.trust_store(),
                                        .digest = root.digest(),
                                        .clock = root.clock()},
                                       project_owner(root));
  if (args.flag("revoke")) {
    MINO_ASSIGN(const std::filesystem::path file, use_case.revoke(path));
    root.notices().info(fmt::format("{} is no longer approved", file.string()));
    return {};
  }
  MINO_ASSIGN(const application::ApprovedProject approved, use_case.approve(path, user));
  application::audit_trust_granted(root.audit(), root.notices(), approved.approval);
  if (global.quiet) return {};
  io.err.write(fmt::format("approved {}\n", printable(approved.approval.file.string())));
  for (const std::string& line : approved.effect) io.err.write("  " + line + "\n");
  if (approved.layer_files != 0)
    io.err.write(fmt::format("  and {} files in .mino/layers\n", approved.layer_files));
  return {};
}

}  // namespace

int trust_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const auto done = trust(args, root, global, io);
  if (done.ok()) return kExitSuccess;
  print_error(done.error(), io);
  return exit_code(done.error(), FailedCommand::kPlain);
}

}  // namespace mino::cli
