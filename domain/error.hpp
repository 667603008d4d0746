#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mino {

/// What a caller may branch on. A code is added only when somebody does.
enum class ErrorCode {
  kInternal,       ///< nothing a caller can treat specially
  kUsage,          ///< the user's words are wrong: exit code 2
  kConfig,         ///< a configuration file or value is wrong
  kNotFound,       ///< the named thing is not there
  kAlreadyExists,  ///< the name is taken
  kPermission,     ///< the operating system or a policy refused
  kTimeout,        ///< a deadline passed
  kUnavailable,    ///< a needed program or service is missing or does not answer
  kCorrupt,        ///< stored data cannot be understood
  kNewerSchema,    ///< stored data was written by a newer mino
  kDeclined,       ///< the user said no
  kBusy,           ///< somebody else holds it
};

/// A failure on its way up. Owns its text. Carries no secret: texts are built from names, never
/// from values.
class Error {
 public:
  Error(ErrorCode code, std::string message);

  [[nodiscard]] ErrorCode code() const { return code_; }
  /// The innermost message, without the context added on the way up.
  [[nodiscard]] const std::string& message() const { return message_; }
  /// The command to type or the setting to change; may be empty.
  [[nodiscard]] const std::string& hint() const { return hint_; }
  /// The errno behind it, or 0.
  [[nodiscard]] int sys_errno() const { return sys_errno_; }

  /// Adds what was being done, outermost last: "starting session x" around "creating the
  /// container".
  Error& add_context(std::string context);
  Error& set_hint(std::string hint);
  Error& set_errno(int value);
  Error& set_code(ErrorCode code);

  /// "<context>: <context>: <message>", outermost first.
  [[nodiscard]] std::string text() const;

 private:
  ErrorCode code_;
  std::string message_;
  std::string hint_;
  std::vector<std::string> context_;
  int sys_errno_ = 0;
};

}  // namespace mino
