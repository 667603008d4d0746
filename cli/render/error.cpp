#include "cli/render/error.hpp"

#include "cli/render/text.hpp"

#include <algorithm>

namespace mino::cli {
namespace {

void print_line(std::string_view label, Paint paint, std::string_view text, Io& io) {
  io.err.write(painted(label, paint, io.err_colour));
  io.err.write(" ");
  io.err.write(text);
  io.err.write("\n");
}

// The text may quote names from files and images; its own line breaks stay (a TOML error shows the
// line it is about).
std::string printable_lines(std::string_view text) {
  std::string out;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (start != 0) out += '\n';
    out += printable(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

void print(std::string_view label, Paint paint, std::string_view text, std::string_view hint,
           Io& io) {
  print_line(label, paint, printable_lines(text), io);
  if (!hint.empty()) print_line("hint:", Paint::kCyan, printable_lines(hint), io);
}

}  // namespace

void print_error(const Error& error, Io& io) {
  print("error:", Paint::kRed, error.text(), error.hint(), io);
}

void print_warning(std::string_view text, std::string_view hint, Io& io) {
  print("warning:", Paint::kYellow, text, hint, io);
}

}  // namespace mino::cli
