#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>
#include <utility>

#include "ports/egress_gateway.hpp"
#include "ports/network_log.hpp"
#include "tests/fakes/faults.hpp"

namespace mino::fakes {

// Decorators of what a session's network needs, as in faulty.hpp.

class FaultyEgressGateway final : public EgressGateway {
 public:
  FaultyEgressGateway(Faults& faults, EgressGateway& inner) : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<void> start(const RunPlan& plan, EgressSink& sink) override {
    if (auto error = faults_.next("gateway.start")) return *std::move(error);
    return inner_.start(plan, sink);
  }
  /// Cannot fail, so it is not counted.
  void stop() override { inner_.stop(); }

 private:
  Faults& faults_;
  EgressGateway& inner_;
};

class FaultyNetworkLog final : public NetworkLog {
 public:
  FaultyNetworkLog(Faults& faults, NetworkLog& inner) : faults_(faults), inner_(inner) {}
  [[nodiscard]] Result<void> open(const std::filesystem::path& path,
                                  std::uint64_t max_bytes) override {
    if (auto error = faults_.next("network_log.open")) return *std::move(error);
    return inner_.open(path, max_bytes);
  }
  [[nodiscard]] Result<void> append(std::string_view line,
                                    std::chrono::system_clock::time_point time) override {
    if (auto error = faults_.next("network_log.append")) return *std::move(error);
    return inner_.append(line, time);
  }
  [[nodiscard]] Result<void> remove(const std::filesystem::path& path) override {
    if (auto error = faults_.next("network_log.remove")) return *std::move(error);
    return inner_.remove(path);
  }

 private:
  Faults& faults_;
  NetworkLog& inner_;
};

}  // namespace mino::fakes
