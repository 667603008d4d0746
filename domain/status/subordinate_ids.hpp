#pragma once

#include <cstdint>
#include <string_view>

namespace mino {

/// How many ids the lines of /etc/subuid or /etc/subgid give to a user: NAME:FIRST:COUNT, the name
/// or the number of the user. Lines that are not such are skipped.
[[nodiscard]] std::uint64_t count_subordinate_ids(std::string_view file, std::string_view user_name,
                                                  std::uint32_t user_id);

/// The name of a user in the text of /etc/passwd; empty when it is not there.
[[nodiscard]] std::string_view find_user_name(std::string_view passwd, std::uint32_t user_id);

}  // namespace mino
