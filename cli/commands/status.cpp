#include "application/check_status.hpp"
#include "cli/commands/commands.hpp"
#include "cli/composition_root.hpp"
#include "cli/configuration.hpp"
#include "cli/exit_code.hpp"
#include "cli/render/error.hpp"
#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace mino::cli {
namespace {

struct Shown {
  std::string_view word;
  Paint paint;
};

Shown shown(const StatusCheck& check) {
  switch (check.state) {
    case CheckState::kOk:
      return {"ok", Paint::kGreen};
    case CheckState::kWarning:
      return {"warning", Paint::kYellow};
    case CheckState::kMissing:
      return {"missing", check.critical ? Paint::kRed : Paint::kYellow};
  }
  return {"", Paint::kDim};
}

/// One line a check, its hint below it.
std::string text_of(const StatusReport& report, Colour colour) {
  std::size_t longest = 0;
  for (const StatusCheck& check : report.checks) longest = std::max(longest, check.title.size());
  std::string text;
  for (const StatusCheck& check : report.checks) {
    const Shown state = shown(check);
    constexpr std::size_t kStateWidth = 7;
    text += fmt::format("{:<{}}  {}{:<{}}  {}\n", check.title, longest,
                        painted(state.word, state.paint, colour), "",
                        kStateWidth - state.word.size(), printable(check.detail));
    if (!check.hint.empty())
      text += fmt::format("{:<{}}  {:<{}}  hint: {}\n", "", longest, "", kStateWidth,
                          printable(check.hint));
  }
  text += is_usable(report) ? "\nThis machine can run boxes.\n"
                            : "\nThis machine cannot run boxes yet.\n";
  return text;
}

Result<StatusReport> status(const ParsedArgs& args, CompositionRoot& root,
                            const GlobalOptions& global) {
  MINO_ASSIGN(const Config config, lenient_config(root, global));
  MINO_ASSIGN(const Paths paths, root.paths());
  application::CheckStatus use_case({.engine = root.engine(),
                                     .files = root.files(),
                                     .environment = root.environment(),
                                     .sessions = root.sessions()});
  std::string image = args.value("image").value_or(config.text("container.image").value_or("host"));
  return use_case.execute(
      {.image = std::move(image), .state = paths.state, .runtime = paths.runtime});
}

}  // namespace

int status_command(const ParsedArgs& args, const GlobalOptions& global, Io& io) {
  CompositionRoot root(global, io);
  const Result<StatusReport> report = status(args, root, global);
  if (!report.ok()) {
    print_error(report.error(), io);
    return exit_code(report.error(), FailedCommand::kPlain);
  }
  io.out.write(args.flag("json") ? root.json().write(to_json(*report), JsonLayout::kPretty) + "\n"
                                 : text_of(*report, io.out_colour));
  return is_usable(*report) ? kExitSuccess : kExitFailure;
}

}  // namespace mino::cli
