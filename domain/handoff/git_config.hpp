#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mino {

/// One variable of a file in git's configuration format.
struct GitConfigEntry {
  std::string key{};    ///< "section.name" or "section.subsection.name"; the subsection as written,
                        ///< the rest in lower case
  std::string value{};  ///< unquoted; "true" for a name without a value
  std::size_t begin = 0;  ///< where the name begins in the text
  std::size_t end = 0;    ///< where its last line ends, without the line feed
  bool operator==(const GitConfigEntry&) const = default;
};

/// What git-config(1) describes, without following includes. Where git would refuse the file, the
/// rest of the line is skipped and reading goes on: what a broken file holds is of interest too.
[[nodiscard]] std::vector<GitConfigEntry> parse_git_config(std::string_view text);

/// Whether git, or a program that reads git's configuration, runs a command or trusts another place
/// because of this variable. `depth` is the number of directories from the project down to the
/// file: a working tree that lies no further up is the project's own, as that of a submodule.
[[nodiscard]] bool is_dangerous(const GitConfigEntry& entry, std::size_t depth);

/// The keys of the dangerous variables, sorted, each once.
[[nodiscard]] std::vector<std::string> dangerous_keys(std::string_view text, std::size_t depth);

/// The text with every dangerous variable made a comment ("# mino: …"), all else byte for byte.
[[nodiscard]] std::string defused_git_config(std::string_view text, std::size_t depth);

}  // namespace mino
