#include "adapters/podman/account_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace mino::podman {
namespace {

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

/// The first `count` fields of a line; missing ones are empty.
template <std::size_t kCount>
std::array<std::string_view, kCount> fields_of(std::string_view line) {
  std::array<std::string_view, kCount> fields;
  for (std::string_view& field : fields) {
    const std::size_t end = std::min(line.find(':'), line.size());
    field = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return fields;
}

/// The first line whose name (field 0) or number (field 2) is `key`.
template <std::size_t kCount>
std::optional<std::array<std::string_view, kCount>> find_entry(std::string_view file,
                                                               std::string_view key) {
  const std::optional<std::uint32_t> key_number = number(key);
  while (!file.empty()) {
    const std::size_t end = std::min(file.find('\n'), file.size());
    const auto fields = fields_of<kCount>(file.substr(0, end));
    file.remove_prefix(std::min(end + 1, file.size()));
    if (fields[0].empty()) continue;
    if (fields[0] == key || (key_number && number(fields[2]) == key_number)) return fields;
  }
  return std::nullopt;
}

}  // namespace

bool is_root(std::string_view user) {
  return user.empty() || user == "root" || user == "0" || user == "0:0" || user == "root:root" ||
         user == "root:0" || user == "0:root";
}

Result<Account> resolve_account(std::string_view user, std::string_view passwd,
                                std::string_view group) {
  const std::size_t colon = std::min(user.find(':'), user.size());
  const std::string_view name = user.substr(0, colon);
  const std::string_view group_name = user.substr(std::min(colon + 1, user.size()));
  Account account{.user_id = 0, .group_id = 0, .home = "/"};
  if (const auto entry = find_entry<6>(passwd, name)) {
    account.user_id = number((*entry)[2]).value_or(0);
    account.group_id = number((*entry)[3]).value_or(0);
    if ((*entry)[5].starts_with('/')) account.home = (*entry)[5];
  } else if (const std::optional<std::uint32_t> id = number(name)) {
    account.user_id = *id;
  } else {
    return Error(ErrorCode::kNotFound,
                 fmt::format("the image's user {} is not in its /etc/passwd", user));
  }
  if (group_name.empty()) return account;
  if (const auto entry = find_entry<3>(group, group_name)) {
    account.group_id = number((*entry)[2]).value_or(0);
  } else if (const std::optional<std::uint32_t> id = number(group_name)) {
    account.group_id = *id;
  } else {
    return Error(ErrorCode::kNotFound,
                 fmt::format("the image's group {} is not in its /etc/group", group_name));
  }
  return account;
}

std::optional<std::string> first_file_of_tar(std::string_view archive) {
  constexpr std::size_t kBlock = 512;
  constexpr std::size_t kSizeOffset = 124;
  constexpr std::size_t kSizeLength = 12;
  constexpr std::size_t kTypeOffset = 156;
  while (archive.size() >= kBlock) {
    std::string_view digits = archive.substr(kSizeOffset, kSizeLength);
    digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
    std::size_t size = 0;
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), size, 8);
    if (failed != std::errc() || size > archive.size() - kBlock) return std::nullopt;
    const char type = archive[kTypeOffset];
    if (type == '0' || type == '\0') return std::string(archive.substr(kBlock, size));
    const std::size_t padded = (size + kBlock - 1) / kBlock * kBlock;
    archive.remove_prefix(std::min(kBlock + padded, archive.size()));
  }
  return std::nullopt;
}

}  // namespace mino::podman
