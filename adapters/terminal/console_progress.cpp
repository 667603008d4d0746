#include "adapters/terminal/console_progress.hpp"

#include "adapters/posix/posix_error.hpp"
#include "adapters/terminal/terminal_info.hpp"

#include <unistd.h>

#include <algorithm>

namespace mino::terminal {
namespace {

constexpr std::string_view kClearLine = "\r\x1b[K";

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written =
        posix::retry([&] { return ::write(descriptor, text.data(), text.size()); });
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// At most `columns` characters; one that is cut in two is left out.
std::string_view cut(std::string_view text, std::size_t columns) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_continuation(text[at])) continue;
    if (count == columns) return text.substr(0, at);
    ++count;
  }
  return text;
}

}  // namespace

ProgressStyle progress_style_for(const std::string& terminal_type) {
  const bool can_replace =
      is_terminal(STDERR_FILENO) && !terminal_type.empty() && terminal_type != "dumb";
  return can_replace ? ProgressStyle::kInPlace : ProgressStyle::kLines;
}

void ConsoleProgress::show(std::string_view text) {
  if (text == text_ || style_ == ProgressStyle::kSilent) return;
  text_ = text;
  if (style_ == ProgressStyle::kLines) {
    write_all(descriptor_, text_ + "\n");
    return;
  }
  draw({});
}

void ConsoleProgress::detail(std::string_view text) {
  if (style_ == ProgressStyle::kInPlace && !text_.empty()) draw(text);
}

void ConsoleProgress::draw(std::string_view detail) {
  constexpr int kUsualColumns = 80;
  const auto size = terminal_size(descriptor_);
  const int columns = size && size->columns > 1 ? size->columns : kUsualColumns;
  std::string line = text_;
  if (!detail.empty()) line.append("  ").append(detail);
  // The last column is left free: a terminal that wraps there would need two lines.
  write_all(descriptor_, std::string(kClearLine) +
                             std::string(cut(line, static_cast<std::size_t>(columns) - 1)));
  drawn_ = true;
}

void ConsoleProgress::clear() {
  text_.clear();
  if (!drawn_) return;
  drawn_ = false;
  write_all(descriptor_, kClearLine);
}

}  // namespace mino::terminal
