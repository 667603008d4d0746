#include "adapters/posix/network_log_file.hpp"

#include <sys/stat.h>

#include <string>
#include <utility>

#include "adapters/posix/posix_file_system.hpp"

namespace mino::posix {

Result<void> NetworkLogFile::open(const std::filesystem::path& path, std::uint64_t max_bytes) {
  writer_.reset();
  MINO_TRY(PosixFileSystem().make_directories(path.parent_path(), S_IRWXU));
  MINO_ASSIGN(writer_, SessionLogWriter::create(path, max_bytes));
  return {};
}

Result<void> NetworkLogFile::append(std::string_view line,
                                    std::chrono::system_clock::time_point time) {
  MINO_CHECK(writer_);
  return writer_->append(LogStream::kStdout, std::string(line) + "\n", time);
}

Result<void> NetworkLogFile::remove(const std::filesystem::path& path) {
  PosixFileSystem files;
  MINO_TRY(files.remove(path));
  return files.remove(older_log_segment(path));
}

}  // namespace mino::posix
