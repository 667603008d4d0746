#include "domain/session/session_name.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mino {
namespace {

// Both lists have a power of two of words, so that a random number picks each with the same chance.
constexpr std::size_t kWords = 64;

constexpr std::array<std::string_view, kWords> kAdjectives = {
    "agile",  "amber",   "ample",   "autumn", "bold",   "brave",  "breezy", "bright",
    "brisk",  "calm",    "candid",  "cheery", "clever", "copper", "coral",  "cosmic",
    "cosy",   "crisp",   "curious", "daring", "dapper", "eager",  "early",  "elated",
    "fair",   "fleet",   "fluent",  "fond",   "frank",  "gentle", "glad",   "golden",
    "grand",  "happy",   "hardy",   "honest", "humble", "jolly",  "keen",   "kind",
    "lively", "lucid",   "lucky",   "mellow", "merry",  "mild",   "neat",   "nimble",
    "noble",  "patient", "placid",  "polite", "proud",  "quick",  "quiet",  "rapid",
    "serene", "silver",  "steady",  "sunny",  "tidy",   "vivid",  "warm",   "witty"};

constexpr std::array<std::string_view, kWords> kNouns = {
    "acorn",  "alder",  "aspen",  "badger",  "beacon", "beaver", "birch",  "bison",
    "brook",  "canyon", "cedar",  "cliff",   "cloud",  "comet",  "cove",   "crane",
    "creek",  "delta",  "dune",   "eagle",   "falcon", "fern",   "finch",  "fjord",
    "forest", "fox",    "garden", "glade",   "grove",  "harbor", "hawk",   "hazel",
    "heron",  "island", "ivy",    "kestrel", "lagoon", "lake",   "lark",   "linden",
    "lynx",   "maple",  "marten", "meadow",  "moss",   "oak",    "orchid", "otter",
    "owl",    "panda",  "pebble", "pine",    "plover", "quail",  "raven",  "reef",
    "ridge",  "river",  "robin",  "sparrow", "spruce", "tundra", "walnut", "willow"};

constexpr std::size_t kMaxLength = 63;

constexpr bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

constexpr bool may_continue(char c) {
  return is_alphanumeric(c) || c == '_' || c == '.' || c == '-';
}

}  // namespace

SessionName::SessionName(std::string name) : name_(std::move(name)) {}

Result<SessionName> SessionName::parse(std::string_view text) {
  if (text.empty()) return Error(ErrorCode::kUsage, "a session name must not be empty");
  if (text.size() > kMaxLength)
    return Error(ErrorCode::kUsage, "a session name has at most 63 characters");
  if (!is_alphanumeric(text.front()) || !std::ranges::all_of(text, may_continue)) {
    return Error(ErrorCode::kUsage,
                 "a session name starts with a letter or digit and holds only letters, digits, "
                 "'.', '_' and '-'");
  }
  return SessionName(std::string(text));
}

SessionName SessionName::generate(std::uint64_t random) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string name(kAdjectives[random % kWords]);
  name += '-';
  name += kNouns[random / kWords % kWords];
  name += '-';
  for (unsigned shift : {60U, 56U, 52U, 48U}) name += kDigits[random >> shift & 0xFU];
  return SessionName(std::move(name));
}

}  // namespace mino
