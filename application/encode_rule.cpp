#include "application/encode_rule.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "domain/network/host_name.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace {

constexpr std::string_view kAnySubdomain = "*.";

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

}  // namespace

Result<std::string> encode_rule(const DomainNameEncoder& names, std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  const std::string what = visible_text(text);
  std::string_view host = text.substr(0, text.rfind(':'));
  const std::string_view port = text.substr(host.size());
  host.remove_prefix(std::min(host.find_first_not_of(" \t"), host.size()));
  const std::string_view star = host.starts_with(kAnySubdomain) ? kAnySubdomain : "";
  host.remove_prefix(star.size());
  MINO_ASSIGN(const std::string encoded, names.to_ascii(host).with_context(what));
  MINO_TRY(HostName::parse(encoded).with_context(what));
  return fmt::format("{}{}{}", star, encoded, port);
}

}  // namespace mino::application
