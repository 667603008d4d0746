#include "cli/io.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace mino::cli {

void StdioWriter::failed(int error_number) {
  if (error_number == EPIPE) {
    closed_ = true;
  } else if (first_errno_ == 0) {
    first_errno_ = error_number == 0 ? EIO : error_number;
  }
}

void StdioWriter::write(std::string_view text) {
  if (closed_ || first_errno_ != 0 || text.empty()) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stream_) == text.size()) return;
  const int error_number = errno;
  failed(error_number);
}

Result<void> StdioWriter::flush() {
  errno = 0;
  if (!closed_ && first_errno_ == 0 && std::fflush(stream_) != 0) {
    const int error_number = errno;
    failed(error_number);
  }
  const int reported = std::exchange(first_errno_, 0);
  if (reported == 0) return {};
  // Nothing more can be delivered whole, so nothing more is written.
  closed_ = true;
  Error error(ErrorCode::kInternal,
              fmt::format("cannot write to {}: {}", name_, std::strerror(reported)));
  error.set_errno(reported);
  return error;
}

Colour decide_colour(StreamKind stream, const Environment& environment) {
  if (stream != StreamKind::kTerminal) return Colour::kNever;
  if (!environment.get("NO_COLOR").value_or("").empty()) return Colour::kNever;
  if (environment.get("TERM").value_or("dumb") == "dumb") return Colour::kNever;
  return Colour::kAlways;
}

}  // namespace mino::cli
