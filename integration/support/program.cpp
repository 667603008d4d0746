#include "integration/support/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <utility>

namespace mino::integration {

namespace {

[[noreturn]] void execute(const ProgramSpec& spec) {
  for (const auto& [name, value] : spec.environment) ::setenv(name.c_str(), value.c_str(), 1);
  if (!spec.directory.empty() && ::chdir(spec.directory.c_str()) != 0) ::_exit(125);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  std::vector<char*> argv;
  for (const std::string& word : spec.argv) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::close_range(3, ~0U, 0);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

void pause_briefly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

Background::Background(const ProgramSpec& spec) {
  std::string pattern = (std::filesystem::temp_directory_path() / "mino-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  directory_ = pattern;
  if (spec.input) std::ofstream(directory_ + "/in", std::ios::binary) << *spec.input;
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ != 0) return;
  ::setsid();
  const std::string input = spec.input ? directory_ + "/in" : "/dev/null";
  const int in = ::open(input.c_str(), O_RDONLY);
  const int out = ::open((directory_ + "/out").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int err = ::open((directory_ + "/err").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  execute(spec);
}

Background::~Background() {
  if (!code_) {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void Background::signal(int number) const { ::kill(pid_, number); }

std::optional<int> Background::wait(milliseconds patience) {
  const bool ended = eventually(
      [this] {
        int status = 0;
        if (!code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) code_ = code_of(status);
        return code_.has_value();
      },
      patience);
  return ended ? code_ : std::nullopt;
}

std::string Background::out() const { return read_file(directory_ + "/out"); }
std::string Background::err() const { return read_file(directory_ + "/err"); }

ProgramResult run(const ProgramSpec& spec) {
  Background program(spec);
  ProgramResult result;
  const std::optional<int> code = program.wait(spec.deadline);
  result.timed_out = !code;
  result.code = code.value_or(-1);
  result.out = program.out();
  result.err = program.err();
  return result;
}

Terminal::Terminal(const ProgramSpec& spec, unsigned short rows, unsigned short columns) {
  winsize size{};
  size.ws_row = rows;
  size.ws_col = columns;
  if (::openpty(&master_, &slave_, nullptr, nullptr, &size) != 0)
    throw std::runtime_error("openpty");
  ::fcntl(master_, F_SETFD, FD_CLOEXEC);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ != 0) return;
  ::login_tty(slave_);
  // A person at a terminal would be asked for the network once; most tests are about something
  // else.
  ::setenv("MINO_CONTAINER_NETWORK", "bridge", 0);
  execute(spec);
}

Terminal::~Terminal() {
  if (!code_) {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(master_);
  ::close(slave_);
}

void Terminal::type(const std::string& text) const {
  if (::write(master_, text.data(), text.size()) < 0) throw std::runtime_error("write to terminal");
}

bool Terminal::read_some(milliseconds patience) {
  pollfd descriptor{master_, POLLIN, 0};
  if (::poll(&descriptor, 1, static_cast<int>(patience.count())) <= 0) return false;
  std::array<char, 4096> buffer;
  const ssize_t got = ::read(master_, buffer.data(), buffer.size());
  if (got <= 0) return false;
  screen_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

bool Terminal::wait_for(const std::string& text, milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const std::size_t found = screen_.find(text, seen_);
    if (found != std::string::npos) {
      seen_ = found + text.size();
      return true;
    }
    if (std::chrono::steady_clock::now() > deadline) return false;
    read_some(milliseconds(50));
  }
}

void Terminal::resize(unsigned short rows, unsigned short columns) const {
  winsize size{};
  size.ws_row = rows;
  size.ws_col = columns;
  ::ioctl(master_, TIOCSWINSZ, &size);
}

termios Terminal::mode() const {
  termios mode{};
  ::tcgetattr(slave_, &mode);
  return mode;
}

std::optional<int> Terminal::wait(milliseconds patience) {
  const bool ended = eventually(
      [this] {
        while (read_some(milliseconds(0))) {
        }
        int status = 0;
        if (!code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) code_ = code_of(status);
        return code_.has_value();
      },
      patience);
  return ended ? code_ : std::nullopt;
}

}  // namespace mino::integration
