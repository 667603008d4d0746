#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace mino {

/// A value as a file has it, before anything is known about its key.
struct DocumentValue {
  /// A value that no key takes: a date, a table where it cannot be taken apart. Holds what it is
  /// called ("a date").
  struct Other {
    std::string name;
    bool operator==(const Other&) const = default;
  };
  struct EmptyTable {
    bool operator==(const EmptyTable&) const = default;
  };
  using Array = std::vector<DocumentValue>;

  std::variant<bool, std::int64_t, double, std::string, Array, EmptyTable, Other> state;
  bool operator==(const DocumentValue&) const = default;
};

/// One value of a file, or one table without entries.
struct DocumentEntry {
  std::vector<std::string> path;  ///< the components of the whole key; never empty
  DocumentValue value;
  std::uint32_t line = 0;    ///< of the key, from 1
  std::uint32_t column = 0;  ///< of the key, from 1, in bytes
};

/// A configuration file whose syntax is right, and the very bytes that it was read from.
struct ConfigDocument {
  std::string file;  ///< as named in messages
  std::string bytes;
  std::vector<DocumentEntry> entries;  ///< tables taken apart, in the order of the file
};

}  // namespace mino
