#include "application/protection_part.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "domain/run/text.hpp"

namespace mino::application {

ProtectionPart::ProtectionPart(ProjectProtection& protection, PlaceholderStore& placeholders,
                               AuditSink& audit, Notices& notices,
                               std::vector<DefusedFile>& defused)
    : protection_(protection),
      placeholders_(placeholders),
      audit_(audit, notices),
      notices_(notices),
      defused_(defused) {}

Result<void> ProtectionPart::prepare(const SessionContext& context) {
  if (!context.plan.protection) return {};
  session_ = context.record.name.str();
  return protection_.start(context.plan, {context.record.id, context.record.supervisor}, *this);
}

void ProtectionPart::started(const SessionContext& /*context*/) {}
void ProtectionPart::exec_started(const SessionContext& /*context*/,
                                  const std::vector<std::string>& /*command*/) {}
void ProtectionPart::ended(const SessionContext& context) { finish(context); }
void ProtectionPart::abandon(const SessionContext& context) { finish(context); }

void ProtectionPart::finish(const SessionContext& context) {
  if (!context.plan.protection) return;
  protection_.stop();
  // The guard has done so already, unless it was killed.
  const auto released = placeholders_.release(context.record.id);
  if (!released.ok()) notices_.warn(released.error().text(), released.error().hint());
}

void ProtectionPart::restored(const std::string& path, Gap gap) {
  const bool is_changed = gap == Gap::kChanged;
  audit_.record("protect.restored",
                {{"name", session_}, {"path", path}, {"changed", JsonValue(is_changed)}});
  if (!is_changed) return;
  notices_.warn(fmt::format("{} was replaced on the host and changed before it was protected again",
                            visible_text(path)),
                "look at it before a program of the host uses it");
}

void ProtectionPart::defused(const std::string& path, const std::string& what) {
  audit_.record("protect.defused",
                {{"name", session_}, {"path", visible_text(path)}, {"what", visible_text(what)}});
  if (std::ranges::find(defused_, path, &DefusedFile::path) != defused_.end()) return;
  if (defused_.size() >= HandoffReport::kMaxItems) return;
  defused_.push_back({path, what});
  notices_.warn(fmt::format("{} was defused: git on the host would have run what the box put there "
                            "({})",
                            visible_text(path), visible_text(what)),
                "an index names its repository as a submodule, so that git status looks into it");
}

void ProtectionPart::warning(const std::string& text) { notices_.warn(text, ""); }

void ProtectionPart::guard_lost() {
  audit_.record("protect.lost", {{"name", session_}});
  notices_.warn(
      "a protected path that the host replaces is not protected again any more: its guard ended",
      "");
}

}  // namespace mino::application
