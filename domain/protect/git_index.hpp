#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace mino {

/// The bytes of an object's name in a repository.
enum class GitHash : std::size_t { kSha1 = 20, kSha256 = 32 };

/// Which entries of an index are wanted.
enum class IndexEntries {
  kGitlinks,  ///< submodules
  kAll,       ///< every name: for the file that a split index is built on, see below
};

/// Names in an index of git's.
struct IndexScan {
  std::set<std::string> paths{};  ///< relative to the working tree, as written
  /// Files beside the index whose entries it changes (a split index): "sharedindex.<hex>".
  std::set<std::string> shared{};
  /// A submodule whose name is that of an entry of `shared`, told by number: any of them may be it.
  bool renames_shared = false;
  bool is_whole = true;  ///< false: there are more, or git would refuse what comes next
};

/// What an index (gitformat-index(5), versions 2 to 4) says about submodules: entries of mode
/// 160000, at most `limit`. Reads every place from which git itself reads entries, those that the
/// table for its threads names included: the two need not be the same in a file that was made to
/// deceive. Nothing is verified that git does not verify either. Linear in the size of the file.
[[nodiscard]] IndexScan scan_git_index(std::string_view index, GitHash hash, IndexEntries wanted,
                                       std::size_t limit);

}  // namespace mino
