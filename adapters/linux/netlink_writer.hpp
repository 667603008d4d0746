#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace mino::linux {

/// Puts netlink(7) messages together, one behind the other in one buffer.
class NetlinkWriter {
 public:
  /// Begins a message; `fixed` is what the protocol has before the attributes (rtmsg, nfgenmsg …).
  template <typename Fixed>
  void message(int type, unsigned flags, std::uint32_t sequence, const Fixed& fixed) {
    static_assert(std::is_trivially_copyable_v<Fixed>);
    begin_message(type, flags, sequence);
    append(bytes_of(fixed));
  }

  /// An attribute of the message that was begun last, or of the nest around it.
  void bytes(int type, std::string_view value);
  /// In the byte order of this machine.
  template <typename Number>
  void host_order(int type, Number value) {
    static_assert(std::is_integral_v<Number>);
    bytes(type, bytes_of(value));
  }
  /// In network byte order, as nf_tables wants its numbers.
  void network_order(int type, std::uint32_t value);
  /// With a NUL at the end.
  void text(int type, std::string_view value);
  /// An attribute made of the attributes that `fill` writes.
  template <typename Fill>
  void nest(int type, Fill fill) {
    const std::size_t start = begin_nest(type);
    fill();
    end_attribute(start);
  }

  [[nodiscard]] std::size_t size() const { return buffer_.size(); }
  /// What was written.
  [[nodiscard]] const std::string& buffer() const { return buffer_; }

 private:
  template <typename Value>
  [[nodiscard]] static std::string_view bytes_of(const Value& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
  }
  void begin_message(int type, unsigned flags, std::uint32_t sequence);
  [[nodiscard]] std::size_t begin_nest(int type);
  void begin_attribute(int type);
  void end_attribute(std::size_t start);
  /// Appends, pads to the alignment and keeps the length of the message right.
  void append(std::string_view value);

  std::string buffer_;
  std::size_t message_ = 0;  ///< where the last message begins
};

}  // namespace mino::linux
