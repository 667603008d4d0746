#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mino {

/// Reads the data types of RFC 4251 section 5 off a text that outlives it. Nothing once a value is
/// not there whole; whoever reads on gets nothing for ever after.
class SshReader {
 public:
  explicit SshReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] std::optional<std::uint8_t> byte();
  [[nodiscard]] std::optional<std::uint32_t> number();  ///< big-endian
  /// A length in four bytes and that many bytes, which may be any.
  [[nodiscard]] std::optional<std::string_view> string();
  [[nodiscard]] bool at_end() const { return rest_.empty() && !failed_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::optional<std::string_view> take(std::size_t count);

  std::string_view rest_;
  bool failed_ = false;
};

void append_ssh_number(std::string& bytes, std::uint32_t number);
/// A text of 4 GiB or more has no such form; it ends the program.
void append_ssh_string(std::string& bytes, std::string_view text);

/// With padding.
[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// Nothing for text that is not exactly what encode_base64() writes of some bytes.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace mino
