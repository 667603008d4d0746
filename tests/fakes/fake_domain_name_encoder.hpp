#pragma once

#include <functional>
#include <map>
#include <string>

#include "ports/domain_name_encoder.hpp"

namespace mino::fakes {

/// Knows the names of its table, and those in ASCII.
class FakeDomainNameEncoder final : public DomainNameEncoder {
 public:
  [[nodiscard]] Result<std::string> to_ascii(std::string_view name) const override {
    if (const auto found = names.find(name); found != names.end()) return found->second;
    std::string lower;
    for (const char c : name) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte == 0 || byte >= 0x80U)
        return Error(ErrorCode::kUsage, "not a valid host name: not in the table");
      lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
  }

  std::map<std::string, std::string, std::less<>> names{
      {"b\u00fccher.example", "xn--bcher-kva.example"}, {"\uff11\uff10.0.0.1", "10.0.0.1"}};
};

}  // namespace mino::fakes
