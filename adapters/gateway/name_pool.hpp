#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "domain/network/host_name.hpp"
#include "domain/network/ip_address.hpp"

namespace mino::gateway {

/// What stands for a name inside the box.
struct SyntheticAddresses {
  IpAddress v4;
  IpAddress v6;
  bool operator==(const SyntheticAddresses&) const = default;
};

/// Hands out a pair of synthetic addresses for each name, out of synthetic_v4() and synthetic_v6().
/// An address stands for one name as long as the pool lives: the box may keep it as long as it
/// likes. 198.18.0.0/24 and its IPv6 counterpart are left out, since the box's resolver is there.
class NamePool {
 public:
  /// Names that no rule allows have a bound of their own, so that they cannot use up the room of
  /// those that are allowed.
  enum class Pool { kAllowed, kDenied };
  static constexpr std::size_t kMaxNames = 16384;
  static constexpr std::size_t kMaxDeniedNames = 4096;

  /// The same addresses each time; a denied name that is asked for as an allowed one counts as
  /// allowed from then on. Nothing when there is no room for a new name.
  [[nodiscard]] std::optional<SyntheticAddresses> addresses_of(const HostName& name, Pool pool);
  /// The name that `address` was handed out for.
  [[nodiscard]] std::optional<HostName> name_of(const IpAddress& address) const;

 private:
  struct Entry {
    std::size_t index;  ///< into names_
    Pool pool;
  };
  std::map<HostName, Entry> entries_;
  std::vector<HostName> names_;
  std::size_t denied_ = 0;
};

}  // namespace mino::gateway
