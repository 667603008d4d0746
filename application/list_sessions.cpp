#include "application/list_sessions.hpp"

namespace mino::application {

Result<SessionListing> ListSessions::execute(const ListSessionsRequest& request) const {
  Result<SessionListing> listing = store_.list().with_context("listing sessions");
  if (listing && request.filter == SessionFilter::kLive) {
    std::erase_if(listing->records,
                  [](const SessionRecord& record) { return !is_live(record.status); });
  }
  return listing;
}

}  // namespace mino::application
