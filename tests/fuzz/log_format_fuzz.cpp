// The input is taken for a log, and then for the output of an agent, which a log has to give back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/check.hpp"
#include "domain/session/log_format.hpp"

namespace {

void read_log(std::string_view bytes) {
  for (const std::size_t wanted : {1U, 3U, 1000U}) {
    for (const auto window : {mino::LogWindow::kWhole, mino::LogWindow::kCutAtFront}) {
      mino::LogTail tail(wanted);
      const auto found = mino::find_tail(bytes, window, tail);
      MINO_CHECK(!found || (*found <= bytes.size() && *found > 0 && bytes[*found - 1] == '\n'));
    }
  }
  while (!bytes.empty()) {
    const std::size_t newline = std::min(bytes.find('\n'), bytes.size() - 1);
    const auto record = mino::parse_log_record(bytes.substr(0, newline));
    if (record) static_cast<void>(mino::format_rfc3339(record->time));
    bytes.remove_prefix(newline + 1);
  }
}

void write_log(std::string_view bytes) {
  const mino::LogEncoder encoder(mino::LogStream::kStderr, mino::Timestamp());
  std::string decoded;
  for (std::string_view rest = bytes; !rest.empty();) {
    std::string line;
    rest.remove_prefix(encoder.encode(rest, line));
    MINO_CHECK(line.size() <= mino::kMaxLogRecordBytes && line.find('\n') == line.size() - 1);
    line.pop_back();
    const auto record = mino::parse_log_record(line);
    MINO_CHECK(record && record->stream == mino::LogStream::kStderr);
    decoded += record->text;
    if (record->piece == mino::LogPiece::kFull) decoded += '\n';
  }
  MINO_CHECK(decoded == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {  // NOLINT(readability-identifier-naming): libFuzzer's name
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_log(bytes);
  write_log(bytes);
  return 0;
}
