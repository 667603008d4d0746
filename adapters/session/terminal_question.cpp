#include "adapters/session/terminal_question.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <utility>

#include "adapters/posix/posix_error.hpp"

namespace mino::session {
namespace {

constexpr std::chrono::seconds kPatience{60};

bool is_yes(std::string_view line) {
  line = line.substr(0, line.find_first_of("\r\n"));
  return line == "y" || line == "Y" || line == "yes" || line == "Yes" || line == "YES";
}

}  // namespace

void TerminalQuestion::ask(const std::string& text, Answered answered) {
  if (attachment_ == Attachment::kDetached || !open_terminal())
    return answered(Confirmation::kNobody);
  answered_ = std::move(answered);
  relay_.pause();
  relay_.release_user_terminal();
  ::tcflush(terminal_.get(), TCIFLUSH);
  const std::string prompt = "\r\nmino: " + text + "? [y/N] ";
  static_cast<void>(
      posix::retry([&] { return ::write(terminal_.get(), prompt.data(), prompt.size()); }));
  watch_ = loop_.watch(terminal_.get(), POLLIN, [this](short) { read_answer(); });
  timer_ = loop_.after(kPatience, [this] { cancel(); });
}

bool TerminalQuestion::open_terminal() {
  terminal_.reset(::open("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  // In the background reading would stop mino, and the session with it.
  if (terminal_ && ::tcgetpgrp(terminal_.get()) == ::getpgrp()) return true;
  terminal_.reset();
  return false;
}

bool TerminalQuestion::interrupted(int signal_number) {
  const bool is_meant =
      signal_number == SIGINT || signal_number == SIGQUIT || signal_number == SIGTSTP;
  if (!is_asking() || !is_meant) return false;
  cancel();
  return true;
}

void TerminalQuestion::cancel() {
  if (!is_asking()) return;
  static_cast<void>(posix::retry([&] { return ::write(terminal_.get(), "\r\n", 2); }));
  finish(Confirmation::kNo);
}

void TerminalQuestion::read_answer() {
  std::array<char, 256> line{};
  const ssize_t got =
      posix::retry([&] { return ::read(terminal_.get(), line.data(), line.size()); });
  if (got < 0 && errno == EAGAIN) return;
  const std::string_view said(line.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  finish(is_yes(said) ? Confirmation::kYes : Confirmation::kNo);
}

void TerminalQuestion::finish(Confirmation confirmation) {
  loop_.unwatch(std::exchange(watch_, 0));
  loop_.cancel(std::exchange(timer_, 0));
  terminal_.reset();
  relay_.take_user_terminal();
  relay_.resume();
  const Answered answered = std::exchange(answered_, nullptr);
  answered(confirmation);
}

}  // namespace mino::session
