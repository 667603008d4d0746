#include "integration/bench/proc_memory.hpp"

#include <sstream>
#include <string>

#include "integration/bench/workspace.hpp"

namespace mino::bench {

namespace fs = std::filesystem;

std::vector<fs::path> processes() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (entry.path().filename().string().find_first_not_of("0123456789") == std::string::npos)
      found.push_back(entry.path());
  }
  return found;
}

long pss_of(const fs::path& process) {
  std::istringstream lines(slurp(process / "smaps_rollup"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Pss:")) return std::stol(line.substr(4));
  }
  return 0;
}

}  // namespace mino::bench
