#include "domain/ssh/ssh_event.hpp"

#include <array>

#include "domain/run/text.hpp"
#include "domain/ssh/ssh_bytes.hpp"

namespace mino {
namespace {

struct RefusalTexts {
  std::string_view word;
  std::string_view meaning;
  std::string_view setting;
};

constexpr std::array<RefusalTexts, kSshRefusals> kTexts{
    RefusalTexts{"request", "a box may only list keys and sign", ""},
    RefusalTexts{"key", "ssh.keys does not have that key", "ssh.keys"},
    RefusalTexts{"sign", "ssh.sign is off", "ssh.sign true"},
    RefusalTexts{"content", "it is neither a login nor a signature of a file", ""},
    RefusalTexts{"unbound", "ssh.hosts is set and the client does not prove which host it is for",
                 ""},
    RefusalTexts{"host", "the host is not one of ssh.hosts, or known_hosts has another key for it",
                 "ssh.hosts"},
    RefusalTexts{"forwarded", "a host that the box logged in to asks, and ssh.forward is off",
                 "ssh.forward true"},
    RefusalTexts{"binding", "the proof of which host the connection is to is wrong", ""},
    RefusalTexts{"declined", "it was not confirmed", ""},
    RefusalTexts{"nobody", "ssh.confirm is on and nobody can be asked", "ssh.confirm false"},
    RefusalTexts{"malformed", "it is no request of an SSH client", ""},
};

const RefusalTexts& texts_of(SshRefusal refusal) {
  return kTexts.at(static_cast<std::size_t>(refusal));
}

constexpr std::array<std::string SshEvent::*, 7> kFields{
    &SshEvent::fingerprint, &SshEvent::comment,   &SshEvent::user,  &SshEvent::name_space,
    &SshEvent::host_key,    &SshEvent::host_name, &SshEvent::detail};

std::string key_text(const SshEvent& event) {
  if (event.fingerprint.empty()) return {};
  if (event.comment.empty()) return " with " + event.fingerprint;
  return " with " + event.comment + " (" + event.fingerprint + ")";
}

}  // namespace

std::string_view to_string(SshRefusal refusal) { return texts_of(refusal).word; }
std::string_view describe(SshRefusal refusal) { return texts_of(refusal).meaning; }
std::string allowing_setting(SshRefusal refusal) { return std::string(texts_of(refusal).setting); }

std::string describe_use(const SshEvent& event) {
  std::string text;
  switch (event.purpose) {
    case SshEvent::Purpose::kNone:
      text = event.detail.empty() ? "use a key" : event.detail;
      break;
    case SshEvent::Purpose::kLogin:
      text = "log in as " + event.user;
      if (!event.host_name.empty()) {
        text += " to " + event.host_name;
      } else {
        text += event.host_key.empty() ? " to a host that is not told"
                                       : " to the host with the key " + event.host_key;
      }
      break;
    case SshEvent::Purpose::kFile:
      text = "sign for \"" + event.name_space + "\"";
      break;
  }
  return visible_text(text + key_text(event));
}

std::string encode_ssh_event(const SshEvent& event) {
  std::string bytes{static_cast<char>(event.kind), static_cast<char>(event.refusal),
                    static_cast<char>(event.purpose)};
  for (const auto field : kFields)
    append_ssh_string(bytes, std::string_view(event.*field).substr(0, SshEvent::kMaxText));
  return bytes;
}

std::optional<SshEvent> decode_ssh_event(std::string_view bytes) {
  SshReader reader(bytes);
  const auto kind = reader.byte();
  const auto refusal = reader.byte();
  const auto purpose = reader.byte();
  if (!kind || *kind > static_cast<std::uint8_t>(SshEvent::Kind::kFailed) || !refusal ||
      *refusal >= kSshRefusals || !purpose ||
      *purpose > static_cast<std::uint8_t>(SshEvent::Purpose::kFile))
    return std::nullopt;
  SshEvent event;
  event.kind = static_cast<SshEvent::Kind>(*kind);
  event.refusal = static_cast<SshRefusal>(*refusal);
  event.purpose = static_cast<SshEvent::Purpose>(*purpose);
  for (const auto field : kFields) {
    const auto text = reader.string();
    if (!text || text->size() > SshEvent::kMaxText) return std::nullopt;
    event.*field = *text;
  }
  if (!reader.at_end()) return std::nullopt;
  return event;
}

}  // namespace mino
