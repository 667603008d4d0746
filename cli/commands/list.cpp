#include "cli/commands/commands.hpp"

#include "application/list_sessions.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/reconcile.hpp"
#include "cli/render/error.hpp"
#include "cli/render/table.hpp"
#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace mino::cli {

namespace {

std::string status_text(const SessionRecord& record) {
  std::string text(to_string(record.status));
  if (!is_live(record.status) && record.exit_code) text += fmt::format(" ({})", *record.exit_code);
  return text;
}

std::string table_of(const SessionListing& listing, Timestamp now) {
  Table table({"NAME", "STATUS", "IMAGE", "STARTED", "PROJECT"});
  for (const SessionRecord& record : listing.records) {
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - record.created_at);
    table.add_row({record.name.str(), status_text(record), printable(record.image),
                   human_duration(age) + " ago", printable(record.project_dir)});
  }
  return table.render();
}

Result<void> list(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                  Io& io) {
  MINO_TRY(lenient_config(root, global));
  Reconciler(root).run();
  application::ListSessions use_case(root.sessions());
  const auto filter =
      args.flag("all") ? application::SessionFilter::kAll : application::SessionFilter::kLive;
  MINO_ASSIGN(const SessionListing listing, use_case.execute({.filter = filter}));
  for (const UnreadableRecord& unreadable : listing.unreadable) {
    root.notices().warn(fmt::format("{} is skipped: {}", unreadable.file, unreadable.error.text()),
                        unreadable.error.hint());
  }
  const std::string format = args.flag("json") ? "json" : args.value("format").value_or("table");
  if (format == "json") {
    JsonValue::Array array;
    for (SessionRecord record : listing.records) {
      record.report.reset();  // long, and `mino report` has it
      array.push_back(to_json(record));
    }
    io.out.write(root.json().write(array, JsonLayout::kPretty) + "\n");
  } else if (format == "plain") {
    for (const SessionRecord& record : listing.records) io.out.write(record.name.str() + "\n");
  } else if (!listing.records.empty()) {
    io.out.write(table_of(listing, root.clock().now()));
  } else if (!global.quiet) {
    io.err.write(args.flag("all") ? "No sessions.\n" : "No running sessions.\n");
  }
  return {};
}

}  // namespace

int list_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const auto listed = list(args, root, global, io);
  if (listed.ok()) return kExitSuccess;
  print_error(listed.error(), io);
  return exit_code(listed.error(), FailedCommand::kPlain);
}

}  // namespace mino::cli
