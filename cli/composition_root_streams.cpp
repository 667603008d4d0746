#include "cli/composition_root_streams.hpp"

#include "adapters/posix/process_environment.hpp"
#include "adapters/terminal/terminal_info.hpp"

#include <unistd.h>

namespace mino::cli {
namespace {

StreamKind kind_of(int fd) {
  return terminal::is_terminal(fd) ? StreamKind::kTerminal : StreamKind::kOther;
}

}  // namespace

ProcessStreams::ProcessStreams()
    : environment_(std::make_unique<posix::ProcessEnvironment>()),
      out_(stdout, "standard output"),
      err_(stderr, "standard error"),
      io_{out_, err_} {
  terminal::open_missing_standard_streams();
  terminal::make_broken_pipes_errors();
  io_.out_colour = decide_colour(kind_of(STDOUT_FILENO), *environment_);
  io_.err_colour = decide_colour(kind_of(STDERR_FILENO), *environment_);
  if (const auto size = terminal::terminal_size(STDOUT_FILENO); size) io_.width = size->columns;
}

ProcessStreams::~ProcessStreams() = default;

}  // namespace mino::cli
