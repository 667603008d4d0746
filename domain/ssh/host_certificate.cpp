#include "domain/ssh/host_certificate.hpp"

#include <array>
#include <cstddef>

#include "domain/ssh/ssh_bytes.hpp"

namespace mino {
namespace {

constexpr std::string_view kSuffix = "-cert-v01@openssh.com";
constexpr std::uint32_t kOfHost = 2;
/// As OpenSSH.
constexpr std::size_t kMaxPrincipals = 256;

/// Of how many strings the public part of a key is made.
std::size_t parts_of(std::string_view plain_type) {
  if (plain_type == "ssh-ed25519") return 1;
  constexpr std::array<std::string_view, 4> kOfTwo{"ssh-rsa", "ecdsa-sha2-nistp256",
                                                   "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"};
  for (const std::string_view type : kOfTwo)
    if (type == plain_type) return 2;
  return 0;
}

std::optional<std::uint64_t> long_number(SshReader& reader) {
  const auto high = reader.number();
  const auto low = reader.number();
  if (!high || !low) return std::nullopt;
  constexpr unsigned kBits = 32;
  return (std::uint64_t{*high} << kBits) | *low;
}

/// The key without the certificate around it; the reader stands behind the nonce.
std::optional<std::string> plain_key(std::string_view type, SshReader& reader) {
  type.remove_suffix(kSuffix.size());
  const std::size_t parts = parts_of(type);
  if (parts == 0) return std::nullopt;
  std::string key;
  append_ssh_string(key, type);
  for (std::size_t i = 0; i < parts; ++i) {
    const auto part = reader.string();
    if (!part) return std::nullopt;
    append_ssh_string(key, *part);
  }
  return key;
}

std::optional<std::vector<std::string>> names_in(std::string_view list) {
  std::vector<std::string> names;
  SshReader reader(list);
  while (!reader.at_end()) {
    const auto name = reader.string();
    if (!name || names.size() == kMaxPrincipals) return std::nullopt;
    names.emplace_back(*name);
  }
  return names;
}

}  // namespace

std::optional<HostCertificate> parse_host_certificate(std::string_view blob) {
  SshReader reader(blob);
  const auto type = reader.string();
  const auto nonce = reader.string();
  if (!type || !type->ends_with(kSuffix) || !nonce) return std::nullopt;
  auto key = plain_key(*type, reader);
  if (!key) return std::nullopt;
  const auto serial = long_number(reader);
  const auto use = reader.number();
  const auto id = reader.string();
  const auto principals = reader.string();
  const auto after = long_number(reader);
  const auto before = long_number(reader);
  const auto critical = reader.string();
  const auto extensions = reader.string();
  const auto reserved = reader.string();
  const auto authority = reader.string();
  const std::size_t signed_bytes = blob.size() - reader.rest().size();
  const auto signature = reader.string();
  if (!serial || use != kOfHost || !id || !principals || !after || !before || !critical ||
      !extensions || !reserved || !authority || !signature || !reader.at_end())
    return std::nullopt;
  auto names = names_in(*principals);
  if (!names) return std::nullopt;
  return HostCertificate{*std::move(key),
                         *std::move(names),
                         *after,
                         *before,
                         !critical->empty(),
                         std::string(*authority),
                         std::string(blob.substr(0, signed_bytes)),
                         std::string(*signature)};
}

bool holds(const HostCertificate& certificate, std::uint64_t now, const SshCrypto& crypto) {
  return !certificate.has_critical_options && now >= certificate.valid_after &&
         now < certificate.valid_before &&
         crypto.verify(certificate.authority, certificate.signed_part, certificate.signature) ==
             SignatureCheck::kValid;
}

}  // namespace mino
