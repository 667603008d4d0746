#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mino {

/// An IPv4 or IPv6 address, without a zone. An IPv4-mapped IPv6 address stays the IPv6 address it
/// is spelled as.
class IpAddress {
 public:
  using V4Bytes = std::array<std::uint8_t, 4>;
  using V6Bytes = std::array<std::uint8_t, 16>;

  [[nodiscard]] static IpAddress from_v4(const V4Bytes& bytes);
  [[nodiscard]] static IpAddress from_v6(const V6Bytes& bytes);
  /// Dotted quad of four decimal numbers without leading zeros (none of inet_aton's octal, hex or
  /// short forms), or the text of RFC 4291 section 2.2 without brackets and without a zone.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const { return family_ == Family::kV4; }
  /// Only for an IPv4 address.
  [[nodiscard]] V4Bytes v4_bytes() const;
  /// The sixteen bytes of an IPv6 address; an IPv4 address in its mapped form.
  [[nodiscard]] V6Bytes v6_bytes() const;
  /// Canonical text: RFC 5952 for IPv6.
  [[nodiscard]] std::string to_string() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  enum class Family : std::uint8_t { kV4, kV6 };
  IpAddress(Family family, const V6Bytes& bytes) : family_(family), bytes_(bytes) {}
  Family family_;
  V6Bytes bytes_;  ///< an IPv4 address in its mapped form
};

/// An address block. The bits behind the prefix are zero.
struct IpNetwork {
  IpAddress address;
  unsigned prefix_length;

  /// The block of one address.
  [[nodiscard]] static IpNetwork of(const IpAddress& address);
  /// "10.0.0.0/8", "2001:db8::/32"; an address alone is a block of one. Nothing when bits behind
  /// the prefix are set.
  [[nodiscard]] static std::optional<IpNetwork> parse(std::string_view text);
  /// An IPv4 block holds no IPv6 address and the other way round.
  [[nodiscard]] bool contains(const IpAddress& candidate) const;
  /// Holds every address of `other`.
  [[nodiscard]] bool contains(const IpNetwork& other) const;
  [[nodiscard]] bool is_single() const;
  /// Without the prefix when it is a single address.
  [[nodiscard]] std::string to_string() const;
  bool operator==(const IpNetwork&) const = default;
};

/// The IPv4 address that an IPv6 address reaches on a network with the usual translators: mapped
/// and compatible, translated (::ffff:0:0:0/96), NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), 6to4
/// (2002::/16), Teredo's client address, ISATAP.
[[nodiscard]] std::optional<IpAddress> embedded_v4(const IpAddress& address);

/// Why an address is not one of the public internet ("a loopback address", "a private address", "a
/// link-local address", "a metadata address", …), in whatever spelling; nothing when it is public.
/// The blocks are those of the IANA special-purpose registries (RFC 6890), multicast and what is
/// not handed out of IPv6 included.
[[nodiscard]] std::optional<std::string_view> why_not_public(const IpAddress& address);
/// The same for a block that lies in one of those blocks as a whole; nothing for one that holds a
/// public address.
[[nodiscard]] std::optional<std::string_view> why_not_public(const IpNetwork& network);
/// A loopback or unspecified address (127/8, ::1, 0/8, ::) in whatever spelling: whoever dials it
/// reaches itself.
[[nodiscard]] bool is_host_itself(const IpAddress& address);

}  // namespace mino
