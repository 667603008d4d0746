// What comes from, or is made up for, the server's side.
#include <string>

#include "adapters/gateway/http_requests.hpp"
#include "adapters/gateway/http_text.hpp"

namespace mino::gateway {
namespace {

/// The status of "HTTP/1.x NNN[ …]".
std::optional<unsigned> parse_status(std::string_view line) {
  constexpr std::string_view kVersion = "HTTP/1.";
  const auto digit = [line](std::size_t index) { return line[index] >= '0' && line[index] <= '9'; };
  if (line.size() < 12 || line.substr(0, kVersion.size()) != kVersion || !digit(7) ||
      line[8] != ' ' || !digit(9) || !digit(10) || !digit(11) ||
      (line.size() > 12 && line[12] != ' ')) {
    return std::nullopt;
  }
  unsigned status = 0;
  for (const char byte : line.substr(9, 3))
    status = status * 10 + static_cast<unsigned>(byte - '0');
  return status;
}

}  // namespace

UpgradeAnswer HttpStatusReader::feed(std::string_view bytes) {
  for (const char byte : bytes) {
    if (answer_ != UpgradeAnswer::kNeedMore) break;
    on_byte(byte);
  }
  return answer_;
}

void HttpStatusReader::on_byte(char byte) {
  if (++seen_ > kMaxBytes) {
    answer_ = UpgradeAnswer::kRefused;
    return;
  }
  line_ += byte;
  if (byte != '\n') return;
  if (line_.size() < 2 || line_[line_.size() - 2] != '\r') {
    answer_ = UpgradeAnswer::kRefused;
    return;
  }
  on_line(std::string_view(line_).substr(0, line_.size() - 2));
  line_.clear();
}

void HttpStatusReader::on_line(std::string_view line) {
  if (in_interim_head_) {
    in_interim_head_ = !line.empty();
    return;
  }
  const auto status = parse_status(line);
  if (status == 101U) {
    answer_ = UpgradeAnswer::kSwitched;
  } else if (status && *status >= 100 && *status < 200) {
    in_interim_head_ = true;
  } else {
    answer_ = UpgradeAnswer::kRefused;
  }
}

std::string forbidden_response(std::string_view host, std::uint16_t port, DenyReason reason,
                               std::string_view advice) {
  std::string body = R"({"error":"forbidden","host":)" + json_string(host) +
                     ",\"port\":" + std::to_string(port) +
                     ",\"reason\":" + json_string(to_string(reason));
  if (!advice.empty()) body += ",\"allow_with\":" + json_string(advice);
  body += "}\n";
  return "HTTP/1.1 403 Forbidden by mino\r\n"
         "Content-Type: application/json\r\n"
         "Connection: close\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace mino::gateway
