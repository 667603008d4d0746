#include "application/show_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mino::application {
namespace {

constexpr std::chrono::seconds kPatience{120};

Error no_session(const std::string& text) {
  return std::move(Error(ErrorCode::kNotFound, text).set_hint("mino list --all"));
}

}  // namespace

Result<SessionRecord> reported_session(const SessionStore& sessions, ReconcileSessions& reconcile,
                                       const std::optional<std::string>& name) {
  if (!name) {
    MINO_ASSIGN(const SessionListing listing, sessions.list());
    const auto found = std::ranges::find_if(listing.records, [](const SessionRecord& record) {
      return record.status != SessionStatus::kFailed;
    });
    if (found == listing.records.end()) return no_session("there is no session");
    return reconcile.one(*found);
  }
  MINO_ASSIGN(const SessionName parsed, SessionName::parse(*name));
  MINO_ASSIGN(const auto found, sessions.load(parsed));
  if (!found) return no_session(fmt::format("session {} does not exist", parsed.str()));
  return reconcile.one(*found);
}

Result<ShowReport::Response> ShowReport::execute(const Request& request) const {
  MINO_ASSIGN(SessionRecord record, reported_session(sessions_, reconcile_, request.session));
  Response response{.record = std::move(record), .report = {}};
  const SessionRecord& found = response.record;
  if (found.status == SessionStatus::kFailed) {
    response.source = Source::kNeverRan;
    response.report.since = found.created_at;
    response.report.made_at = found.updated_at;
    return response;
  }
  if (found.report && request.extent == WalkExtent::kQuick) {
    MINO_ASSIGN(response.report, handoff_report_from_json(*found.report));
    return response;
  }
  MINO_ASSIGN(HandoffReview::Review review, review_.execute({.project = found.project_dir,
                                                             .since = found.created_at,
                                                             .extent = request.extent,
                                                             .patience = kPatience}));
  response.report = std::move(review.report);
  response.source = Source::kWalk;
  return response;
}

}  // namespace mino::application
