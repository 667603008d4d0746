#pragma once

#include <cstdint>
#include <filesystem>

#include "ports/audit_sink.hpp"
#include "ports/clock.hpp"
#include "ports/json_codec.hpp"

namespace mino::log {

/// AuditSink in a file of JSON Lines (0600), `{"timestamp","event","data"}`, one write(2) a line
/// under a lock, so that any number of processes can share it. A full file becomes `<file>.1`, that
/// one `<file>.2` and so on to `.5`.
class FileAuditSink final : public AuditSink {
 public:
  static constexpr std::uint64_t kRotationBytes = std::uint64_t{16} * 1024 * 1024;
  static constexpr int kKeptFiles = 5;

  /// Both ports must outlive the sink. The file's directory is made when it is missing.
  FileAuditSink(const Clock& clock, const JsonCodec& codec, std::filesystem::path file,
                std::uint64_t rotation_bytes = kRotationBytes);

  [[nodiscard]] Result<void> record(const std::string& event, const JsonValue& data) override;

 private:
  [[nodiscard]] Result<void> append(std::string_view line);
  [[nodiscard]] Result<void> rotate() const;

  const Clock& clock_;
  const JsonCodec& codec_;
  std::filesystem::path file_;
  std::uint64_t rotation_bytes_;
};

}  // namespace mino::log
