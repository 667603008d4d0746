#include "adapters/state/placeholder_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "adapters/posix/file_lock.hpp"
#include "adapters/posix/placeholder_files.hpp"

namespace mino::state {
namespace {

constexpr std::int64_t kSchema = 1;
constexpr std::chrono::seconds kLockTimeout(10);
constexpr std::size_t kMaxLedgerBytes = std::size_t{16} * 1024 * 1024;

/// JSON is UTF-8, a path is any bytes: what is not ASCII becomes %XX.
std::string encoded(std::string_view path) {
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || c == '%') {
      text += fmt::format("%{:02X}", byte);
    } else {
      text += c;
    }
  }
  return text;
}

std::string decoded(std::string_view text) {
  std::string path;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned byte = 0;
    const std::string_view digits = text.substr(at + 1, 2);
    if (text[at] == '%' && digits.size() == 2 &&
        std::from_chars(digits.data(), digits.data() + 2, byte, 16).ptr == digits.data() + 2) {
      path += static_cast<char>(byte);
      at += 2;
    } else {
      path += text[at];
    }
  }
  return path;
}

JsonValue holder_to_json(const PlaceholderHolder& holder) {
  return JsonValue::Object{{"session", holder.session_id},
                           {"pid", holder.owner.pid},
                           {"start_time", static_cast<std::int64_t>(holder.owner.start_time)}};
}

JsonValue placeholder_to_json(const Placeholder& placeholder) {
  JsonValue::Object object{
      {"project", encoded(placeholder.project)},
      {"path", encoded(placeholder.path)},
      {"kind", placeholder.kind == ProtectedKind::kFile ? "file" : "directory"}};
  if (placeholder.kind == ProtectedKind::kFile) object.emplace_back("content", placeholder.content);
  if (placeholder.exclude) {
    object.emplace_back("git_directory", encoded(placeholder.exclude->git_directory));
    object.emplace_back("pattern", encoded(placeholder.exclude->pattern));
  }
  return object;
}

std::optional<PlaceholderHolder> holder_from_json(const JsonValue& json) {
  const std::string* session = json.find_string("session");
  const JsonValue* pid = json.find("pid");
  const JsonValue* start = json.find("start_time");
  if (session == nullptr || pid == nullptr || pid->integer() == nullptr || start == nullptr ||
      start->integer() == nullptr)
    return std::nullopt;
  return PlaceholderHolder{*session,
                           {*pid->integer(), static_cast<std::uint64_t>(*start->integer())}};
}

std::optional<Placeholder> placeholder_from_json(const JsonValue& json) {
  const std::string* project = json.find_string("project");
  const std::string* path = json.find_string("path");
  const std::string* kind = json.find_string("kind");
  if (project == nullptr || path == nullptr || kind == nullptr || path->empty() ||
      !project->starts_with('/'))
    return std::nullopt;
  Placeholder placeholder;
  placeholder.project = decoded(*project);
  placeholder.path = decoded(*path);
  if (*kind == "file") placeholder.kind = ProtectedKind::kFile;
  if (const std::string* content = json.find_string("content")) placeholder.content = *content;
  const std::string* git = json.find_string("git_directory");
  const std::string* pattern = json.find_string("pattern");
  if (git != nullptr && pattern != nullptr)
    placeholder.exclude = Placeholder::Exclude{decoded(*git), decoded(*pattern)};
  return placeholder;
}

using Place = std::pair<std::string, std::string>;

Place place_of(const Placeholder& placeholder) { return {placeholder.project, placeholder.path}; }

enum class Visibility {
  kUnseenByGit,  ///< a directory, or a file within a git directory or outside every working tree
  kExcluded,     ///< unseen only because of git's exclude file
};

/// Makes those of that kind; notes in `failed` what cannot be made.
Result<void> make(const std::vector<const Placeholder*>& placeholders, Visibility visibility,
                  posix::PlaceholderRoots& roots, std::set<Place>& failed) {
  for (const Placeholder* placeholder : placeholders) {
    if (placeholder->exclude.has_value() != (visibility == Visibility::kExcluded)) continue;
    MINO_ASSIGN(const posix::Made made, posix::make_placeholder(roots, *placeholder));
    if (made != posix::Made::kYes) failed.insert(place_of(*placeholder));
  }
  return {};
}

}  // namespace

PlaceholderLedger::PlaceholderLedger(Ports ports, std::filesystem::path directory)
    : ports_(ports), directory_(std::move(directory)) {}

JsonValue PlaceholderLedger::to_json(const Entries& entries) {
  JsonValue::Array list;
  for (const Entry& entry : entries) {
    JsonValue json = placeholder_to_json(entry.placeholder);
    JsonValue::Array holders;
    for (const PlaceholderHolder& holder : entry.holders) holders.push_back(holder_to_json(holder));
    json.set("holders", std::move(holders));
    list.push_back(std::move(json));
  }
  return JsonValue::Object{{"schema", kSchema}, {"placeholders", std::move(list)}};
}

Result<PlaceholderLedger::Entries> PlaceholderLedger::from_json(const JsonValue& json) {
  const Error corrupt(ErrorCode::kCorrupt, "this is no list of placeholders");
  const JsonValue* list = json.find("placeholders");
  if (list == nullptr || list->array() == nullptr) return corrupt;
  Entries entries;
  for (const JsonValue& item : *list->array()) {
    auto placeholder = placeholder_from_json(item);
    const JsonValue* holders = item.find("holders");
    if (!placeholder || holders == nullptr || holders->array() == nullptr) return corrupt;
    Entry entry{std::move(*placeholder), {}};
    for (const JsonValue& holder : *holders->array()) {
      auto parsed = holder_from_json(holder);
      if (!parsed) return corrupt;
      entry.holders.push_back(std::move(*parsed));
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

void PlaceholderLedger::write_all_excludes(const Entries& entries) {
  std::map<std::string, std::vector<std::string>> excludes;
  for (const Entry& entry : entries) {
    const auto& exclude = entry.placeholder.exclude;
    if (!exclude) continue;
    std::vector<std::string>& patterns = excludes[exclude->git_directory];
    if (!entry.holders.empty()) patterns.push_back(exclude->pattern);
  }
  for (const auto& [directory, patterns] : excludes) posix::write_excludes(directory, patterns);
}

Result<PlaceholderLedger::Entries> PlaceholderLedger::load() const {
  MINO_ASSIGN(const std::optional<std::string> text, ports_.files.read(file(), kMaxLedgerBytes));
  if (!text) return Entries{};
  MINO_ASSIGN(const JsonValue json, ports_.json.parse(*text).with_context(file().native()));
  return from_json(json).with_context(file().native());
}

Result<void> PlaceholderLedger::store(const Entries& entries) {
  if (entries.empty()) return ports_.files.remove(file());
  return ports_.files.write_atomic(file(),
                                   ports_.json.write(to_json(entries), JsonLayout::kPretty) + "\n",
                                   0600, Durability::kRename);
}

Result<void> PlaceholderLedger::hold(const PlaceholderHolder& holder,
                                     const std::vector<Placeholder>& placeholders) {
  MINO_TRY(ports_.files.make_directories(directory_, 0700));
  MINO_ASSIGN(const posix::FileLock held,
              posix::FileLock::acquire(directory_ / ".lock", kLockTimeout));
  MINO_ASSIGN(Entries entries, load());
  posix::PlaceholderRoots roots;
  const std::vector<const Placeholder*> missing = note(entries, holder, placeholders, roots);
  MINO_TRY(store(entries));
  // Git is silent about a file before it is there. Its exclude file may be a placeholder too.
  std::set<Place> failed;
  MINO_TRY(make(missing, Visibility::kUnseenByGit, roots, failed));
  write_all_excludes(entries);
  MINO_TRY(make(missing, Visibility::kExcluded, roots, failed));
  if (failed.empty()) return {};
  std::erase_if(entries,
                [&](const Entry& entry) { return failed.contains(place_of(entry.placeholder)); });
  return store(entries);
}

std::vector<const Placeholder*> PlaceholderLedger::note(
    Entries& entries, const PlaceholderHolder& holder, const std::vector<Placeholder>& placeholders,
    posix::PlaceholderRoots& roots) {
  std::map<Place, std::size_t> known;
  for (std::size_t i = 0; i < entries.size(); ++i) known[place_of(entries[i].placeholder)] = i;
  std::vector<const Placeholder*> missing;
  for (const Placeholder& wanted : placeholders) {
    const bool free = posix::is_free(roots, wanted);
    if (free) missing.push_back(&wanted);
    auto at = known.find(place_of(wanted));
    if (at == known.end()) {
      if (!free) continue;
      at = known.emplace(place_of(wanted), entries.size()).first;
      entries.push_back({wanted, {}});
    }
    std::vector<PlaceholderHolder>& holders = entries[at->second].holders;
    if (std::ranges::find(holders, holder) == holders.end()) holders.push_back(holder);
  }
  return missing;
}

Result<void> PlaceholderLedger::drop(const std::string& session_id) {
  MINO_ASSIGN(const auto info, ports_.files.info(file(), FollowLinks::kNo));
  if (!info) return {};
  MINO_ASSIGN(const posix::FileLock held,
              posix::FileLock::acquire(directory_ / ".lock", kLockTimeout));
  MINO_ASSIGN(Entries entries, load());
  bool is_changed = false;
  std::map<std::string, bool> needs;  // by session
  const auto is_over = [&](const PlaceholderHolder& holder) {
    if (holder.session_id == session_id) return true;
    const auto [known, is_new] = needs.try_emplace(holder.session_id);
    if (is_new) known->second = ports_.processes.alive(holder.owner);
    return !known->second;
  };
  for (Entry& entry : entries) is_changed |= std::erase_if(entry.holders, is_over) > 0;
  posix::PlaceholderRoots roots;
  if (!is_changed &&
      std::ranges::none_of(entries, [](const Entry& entry) { return entry.holders.empty(); }))
    return {};
  std::vector<const Placeholder*> excluded;
  std::vector<const Placeholder*> others;
  // What lies in a directory goes before the directory.
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const Placeholder& placeholder = entry->placeholder;
    if (entry->holders.empty()) (placeholder.exclude ? excluded : others).push_back(&placeholder);
  }
  posix::remove_placeholders(roots, excluded);
  write_all_excludes(entries);
  posix::remove_placeholders(roots, others);
  std::erase_if(entries, [](const Entry& entry) { return entry.holders.empty(); });
  return store(entries);
}

Result<void> PlaceholderLedger::release(const std::string& session_id) { return drop(session_id); }

Result<void> PlaceholderLedger::sweep() { return drop({}); }

}  // namespace mino::state
