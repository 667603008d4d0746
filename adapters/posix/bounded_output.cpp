#include "adapters/posix/bounded_output.hpp"

#include "adapters/posix/posix_error.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace mino::posix {

ReadState read_available(int fd, std::string& text, std::size_t max_bytes) {
  // As much as the largest pipe of an ordinary user holds: a writer that is faster than this reader
  // must not keep it here.
  constexpr int kMostReads = 64;
  std::array<char, 16384> buffer;
  for (int reads = 0; reads < kMostReads; ++reads) {
    const ssize_t got = retry([&] { return ::read(fd, buffer.data(), buffer.size()); });
    const int failed = errno;
    if (got < 0) return failed == EAGAIN ? ReadState::kOpen : ReadState::kEnded;
    if (got == 0) return ReadState::kEnded;
    const std::size_t room = max_bytes - std::min(max_bytes, text.size());
    text.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
  }
  return ReadState::kOpen;
}

}  // namespace mino::posix
