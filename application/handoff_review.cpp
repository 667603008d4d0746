#include "application/handoff_review.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "domain/handoff/git_config.hpp"
#include "domain/protect/protected_names.hpp"
#include "domain/run/text.hpp"

namespace mino::application {
namespace {

constexpr std::size_t kMaxNamed = 6;
/// More executables than this in one directory are one item.
constexpr std::size_t kMaxExecutables = 3;

std::string_view name_of(const std::string& path) {
  return std::string_view(path).substr(path.rfind('/') + 1);
}

/// "a, b and 3 more".
std::string enumerate(const std::vector<std::string>& names) {
  std::string text;
  const std::size_t shown = std::min(names.size(), kMaxNamed);
  for (std::size_t i = 0; i < shown; ++i)
    text += (i == 0 ? "" : ", ") + visible_text(std::string_view(names[i]).substr(0, 80));
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::string first_line(std::string_view text) {
  return visible_text(text.substr(0, std::min(text.find('\n'), std::size_t{200})));
}

/// Tells what each entry of one walk is, reading files where their name does not say enough.
class Describer {
 public:
  Describer(const ProjectWalker& walker, const JsonCodec& json,
            const std::filesystem::path& project)
      : walker_(walker), json_(json), project_(project) {}

  /// Nothing for an entry that turns out to be harmless.
  std::optional<HandoffItem> describe(const WalkedEntry& entry) {
    HandoffItem item{entry.what, entry.path, "", entry.change};
    if (entry.kind == EntryKind::kLink) {
      item.detail = "a link to " + visible_text(entry.target);
      return item;
    }
    bool counts = true;
    switch (entry.what) {
      case HandoffClass::kHook:
        if ((entry.mode & 0111U) == 0) item.detail = "not executable";
        break;
      case HandoffClass::kGitConfig:
        counts = describe_config(entry, item);
        break;
      case HandoffClass::kGitFile:
        counts = describe_git_file(entry, item);
        break;
      case HandoffClass::kSetuid:
        item.detail = fmt::format("mode {:04o}", entry.mode);
        break;
      case HandoffClass::kProtectedName:
        counts = !is_placeholder(entry);
        break;
      case HandoffClass::kLookAlike:
        item.detail = "another name for some file systems";
        break;
      case HandoffClass::kPackageScripts:
        counts = describe_package(entry, item);
        break;
      case HandoffClass::kLink:
      case HandoffClass::kBuildFile:
      case HandoffClass::kCi:
      case HandoffClass::kExecutable:
        break;
    }
    if (!counts) return std::nullopt;
    return item;
  }

 private:
  /// The bytes; or nothing, and `item` says why not. Gone is nothing and no reason.
  std::optional<std::string> read(const WalkedEntry& entry, HandoffItem& item) {
    if (entry.size_bytes >
        HandoffReview::kMaxReadBytes - std::min(read_, HandoffReview::kMaxReadBytes)) {
      item.detail = fmt::format("not read: {} bytes", entry.size_bytes);
      return std::nullopt;
    }
    auto bytes = walker_.read(project_, entry.path, HandoffReview::kMaxFileBytes);
    if (!bytes.ok()) {
      item.detail = "not read: " + bytes.error().text();
      return std::nullopt;
    }
    if (*bytes) read_ += (*bytes)->size();
    return std::move(bytes).value();
  }

  bool describe_config(const WalkedEntry& entry, HandoffItem& item) {
    const auto bytes = read(entry, item);
    if (!bytes) return !item.detail.empty();
    const auto depth = static_cast<std::size_t>(std::ranges::count(entry.path, '/'));
    const std::vector<std::string> keys = dangerous_keys(*bytes, depth);
    item.detail = enumerate(keys);
    return !keys.empty();
  }

  bool describe_git_file(const WalkedEntry& entry, HandoffItem& item) {
    const auto bytes = read(entry, item);
    if (!bytes) return !item.detail.empty();
    const std::string line = first_line(*bytes);
    const std::string_view name = name_of(entry.path);
    if (name == "commondir") {
      // What git itself writes for a further working tree, and what says "here".
      if (line == "." || (entry.place == Place::kWorktree && line == "../..")) return false;
    } else if (name == "attributes") {
      return !bytes->empty();
    }
    item.detail = line;
    return true;
  }

  bool is_placeholder(const WalkedEntry& entry) {
    if (entry.kind != EntryKind::kFile) return false;
    for (const ProtectedName& name : protected_project_names()) {
      if (name.kind != ProtectedKind::kFile || name.name != name_of(entry.path)) continue;
      if (entry.size_bytes == 0) return true;
      if (name.placeholder.empty() || entry.size_bytes != name.placeholder.size()) return false;
      HandoffItem ignored;
      const auto bytes = read(entry, ignored);
      return bytes && *bytes == name.placeholder;
    }
    return false;
  }

  bool describe_package(const WalkedEntry& entry, HandoffItem& item) {
    const auto bytes = read(entry, item);
    if (!bytes) return !item.detail.empty() && entry.kind == EntryKind::kFile;
    const auto parsed = json_.parse(*bytes);
    if (!parsed.ok()) {
      item.detail = "not understood";
      return true;
    }
    std::vector<std::string> names;
    const JsonValue* scripts = parsed->find("scripts");
    if (scripts != nullptr && scripts->object() != nullptr) {
      for (const auto& [name, command] : *scripts->object()) names.push_back(name);
    }
    if (parsed->find("bin") != nullptr) names.emplace_back("bin");
    item.detail = "scripts: " + enumerate(names);
    return !names.empty();
  }

  const ProjectWalker& walker_;
  const JsonCodec& json_;
  const std::filesystem::path& project_;
  std::size_t read_ = 0;
};

/// A build makes executables by the hundred: of a directory with many there is one item.
std::vector<HandoffItem> collapse_executables(std::vector<HandoffItem> items) {
  const auto directory_of = [](const HandoffItem& item) {
    return item.path.substr(0, item.path.size() - name_of(item.path).size());
  };
  std::map<std::string, std::size_t> counts;
  for (const HandoffItem& item : items)
    if (item.what == HandoffClass::kExecutable) counts[directory_of(item)] += 1;
  std::vector<HandoffItem> result;
  for (HandoffItem& item : items) {
    if (item.what == HandoffClass::kExecutable) {
      std::string directory = directory_of(item);
      const auto found = counts.find(directory);
      if (found == counts.end()) continue;  // its directory is in the result already
      if (found->second > kMaxExecutables) {
        const std::string detail = fmt::format("{} executables", found->second);
        counts.erase(found);
        if (directory.empty()) directory = "./";
        item = {HandoffClass::kExecutable, std::move(directory), detail, Change::kChanged};
      }
    }
    result.push_back(std::move(item));
  }
  return result;
}

}  // namespace

Result<HandoffReview::Review> HandoffReview::execute(const Request& request) const {
  MINO_ASSIGN(ProjectWalk walk, walker_.walk({.project = request.project,
                                              .since = request.since - kSlack,
                                              .extent = request.extent,
                                              .patience = request.patience}));
  Review review;
  HandoffReport& report = review.report;
  report.since = request.since;
  report.made_at = clock_.now();
  report.extent = request.extent;
  report.counts = walk.left_out;
  report.not_looked_at = std::move(walk.not_looked_at);
  // The most dangerous first: there is a bound on what is read.
  std::ranges::sort(walk.entries, {}, [](const WalkedEntry& entry) { return entry.what; });
  Describer describer(walker_, json_, request.project);
  for (const WalkedEntry& entry : walk.entries) {
    std::optional<HandoffItem> item = describer.describe(entry);
    if (!item) continue;
    report.counts[entry.what] += 1;
    review.items.push_back(std::move(*item));
  }
  review.items = collapse_executables(std::move(review.items));
  sort_by_danger(review.items);
  const std::size_t kept = std::min(review.items.size(), HandoffReport::kMaxItems);
  report.items.assign(review.items.begin(),
                      review.items.begin() + static_cast<std::ptrdiff_t>(kept));
  return review;
}

}  // namespace mino::application
