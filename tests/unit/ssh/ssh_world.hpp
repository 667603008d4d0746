#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ssh/agent_session.hpp"
#include "domain/ssh/ssh_bytes.hpp"

namespace mino::testing_support {

/// Cryptography that a test can look through: a digest is the text behind a word, and a signature
/// is valid when it says whose it is over what. Keys that begin with "cert" are of no known kind.
inline SshCrypto transparent_crypto() {
  return {.sha256 = [](std::string_view bytes) { return "digest of " + std::string(bytes); },
          .hmac_sha1 = [](std::string_view key,
                          std::string_view bytes) { return std::string(key).append(bytes); },
          .verify =
              [](std::string_view key, std::string_view data, std::string_view signature) {
                if (key.starts_with("cert")) return SignatureCheck::kUnknownKey;
                const std::string wanted = std::string(key) + " signs " + std::string(data);
                return signature == wanted ? SignatureCheck::kValid : SignatureCheck::kInvalid;
              }};
}

inline std::string transparent_fingerprint(std::string_view key) {
  return ssh_fingerprint(transparent_crypto(), key);
}

inline std::string extension(std::string_view name, std::string_view rest) {
  std::string message = bare_message(AgentCode::kExtension);
  append_ssh_string(message, name);
  return message.append(rest);
}

inline std::string bind_message(std::string_view host_key, std::string_view session_id,
                                std::string_view signature, BindRequest::Use use) {
  std::string rest;
  append_ssh_string(rest, host_key);
  append_ssh_string(rest, session_id);
  append_ssh_string(rest, signature);
  rest += use == BindRequest::Use::kForwarding ? '\1' : '\0';
  return extension("session-bind@openssh.com", rest);
}
/// With the host's signature.
inline std::string bind_message(std::string_view host_key, std::string_view session_id,
                                BindRequest::Use use) {
  return bind_message(host_key, session_id,
                      std::string(host_key) + " signs " + std::string(session_id), use);
}

inline std::string sign_message(std::string_view key, std::string_view data,
                                std::uint32_t flags = 0) {
  std::string message = bare_message(AgentCode::kSignRequest);
  append_ssh_string(message, key);
  append_ssh_string(message, data);
  append_ssh_number(message, flags);
  return message;
}

inline std::string login_data(std::string_view session_id, std::string_view key,
                              std::optional<std::string_view> host_key = std::nullopt) {
  std::string data;
  append_ssh_string(data, session_id);
  data += '\x32';
  append_ssh_string(data, "git");
  append_ssh_string(data, "ssh-connection");
  append_ssh_string(data, host_key ? "publickey-hostbound-v00@openssh.com" : "publickey");
  data += '\1';
  append_ssh_string(data, "ssh-ed25519");
  append_ssh_string(data, key);
  if (host_key) append_ssh_string(data, *host_key);
  return data;
}

inline std::string file_data(std::string_view name_space) {
  std::string data = "SSHSIG";
  append_ssh_string(data, name_space);
  append_ssh_string(data, "");
  append_ssh_string(data, "sha512");
  append_ssh_string(data, std::string(64, 'd'));
  return data;
}

inline std::string signature_message() {
  std::string message = bare_message(AgentCode::kSignResponse);
  append_ssh_string(message, "the signature");
  return message;
}

inline const std::vector<AgentKey>& two_keys() {
  static const std::vector<AgentKey> keys{{"key-1", "work@laptop"}, {"key-2", "home"}};
  return keys;
}

/// A line of known_hosts: the key has to begin with its type as SSH writes it.
inline std::string host_key(std::string_view name) {
  std::string key;
  append_ssh_string(key, "ssh-ed25519");
  append_ssh_string(key, name);
  return key;
}
inline std::string host_line(std::string_view names, std::string_view key) {
  return std::string(names) + " ssh-ed25519 " + encode_base64(key) + "\n";
}

}  // namespace mino::testing_support
