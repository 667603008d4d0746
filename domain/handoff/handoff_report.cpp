#include "domain/handoff/handoff_report.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::size_t kMaxShownItems = 6;
constexpr std::size_t kMaxLineBytes = 160;
constexpr std::size_t kMaxStoredBytes = 512;
constexpr std::size_t kMaxNotes = 16;

Error corrupt(const std::string& why) { return {ErrorCode::kCorrupt, "session report: " + why}; }

std::size_t character_start(std::string_view text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

/// Visible, and with the middle left out when it is long: the end of a path says most.
std::string shortened(std::string_view text, std::size_t limit) {
  std::string visible = visible_text(text);
  if (visible.size() <= limit) return visible;
  const std::size_t half = (limit - 3) / 2;
  const std::size_t head = character_start(visible, half);
  const std::size_t tail = character_start(visible, visible.size() - half);
  return visible.substr(0, head) + "..." + visible.substr(tail);
}

JsonValue number(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

JsonValue to_json(const HandoffItem& item) {
  return JsonValue::Object{{"class", to_string(item.what)},
                           {"path", shortened(item.path, kMaxStoredBytes)},
                           {"detail", shortened(item.detail, kMaxStoredBytes)},
                           {"change", item.change == Change::kNew ? "new" : "changed"}};
}

Result<HandoffItem> item_from_json(const JsonValue& json) {
  const std::string* written = json.find_string("class");
  const std::string* path = json.find_string("path");
  const std::string* detail = json.find_string("detail");
  const std::string* change = json.find_string("change");
  if (written == nullptr || path == nullptr || detail == nullptr || change == nullptr)
    return corrupt("an item lacks a member");
  const std::optional<HandoffClass> what = parse_handoff_class(*written);
  if (!what) return corrupt("an item has no known class");
  return HandoffItem{*what, *path, *detail, *change == "new" ? Change::kNew : Change::kChanged};
}

JsonValue to_json(const DefusedFile& file) {
  return JsonValue::Object{{"path", shortened(file.path, kMaxStoredBytes)},
                           {"detail", shortened(file.detail, kMaxStoredBytes)}};
}

/// A report without the member is of a mino that defused nothing.
Result<std::vector<DefusedFile>> defused_from_json(const JsonValue& json) {
  std::vector<DefusedFile> files;
  const JsonValue* list = json.find("defused");
  if (list == nullptr) return files;
  if (list->array() == nullptr) return corrupt("'defused' is not a list");
  for (const JsonValue& item : *list->array()) {
    const std::string* path = item.find_string("path");
    const std::string* detail = item.find_string("detail");
    if (path == nullptr || detail == nullptr) return corrupt("a defused file lacks a member");
    if (files.size() < HandoffReport::kMaxItems) files.push_back({*path, *detail});
  }
  return files;
}

Result<Timestamp> time_from(const JsonValue& json, std::string_view name) {
  const std::string* written = json.find_string(name);
  const auto time = written == nullptr ? std::nullopt : parse_rfc3339(*written);
  if (!time) return corrupt("'" + std::string(name) + "' is not a time");
  return *time;
}

Result<void> read_counts(const JsonValue& json, HandoffCounts& counts) {
  const JsonValue* members = json.find("counts");
  if (members == nullptr || members->object() == nullptr) return corrupt("'counts' is missing");
  for (const auto& [name, value] : *members->object()) {
    const auto what = parse_handoff_class(name);
    if (!what || value.integer() == nullptr || *value.integer() < 0)
      return corrupt("'counts' is not understood");
    counts[*what] = static_cast<std::uint64_t>(*value.integer());
  }
  return {};
}

}  // namespace

void sort_by_danger(std::vector<HandoffItem>& items) {
  std::ranges::sort(items, [](const HandoffItem& a, const HandoffItem& b) {
    return std::tie(a.what, a.path) < std::tie(b.what, b.path);
  });
}

JsonValue to_json(const HandoffReport& report) {
  JsonValue::Array items;
  for (const HandoffItem& item : report.items) items.push_back(to_json(item));
  JsonValue::Object counts;
  for (std::size_t i = 0; i < kHandoffClasses; ++i) {
    const auto what = static_cast<HandoffClass>(i);
    if (report.counts[what] > 0)
      counts.emplace_back(std::string(to_string(what)), number(report.counts[what]));
  }
  JsonValue::Array defused;
  for (const DefusedFile& file : report.defused)
    if (defused.size() < HandoffReport::kMaxItems) defused.push_back(to_json(file));
  JsonValue::Array notes;
  for (const std::string& note : report.not_looked_at)
    if (notes.size() < kMaxNotes) notes.emplace_back(shortened(note, kMaxStoredBytes));
  return JsonValue::Object{
      {"schema", HandoffReport::kSchema},
      {"since", format_rfc3339(report.since)},
      {"made_at", format_rfc3339(report.made_at)},
      {"extent", report.extent == WalkExtent::kFull ? "full" : "quick"},
      {"items", std::move(items)},
      {"counts", std::move(counts)},
      {"defused", std::move(defused)},
      {"not_looked_at", std::move(notes)},
  };
}

Result<HandoffReport> handoff_report_from_json(const JsonValue& json) {
  const JsonValue* schema = json.find("schema");
  if (schema == nullptr || schema->integer() == nullptr) return corrupt("it has no schema");
  if (*schema->integer() > HandoffReport::kSchema)
    return std::move(Error(ErrorCode::kNewerSchema, "session report: written by a newer mino")
                         .set_hint("upgrade mino"));
  HandoffReport report;
  MINO_ASSIGN(report.since, time_from(json, "since"));
  MINO_ASSIGN(report.made_at, time_from(json, "made_at"));
  const std::string* extent = json.find_string("extent");
  if (extent != nullptr && *extent == "full") report.extent = WalkExtent::kFull;
  MINO_TRY(read_counts(json, report.counts));
  MINO_ASSIGN(report.defused, defused_from_json(json));
  const JsonValue* items = json.find("items");
  if (items == nullptr || items->array() == nullptr) return corrupt("'items' is missing");
  for (const JsonValue& item : *items->array()) {
    MINO_ASSIGN(HandoffItem read, item_from_json(item));
    if (report.items.size() < HandoffReport::kMaxItems) report.items.push_back(std::move(read));
  }
  if (const JsonValue* notes = json.find("not_looked_at"); notes != nullptr && notes->array()) {
    for (const JsonValue& note : *notes->array())
      if (note.string() != nullptr) report.not_looked_at.push_back(*note.string());
  }
  return report;
}

std::string to_text(const HandoffItem& item) {
  std::string text(singular(item.what));
  text += ": " + shortened(item.path, kMaxLineBytes);
  if (!item.detail.empty()) text += " (" + shortened(item.detail, kMaxLineBytes) + ")";
  return text;
}

std::string to_text(const DefusedFile& file) {
  return shortened(file.path, kMaxLineBytes) + " (" + shortened(file.detail, kMaxLineBytes) + ")";
}

std::string to_text(const HandoffCounts& counts) {
  std::string text;
  for (std::size_t i = 0; i < kHandoffClasses; ++i) {
    const auto what = static_cast<HandoffClass>(i);
    const std::uint64_t count = counts[what];
    if (count == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(count) + " " + std::string(count == 1 ? singular(what) : plural(what));
  }
  return text;
}

std::vector<std::string> summary_of(const HandoffReport& report, const std::string& session) {
  if (report.empty()) return {};
  std::vector<std::string> lines;
  if (report.counts.total() > 0) {
    lines.push_back("report: what the host may run has changed: " + to_text(report.counts));
    const std::size_t shown = std::min(report.items.size(), kMaxShownItems);
    for (std::size_t i = 0; i < shown; ++i) lines.push_back("  " + to_text(report.items[i]));
    if (report.counts.total() > shown)
      lines.push_back("  and " + std::to_string(report.counts.total() - shown) + " more");
  }
  if (!report.defused.empty())
    lines.push_back("report: defused while the session ran: " + to_text(report.defused.front()) +
                    (report.defused.size() > 1 ? ", and more" : ""));
  if (!report.not_looked_at.empty())
    lines.push_back(
        "report: not looked at: " + shortened(report.not_looked_at.front(), kMaxLineBytes) +
        (report.not_looked_at.size() > 1 ? ", and more" : ""));
  const std::string see = "  see \"mino report " + session + "\"";
  lines.push_back(report.counts.total() == 0 ? see
                                             : see + "; \"mino report --quarantine " + session +
                                                   "\" defuses what is dangerous");
  return lines;
}

bool can_be_defused(const HandoffItem& item) {
  switch (item.what) {
    case HandoffClass::kHook:
    case HandoffClass::kGitConfig:
    case HandoffClass::kSetuid:
    case HandoffClass::kLookAlike:
    case HandoffClass::kLink:
      return true;
    case HandoffClass::kGitFile:
    case HandoffClass::kProtectedName:
      // One that was there before holds work of the user's.
      return item.change == Change::kNew;
    case HandoffClass::kPackageScripts:
    case HandoffClass::kBuildFile:
    case HandoffClass::kCi:
    case HandoffClass::kExecutable:
      return false;
  }
  return false;
}

}  // namespace mino
