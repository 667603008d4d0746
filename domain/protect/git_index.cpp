#include "domain/protect/git_index.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace mino {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kModeAt = 24;
constexpr std::size_t kHashAt = 40;  ///< in an entry, behind what stat(2) said
constexpr std::size_t kExtensionHeaderBytes = 8;
constexpr std::size_t kMaxPathBytes = 4095;
constexpr std::uint32_t kKindMask = 0170000;
constexpr std::uint32_t kGitlink = 0160000;
constexpr std::uint16_t kNameMask = 0x0fff;
constexpr std::uint16_t kExtended = 0x4000;
constexpr std::string_view kHexDigits = "0123456789abcdef";

class Scan {
 public:
  Scan(std::string_view index, GitHash hash, IndexEntries wanted, std::size_t limit)
      : bytes_(index), hash_(static_cast<std::size_t>(hash)), wanted_(wanted), limit_(limit) {}

  IndexScan run() {
    if (bytes_.size() < kHeaderBytes + hash_ || !bytes_.starts_with("DIRC")) return refused();
    version_ = number(4);
    if (version_ < 2 || version_ > 4) return refused();
    const std::optional<std::size_t> end = entries(kHeaderBytes, number(8));
    if (end) extensions(*end);
    // Git's threads begin where this says, and not where the entries end.
    if (const std::optional<std::size_t> named = end_of_entries(); named && named != end)
      extensions(*named);
    if (!end) result_.is_whole = false;
    return std::move(result_);
  }

 private:
  IndexScan refused() {
    result_.is_whole = false;
    return std::move(result_);
  }

  [[nodiscard]] std::uint32_t byte(std::size_t at) const {
    return static_cast<unsigned char>(bytes_[at]);
  }
  [[nodiscard]] std::uint32_t number(std::size_t at) const {
    return byte(at) << 24 | byte(at + 1) << 16 | byte(at + 2) << 8 | byte(at + 3);
  }
  [[nodiscard]] bool holds(std::size_t at, std::size_t count) const {
    return at <= bytes_.size() && count <= bytes_.size() - at;
  }

  /// `count` entries from `at` on; where the next would begin. Nothing when git would refuse one.
  std::optional<std::size_t> entries(std::size_t at, std::uint32_t count) {
    previous_.clear();
    has_previous_ = false;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::optional<std::size_t> next = entry(at);
      if (!next) return std::nullopt;
      at = *next;
    }
    return at;
  }

  std::optional<std::size_t> entry(const std::size_t begin) {
    std::size_t at = begin + kHashAt + hash_;
    if (!holds(begin, kHashAt + hash_ + 2)) return std::nullopt;
    const std::uint32_t flags = byte(at) << 8 | byte(at + 1);
    at += (flags & kExtended) != 0 ? 4 : 2;
    std::size_t copied = 0;
    if (version_ == 4) {
      const std::uint64_t stripped = variable_number(at);
      // The first of a block has nothing before it, whatever it says.
      if (has_previous_) {
        if (stripped > previous_.size()) return std::nullopt;
        copied = previous_.size() - static_cast<std::size_t>(stripped);
      }
    }
    std::size_t length = flags & kNameMask;
    if (length == kNameMask) {
      const std::size_t end = bytes_.find('\0', std::min(at, bytes_.size()));
      if (end == std::string_view::npos) return std::nullopt;
      length = end - at + copied;
    }
    if (length < copied || !holds(at, length - copied + 1)) return std::nullopt;
    const std::string_view rest = bytes_.substr(at, length - copied);
    const std::uint32_t mode = number(begin + kModeAt);
    if (version_ == 4) {
      previous_.resize(copied);
      previous_ += rest;
      has_previous_ = true;
      keep(mode, previous_);
      return at + rest.size() + 1;
    }
    keep(mode, rest);
    return begin + ((at - begin + length + 8) & ~std::size_t{7});
  }

  void keep(std::uint32_t mode, std::string_view name) {
    const bool is_gitlink = (mode & kKindMask) == kGitlink;
    if (!is_gitlink && wanted_ == IndexEntries::kGitlinks) return;
    // To git, which takes it for a string of C, it ends at a NUL; the kernel takes no longer one.
    name = name.substr(0, kMaxPathBytes + 1);
    name = name.substr(0, name.find('\0'));
    if (name.size() > kMaxPathBytes) return;
    if (name.empty()) {
      result_.renames_shared = result_.renames_shared || is_gitlink;
      return;
    }
    const auto place = result_.paths.lower_bound(std::string(name));
    if (place != result_.paths.end() && *place == name) return;
    if (result_.paths.size() < limit_) {
      result_.paths.emplace_hint(place, name);
    } else {
      result_.is_whole = false;
    }
  }

  /// As git's decode_varint(): moves `at` behind it; 0, and `at` stays, when it is too large.
  std::uint64_t variable_number(std::size_t& at) const {
    std::size_t next = at;
    std::uint64_t value = 0;
    while (holds(next, 1)) {
      const std::uint32_t digit = byte(next++);
      value += digit & 127;
      if ((digit & 128) == 0) {
        at = next;
        return value;
      }
      if (++value == 0 || value >> 57 != 0) return 0;
      value <<= 7;
    }
    return 0;
  }

  /// The position that the last extension names, "end of index entry".
  [[nodiscard]] std::optional<std::size_t> end_of_entries() const {
    const std::size_t size = kExtensionHeaderBytes + 4 + hash_;
    if (bytes_.size() < kHeaderBytes + size + hash_) return std::nullopt;
    const std::size_t at = bytes_.size() - hash_ - size;
    if (bytes_.substr(at, 4) != "EOIE" || number(at + 4) != 4 + hash_) return std::nullopt;
    return number(at + kExtensionHeaderBytes);
  }

  void extensions(std::size_t at) {
    while (holds(at, kExtensionHeaderBytes + hash_)) {
      const std::string_view name = bytes_.substr(at, 4);
      const std::size_t size = number(at + 4);
      at += kExtensionHeaderBytes;
      if (name == "link") shared_index(bytes_.substr(at, size));
      if (name == "IEOT") blocks(at, std::min(size, bytes_.size() - at));
      if (!holds(at, size)) return;
      at += size;
    }
  }

  void shared_index(std::string_view link) {
    if (link.size() < hash_) return;
    const std::string_view hash = link.substr(0, hash_);
    if (hash.find_first_not_of('\0') == std::string_view::npos) return;
    std::string name = "sharedindex.";
    for (const char c : hash) {
      name += kHexDigits[static_cast<unsigned char>(c) >> 4];
      name += kHexDigits[static_cast<unsigned char>(c) & 15U];
    }
    result_.shared.insert(std::move(name));
  }

  /// "Index entry offset table": a version, then the place of each block and its number of entries.
  void blocks(std::size_t table, std::size_t size) {
    constexpr std::size_t kBlockBytes = 8;
    constexpr std::size_t kVersionBytes = 4;
    // As many as the whole file can hold, so that blocks over one another cost no more.
    std::size_t left = bytes_.size() / (kHashAt + hash_);
    for (std::size_t at = kVersionBytes; at + kBlockBytes <= size; at += kBlockBytes) {
      const std::size_t count = number(table + at + 4);
      if (count > left) {
        result_.is_whole = false;
        return;
      }
      left -= count;
      static_cast<void>(entries(number(table + at), static_cast<std::uint32_t>(count)));
    }
  }

  std::string_view bytes_;
  std::size_t hash_;
  IndexEntries wanted_;
  std::size_t limit_;
  std::uint32_t version_ = 0;
  std::string previous_;  ///< the name before, in version 4
  bool has_previous_ = false;
  IndexScan result_{};
};

}  // namespace

IndexScan scan_git_index(std::string_view index, GitHash hash, IndexEntries wanted,
                         std::size_t limit) {
  return Scan(index, hash, wanted, limit).run();
}

}  // namespace mino
