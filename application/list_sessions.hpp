#pragma once

#include "ports/session_store.hpp"

namespace mino::application {

enum class SessionFilter { kLive, kAll };

struct ListSessionsRequest {
  SessionFilter filter = SessionFilter::kLive;
};

/// `mino list`. Starts no process.
class ListSessions {
 public:
  /// The store must outlive this.
  explicit ListSessions(const SessionStore& store) : store_(store) {}

  /// Newest first. Records that cannot be read are part of the result, whatever the filter.
  [[nodiscard]] Result<SessionListing> execute(const ListSessionsRequest& request) const;

 private:
  const SessionStore& store_;
};

}  // namespace mino::application
