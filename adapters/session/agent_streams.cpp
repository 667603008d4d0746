#include "adapters/session/agent_streams.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::session {

namespace {

constexpr int kPipeBytes = 256 * 1024;
constexpr char kEndOfFile = 0x04;  ///< VEOF of a fresh terminal

struct PipeEnds {
  posix::UniqueFd read;
  posix::UniqueFd write;
};

Result<PipeEnds> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return posix::system_error("making a pipe", errno);
  // Larger than the default for bulk; refused beyond the user's quota, which is no harm.
  ::fcntl(ends[0], F_SETPIPE_SZ, kPipeBytes);
  return PipeEnds{posix::UniqueFd(ends[0]), posix::UniqueFd(ends[1])};
}

void set_nonblocking(const posix::UniqueFd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

}  // namespace

AgentStreamRelay::AgentStreamRelay(PollLoop& loop, Options options)
    : loop_(loop), options_(std::move(options)) {
  if (options_.streams == AgentStreams::kTerminal && options_.attachment == Attachment::kForeground)
    terminal_ = UserTerminal::find();
}

PumpEnd AgentStreamRelay::user_end(OutputStream stream) const {
  if (options_.attachment == Attachment::kDetached) return PumpEnd::nowhere();
  return PumpEnd::write_to_user(stream == OutputStream::kStdout ? STDOUT_FILENO : STDERR_FILENO);
}

std::unique_ptr<Pump> AgentStreamRelay::output_pump(posix::UniqueFd from, OutputStream stream) {
  Pump::Options pump;
  if (options_.tap)
    pump.tap = [this, stream](std::string_view bytes) { options_.tap(stream, bytes); };
  pump.may_read = [this] { return !is_paused_; };
  pump.ended = [this, stream](Pump::End end, int error) {
    if (end == Pump::End::kTargetFailed && options_.write_failed)
      options_.write_failed(stream, error);
  };
  auto made = std::make_unique<Pump>(loop_, PumpEnd::owned(std::move(from)), user_end(stream),
                                     std::move(pump));
  if (output_state_ == Output::kHeld) made->hold();
  return made;
}

Result<PacketChannel::Descriptors> AgentStreamRelay::open() {
  PacketChannel::Descriptors inner;
  if (options_.streams == AgentStreams::kTerminal) return inner;
  MINO_ASSIGN(PipeEnds in, make_pipe());
  MINO_ASSIGN(PipeEnds out, make_pipe());
  MINO_ASSIGN(PipeEnds err, make_pipe());
  set_nonblocking(in.write);
  set_nonblocking(out.read);
  set_nonblocking(err.read);
  if (options_.attachment == Attachment::kForeground) {
    Pump::Options pump;
    // In a pipeline such as `mino run -- seq 9 | less` the pager reads keys from this very
    // terminal.
    const bool at_terminal = ::isatty(STDIN_FILENO) == 1;
    pump.may_read = [this, at_terminal] {
      return !is_paused_ && (!at_terminal || in_line_mode(STDIN_FILENO));
    };
    input_ = std::make_unique<Pump>(loop_, PumpEnd::read_from_user(STDIN_FILENO),
                                    PumpEnd::owned(std::move(in.write)), std::move(pump));
  }
  output_ = output_pump(std::move(out.read), OutputStream::kStdout);
  errors_ = output_pump(std::move(err.read), OutputStream::kStderr);
  inner.push_back(std::move(in.read));
  inner.push_back(std::move(out.write));
  inner.push_back(std::move(err.write));
  return inner;
}

WindowSize AgentStreamRelay::window_size() const {
  return terminal_ ? terminal_->size() : WindowSize{};
}

void AgentStreamRelay::attach_terminal(posix::UniqueFd master) {
  if (options_.streams != AgentStreams::kTerminal || output_) return;
  set_nonblocking(master);
  master_ = master.get();
  take_user_terminal();
  if (options_.attachment == Attachment::kForeground) {
    posix::UniqueFd keyboard(::fcntl(master.get(), F_DUPFD_CLOEXEC, 3));
    Pump::Options pump;
    pump.farewell = std::string(1, kEndOfFile);
    pump.may_read = [this] { return !is_paused_; };
    input_ = std::make_unique<Pump>(loop_, PumpEnd::read_from_user(STDIN_FILENO),
                                    PumpEnd::owned(std::move(keyboard)), std::move(pump));
  }
  output_ = output_pump(std::move(master), OutputStream::kStdout);
}

void AgentStreamRelay::resize() {
  if (!terminal_ || master_ < 0) return;
  const WindowSize size = terminal_->size();
  winsize native{};
  native.ws_row = size.rows;
  native.ws_col = size.columns;
  ::ioctl(master_, TIOCSWINSZ, &native);
}

void AgentStreamRelay::release_user_terminal() {
  if (terminal_) terminal_->restore();
}

void AgentStreamRelay::release_user_keyboard() {
  if (terminal_) terminal_->restore_keyboard();
}

void AgentStreamRelay::take_user_terminal() {
  if (!terminal_ || master_ < 0) return;
  terminal_->make_raw();
  resize();
}

void AgentStreamRelay::resume() {
  is_paused_ = false;
  for (const auto& pump : {input_.get(), output_.get(), errors_.get()}) {
    if (pump != nullptr) pump->ask_again();
  }
}

void AgentStreamRelay::process_started() {
  if (output_state_ == Output::kFlowing) return;
  output_state_ = Output::kFlowing;
  for (const auto& pump : {output_.get(), errors_.get()}) {
    if (pump != nullptr) pump->release();
  }
}

void AgentStreamRelay::process_ended(Rest rest) {
  process_started();  // one that never ran has nothing to say, and its streams have to end
  if (input_) input_->stop();
  master_ = -1;
  if (rest == Rest::kBoxEnds) return;
  for (const auto& pump : {output_.get(), errors_.get()}) {
    if (pump != nullptr) pump->drain_and_end();
  }
}

bool AgentStreamRelay::drained() const {
  return (!output_ || output_->done()) && (!errors_ || errors_->done());
}

void AgentStreamRelay::abandon() {
  for (const auto& pump : {input_.get(), output_.get(), errors_.get()}) {
    if (pump != nullptr) pump->stop();
  }
}

}  // namespace mino::session
