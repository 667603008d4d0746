#include <algorithm>
#include <string_view>

#include "domain/run/run_plan.hpp"
#include "domain/run/text.hpp"

namespace mino {
namespace {

/// A longer value pushes its own origin aside and nobody else's.
constexpr std::size_t kWidestColumn = 48;

using Row = std::vector<std::string>;

void append_row(std::string& text, const Row& row, const std::vector<std::size_t>& widths) {
  for (std::size_t column = 0; column < row.size(); ++column) {
    text += row[column];
    if (column + 1 == row.size()) break;
    const std::size_t width = character_count(row[column]);
    text.append(std::max(widths[column], width) - width + 2, ' ');
  }
  text += '\n';
}

/// The rows with their columns aligned, each line after `indent`.
std::string aligned(const std::vector<Row>& rows, std::string_view indent) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t column = 0; column < row.size(); ++column) {
      const std::size_t width = character_count(row[column]);
      if (width <= kWidestColumn) widths[column] = std::max(widths[column], width);
    }
  }
  std::string text;
  for (const Row& row : rows) {
    text += indent;
    append_row(text, row, widths);
  }
  return text;
}

void append_section(std::string& text, std::string_view title, const std::vector<Row>& rows) {
  if (rows.empty()) return;
  text.append("\n").append(title).append("\n").append(aligned(rows, "  "));
}

std::string source_text(const Mount& mount) {
  if (mount.kind == MountKind::kTmpfs) return "in memory";
  if (mount.kind == MountKind::kBind) return visible_text(mount.source);
  return mount.source.empty() ? "a fresh volume" : "volume " + visible_text(mount.source);
}

std::vector<Row> decision_rows(const RunPlan& plan, PlanDetail detail) {
  std::vector<Row> rows;
  for (const Decision& decision : plan.decisions) {
    std::string origin = visible_text(decision.origin);
    if (detail == PlanDetail::kReasons && !decision.reason.empty())
      origin += ": " + visible_text(decision.reason);
    rows.push_back(
        {visible_text(decision.subject), visible_text(decision.value), std::move(origin)});
  }
  return rows;
}

std::vector<Row> grant_rows(const RunPlan& plan) {
  std::vector<Row> rows;
  for (const Grant& grant : plan.grants)
    rows.push_back({std::string(grant_kind(grant)), describe(grant)});
  return rows;
}

std::vector<Row> mount_rows(const RunPlan& plan) {
  std::vector<Row> rows;
  for (const Mount& mount : plan.mounts) {
    const bool read_only = mount.access == MountAccess::kReadOnly;
    rows.push_back(
        {visible_text(mount.target), read_only ? "read-only" : "writable", source_text(mount)});
  }
  return rows;
}

std::vector<Row> variable_rows(const RunPlan& plan) {
  std::vector<Row> rows;
  for (const PlannedVariable& variable : plan.environment)
    rows.push_back({variable.name, visible_text(variable.origin)});
  return rows;
}

}  // namespace

std::string to_text(const RunPlan& plan, PlanDetail detail) {
  std::string text = aligned(decision_rows(plan, detail), "");
  append_section(text, "access:", grant_rows(plan));
  append_section(text, "mounts:", mount_rows(plan));
  append_section(text, "variables:", variable_rows(plan));
  std::vector<Row> warnings;
  for (const std::string& warning : plan.warnings) warnings.push_back({visible_text(warning)});
  append_section(text, "warnings:", warnings);
  return text;
}

}  // namespace mino
