#include "domain/network/filter_spec.hpp"

#include <charconv>
#include <optional>

namespace mino {

namespace {

constexpr std::string_view kAllow = "allow ";
constexpr std::string_view kResolver = "resolver ";
constexpr std::string_view kEveryPort = "*";

Error bad_line(std::size_t number, std::string_view why) {
  return {ErrorCode::kCorrupt, "line " + std::to_string(number) + ": " + std::string(why)};
}

/// A decimal number from 1 to 65535 without sign or leading zero.
std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

std::optional<AllowedDestination> parse_allowed(std::string_view words) {
  const std::size_t blank = words.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::optional<IpNetwork> network = IpNetwork::parse(words.substr(0, blank));
  if (!network) return std::nullopt;
  const std::string_view port_word = words.substr(blank + 1);
  if (port_word == kEveryPort) return AllowedDestination{*network, std::nullopt};
  const std::optional<std::uint16_t> port = parse_port(port_word);
  if (!port) return std::nullopt;
  return AllowedDestination{*network, port};
}

Result<void> add_line(FilterSpec& spec, std::string_view line, std::size_t number) {
  if (line.starts_with(kAllow)) {
    const auto allowed = parse_allowed(line.substr(kAllow.size()));
    if (!allowed) return bad_line(number, "no address and port");
    if (spec.allowed.size() == FilterSpec::kMaxAllowed)
      return bad_line(number, "too many destinations");
    spec.allowed.push_back(*allowed);
    return {};
  }
  if (line.starts_with(kResolver)) {
    const auto resolver = IpAddress::parse(line.substr(kResolver.size()));
    if (!resolver) return bad_line(number, "no address");
    if (spec.resolvers.size() == FilterSpec::kMaxResolvers)
      return bad_line(number, "too many resolvers");
    spec.resolvers.push_back(*resolver);
    return {};
  }
  return bad_line(number, "neither allow nor resolver");
}

}  // namespace

Result<FilterSpec> parse_filter_spec(std::string_view text) {
  if (text.size() > FilterSpec::kMaxBytes)
    return Error(ErrorCode::kCorrupt, "the text is too long");
  FilterSpec spec;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return bad_line(number, "no end of line");
    MINO_TRY(add_line(spec, text.substr(0, end), number));
    text.remove_prefix(end + 1);
  }
  return spec;
}

std::string to_text(const FilterSpec& spec) {
  std::string text;
  for (const IpAddress& resolver : spec.resolvers) {
    text += std::string(kResolver) + resolver.to_string() + "\n";
  }
  for (const AllowedDestination& allowed : spec.allowed) {
    text += std::string(kAllow) + allowed.network.to_string() + " " +
            (allowed.port ? std::to_string(*allowed.port) : std::string(kEveryPort)) + "\n";
  }
  return text;
}

}  // namespace mino
