#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "domain/session/session_record.hpp"

namespace mino {

/// A record that could not be read; it is reported and left alone.
struct UnreadableRecord {
  std::string file;
  Error error;
};

struct SessionListing {
  std::vector<SessionRecord> records;  ///< newest first
  std::vector<UnreadableRecord> unreadable;
};

/// Session records on disk (`<state>/sessions/<name>.json`). Writes are atomic and happen under a
/// lock, so that writers in several processes never lose each other's change and a reader never
/// sees half a record. Blocks on the lock at most ten seconds (kTimeout).
class SessionStore {
 public:
  SessionStore() = default;
  SessionStore(const SessionStore&) = delete;
  SessionStore& operator=(const SessionStore&) = delete;
  virtual ~SessionStore() = default;

  /// Writes a new record. A finished record of that name is replaced; a live one is kAlreadyExists.
  [[nodiscard]] virtual Result<void> create(const SessionRecord& record) = 0;
  /// Nothing when there is no such record. kCorrupt, kNewerSchema: the record cannot be read.
  [[nodiscard]] virtual Result<std::optional<SessionRecord>> load(
      const SessionName& name) const = 0;
  [[nodiscard]] virtual Result<SessionListing> list() const = 0;
  /// Reads, changes and writes one record under the lock and returns what was written. `change`
  /// returns false to leave the record as it is. kNotFound when there is no such record or its id
  /// is not `id` (the name was taken by a new session).
  [[nodiscard]] virtual Result<SessionRecord> update(
      const SessionName& name, const std::string& id,
      const std::function<bool(SessionRecord&)>& change) = 0;
  /// Removes a record. Success as well when there is none or its id is not `id` (the name was taken
  /// by a new session).
  [[nodiscard]] virtual Result<void> remove(const SessionName& name, const std::string& id) = 0;
};

}  // namespace mino
