#include "application/quarantine_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "application/handoff_part.hpp"
#include "application/show_report.hpp"
#include "domain/handoff/git_config.hpp"
#include "domain/handoff/place.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace {

constexpr std::chrono::seconds kPatience{120};
constexpr std::uint32_t kPrivate = 0700;

bool is_inside(const std::string& path, const std::string& directory) {
  return path == directory || path.starts_with(directory == "/" ? directory : directory + "/");
}

std::string shown(const std::string& path) { return visible_text(path); }

/// The directories above `path`, the innermost first, up to the one of a protected name.
std::vector<std::string> protected_directories(const std::string& path) {
  std::vector<std::string> directories;
  Place place = Place::kTree;
  for (std::size_t at = 0, end = path.find('/'); end != std::string::npos;
       at = end + 1, end = path.find('/', at)) {
    place = place_below(place, std::string_view(path).substr(at, end - at));
    if (place == Place::kProtected) directories.push_back(path.substr(0, end));
  }
  std::ranges::reverse(directories);
  return directories;
}

}  // namespace

QuarantineReport::QuarantineReport(const Ports& ports, ReconcileSessions& reconcile,
                                   std::filesystem::path directory)
    : ports_(ports),
      reconcile_(reconcile),
      directory_(std::move(directory)),
      audit_(ports.audit, ports.notices) {}

Result<QuarantineReport::Plan> QuarantineReport::plan(const std::optional<std::string>& session,
                                                      WalkExtent extent) const {
  MINO_ASSIGN(SessionRecord record, reported_session(ports_.sessions, reconcile_, session));
  Plan plan{.record = std::move(record), .report = {}, .dangerous = {}, .left = {}};
  if (plan.record.status == SessionStatus::kFailed) return plan;
  MINO_TRY(refuse_live(plan.record));
  const HandoffReview review(ports_.walker, ports_.json, ports_.clock);
  MINO_ASSIGN(HandoffReview::Review found, review.execute({.project = plan.record.project_dir,
                                                           .since = plan.record.created_at,
                                                           .extent = extent,
                                                           .patience = kPatience}));
  plan.report = std::move(found.report);
  for (HandoffItem& item : found.items)
    (can_be_defused(item) ? plan.dangerous : plan.left).push_back(std::move(item));
  return plan;
}

Result<void> QuarantineReport::refuse_live(const SessionRecord& record) const {
  MINO_ASSIGN(const SessionListing listing, ports_.sessions.list());
  for (const SessionRecord& each : listing.records) {
    if (!is_live(each.status)) continue;
    if (!is_inside(each.project_dir, record.project_dir) &&
        !is_inside(record.project_dir, each.project_dir))
      continue;
    MINO_ASSIGN(const SessionRecord now, reconcile_.one(each));
    if (!is_live(now.status)) continue;
    const std::string name = now.name.str();
    return std::move(Error(ErrorCode::kBusy, fmt::format("session {} still runs in {}", name,
                                                         shown(record.project_dir)))
                         .set_hint("mino stop " + name));
  }
  return {};
}

Result<std::vector<QuarantineReport::Line>> QuarantineReport::execute(const Plan& plan) {
  const std::filesystem::path quarantine = directory_ / plan.record.name.str();
  MINO_TRY(ports_.files.make_directories(quarantine, kPrivate));
  std::vector<Line> lines;
  JsonValue::Array done;
  constexpr std::size_t kMaxAudited = 100;
  for (const HandoffItem& item : plan.dangerous) {
    auto result = defuse(plan.record.project_dir, item, quarantine);
    if (!result.ok()) {
      Error error = std::move(result).error();
      error.add_context(shown(item.path));
      lines.push_back({{}, std::move(error)});
      continue;
    }
    if (done.size() < kMaxAudited) done.emplace_back(*result);
    lines.push_back({std::move(result).value(), std::nullopt});
  }
  // Stays when something was moved there.
  if (const auto removed = ports_.files.remove(quarantine); !removed.ok())
    ports_.notices.debug(removed.error().text());
  audit_.record("report.quarantined",
                {{"name", plan.record.name.str()}, {"done", std::move(done)}});
  return lines;
}

Result<std::string> QuarantineReport::defuse(const std::string& project, const HandoffItem& item,
                                             const std::filesystem::path& quarantine) {
  switch (item.what) {
    case HandoffClass::kHook:
    case HandoffClass::kLookAlike: {
      MINO_ASSIGN(const std::string name, ports_.defuser.rename_beside(project, item.path));
      return fmt::format("renamed {} to {}", shown(item.path), shown(name));
    }
    case HandoffClass::kGitConfig:
      return defuse_config(project, item, quarantine);
    case HandoffClass::kSetuid:
      MINO_TRY(ports_.defuser.drop_set_ids(project, item.path));
      return fmt::format("took the set-id bits from {}", shown(item.path));
    default:
      return move_out(project, item, quarantine);
  }
}

Result<std::string> QuarantineReport::move_out(const std::string& project, const HandoffItem& item,
                                               const std::filesystem::path& quarantine) {
  MINO_ASSIGN(const auto place, ports_.defuser.move_out(project, item.path, quarantine));
  for (const std::string& directory : protected_directories(item.path)) {
    if (const auto removed = ports_.defuser.remove_if_empty(project, directory); !removed.ok())
      ports_.notices.debug(removed.error().text());
  }
  return fmt::format("moved {} to {}", shown(item.path), shown(place.native()));
}

Result<std::string> QuarantineReport::defuse_config(const std::string& project,
                                                    const HandoffItem& item,
                                                    const std::filesystem::path& quarantine) {
  const auto text = ports_.walker.read(project, item.path, HandoffReview::kMaxFileBytes);
  // What git cannot be kept from reading and we cannot judge goes as a whole.
  if (!text.ok()) return move_out(project, item, quarantine);
  if (!*text) return Error(ErrorCode::kNotFound, "it is gone");
  const auto depth = static_cast<std::size_t>(std::ranges::count(item.path, '/'));
  const std::string defused = defused_git_config(**text, depth);
  MINO_TRY(ports_.defuser.replace(project, item.path, **text, defused));
  return fmt::format("unset {} in {}", item.detail, shown(item.path));
}

}  // namespace mino::application
