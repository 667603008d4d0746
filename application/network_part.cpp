#include "application/network_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "application/egress_summary.hpp"
#include "application/network_log_path.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace {

JsonValue json_number(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

}  // namespace

NetworkPart::NetworkPart(EgressGateway& gateway, NetworkLog& log, AuditSink& audit, Clock& clock,
                         Notices& notices, std::filesystem::path log_directory)
    : gateway_(gateway),
      log_(log),
      audit_(audit, notices),
      clock_(clock),
      notices_(notices),
      log_directory_(std::move(log_directory)) {}

Result<void> NetworkPart::prepare(const SessionContext& context) {
  session_ = context.record.name.str();
  const std::filesystem::path path = network_log_path(log_directory_, context.record.name);
  if (!context.plan.egress) {
    // What an earlier session of this name did is not what this one does.
    if (const auto removed = log_.remove(path); !removed.ok())
      notices_.debug(removed.error().text());
    return {};
  }
  open_log(context, path);
  auto started = gateway_.start(context.plan, *this);
  if (!started.ok() && log_is_open_) {
    log_is_open_ = false;
    if (const auto removed = log_.remove(path); !removed.ok())
      notices_.debug(removed.error().text());
  }
  return started;
}

void NetworkPart::started(const SessionContext& /*context*/) {}
void NetworkPart::exec_started(const SessionContext& /*context*/,
                               const std::vector<std::string>& /*command*/) {}
void NetworkPart::ended(const SessionContext& context) { finish(context); }
void NetworkPart::abandon(const SessionContext& context) { finish(context); }

void NetworkPart::egress(const EgressEvent& event) {
  log_line(network_log_line(event));
  switch (event.kind) {
    case EgressEvent::Kind::kOpened:
      open_[event.connection] = event;
      audit_.record("egress.opened", {{"name", session_},
                                      {"host", event.host},
                                      {"port", event.port},
                                      {"address", event.address},
                                      {"rule", event.rule},
                                      {"connection", json_number(event.connection)}});
      return;
    case EgressEvent::Kind::kClosed:
      return audit_closed(event);
    case EgressEvent::Kind::kDenied:
    case EgressEvent::Kind::kFailed:
      return audit_counts(tally_.add(event, clock_.now()));
  }
}

void NetworkPart::rules_changed(const NetworkRequest& request) {
  const bool is_allowed = request.kind == NetworkRequest::Kind::kAllow;
  if (!is_allowed && request.kind != NetworkRequest::Kind::kDeny) return;
  log_line(
      fmt::format("rule    {} {}", visible_text(request.text), is_allowed ? "added" : "removed"));
  audit_.record(is_allowed ? "network.allowed" : "network.denied",
                {{"name", session_}, {"rule", request.text}});
}

void NetworkPart::gateway_lost(const std::string& why) {
  log_line("lost    the gateway ended: " + visible_text(why));
  audit_.record("egress.lost", {{"name", session_}, {"detail", why}});
  notices_.warn("the box has no network any more: the gateway ended: " + why, "");
}

void NetworkPart::open_log(const SessionContext& context, const std::filesystem::path& path) {
  const auto opened = log_.open(
      path, static_cast<std::uint64_t>(std::max<std::int64_t>(context.plan.log_max_bytes, 0)));
  log_is_open_ = opened.ok();
  if (!opened.ok())
    notices_.warn("the session's network is not logged: " + opened.error().text(),
                  opened.error().hint());
}

void NetworkPart::log_line(const std::string& line) {
  if (!log_is_open_) return;
  const auto written = log_.append(line, clock_.now());
  if (!written.ok())
    notices_.warn("the session's network log is incomplete: " + written.error().text(),
                  written.error().hint());
}

void NetworkPart::audit_closed(const EgressEvent& event) {
  EgressEvent opened = event;
  // What the opening has said already need not be said again.
  if (const auto found = open_.find(event.connection); found != open_.end()) {
    opened = std::move(found->second);
    open_.erase(found);
  }
  audit_.record("egress.allowed",
                {{"name", session_},
                 {"host", opened.host},
                 {"port", opened.port},
                 {"address", opened.address},
                 {"rule", opened.rule},
                 {"connection", json_number(event.connection)},
                 {"bytes_sent", json_number(event.bytes_sent)},
                 {"bytes_received", json_number(event.bytes_received)},
                 {"bytes", json_number(event.bytes_sent + event.bytes_received)}});
}

void NetworkPart::audit_counts(const std::vector<EgressTally::Count>& counts) {
  for (const auto& [event, times] : counts) {
    const bool is_denied = event.kind == EgressEvent::Kind::kDenied;
    JsonValue::Object data{{"name", session_}, {"host", event.host}, {"port", event.port}};
    if (is_denied) data.emplace_back("reason", to_string(event.reason));
    if (!event.rule.empty()) data.emplace_back("rule", event.rule);
    if (!event.detail.empty()) data.emplace_back("detail", event.detail);
    data.emplace_back("count", json_number(times));
    audit_.record(is_denied ? "egress.denied" : "egress.failed", std::move(data));
  }
}

void NetworkPart::finish(const SessionContext& context) {
  if (!context.plan.egress) return;
  gateway_.stop();
  audit_counts(tally_.rest());
  const std::vector<EgressTally::Count> denied = tally_.denied();
  for (const std::string& line : egress_summary(denied)) notices_.progress(line);
  const std::string note = replacement_note(denied, context.plan.egress->policy);
  if (!note.empty()) notices_.progress(note);
}

}  // namespace mino::application
