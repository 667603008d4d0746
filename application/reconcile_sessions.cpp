#include "application/reconcile_sessions.hpp"

#include "domain/session/lifecycle.hpp"
#include "domain/session/runtime_files.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <utility>

namespace mino::application {
namespace {

constexpr char kLost[] = "lost";

/// Only a directory that can be a session's is removed, whatever a damaged record says.
bool is_runtime_dir_of(const SessionRecord& record) {
  const std::filesystem::path directory = record.runtime_dir;
  return directory.is_absolute() && directory.filename() == record.name.str();
}

}  // namespace

Result<void> ReconcileSessions::execute() {
  MINO_ASSIGN(const SessionListing listing, ports_.sessions.list());
  for (const SessionRecord& record : listing.records) {
    if (!needs_it(record)) continue;
    const Result<SessionRecord> now = one(record);
    // Removed, or ended by its owner, between the listing and now.
    if (now.ok() || now.error().code() == ErrorCode::kNotFound) continue;
    ports_.notices.warn(now.error().text(), now.error().hint());
  }
  sweep_placeholders();
  return {};
}

Result<void> ReconcileSessions::leftovers(const std::filesystem::path& runtime_root) {
  MINO_ASSIGN(const auto names, ports_.files.list(runtime_root));
  for (const std::string& text : names.value_or(std::vector<std::string>())) {
    const auto name = SessionName::parse(text);
    if (!name.ok()) continue;
    const auto record = ports_.sessions.load(*name);
    // An unreadable record is for `list` to report. One that is gone leaves a directory that the
    // next session of that name empties.
    if (!record.ok() || !*record) continue;
    if (!needs_it(**record)) {
      clear_directory(**record);
      continue;
    }
    const Result<SessionRecord> now = one(**record);
    if (now.ok() || now.error().code() == ErrorCode::kNotFound) continue;
    ports_.notices.warn(now.error().text(), now.error().hint());
  }
  sweep_placeholders();
  return {};
}

void ReconcileSessions::sweep_placeholders() {
  const auto swept = ports_.placeholders.sweep();
  if (!swept.ok()) ports_.notices.warn(swept.error().text(), swept.error().hint());
}

Result<SessionRecord> ReconcileSessions::one(const SessionRecord& record) {
  if (!needs_it(record)) return record;
  // The owner may have recorded its end after `record` was read and before it went away.
  MINO_ASSIGN(const std::optional<SessionRecord> current, ports_.sessions.load(record.name));
  if (!current || current->id != record.id)
    return Error(ErrorCode::kNotFound,
                 fmt::format("there is no session {} any more", record.name.str()));
  if (!needs_it(*current)) return *current;
  const std::string action =
      fmt::format("clearing up after session {}, whose owner is gone", current->name.str());
  MINO_TRY(clear_box(*current).with_context(action));
  return record_end(*current).with_context(action);
}

void ReconcileSessions::clear_directory(const SessionRecord& record) {
  if (is_live(record.status) || ports_.processes.alive(record.supervisor)) return;
  // Under the lock: a new session of this name cannot start now.
  const auto updated =
      ports_.sessions.update(record.name, record.id, [this](const SessionRecord& stored) {
        if (!is_live(stored.status) && is_runtime_dir_of(stored))
          static_cast<void>(ports_.files.remove_tree(stored.runtime_dir).ok());
        return false;
      });
  if (!updated.ok()) ports_.notices.debug(updated.error().text());
}

bool ReconcileSessions::needs_it(const SessionRecord& record) const {
  return is_live(record.status) && !ports_.processes.alive(record.supervisor);
}

Result<void> ReconcileSessions::clear_box(const SessionRecord& record) {
  // A box ends when its owner does. One that is to be kept is left as it ended, unless it never got
  // as far as running.
  if (record.keep && record.status == SessionStatus::kRunning) return {};
  return ports_.engine.remove_box({.container_id = container_id_of(record),
                                   .container_name = record.container_name,
                                   .session = record.name.str()});
}

std::string ReconcileSessions::container_id_of(const SessionRecord& record) const {
  if (record.container_id) return *record.container_id;
  if (record.runtime_dir.empty()) return {};
  constexpr std::size_t kMaxIdBytes = 256;
  const Result<std::optional<std::string>> id = ports_.files.read(
      std::filesystem::path(record.runtime_dir) / kContainerIdFileName, kMaxIdBytes);
  return id.ok() && *id ? **id : std::string();
}

Result<SessionRecord> ReconcileSessions::record_end(const SessionRecord& record) {
  SessionEnding ending;
  ending.status =
      record.status == SessionStatus::kStarting ? SessionStatus::kFailed : SessionStatus::kStopped;
  ending.reason = kLost;
  Result<void> cleared;
  bool ended_here = false;
  MINO_ASSIGN(SessionRecord after,
              ports_.sessions.update(record.name, record.id, [&](SessionRecord& stored) {
                if (!needs_it(stored)) return false;
                // Under the lock: a new session of this name has its runtime directory at the same
                // place, and cannot start now.
                if (is_runtime_dir_of(stored))
                  cleared = ports_.files.remove_tree(stored.runtime_dir);
                if (!cleared.ok()) return false;
                ended_here = mark_ended(stored, ending, ports_.clock.now()).ok();
                return ended_here;
              }));
  MINO_TRY(std::move(cleared));
  if (!ended_here) return after;
  JsonValue data;
  data.set("name", after.name.str());
  data.set("exit_code", JsonValue());
  data.set("reason", kLost);
  if (const Result<void> audited = ports_.audit.record("session.stopped", data); !audited.ok()) {
    ports_.notices.warn(audited.error().text(), audited.error().hint());
  }
  return after;
}

}  // namespace mino::application
