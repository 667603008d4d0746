#include "cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mino::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Combining marks, joiners and variation selectors: no column of their own.
constexpr std::array kZeroWidth = {
    Range{0x0300, 0x036F},  Range{0x0483, 0x0489}, Range{0x0591, 0x05BD}, Range{0x0610, 0x061A},
    Range{0x064B, 0x065F},  Range{0x0E31, 0x0E31}, Range{0x0E34, 0x0E3A}, Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF},  Range{0x200B, 0x200F}, Range{0x2028, 0x202E}, Range{0x2060, 0x206F},
    Range{0x20D0, 0x20FF},  Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF},
    Range{0xE0000, 0xE01EF}};

// East Asian wide and full-width, and emoji.
constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x2329, 0x232A},
    Range{0x23E9, 0x23EC},   Range{0x2614, 0x2615},   Range{0x2648, 0x2653},
    Range{0x26A1, 0x26A1},   Range{0x2705, 0x2705},   Range{0x274C, 0x274C},
    Range{0x2753, 0x2755},   Range{0x2795, 0x2797},   Range{0x2B1B, 0x2B1C},
    Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},
    Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},   Range{0xA960, 0xA97F},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
    Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return point >= range.first && point <= range.last;
  });
}

struct Decoded {
  char32_t point = 0;
  std::size_t bytes = 0;  // 0: not UTF-8
};

Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 && lead <= 0xF4  ? 4
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                                                           : 0;
  if (length == 0 || text.size() < length) return {};
  char32_t point = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLowest = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kLowest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
    return {};
  return {point, length};
}

// The length of the CSI sequence that `text` begins with, or 0.
std::size_t escape_sequence_length(std::string_view text) {
  if (text.size() < 3 || text[0] != '\x1b' || text[1] != '[') return 0;
  for (std::size_t i = 2; i < text.size(); ++i) {
    if (text[i] >= 0x40 && text[i] <= 0x7E) return i + 1;
  }
  return 0;
}

// Overrides of the writing direction can make a text read as another one.
bool is_bidi_control(char32_t point) {
  return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::string painted(std::string_view text, Paint paint, Colour colour) {
  if (colour == Colour::kNever) return std::string(text);
  std::string_view code;
  switch (paint) {
    case Paint::kBold:
      code = "1";
      break;
    case Paint::kDim:
      code = "2";
      break;
    case Paint::kRed:
      code = "1;31";
      break;
    case Paint::kGreen:
      code = "32";
      break;
    case Paint::kYellow:
      code = "33";
      break;
    case Paint::kCyan:
      code = "36";
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::size_t visible_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (const std::size_t escape = escape_sequence_length(text); escape != 0) {
      text.remove_prefix(escape);
      continue;
    }
    const Decoded next = decode(text);
    if (next.bytes == 0) {
      ++width;
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(next.bytes);
    if (within(kZeroWidth, next.point)) continue;
    width += within(kWide, next.point) ? 2U : 1U;
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Decoded next = decode(text);
    const std::size_t bytes = std::max<std::size_t>(1, next.bytes);
    const std::string_view raw = text.substr(0, bytes);
    text.remove_prefix(bytes);
    const bool control = next.point < 0x20 || (next.point >= 0x7F && next.point < 0xA0) ||
                         is_bidi_control(next.point);
    if (next.bytes != 0 && !control) {
      out += raw;
    } else if (raw == "\n") {
      out += "\\n";
    } else if (raw == "\t") {
      out += "\\t";
    } else {
      for (const char byte : raw) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
  return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t column = 0;
  while (!text.empty()) {
    if (text[0] == '\n') {
      lines.emplace_back();
      column = 0;
      text.remove_prefix(1);
      continue;
    }
    if (text[0] == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const std::string_view word = text.substr(0, text.find_first_of(" \n"));
    const std::size_t word_width = visible_width(word);
    if (column != 0 && column + 1 + word_width > width) {
      lines.emplace_back();
      column = 0;
    }
    if (column != 0) {
      lines.back() += ' ';
      ++column;
    }
    lines.back() += word;
    column += word_width;
    text.remove_prefix(word.size());
  }
  return lines;
}

std::string human_duration(std::chrono::seconds duration) {
  const auto seconds = std::max<std::chrono::seconds::rep>(0, duration.count());
  constexpr std::chrono::seconds::rep kMinute = 60;
  constexpr auto kHour = 60 * kMinute;
  constexpr auto kDay = 24 * kHour;
  if (seconds < kMinute) return fmt::format("{}s", seconds);
  if (seconds < kHour) return fmt::format("{}m", seconds / kMinute);
  if (seconds < kDay) return fmt::format("{}h", seconds / kHour);
  return fmt::format("{}d", seconds / kDay);
}

std::string human_size(std::uint64_t size_bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (size_bytes < 1024) return fmt::format("{} B", size_bytes);
  double size = static_cast<double>(size_bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would be printed as 1024.0.
  while (size >= 1023.95 && unit + 1 < kUnits.size()) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

}  // namespace mino::cli
