#include "domain/run/box_files.hpp"

namespace mino {

std::vector<BoxFile> box_files(const RunPlan& plan) {
  std::vector<BoxFile> files;
  if (plan.network == NetworkMode::kHost) return files;
  files.push_back({"hosts", "/etc/hosts",
                   "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n127.0.0.1 " +
                       plan.hostname + "\n"});
  if (plan.network == NetworkMode::kNone)
    files.push_back({"resolv.conf", "/etc/resolv.conf", "# this box has no network\n"});
  return files;
}

}  // namespace mino
