#include "domain/ssh/sign_content.hpp"

#include <cstddef>

#include "domain/ssh/ssh_bytes.hpp"

namespace mino {
namespace {

constexpr std::string_view kFileMagic = "SSHSIG";
constexpr std::string_view kHostBound = "publickey-hostbound-v00@openssh.com";
constexpr unsigned char kUserauthRequest = 50;
constexpr std::size_t kSha256Bytes = 32;
constexpr std::size_t kSha512Bytes = 64;

std::optional<FileContent> parse_file(std::string_view data) {
  if (!data.starts_with(kFileMagic)) return std::nullopt;
  SshReader reader(data.substr(kFileMagic.size()));
  const auto name_space = reader.string();
  const auto reserved = reader.string();
  const auto algorithm = reader.string();
  const auto digest = reader.string();
  if (!name_space || !reserved || !algorithm || !digest || !reader.at_end()) return std::nullopt;
  const bool has_digest = (*algorithm == "sha256" && digest->size() == kSha256Bytes) ||
                          (*algorithm == "sha512" && digest->size() == kSha512Bytes);
  if (name_space->empty() || !has_digest) return std::nullopt;
  return FileContent{*name_space};
}

std::optional<LoginContent> parse_login(std::string_view data) {
  SshReader reader(data);
  const auto session_id = reader.string();
  const auto code = reader.byte();
  const auto user = reader.string();
  const auto service = reader.string();
  const auto method = reader.string();
  const auto has_signature = reader.byte();
  const auto algorithm = reader.string();
  const auto key = reader.string();
  if (!session_id || session_id->empty() || code != kUserauthRequest || !user ||
      service != "ssh-connection" || !method || has_signature != 1 || !algorithm ||
      algorithm->empty() || !key)
    return std::nullopt;
  LoginContent login{*session_id, *user, *key, std::nullopt};
  if (*method == kHostBound) {
    login.host_key = reader.string();
    if (!login.host_key) return std::nullopt;
  } else if (*method != "publickey") {
    return std::nullopt;
  }
  if (!reader.at_end()) return std::nullopt;
  return login;
}

}  // namespace

SignContent parse_sign_content(std::string_view data) {
  // "SSHS" as a length is larger than any message, so nothing is of both shapes.
  if (const auto file = parse_file(data)) return *file;
  if (const auto login = parse_login(data)) return *login;
  return UnknownContent{};
}

}  // namespace mino
