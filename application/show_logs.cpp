#include "application/show_logs.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "application/network_log_path.hpp"
#include "domain/network/network_mode.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace {

Error no_log(const SessionRecord& session) {
  const std::string& name = session.name.str();
  if (!session.terminal) return {ErrorCode::kNotFound, fmt::format("session {} has no log", name)};
  Error error(
      ErrorCode::kNotFound,
      fmt::format("session {} has no log: it has a terminal, and what is typed would be in it",
                  name));
  return error.set_hint("mino config set session.log_terminal true");
}

Error no_network_log(const SessionRecord& session) {
  Error error(ErrorCode::kNotFound,
              fmt::format("session {} has no network log: its network ({}) has no rules",
                          session.name.str(), visible_text(session.network)));
  return error.set_hint("mino run --network-allow HOST:PORT");
}

}  // namespace

Result<std::filesystem::path> ShowLogs::log_of(const SessionRecord& session,
                                               LogSubject subject) const {
  if (subject == LogSubject::kOutput) {
    if (!session.log_file) return no_log(session);
    return std::filesystem::path(*session.log_file);
  }
  if (session.network != to_string(NetworkMode::kAllowList)) return no_network_log(session);
  return network_log_path(log_directory_, session.name);
}

bool ShowLogs::has_ended(const SessionRecord& session) const {
  const Result<std::optional<SessionRecord>> now = store_.load(session.name);
  if (!now || !*now || (*now)->id != session.id || !is_live((*now)->status)) return true;
  // An owner that was killed never writes the end into the record.
  return !processes_.alive((*now)->supervisor);
}

Result<void> ShowLogs::execute(const ShowLogsRequest& request, LogOutput& output) const {
  MINO_ASSIGN(const std::optional<SessionRecord> session, store_.load(request.name));
  if (!session) {
    return Error(ErrorCode::kNotFound, fmt::format("there is no session {}", request.name.str()))
        .set_hint("mino list --all");
  }
  MINO_ASSIGN(const std::filesystem::path log, log_of(*session, request.subject));
  LogQuery query{.last_lines = request.last_lines};
  if (request.follow == LogFollow::kYes) query.has_ended = [&] { return has_ended(*session); };
  return log_.read(log, query, output)
      .with_context(fmt::format("log of session {}", request.name.str()));
}

}  // namespace mino::application
