#include "domain/network/egress_event.hpp"

#include "domain/run/text.hpp"

namespace mino {
namespace {

/// "host:port" with brackets where they belong; a refused question has no port.
std::string place_of(std::string_view host, std::uint16_t port) {
  std::string text = visible_text(host);
  if (port == 0) return text;
  if (text.find(':') != std::string::npos) text = "[" + text + "]";
  return text + ":" + std::to_string(port);
}

std::string opened_text(const EgressEvent& event) {
  std::string text;
  if (!event.address.empty() && event.address != event.host)
    text += " (" + visible_text(event.address) + ")";
  if (!event.rule.empty()) text += " by " + visible_text(event.rule);
  return text;
}

std::string denied_text(const EgressEvent& event) {
  std::string text =
      " " + std::string(to_string(event.reason)) + ": " + std::string(describe(event.reason));
  if (!event.detail.empty()) text += " (" + visible_text(event.detail) + ")";
  return text;
}

}  // namespace

std::string network_log_line(const EgressEvent& event) {
  const std::string place = place_of(event.host, event.port);
  switch (event.kind) {
    case EgressEvent::Kind::kOpened:
      return "allowed " + place + opened_text(event);
    case EgressEvent::Kind::kClosed:
      return "closed  " + place + " sent " + std::to_string(event.bytes_sent) + " received " +
             std::to_string(event.bytes_received) + " bytes";
    case EgressEvent::Kind::kDenied:
      return "denied  " + place + denied_text(event);
    case EgressEvent::Kind::kFailed:
      return "failed  " + place + " " + visible_text(event.detail);
  }
  return {};
}

}  // namespace mino
