#include "adapters/posix/line_reader.hpp"

#include "adapters/posix/posix_error.hpp"
#include "adapters/posix/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

namespace mino::posix {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024;

/// Calls `line` for each complete line in `text` and leaves the rest.
void give_lines(std::string& text, const std::function<void(std::string_view)>& line) {
  std::size_t begin = 0;
  for (std::size_t end = text.find_first_of("\r\n"); end != std::string::npos;
       end = text.find_first_of("\r\n", begin)) {
    line(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
  }
  text.erase(0, begin);
  if (text.size() > kLongestLine) {
    line(text);
    text.clear();
  }
}

}  // namespace

Result<ExitStatus> run_and_read_lines(SpawnSpec spec,
                                      const std::function<void(std::string_view)>& line) {
  const UniqueFd nothing(retry([] { return ::open("/dev/null", O_RDWR | O_CLOEXEC); }));
  int failed = errno;
  if (!nothing) return file_error("opening", "/dev/null", failed);
  std::array<int, 2> ends{};
  const int made = ::pipe2(ends.data(), O_CLOEXEC);
  failed = errno;
  if (made != 0) return system_error("making a pipe", failed);
  const UniqueFd output(ends[0]);
  UniqueFd child_output(ends[1]);
  spec.descriptors = {{nothing.get(), STDIN_FILENO},
                      {nothing.get(), STDOUT_FILENO},
                      {child_output.get(), STDERR_FILENO}};
  MINO_ASSIGN(ChildProcess child, spawn(spec));
  child_output.reset();
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = retry([&] { return ::read(output.get(), buffer.data(), buffer.size()); });
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    give_lines(text, line);
  }
  if (!text.empty()) line(text);
  return child.wait();
}

}  // namespace mino::posix
