#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace mino {

/// The name of a session: [A-Za-z0-9][A-Za-z0-9_.-]{0,62}. Safe as a file name, a container name
/// part and a host name.
class SessionName {
 public:
  /// kUsage when the text is not such a name.
  static Result<SessionName> parse(std::string_view text);
  /// `adjective-noun-xxxx`; every 64-bit number gives a valid name, the words by its low bits, xxxx
  /// by its high ones.
  static SessionName generate(std::uint64_t random);

  [[nodiscard]] const std::string& str() const { return name_; }
  auto operator<=>(const SessionName&) const = default;

 private:
  explicit SessionName(std::string name);
  std::string name_;
};

}  // namespace mino
