#pragma once

#include "domain/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mino::podman {

/// Who an image's USER is.
struct Account {
  std::uint32_t user_id = 0;
  std::uint32_t group_id = 0;
  std::string home;
  bool operator==(const Account&) const = default;
};

/// Whether the image's own files have to be read to know who its USER is.
[[nodiscard]] bool is_root(std::string_view user);

/// Looks up `user` (NAME, UID, NAME:GROUP, UID:GID …) in the image's passwd and group files as the
/// OCI runtimes do: a number needs no entry and has group 0 and home / then; kNotFound for a name
/// without an entry.
[[nodiscard]] Result<Account> resolve_account(std::string_view user, std::string_view passwd,
                                              std::string_view group);

/// The bytes of the first regular file in a tar archive. Nothing when there is none or the archive
/// is damaged.
[[nodiscard]] std::optional<std::string> first_file_of_tar(std::string_view archive);

}  // namespace mino::podman
