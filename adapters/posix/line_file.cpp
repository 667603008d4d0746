#include "adapters/posix/line_file.hpp"

#include "adapters/posix/posix_error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace mino::posix {

LineFile::LineFile(const std::filesystem::path& path)
    : file_(retry([&] {
        return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
      })) {}

void LineFile::add(std::string_view line) {
  std::string text(line);
  text += '\n';
  for (std::string_view rest = text; !rest.empty() && file_;) {
    const ssize_t written = retry([&] { return ::write(file_.get(), rest.data(), rest.size()); });
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace mino::posix
