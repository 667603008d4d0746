#include "adapters/broker/http_answer.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace mino::broker {
namespace {

struct Phrase {
  int status;
  std::string_view words;
};
constexpr std::array<Phrase, 7> kPhrases{{{200, "OK"},
                                          {400, "Bad Request"},
                                          {401, "Unauthorized"},
                                          {403, "Forbidden"},
                                          {404, "Not Found"},
                                          {405, "Method Not Allowed"},
                                          {503, "Service Unavailable"}}};

std::string_view phrase_of(int status) {
  for (const Phrase& phrase : kPhrases)
    if (phrase.status == status) return phrase.words;
  return "";
}

}  // namespace

std::string to_http(const BrokerAnswer& answer, const JsonCodec& codec) {
  const bool is_json = !answer.json.is_null();
  std::string written = is_json ? codec.write(answer.json, JsonLayout::kCompact) : std::string();
  const std::string_view body = is_json ? std::string_view(written) : answer.text.reveal();
  // Clients of the metadata server take no answer without it for one of Google's.
  const bool is_metadata = answer.provider == CredentialProvider::kGcp;
  std::string bytes = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}{}Cache-Control: no-store\r\n"
      "Connection: close\r\n\r\n",
      answer.status, phrase_of(answer.status),
      is_json ? "application/json" : "text/plain; charset=utf-8", body.size(),
      is_metadata ? "Metadata-Flavor: Google\r\nServer: Metadata Server for VM\r\n" : "",
      answer.status == 405 ? "Allow: GET\r\n" : "");
  bytes.reserve(bytes.size() + body.size());
  bytes.append(body);
  wipe(written);
  return bytes;
}

}  // namespace mino::broker
