#pragma once

#include <cstddef>
#include <string_view>

namespace mino::gateway {

/// What a connection speaks, judged by what its client sends first.
enum class FirstBytes {
  kNeedMore,  ///< could still become kTls or kHttp: none of it may be passed on
  kTls,       ///< a TLS record of any type, or a hello in SSL 2.0's form
  kHttp,      ///< a request line, as lax as any server reads one; HttpRequests is the strict one
  kOther,
};

/// `bytes` is all that has come so far. A known method before "/" or "http(s)://" is kHttp at once;
/// any other word needs its whole line, which is kHttp if it names "HTTP/" or is longer than
/// kMaxFirstLine. kOther comes with the first byte that rules both out.
[[nodiscard]] FirstBytes classify(std::string_view bytes);
inline constexpr std::size_t kMaxFirstLine = 8192;

/// How many bytes at the beginning are only line ends. They say nothing, so they may be passed on
/// while classify() of all bytes, or of the rest, still needs more: Gopher and Finger clients send
/// no more than that before they wait.
[[nodiscard]] std::size_t leading_line_ends(std::string_view bytes);

}  // namespace mino::gateway
