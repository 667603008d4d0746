#include <algorithm>
#include <array>

#include "domain/handoff/git_config.hpp"

namespace mino {
namespace {

enum class Subsection { kNone, kAny, kMaybe };
enum class When {
  kAlways,
  kNotBoolean,  ///< a boolean only switches something of git's own
  kFalse,
  kCommand,    ///< a value that begins with "!"
  kElsewhere,  ///< a path that leads out of the project
  kHelper,  ///< the address of a remote helper, "ext::…", or what a program takes for an option
};

struct Pattern {
  std::string_view section;
  Subsection subsection;
  std::string_view name;  ///< lower case; "*" for any
  When when = When::kAlways;
};

using enum Subsection;
using enum When;

// git-config(1), gitattributes(5), git-lfs-config(5), git-instaweb(1), git-send-email(1).
constexpr auto kPatterns = std::to_array<Pattern>({
    {"alias", kMaybe, "*"},
    {"branch", kAny, "remote", kHelper},
    {"branch", kAny, "pushremote", kHelper},
    {"browser", kAny, "cmd"},
    {"browser", kAny, "path"},
    {"core", kNone, "alternaterefscommand"},
    {"core", kNone, "askpass"},
    {"core", kNone, "editor"},
    {"core", kNone, "fsmonitor", kNotBoolean},
    {"core", kNone, "gitproxy"},
    {"core", kNone, "hookspath"},
    {"core", kNone, "pager"},
    {"core", kNone, "sshcommand"},
    {"core", kNone, "worktree", kElsewhere},
    {"credential", kMaybe, "helper"},
    {"diff", kNone, "external"},
    {"diff", kAny, "command"},
    {"diff", kAny, "textconv"},
    {"difftool", kAny, "cmd"},
    {"difftool", kAny, "path"},
    {"filter", kAny, "clean"},
    {"filter", kAny, "process"},
    {"filter", kAny, "smudge"},
    {"gc", kNone, "recentobjectshook"},
    {"gpg", kMaybe, "program"},
    {"gpg", kAny, "defaultkeycommand"},
    {"guitool", kAny, "cmd"},
    {"hook", kAny, "command"},
    {"http", kMaybe, "curloptresolve"},
    {"http", kMaybe, "proxy"},
    {"http", kMaybe, "sslcainfo"},
    {"http", kMaybe, "sslcapath"},
    {"http", kMaybe, "sslverify", kFalse},
    {"imap", kMaybe, "tunnel"},
    {"include", kNone, "path"},
    {"includeif", kAny, "path"},
    {"init", kNone, "templatedir"},
    {"instaweb", kNone, "browser"},
    {"instaweb", kNone, "httpd"},
    {"interactive", kNone, "difffilter"},
    {"lfs", kAny, "path"},
    {"man", kAny, "cmd"},
    {"man", kAny, "path"},
    {"merge", kAny, "driver"},
    {"mergetool", kAny, "cmd"},
    {"mergetool", kAny, "path"},
    {"pager", kMaybe, "*", kNotBoolean},
    {"protocol", kMaybe, "allow"},
    {"remote", kAny, "proxy"},
    {"remote", kAny, "pushurl", kHelper},
    {"remote", kAny, "receivepack"},
    {"remote", kAny, "uploadpack"},
    {"remote", kAny, "url", kHelper},
    {"remote", kAny, "vcs"},
    {"sendemail", kMaybe, "cccmd"},
    {"sendemail", kMaybe, "headercmd"},
    {"sendemail", kMaybe, "sendmailcmd"},
    {"sendemail", kMaybe, "smtpserver"},
    {"sendemail", kMaybe, "tocmd"},
    {"sequence", kNone, "editor"},
    {"submodule", kAny, "update", kCommand},
    {"submodule", kAny, "url", kHelper},
    {"tar", kAny, "command"},
    {"trailer", kAny, "cmd"},
    {"trailer", kAny, "command"},
    {"uploadpack", kNone, "packobjectshook"},
    {"url", kAny, "insteadof"},
    {"url", kAny, "pushinsteadof"},
});

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, lower(value)) != words.end();
}

bool leads_further_up(std::string_view path, std::size_t depth) {
  if (path.starts_with('/') || path.starts_with('~') || path.starts_with('%')) return true;
  std::size_t up = 0;
  for (std::size_t at = path.find(".."); at != std::string_view::npos; at = path.find("..", at + 2))
    ++up;
  return up > depth;
}

bool holds(When when, std::string_view value, std::size_t depth) {
  const bool is_false = is_one_of(value, {"false", "no", "off", "0", ""});
  switch (when) {
    case When::kAlways:
      return true;
    case When::kNotBoolean:
      return !is_false && !is_one_of(value, {"true", "yes", "on", "1"});
    case When::kFalse:
      return is_false;
    case When::kCommand:
      return value.starts_with('!');
    case When::kElsewhere:
      return leads_further_up(value, depth);
    case When::kHelper:
      return value.starts_with('-') || value.find("::") < value.find('/');
  }
  return true;
}

}  // namespace

bool is_dangerous(const GitConfigEntry& entry, std::size_t depth) {
  const std::string_view key = entry.key;
  const std::size_t first = key.find('.');
  const std::size_t last = key.rfind('.');
  if (first == std::string_view::npos) return false;
  const std::string_view section = key.substr(0, first);
  const std::string_view name = key.substr(last + 1);
  return std::ranges::any_of(kPatterns, [&](const Pattern& pattern) {
    if (pattern.section != section || (pattern.name != "*" && pattern.name != name)) return false;
    if (pattern.subsection == kNone && first != last) return false;
    if (pattern.subsection == kAny && first == last) return false;
    return holds(pattern.when, entry.value, depth);
  });
}

}  // namespace mino
