#include "cli/render/table.hpp"

#include "cli/render/text.hpp"

#include <algorithm>
#include <cstddef>

namespace mino::cli {

std::string Table::render() const {
  std::vector<std::size_t> widths;
  const auto measure = [&](const std::vector<std::string>& row) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], visible_width(row[i]));
  };
  measure(header_);
  for (const auto& row : rows_) measure(row);

  std::string out;
  const auto print = [&](const std::vector<std::string>& row) {
    std::size_t pending = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!row[i].empty()) {
        out.append(pending, ' ');
        out += row[i];
        pending = 0;
      }
      pending += widths[i] - visible_width(row[i]) + 2;
    }
    out += '\n';
  };
  print(header_);
  for (const auto& row : rows_) print(row);
  return out;
}

}  // namespace mino::cli
