#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mino::cli {

/// Rows of text in columns as wide as their widest cell, two blanks apart, without blanks at the
/// end of a line. Cells may carry colour; make the ones that hold names chosen by others
/// printable() first.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}

  /// A row shorter than the header is filled with empty cells.
  void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Header and rows, each line ended.
  [[nodiscard]] std::string render() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace mino::cli
