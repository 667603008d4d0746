#pragma once

#include <string>
#include <vector>

#include "domain/json_value.hpp"
#include "domain/selftest/probe_report.hpp"

namespace mino {

/// One attempt of mino-probe, and how it has to end for a wall to stand.
struct Expectation {
  enum class Kind {
    kRefused,       ///< it fails, in a way that a wall makes it fail
    kUnanswered,    ///< the same, or it is never answered
    kNotForwarded,  ///< a question for a name: refused, or answered with an address that mino made
                    ///< up
    kAbsent,        ///< a search finds nothing
    kFact,          ///< it says `value`
    kWorks,         ///< it succeeds
  };
  std::string attempt;  ///< as the report names it
  Kind kind = Kind::kRefused;
  std::string argument = {};  ///< handed to the probe when not empty
  std::string value = {};     ///< of kFact
  bool operator==(const Expectation&) const = default;
};

/// Something that a box cannot do, or (the one called "work") must be able to.
struct Wall {
  std::string id;     ///< stable, for programs: "git-hooks"
  std::string title;  ///< for a person: "the box cannot write git hooks"
  std::vector<Expectation> attempts;
  std::string off = {};       ///< why the configuration asks for no such wall; empty: it does
  std::string untested = {};  ///< why it cannot be tried here; empty: it can
  bool operator==(const Wall&) const = default;
};

enum class WallState { kStands, kMissing, kOff, kNotTestable };

/// "stands", "missing", "off", "not testable".
[[nodiscard]] std::string_view to_string(WallState state);

struct WallResult {
  std::string id;
  std::string title;
  WallState state = WallState::kNotTestable;
  std::string reason;  ///< empty when it stands
  bool operator==(const WallResult&) const = default;
};

/// Judges one wall. Only what the probe said decides: without its word no wall stands.
[[nodiscard]] WallResult judge(const Wall& wall, const ProbeReport& report);

struct SelfTestReport {
  std::vector<WallResult> walls;
  bool operator==(const SelfTestReport&) const = default;
};

[[nodiscard]] SelfTestReport judge(const std::vector<Wall>& walls, const ProbeReport& report);

/// Whether every wall stands that the configuration asks for. One that could not be tested is not
/// known to.
[[nodiscard]] bool passes(const SelfTestReport& report);

/// For a program; `schema` 1.
[[nodiscard]] JsonValue to_json(const SelfTestReport& report);

/// The words that make the probe try all that the walls need: attempts of walls that are off are
/// not made.
[[nodiscard]] std::vector<std::string> probe_words(const std::vector<Wall>& walls);

}  // namespace mino
