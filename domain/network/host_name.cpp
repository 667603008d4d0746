#include "domain/network/host_name.hpp"

#include <algorithm>

#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_';
}
constexpr bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

Error bad_name(const std::string& why) { return {ErrorCode::kUsage, why}; }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

Result<void> check_bytes(std::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) >= 0x80U) {
      return bad_name("a name is written in ASCII")
          .set_hint("write the name as its A-labels, which begin with xn--");
    }
    if (!is_name_byte(c) && c != '.')
      return bad_name("no host name holds \"" + visible_text(std::string_view(&c, 1)) + "\"");
  }
  // As glibc's resolver; and no name is taken for an option.
  if (name.front() == '-') return bad_name("a host name does not begin with \"-\"");
  return {};
}

Result<void> check_labels(std::string_view name) {
  for (;;) {
    const std::size_t dot = name.find('.');
    const std::size_t length = name.substr(0, dot).size();
    if (length == 0) return bad_name("a label of the host name is empty");
    if (length > kLongestLabel) {
      return bad_name("a label of the host name is longer than " + std::to_string(kLongestLabel) +
                      " bytes");
    }
    if (dot == std::string_view::npos) return {};
    name.remove_prefix(dot + 1);
  }
}

/// WHATWG URL, "ends in a number": such a host is an address to many programs, in one form or
/// another of inet_aton(3).
bool ends_in_a_number(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  if (std::ranges::all_of(last, is_digit)) return true;
  return last.starts_with("0x") && std::ranges::all_of(last.substr(2), is_hex_digit);
}

}  // namespace

Result<HostName> HostName::parse(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty()) return bad_name("Empty host");
  if (text.size() > kLongestName) {
    return bad_name("the host name is longer than " + std::to_string(kLongestName) + " bytes");
  }
  std::string name = lower_case(text);
  MINO_TRY(check_bytes(name));
  MINO_TRY(check_labels(name));
  if (ends_in_a_number(name)) {
    return bad_name("a host that ends in a number is an address, and this is none")
        .set_hint("write an IPv4 address as four decimal numbers without leading zeros");
  }
  return HostName(std::move(name));
}

bool HostName::is_below(const HostName& parent) const {
  if (text_.size() <= parent.text_.size() + 1 || !text_.ends_with(parent.text_)) return false;
  return text_[text_.size() - parent.text_.size() - 1] == '.';
}

bool HostName::is_single_label() const { return text_.find('.') == std::string::npos; }

}  // namespace mino
