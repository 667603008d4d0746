#include "adapters/gateway/name_pool.hpp"

#include "domain/network/egress_policy.hpp"

namespace mino::gateway {
namespace {

/// Numbers of addresses before the first that is handed out.
constexpr std::size_t kReserved = 256;
static_assert(kReserved + NamePool::kMaxNames <= 1U << 17U, "198.18.0.0/15 holds all names");

/// The address `number` places behind the first of `block`, whose lower bits are zero.
IpAddress address_in(const IpNetwork& block, std::size_t number) {
  const auto low = static_cast<std::uint8_t>(number & 0xFFU);
  const auto middle = static_cast<std::uint8_t>(number >> 8U & 0xFFU);
  const auto high = static_cast<std::uint8_t>(number >> 16U & 0xFFU);
  if (block.address.is_v4()) {
    IpAddress::V4Bytes bytes = block.address.v4_bytes();
    bytes[1] |= high;
    bytes[2] = middle;
    bytes[3] = low;
    return IpAddress::from_v4(bytes);
  }
  IpAddress::V6Bytes bytes = block.address.v6_bytes();
  bytes[13] = high;
  bytes[14] = middle;
  bytes[15] = low;
  return IpAddress::from_v6(bytes);
}

/// The inverse for any address of the block; a number that is never handed out for the rest.
std::optional<std::size_t> number_in(const IpNetwork& block, const IpAddress& address) {
  if (!block.contains(address)) return std::nullopt;
  const IpAddress::V6Bytes bytes = address.v6_bytes();
  std::size_t number = bytes[13];
  if (block.address.is_v4()) number &= 1U;
  number = number << 16U | static_cast<std::size_t>(bytes[14]) << 8U | bytes[15];
  // Whatever lies between the block's prefix and these three bytes must be zero.
  if (address_in(block, number) != address) return std::nullopt;
  return number;
}

}  // namespace

std::optional<SyntheticAddresses> NamePool::addresses_of(const HostName& name, Pool pool) {
  auto found = entries_.find(name);
  if (found == entries_.end()) {
    if (names_.size() >= kMaxNames) return std::nullopt;
    if (pool == Pool::kDenied && denied_ >= kMaxDeniedNames) return std::nullopt;
    found = entries_.emplace(name, Entry{names_.size(), pool}).first;
    names_.push_back(name);
    if (pool == Pool::kDenied) ++denied_;
  } else if (pool == Pool::kAllowed && found->second.pool == Pool::kDenied) {
    found->second.pool = Pool::kAllowed;
    --denied_;
  }
  const std::size_t number = kReserved + found->second.index;
  return SyntheticAddresses{address_in(synthetic_v4(), number), address_in(synthetic_v6(), number)};
}

std::optional<HostName> NamePool::name_of(const IpAddress& address) const {
  const auto number = number_in(address.is_v4() ? synthetic_v4() : synthetic_v6(), address);
  if (!number || *number < kReserved || *number - kReserved >= names_.size()) return std::nullopt;
  return names_[*number - kReserved];
}

}  // namespace mino::gateway
