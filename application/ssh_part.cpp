#include "application/ssh_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "application/ssh_summary.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace {

constexpr std::size_t kMaxKnownHosts = std::size_t{4} << 20U;

std::string_view event_name(SshEvent::Kind kind) {
  switch (kind) {
    case SshEvent::Kind::kSigned:
      return "ssh.signed";
    case SshEvent::Kind::kRefused:
      return "ssh.refused";
    case SshEvent::Kind::kFailed:
      break;
  }
  return "ssh.failed";
}

std::string_view purpose_word(SshEvent::Purpose purpose) {
  switch (purpose) {
    case SshEvent::Purpose::kLogin:
      return "login";
    case SshEvent::Purpose::kFile:
      return "file";
    case SshEvent::Purpose::kNone:
      break;
  }
  return "none";
}

}  // namespace

SshPart::SshPart(Ports ports) : ports_(ports), audit_(ports.audit, ports.notices) {}

Result<void> SshPart::prepare(const SessionContext& context) {
  if (!context.plan.ssh) return {};
  session_ = context.record.name.str();
  MINO_TRY(copy_known_hosts(*context.plan.ssh));
  return ports_.filter.start(context.plan, *this);
}

void SshPart::started(const SessionContext& /*context*/) {}
void SshPart::exec_started(const SessionContext& /*context*/,
                           const std::vector<std::string>& /*command*/) {}
void SshPart::ended(const SessionContext& context) { finish(context); }
void SshPart::abandon(const SessionContext& context) { finish(context); }

/// What cannot be read is left out: its hosts are then not known in the box, and ssh says so.
Result<void> SshPart::copy_known_hosts(const SshPlan& ssh) {
  if (ssh.known_hosts_copy.empty()) return {};
  std::string all;
  for (const std::string& path : ssh.known_hosts) {
    const auto text = ports_.files.read(path, kMaxKnownHosts);
    if (!text.ok()) {
      ports_.notices.warn(
          "the box does not know the hosts of " + visible_text(path) + ": " + text.error().text(),
          "");
      continue;
    }
    if (!*text) continue;
    all += **text;
    if (!all.empty() && all.back() != '\n') all += '\n';
  }
  return ports_.files.write_atomic(ssh.known_hosts_copy, all, 0644, Durability::kRename);
}

void SshPart::ssh_used(const SshEvent& event) {
  audit_counts(tally_.add(event, ports_.clock.now()));
  if (event.kind != SshEvent::Kind::kRefused || event.refusal != SshRefusal::kNobody) return;
  if (std::exchange(has_warned_of_nobody_, true)) return;
  ports_.notices.warn("the box may not use an SSH key: ssh.confirm is on and nobody can be asked",
                      "set SSH_ASKPASS to a program that asks, or: mino config set ssh.confirm "
                      "false");
}

void SshPart::agent_unreachable(const std::string& why) {
  if (std::exchange(has_warned_of_agent_, true)) return;
  ports_.notices.warn("the SSH agent cannot be reached any more: " + visible_text(why),
                      "start it again at the same SSH_AUTH_SOCK: ssh-agent -a \"$SSH_AUTH_SOCK\"");
}

void SshPart::filter_lost() {
  audit_.record("ssh.lost", {{"name", session_}});
  ports_.notices.warn("the box has no SSH agent any more: what filters it has ended", "");
}

void SshPart::audit_counts(const std::vector<SshTally::Count>& counts) {
  for (const auto& [event, times] : counts) {
    JsonValue::Object data{{"name", session_}};
    const auto add = [&data](std::string member, const std::string& text) {
      if (!text.empty()) data.emplace_back(std::move(member), visible_text(text));
    };
    if (event.kind == SshEvent::Kind::kRefused)
      add("reason", std::string(to_string(event.refusal)));
    data.emplace_back("purpose", purpose_word(event.purpose));
    add("key", event.fingerprint);
    add("comment", event.comment);
    add("user", event.user);
    add("namespace", event.name_space);
    if (event.purpose == SshEvent::Purpose::kLogin)
      data.emplace_back("host_key", event.host_key.empty() ? "unbound" : event.host_key);
    add("host", event.host_name);
    add("detail", event.detail);
    data.emplace_back("count",
                      static_cast<std::int64_t>(std::min<std::uint64_t>(times, INT64_MAX)));
    audit_.record(std::string(event_name(event.kind)), std::move(data));
  }
}

void SshPart::finish(const SessionContext& context) {
  if (!context.plan.ssh) return;
  ports_.filter.stop();
  audit_counts(tally_.rest());
  for (const std::string& line : ssh_summary(tally_.refused())) ports_.notices.progress(line);
}

}  // namespace mino::application
