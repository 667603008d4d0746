#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/handoff/handoff_class.hpp"
#include "domain/json_value.hpp"
#include "domain/result.hpp"
#include "domain/session/session_record.hpp"

namespace mino {

/// How much of a project is looked at.
enum class WalkExtent {
  kQuick,  ///< entries of directories that changed, and known names everywhere
  kFull,   ///< every entry
};

enum class Change { kNew, kChanged };

/// One thing that the host may run or obey.
struct HandoffItem {
  HandoffClass what = HandoffClass::kHook;
  std::string path{};  ///< relative to the project, bytes as they are; a directory's ends with "/"
  std::string detail{};  ///< for a person, without control characters; may be empty
  Change change = Change::kChanged;
  bool operator==(const HandoffItem&) const = default;
};

/// Whether `mino report --quarantine` acts on it: what is dangerous by itself, and not the agent's
/// ordinary work.
[[nodiscard]] bool can_be_defused(const HandoffItem& item);

/// A path that was made harmless while the session ran.
struct DefusedFile {
  std::string path{};    ///< relative to the project, bytes as they are
  std::string detail{};  ///< for a person: what was taken out of it, or away with it
  bool operator==(const DefusedFile&) const = default;
};

/// What changed in a project since a moment and would be run or obeyed on the host.
struct HandoffReport {
  static constexpr std::int64_t kSchema = 1;
  static constexpr std::size_t kMaxItems = 200;

  Timestamp since{};
  Timestamp made_at{};
  WalkExtent extent = WalkExtent::kQuick;
  std::vector<HandoffItem> items{};          ///< the most dangerous, at most kMaxItems
  HandoffCounts counts{};                    ///< of all, those not among the items included
  std::vector<DefusedFile> defused{};        ///< at most kMaxItems
  std::vector<std::string> not_looked_at{};  ///< for a person

  [[nodiscard]] bool empty() const {
    return counts.total() == 0 && defused.empty() && not_looked_at.empty();
  }
  bool operator==(const HandoffReport&) const = default;
};

/// By danger, then by path.
void sort_by_danger(std::vector<HandoffItem>& items);

/// `schema` 1. Paths and details are as visible_text() writes them, and cut.
[[nodiscard]] JsonValue to_json(const HandoffReport& report);
[[nodiscard]] Result<HandoffReport> handoff_report_from_json(const JsonValue& json);

/// The item on one line, without control characters.
[[nodiscard]] std::string to_text(const HandoffItem& item);
[[nodiscard]] std::string to_text(const DefusedFile& file);
/// "3 git hooks, 1 setuid file"; empty for none.
[[nodiscard]] std::string to_text(const HandoffCounts& counts);
/// What is told at the end of a session, at most eleven lines; none when the report is empty.
[[nodiscard]] std::vector<std::string> summary_of(const HandoffReport& report,
                                                  const std::string& session);

}  // namespace mino
