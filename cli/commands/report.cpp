#include "application/quarantine_report.hpp"
#include "application/show_report.hpp"
#include "cli/commands/commands.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/reconcile.hpp"
#include "cli/render/error.hpp"
#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mino::cli {
namespace {

using application::HandoffReview;
using application::QuarantineReport;
using application::ShowReport;

constexpr std::size_t kMaxAsked = 20;

std::optional<std::string> session_of(const ParsedArgs& args) {
  if (args.positionals.empty()) return std::nullopt;
  return args.positionals.front();
}

WalkExtent extent_of(const ParsedArgs& args) {
  return args.flag("full") ? WalkExtent::kFull : WalkExtent::kQuick;
}

std::string_view name_of(ShowReport::Source source) {
  switch (source) {
    case ShowReport::Source::kRecord:
      return "record";
    case ShowReport::Source::kWalk:
      return "walk";
    case ShowReport::Source::kNeverRan:
      break;
  }
  return "never-ran";
}

void print_text(const HandoffReport& report, Io& io) {
  for (const HandoffItem& item : report.items) io.out.write(to_text(item) + "\n");
  if (report.items.size() == HandoffReport::kMaxItems)
    io.out.write("of " + to_text(report.counts) + "\n");
  for (const DefusedFile& file : report.defused)
    io.out.write("defused while the session ran: " + to_text(file) + "\n");
  for (const std::string& note : report.not_looked_at)
    io.out.write("not looked at: " + printable(note) + "\n");
}

Result<void> show(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                  Io& io) {
  Reconciler reconciler(root);
  const HandoffReview review(root.project_walker(), root.json(), root.clock());
  const ShowReport use_case(root.sessions(), reconciler.use_case(), review);
  MINO_ASSIGN(const ShowReport::Response shown,
              use_case.execute({.session = session_of(args), .extent = extent_of(args)}));
  if (args.flag("json")) {
    JsonValue json = to_json(shown.report);
    json.set("session", shown.record.name.str());
    json.set("project_dir", shown.record.project_dir);
    json.set("source", name_of(shown.source));
    io.out.write(root.json().write(json, JsonLayout::kPretty) + "\n");
    return {};
  }
  print_text(shown.report, io);
  if (!shown.report.empty() || global.quiet) return {};
  const std::string name = shown.record.name.str();
  io.err.write(shown.source == ShowReport::Source::kNeverRan
                   ? fmt::format("session {} never ran its command\n", name)
                   : fmt::format("session {} left nothing for the host to run\n", name));
  return {};
}

/// Lists what would be done and asks. kDeclined when the answer is no.
Result<void> ask(const QuarantineReport::Plan& plan, CompositionRoot& root, Io& io) {
  const std::size_t shown = std::min(plan.dangerous.size(), kMaxAsked);
  for (std::size_t i = 0; i < shown; ++i) io.err.write(to_text(plan.dangerous[i]) + "\n");
  if (plan.dangerous.size() > shown)
    io.err.write(fmt::format("and {} more\n", plan.dangerous.size() - shown));
  if (!root.prompter().interactive())
    return std::move(Error(ErrorCode::kUsage, "nobody is there to be asked").set_hint("add --yes"));
  if (const auto flushed = io.err.flush(); !flushed.ok()) return flushed.error();
  const std::size_t count = plan.dangerous.size();
  const std::string question =
      count == 1 ? "Defuse this?" : fmt::format("Defuse these {} things?", count);
  MINO_ASSIGN(const Answer answer, root.prompter().confirm(question, Answer::kNo));
  if (answer == Answer::kNo) return Error(ErrorCode::kDeclined, "nothing was changed");
  return {};
}

void say_what_is_left(const std::vector<HandoffItem>& left, Io& io) {
  if (left.empty()) return;
  HandoffCounts counts;
  for (const HandoffItem& item : left) counts[item.what] += 1;
  io.err.write("left alone: " + to_text(counts) + "\n");
}

Result<int> quarantine(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                       Io& io) {
  MINO_ASSIGN(const Paths paths, root.paths());
  Reconciler reconciler(root);
  QuarantineReport use_case({.sessions = root.sessions(),
                             .walker = root.project_walker(),
                             .json = root.json(),
                             .defuser = root.project_defuser(),
                             .files = root.files(),
                             .audit = root.audit(),
                             .clock = root.clock(),
                             .notices = root.notices()},
                            reconciler.use_case(), paths.state / "quarantine");
  MINO_ASSIGN(const QuarantineReport::Plan plan, use_case.plan(session_of(args), extent_of(args)));
  int code = kExitSuccess;
  if (!plan.dangerous.empty()) {
    if (!args.flag("yes")) MINO_TRY(ask(plan, root, io));
    MINO_ASSIGN(const auto lines, use_case.execute(plan));
    for (const QuarantineReport::Line& line : lines) {
      if (!line.error) {
        io.out.write(printable(line.text) + "\n");
        continue;
      }
      print_error(*line.error, io);
      code = kExitFailure;
    }
  } else if (!global.quiet) {
    io.err.write(fmt::format("nothing of session {} has to be defused\n", plan.record.name.str()));
  }
  if (!global.quiet) {
    say_what_is_left(plan.left, io);
    for (const std::string& note : plan.report.not_looked_at)
      io.err.write("not looked at: " + printable(note) + "\n");
  }
  return code;
}

Result<int> report(const ParsedArgs& args, CompositionRoot& root, const GlobalOptions& global,
                   Io& io) {
  MINO_TRY(lenient_config(root, global));
  if (args.flag("quarantine")) return quarantine(args, root, global, io);
  MINO_TRY(show(args, root, global, io));
  return kExitSuccess;
}

}  // namespace

int report_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const auto code = report(args, root, global, io);
  if (code.ok()) return *code;
  print_error(code.error(), io);
  return exit_code(code.error(), FailedCommand::kPlain);
}

}  // namespace mino::cli
