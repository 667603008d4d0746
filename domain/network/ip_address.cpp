#include "domain/network/ip_address.hpp"

#include <algorithm>
#include <cstddef>

#include "domain/check.hpp"

namespace mino {
namespace {

constexpr unsigned kV4Bits = 32;
constexpr unsigned kV6Bits = 128;
/// An IPv4 address stands behind this many bits of its mapped form.
constexpr unsigned kMappedBits = 96;
constexpr std::size_t kGroups = 8;

using Groups = std::array<std::uint16_t, kGroups>;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Digits without a leading zero, at most `most`.
std::optional<unsigned> decimal(std::string_view text, unsigned most) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0'))
    return std::nullopt;
  unsigned number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number <= most ? std::optional(number) : std::nullopt;
}

std::optional<IpAddress::V4Bytes> parse_v4(std::string_view text) {
  IpAddress::V4Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool last = i + 1 == bytes.size();
    const std::size_t end = last ? text.size() : text.find('.');
    if (end == std::string_view::npos) return std::nullopt;
    const std::optional<unsigned> number = decimal(text.substr(0, end), 255);
    if (!number) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(*number);
    text.remove_prefix(last ? end : end + 1);
  }
  return bytes;
}

std::optional<std::uint16_t> parse_group(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  unsigned number = 0;
  for (const char c : text) {
    const int digit = hex_value(c);
    if (digit < 0) return std::nullopt;
    number = number * 16 + static_cast<unsigned>(digit);
  }
  return static_cast<std::uint16_t>(number);
}

/// Colon-separated groups on one side of "::", the last of which may be a dotted quad. Nothing when
/// the text is none or there are too many.
struct GroupList {
  Groups groups{};
  std::size_t count = 0;
};

enum class DottedQuad { kAllowed, kRefused };

std::optional<GroupList> parse_groups(std::string_view text, DottedQuad dotted_quad) {
  GroupList list;
  if (text.empty()) return list;
  for (;;) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    const bool last = colon == std::string_view::npos;
    if (last && part.find('.') != std::string_view::npos) {
      const std::optional<IpAddress::V4Bytes> v4 = parse_v4(part);
      if (!v4 || dotted_quad == DottedQuad::kRefused || list.count + 2 > kGroups)
        return std::nullopt;
      list.groups[list.count++] = static_cast<std::uint16_t>((*v4)[0] << 8U | (*v4)[1]);
      list.groups[list.count++] = static_cast<std::uint16_t>((*v4)[2] << 8U | (*v4)[3]);
      return list;
    }
    const std::optional<std::uint16_t> group = parse_group(part);
    if (!group || list.count == kGroups) return std::nullopt;
    list.groups[list.count++] = *group;
    if (last) return list;
    text.remove_prefix(colon + 1);
  }
}

IpAddress::V6Bytes bytes_of(const Groups& groups) {
  IpAddress::V6Bytes bytes{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8U);
    bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 0xFFU);
  }
  return bytes;
}

Groups groups_of(const IpAddress::V6Bytes& bytes) {
  Groups groups{};
  for (std::size_t i = 0; i < kGroups; ++i)
    groups[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8U | bytes[2 * i + 1]);
  return groups;
}

std::optional<IpAddress::V6Bytes> parse_v6(std::string_view text) {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    const std::optional<GroupList> all = parse_groups(text, DottedQuad::kAllowed);
    if (!all || all->count != kGroups) return std::nullopt;
    return bytes_of(all->groups);
  }
  const std::optional<GroupList> head = parse_groups(text.substr(0, gap), DottedQuad::kRefused);
  const std::optional<GroupList> tail = parse_groups(text.substr(gap + 2), DottedQuad::kAllowed);
  // "::" stands for one group at least (RFC 4291 section 2.2).
  if (!head || !tail || head->count + tail->count >= kGroups) return std::nullopt;
  Groups groups = head->groups;
  std::copy_n(tail->groups.begin(), tail->count, groups.end() - static_cast<long>(tail->count));
  return bytes_of(groups);
}

std::string v4_text(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return std::to_string(a) + "." + std::to_string(b) + "." + std::to_string(c) + "." +
         std::to_string(d);
}

std::string group_text(std::uint16_t group) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned shift : {12U, 8U, 4U, 0U}) {
    const unsigned digit = (static_cast<unsigned>(group) >> shift) & 0xFU;
    if (digit != 0 || !text.empty() || shift == 0) text += kDigits[digit];
  }
  return text;
}

/// The first of the longest runs of two zero groups or more (RFC 5952 sections 4.2.2 and 4.2.3);
/// empty when there is none.
struct Run {
  std::size_t begin = kGroups;
  std::size_t length = 0;
};

Run longest_zeros(const Groups& groups) {
  Run best;
  for (std::size_t i = 0; i < kGroups;) {
    std::size_t end = i;
    while (end < kGroups && groups[end] == 0) ++end;
    if (end - i >= 2 && end - i > best.length) best = {i, end - i};
    i = std::max(end, i + 1);
  }
  return best;
}

std::string v6_text(const IpAddress::V6Bytes& bytes) {
  const Groups groups = groups_of(bytes);
  const Run zeros = longest_zeros(groups);
  std::string text;
  for (std::size_t i = 0; i < kGroups;) {
    if (i == zeros.begin) {
      text += "::";
      i += zeros.length;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    text += group_text(groups[i]);
    ++i;
  }
  return text;
}

bool is_mapped(const IpAddress::V6Bytes& bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto byte) { return byte == 0; }) &&
         bytes[10] == 0xFF && bytes[11] == 0xFF;
}

bool bit_at(const IpAddress::V6Bytes& bytes, unsigned bit) {
  return ((static_cast<unsigned>(bytes[bit / 8]) >> (7 - bit % 8)) & 1U) != 0;
}

bool has_bits_behind(const IpAddress::V6Bytes& bytes, unsigned prefix) {
  for (unsigned bit = prefix; bit < kV6Bits; ++bit)
    if (bit_at(bytes, bit)) return true;
  return false;
}

/// How many bits of v6_bytes() the prefix covers.
unsigned covered_bits(const IpNetwork& network) {
  return network.address.is_v4() ? kMappedBits + network.prefix_length : network.prefix_length;
}

}  // namespace

IpAddress IpAddress::from_v4(const V4Bytes& bytes) {
  V6Bytes mapped{};
  mapped[10] = 0xFF;
  mapped[11] = 0xFF;
  std::copy(bytes.begin(), bytes.end(), mapped.begin() + 12);
  return {Family::kV4, mapped};
}

IpAddress IpAddress::from_v6(const V6Bytes& bytes) { return {Family::kV6, bytes}; }

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (const std::optional<V4Bytes> v4 = parse_v4(text)) return from_v4(*v4);
  if (const std::optional<V6Bytes> v6 = parse_v6(text)) return from_v6(*v6);
  return std::nullopt;
}

IpAddress::V4Bytes IpAddress::v4_bytes() const {
  MINO_CHECK(is_v4());
  return {bytes_[12], bytes_[13], bytes_[14], bytes_[15]};
}

IpAddress::V6Bytes IpAddress::v6_bytes() const { return bytes_; }

std::string IpAddress::to_string() const {
  std::string v4 = v4_text(bytes_[12], bytes_[13], bytes_[14], bytes_[15]);
  if (is_v4()) return v4;
  // RFC 5952 section 5 wants the dotted quad where the prefix is known to hold one.
  return is_mapped(bytes_) ? "::ffff:" + v4 : v6_text(bytes_);
}

IpNetwork IpNetwork::of(const IpAddress& address) {
  return {address, address.is_v4() ? kV4Bits : kV6Bits};
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return of(*address);
  const std::optional<unsigned> length =
      decimal(text.substr(slash + 1), address->is_v4() ? kV4Bits : kV6Bits);
  if (!length) return std::nullopt;
  const IpNetwork network{*address, *length};
  if (has_bits_behind(address->v6_bytes(), covered_bits(network))) return std::nullopt;
  return network;
}

bool IpNetwork::contains(const IpAddress& candidate) const {
  if (candidate.is_v4() != address.is_v4()) return false;
  const IpAddress::V6Bytes mine = address.v6_bytes();
  const IpAddress::V6Bytes theirs = candidate.v6_bytes();
  const unsigned bits = covered_bits(*this);
  const unsigned whole = bits / 8;
  if (!std::equal(mine.begin(), mine.begin() + whole, theirs.begin())) return false;
  if (bits % 8 == 0) return true;
  const unsigned differing = static_cast<unsigned>(mine[whole]) ^ theirs[whole];
  return differing >> (8 - bits % 8) == 0;
}

bool IpNetwork::contains(const IpNetwork& other) const {
  return other.prefix_length >= prefix_length && contains(other.address);
}

bool IpNetwork::is_single() const { return covered_bits(*this) == kV6Bits; }

std::string IpNetwork::to_string() const {
  if (is_single()) return address.to_string();
  return address.to_string() + "/" + std::to_string(prefix_length);
}

}  // namespace mino
