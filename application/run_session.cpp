#include "application/run_session.hpp"

#include <fmt/format.h>

#include <utility>

#include "domain/run/environment.hpp"
#include "domain/session/lifecycle.hpp"
#include "domain/session/runtime_files.hpp"

namespace mino::application {

namespace {

constexpr std::size_t kMaxIdBytes = 256;

std::string uuid(RandomSource& random) {
  const std::uint64_t high = (random.next() & ~std::uint64_t{0xf000}) | 0x4000;  // version 4
  const std::uint64_t low =
      (random.next() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;  // variant 1
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffffffffffffULL);
}

BoxTrace trace_of(const SessionRecord& record) {
  return {.container_id = record.container_id.value_or(""),
          .container_name = record.container_name,
          .session = record.name.str()};
}

constexpr int kSignalBase = 128;
constexpr int kLostCode = 137;

int exit_code_of(const AgentEnd& end) {
  switch (end.kind) {
    case AgentEnd::Kind::kExited:
      return end.code;
    case AgentEnd::Kind::kSignalled:
      return kSignalBase + end.code;
    case AgentEnd::Kind::kNotFound:
      return 127;
    case AgentEnd::Kind::kNotExecutable:
      return 126;
    case AgentEnd::Kind::kLost:
      return kLostCode;
  }
  return 1;
}

}  // namespace

namespace {

/// Those that somebody chose: a default such as TERM, and what a layer sets, would tear ordinary
/// words apart.
std::vector<Secret> chosen_values(const RunPlan& plan, const VariableValues& values) {
  std::vector<Secret> secrets;
  for (const PlannedVariable& variable : plan.environment) {
    if (variable.origin == kDefaultOrigin || variable.origin == kCacheOrigin ||
        variable.origin.starts_with(kLayerOrigin) || is_plain_variable(variable))
      continue;
    if (const auto found = values.find(variable.name); found != values.end()) {
      secrets.push_back(found->second);
    }
  }
  return secrets;
}

}  // namespace

std::vector<std::string> redact_command(std::vector<std::string> words, const RunPlan& plan,
                                        const VariableValues& values) {
  const std::vector<Secret> secrets = chosen_values(plan, values);
  for (std::string& word : words) word = redact(std::move(word), secrets);
  return words;
}

void redact_plan(RunPlan& plan, const VariableValues& values) {
  const std::vector<Secret> secrets = chosen_values(plan, values);
  for (std::string& word : plan.command.words) word = redact(std::move(word), secrets);
  for (Decision& decision : plan.decisions)
    decision.value = redact(std::move(decision.value), secrets);
}

/// Turns what the runner reports into the record and the parts.
class RunSession::Observer : public BoxObserver {
 public:
  Observer(RunSession& session, const RunPlan& plan, SessionRecord& record,
           const VariableValues& values)
      : session_(session), plan_(plan), record_(record), values_(values) {}

  Result<void> agent_started() override {
    started_ = true;
    session_.read_container_id(plan_, record_);
    MINO_TRY(mark_running(record_, session_.ports_.clock.now()));
    MINO_TRY(store());
    for (const auto& part : session_.parts_) part->started({plan_, record_});
    session_.ports_.detacher.report(0);
    return {};
  }

  void box_named(const std::string& container_id) override {
    if (record_.container_id == container_id) return;
    record_.container_id = container_id;
    // Losing the id is harmless: the container is also found by its name and its label.
    if (const auto stored = store(); !stored.ok())
      session_.ports_.notices.debug(stored.error().text());
  }

  void exec_started(const std::vector<std::string>& command) override {
    const std::vector<std::string> words = redact_command(command, plan_, values_);
    for (const auto& part : session_.parts_) part->exec_started({plan_, record_}, words);
  }

  [[nodiscard]] bool started() const { return started_; }

 private:
  Result<void> store() {
    MINO_ASSIGN(record_, session_.ports_.sessions.update(
                             record_.name, record_.id, [this](SessionRecord& stored) {
                               stored.container_id = record_.container_id;
                               stored.status = record_.status;
                               stored.updated_at = record_.updated_at;
                               return true;
                             }));
    return {};
  }

  RunSession& session_;
  const RunPlan& plan_;
  SessionRecord& record_;
  const VariableValues& values_;
  bool started_ = false;
};

RunSession::RunSession(Ports ports, std::filesystem::path log_directory,
                       std::vector<std::unique_ptr<SessionPart>> parts)
    : ports_(ports), log_directory_(std::move(log_directory)), parts_(std::move(parts)) {}

Result<RunOutcome> RunSession::execute(const RunPlan& plan, const VariableValues& values) {
  if (plan.attachment == Attachment::kDetached) {
    MINO_ASSIGN(const std::optional<int> code, ports_.detacher.detach());
    if (code) return RunOutcome{std::nullopt, code};
  }
  SessionRecord record = new_record(plan, values);
  MINO_TRY(ports_.sessions.create(record));
  if (auto prepared = prepare({plan, record}); !prepared.ok()) {
    fail(plan, record, prepared.error());
    return std::move(prepared).error();
  }
  if (auto opened = open_log(plan, record); !opened.ok())
    ports_.notices.warn("the session is not logged: " + opened.error().text(),
                        opened.error().hint());
  auto end = run_box(plan, record, values);
  if (!end.ok()) return std::move(end).error();
  return RunOutcome{*end, std::nullopt};
}

SessionRecord RunSession::new_record(const RunPlan& plan, const VariableValues& values) const {
  SessionRecord record{.id = uuid(ports_.random), .name = plan.session};
  record.project_dir = plan.project;
  if (plan.command.kind == AgentCommand::Kind::kCommand)
    record.command = redact_command(plan.command.words, plan, values);
  record.created_at = ports_.clock.now();
  record.updated_at = record.created_at;
  record.home_volume = plan.home_volume;
  record.supervisor = ports_.processes.self();
  record.container_name = plan.container_name;
  record.image = plan.image.reference;
  record.network = std::string(to_string(plan.network));
  record.runtime_dir = plan.runtime_dir;
  record.detached = plan.attachment == Attachment::kDetached;
  record.terminal = plan.streams == AgentStreams::kTerminal;
  record.keep = plan.after_end == AfterEnd::kKeep;
  if (plan.log == LogPolicy::kLines)
    record.log_file = (log_directory_ / (plan.session.str() + ".log")).string();
  return record;
}

Result<void> RunSession::open_log(const RunPlan& plan, SessionRecord& record) {
  const std::filesystem::path log = log_directory_ / (plan.session.str() + ".log");
  if (record.log_file) return ports_.files.make_directories(log_directory_, 0700);
  // What an earlier session of this name wrote is not this one's.
  MINO_TRY(ports_.files.remove(log));
  return ports_.files.remove(log.string() + ".1");
}

Result<void> RunSession::prepare(const SessionContext& context) {
  for (; prepared_ < parts_.size(); ++prepared_) MINO_TRY(parts_[prepared_]->prepare(context));
  return {};
}

Result<AgentEnd> RunSession::run_box(const RunPlan& plan, SessionRecord& record,
                                     const VariableValues& values) {
  Observer observer(*this, plan, record, values);
  auto end = ports_.runner.run(
      {.plan = &plan, .environment = values, .log_path = record.log_file.value_or("")}, observer);
  if (!end.ok()) {
    // A builder that died on the way leaves a container, or worse; one that refused leaves nothing.
    clear_box(plan, record);
    fail(plan, record, end.error());
    return std::move(end).error();
  }
  if (end->kind == AgentEnd::Kind::kLost) {
    clear_box(plan, record);
    if (!observer.started()) {
      Error error(ErrorCode::kInternal, "the box ended before its command ran");
      fail(plan, record, error);
      return error;
    }
    ports_.notices.warn("the box went away before its command had ended", "");
  } else if (plan.after_end == AfterEnd::kRemove) {
    read_container_id(plan, record);
    if (const auto settled = ports_.engine.settle_box(trace_of(record)); !settled.ok()) {
      ports_.notices.debug(settled.error().text());
      box_is_left_ = true;
    }
  }
  if (observer.started()) {
    finish(plan, record, *end);
  } else {
    record.exit_code = exit_code_of(*end);
    fail(plan, record,
         Error(ErrorCode::kNotFound, end->kind == AgentEnd::Kind::kSignalled
                                         ? "interrupted before the command ran"
                                         : "the command cannot be run"));
  }
  return end;
}

void RunSession::read_container_id(const RunPlan& plan, SessionRecord& record) const {
  if (record.container_id) return;
  const auto id = ports_.files.read(std::filesystem::path(plan.runtime_dir) / kContainerIdFileName,
                                    kMaxIdBytes);
  if (id.ok() && id->has_value() && !(*id)->empty()) record.container_id = **id;
}

void RunSession::clear_box(const RunPlan& plan, SessionRecord& record) {
  read_container_id(plan, record);
  const auto removed = ports_.engine.remove_box(trace_of(record));
  if (removed.ok()) return;
  ports_.notices.debug(removed.error().text());
  // An engine that made no container has none to be removed either.
  box_is_left_ = record.container_id.has_value();
}

void RunSession::finish(const RunPlan& plan, SessionRecord& record, const AgentEnd& end) {
  record.exit_code = exit_code_of(end);
  if (end.stopped_by_request) record.reason = "stopped";
  if (end.kind == AgentEnd::Kind::kLost) record.reason = "lost";
  write_end(record, SessionStatus::kStopped);
  while (prepared_ > 0) parts_[--prepared_]->ended({plan, record});
}

void RunSession::fail(const RunPlan& plan, SessionRecord& record, const Error& error) {
  record.reason = error.text();
  write_end(record, SessionStatus::kFailed);
  while (prepared_ > 0) parts_[--prepared_]->abandon({plan, record});
}

void RunSession::write_end(SessionRecord& record, SessionStatus status) {
  const SessionEnding ending{
      .status = status, .exit_code = record.exit_code, .reason = record.reason};
  const Timestamp now = ports_.clock.now();
  auto written = ports_.sessions.update(record.name, record.id, [&](SessionRecord& stored) {
    stored.container_id = record.container_id;
    // A session that stays live is cleared up by the next command, which finds its owner gone.
    if (box_is_left_) return true;
    return mark_ended(stored, ending, now).ok();  // whoever reconciled it first is right
  });
  if (written.ok()) {
    record = std::move(written).value();
  } else {
    ports_.notices.warn("the session's record could not be written: " + written.error().text(),
                        written.error().hint());
  }
}

}  // namespace mino::application
