#include "integration/bench/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace mino::bench {

namespace {

constexpr std::size_t kNameWidth = 62;

bool met(const Row& row) {
  if (!row.target) return true;
  return row.target->kind == Target::Kind::kAtMost ? row.measured <= row.target->value
                                                   : row.measured >= row.target->value;
}

std::string target_text(const Row& row) {
  if (!row.target) return "";
  return fmt::format("{} {:g}{}", row.target->kind == Target::Kind::kAtMost ? "≤" : "≥",
                     row.target->value, row.unit);
}

/// Pads by characters and not by bytes: names hold signs beyond ASCII.
std::string padded(const std::string& text, std::size_t width) {
  std::size_t characters = 0;
  for (const char byte : text)
    characters += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
  return text + std::string(characters < width ? width - characters : 1, ' ');
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (static_cast<unsigned char>(byte) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(byte));
    } else {
      out += byte;
    }
  }
  return out + '"';
}

}  // namespace

void Report::add_ratios(const std::string& name, const std::vector<Contestant>& contestants,
                        Target target) {
  for (const Contestant& contestant : contestants) add_raw(contestant);
  const Contestant& first = contestants.front();
  for (std::size_t i = 1; i < contestants.size(); ++i) {
    add({.name = fmt::format("{} / {}", name, contestants[i].name),
         .measured = first.median_seconds() / contestants[i].median_seconds(),
         .unit = "×",
         .target = target});
  }
}

void Report::add_raw(const Contestant& contestant) {
  medians_.push_back({contestant.name, contestant.median_seconds(), contestant.seconds.size()});
}

std::string Report::text() const {
  std::string out =
      padded("what", kNameWidth) + padded("measured", 12) + padded("target", 10) + "\n";
  for (const Row& row : rows_) {
    out += padded(row.name, kNameWidth) +
           padded(fmt::format("{:.3g}{}", row.measured, row.unit), 12) +
           padded(target_text(row), 10);
    if (row.target) out += met(row) ? "ok" : "short";
    out += '\n';
  }
  if (!medians_.empty()) out += "\nmedians\n";
  for (const RawMedian& raw : medians_)
    out += fmt::format("  {}{:9.2f} ms  of {}\n", padded(raw.name, kNameWidth - 2),
                       raw.seconds * 1000, raw.samples);
  for (const FailedBenchmark& failure : failures_)
    out += fmt::format("\n{} was not measured: {}\n", failure.name, failure.why);
  return out;
}

std::string Report::json() const {
  std::vector<std::string> rows;
  for (const Row& row : rows_) {
    std::string target = "null";
    if (row.target)
      target = fmt::format("{{\"{}\": {:g}}}",
                           row.target->kind == Target::Kind::kAtMost ? "at_most" : "at_least",
                           row.target->value);
    rows.push_back(fmt::format(
        "{{\"name\": {}, \"measured\": {:.6g}, \"unit\": {}, \"target\": {}, \"met\": {}}}",
        quoted(row.name), row.measured, quoted(row.unit), target,
        row.target ? (met(row) ? "true" : "false") : "null"));
  }
  std::vector<std::string> medians;
  for (const RawMedian& raw : medians_) {
    medians.push_back(fmt::format("{{\"name\": {}, \"seconds\": {:.6g}, \"samples\": {}}}",
                                  quoted(raw.name), raw.seconds, raw.samples));
  }
  std::vector<std::string> failures;
  for (const FailedBenchmark& failure : failures_) {
    failures.push_back(
        fmt::format("{{\"name\": {}, \"why\": {}}}", quoted(failure.name), quoted(failure.why)));
  }
  return fmt::format(
      "{{\n\"schema\": 1,\n\"rows\": [\n{}],\n\"medians\": [\n{}],\n\"failures\": [\n{}]\n}}\n",
      fmt::join(rows, ",\n"), fmt::join(medians, ",\n"), fmt::join(failures, ",\n"));
}

}  // namespace mino::bench
