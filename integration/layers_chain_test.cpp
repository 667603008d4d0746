// The whole chain: a distribution's image from a registry, mino's base built on it, the base from a
// registry, a layer of the user's on that, and what it wants in the home directory at the first
// start.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>

#include "integration/support/layers_fixture.hpp"

namespace mino::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kRegistry[] = "/usr/bin/docker-registry";
constexpr char kBase[] = "localhost/mino-base:latest";

/// One that nobody listens on now.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

bool listens(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<in_port_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

bool has_image(const std::string& reference) {
  return run({.argv = {"podman", "image", "exists", reference}}).code == 0;
}

/// A registry of the test's own, and the machine's Debian in it.
class LayersChainTest : public LayersTest {
 protected:
  void SetUp() override {
    LayersTest::SetUp();
    if (root_.empty()) return;
    if (::access(kRegistry, X_OK) != 0) {
      if (const char* required = ::getenv("MINO_REQUIRE_REAL"); required && *required == '1')
        FAIL() << "there is no docker-registry";
      GTEST_SKIP() << "there is no docker-registry on this machine";
    }
    had_base_ = has_image(kBase);
    write_config("[container]\nnetwork = \"none\"\n");
    const std::string script =
        std::string(::getenv("MINO_SOURCE_DIR")) + "/integration/env/make-debian-image";
    const ProgramResult debian = run({.argv = {script}, .deadline = seconds(300)});
    ASSERT_EQ(debian.code, 0) << debian.err;
    start_registry();
    distribution_ = address() + "/debian:12";
    push(debian.out.substr(0, debian.out.find('\n')), distribution_);
  }

  void TearDown() override {
    for (const std::string& image : composed_images())
      static_cast<void>(run({.argv = {"podman", "rmi", image}}));
    for (const std::string& image : pushed_)
      static_cast<void>(run({.argv = {"podman", "rmi", image}}));
    if (!had_base_) static_cast<void>(run({.argv = {"podman", "rmi", kBase}}));
    registry_.reset();
    LayersTest::TearDown();
  }

  [[nodiscard]] std::string address() const { return "localhost:" + std::to_string(port_); }

  /// Puts an image into the registry and takes it away here.
  void push(const std::string& image, const std::string& reference) {
    podman_says({"tag", image, reference});
    podman_says({"push", "--quiet", "--tls-verify=false", reference});
    podman_says({"untag", reference, reference});
    pushed_.push_back(reference);
  }

  [[nodiscard]] ProgramSpec through_registry(std::vector<std::string> words) const {
    ProgramSpec spec = watched(std::move(words));
    spec.environment["CONTAINERS_REGISTRIES_CONF"] = (root_ / "registries.conf").string();
    spec.deadline = seconds(300);
    return spec;
  }

  std::string distribution_;

 private:
  void start_registry() {
    port_ = free_port();
    std::ofstream(root_ / "registry.yml")
        << "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: "
        << (root_ / "registry").string() << "\nhttp:\n  addr: 127.0.0.1:" << port_ << "\n";
    std::ofstream(root_ / "registries.conf")
        << "[[registry]]\nlocation = \"" << address() << "\"\ninsecure = true\n";
    registry_ = std::make_unique<Background>(ProgramSpec{
        .argv = {kRegistry, "serve", (root_ / "registry.yml").string()}, .deadline = seconds(600)});
    ASSERT_TRUE(eventually([this] { return listens(port_); }, seconds(20))) << registry_->err();
  }

  int port_ = 0;
  bool had_base_ = false;
  std::unique_ptr<Background> registry_;
  std::vector<std::string> pushed_;
};

/// Stands for an installer: `uv tool install NAME`. Cannot reach its registry while there is a file
/// `offline` in the project.
constexpr char kInstaller[] =
    "tree --version >/opt/tree-version\n"
    "cat >/usr/local/bin/uv <<'UV'\n"
    "#!/bin/sh\n"
    "[ ! -e offline ] || { echo 'the registry cannot be reached'; exit 2; }\n"
    "echo \"$* CARGO_HOME=${CARGO_HOME-unset}\" >>~/calls\n"
    "printf '#!/bin/sh\\necho hi from %s\\n' \"$3\" >~/.local/bin/$3\n"
    "chmod 755 ~/.local/bin/$3\n"
    "UV\n"
    "chmod 755 /usr/local/bin/uv\n";

TEST_F(LayersChainTest, FromADistributionToASecondStart) {
  // The base, on a distribution that has to be pulled first.
  const ProgramResult built = run(through_registry(
      {"layers", "build", "base", "--from", distribution_, "--tools", "minimal", "--pull"}));
  ASSERT_EQ(built.code, 0) << built.err;
  EXPECT_EQ(built.out, std::string(kBase) + "\n");
  EXPECT_THAT(built.err, HasSubstr("pulling " + distribution_));
  EXPECT_EQ(podman_says({"image", "inspect", "--format",
                         "{{index .Labels \"io.mino.base\"}} {{.Config.User}}", kBase}),
            "true developer\n");

  // The base itself comes from a registry, as it does for everybody who did not build it.
  const std::string base = address() + "/mino-base:1";
  push(kBase, base);
  write_config("[container]\nnetwork = \"none\"\nlayer_base = \"" + base + "\"\n");
  const std::string layer = layer_name("tool");
  const std::string manifest =
      "[root_install.apt]\npackages = [\"tree\"]\n[root_install.dnf]\npackages = [\"no-such\"]\n"
      "[user_install]\nruntime = \"uv\"\nuv_tools = [\"say-hi\"]\n[cache]\npaths = "
      "[\"/cache/tool\"]\n";
  write_layer(layer, manifest, kInstaller);
  const auto start = [&](std::vector<std::string> command) {
    std::vector<std::string> words{"run", "--layers", layer, "-e", "CARGO_HOME=/cache/cargo", "--"};
    words.insert(words.end(), command.begin(), command.end());
    return run(through_registry(words));
  };

  // What the installer cannot have is said; the command runs all the same; nothing is marked.
  std::ofstream(project_ / "offline") << "";
  const ProgramResult failed = start({"sh", "-c", "cat /opt/tree-version; ls ~/.mino-bootstrap.d"});
  EXPECT_EQ(failed.code, 0) << failed.err;
  EXPECT_THAT(failed.err, HasSubstr("pulling " + base));
  EXPECT_THAT(failed.err, HasSubstr(layer + ": say-hi: failed"));
  EXPECT_THAT(failed.out, HasSubstr("tree v"));
  EXPECT_THAT(failed.out, Not(HasSubstr("layer-")));

  // At the next start it is tried again, with the installers' own places.
  fs::remove(project_ / "offline");
  const ProgramResult first = start({"sh", "-c", "say-hi; cat ~/calls; echo $CARGO_HOME; id -un"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out,
            "hi from say-hi\ntool install say-hi CARGO_HOME=unset\n/cache/cargo\ndeveloper\n");
  EXPECT_THAT(first.err, HasSubstr("installing what the layer"));

  // Then there is nothing to do: no word, no installer, one podman process.
  static_cast<void>(podman_calls());
  const ProgramResult second = start({"sh", "-c", "say-hi; wc -l <~/calls; ls -A ~ | grep zshrc"});
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(second.out, "hi from say-hi\n1\n.zshrc\n");
  EXPECT_EQ(second.err, "");
  EXPECT_THAT(podman_calls(), ElementsAre("run"));

  // A layer that changed is installed again, in the same home directory.
  write_layer(layer, manifest, std::string(kInstaller) + "# changed\ntrue\n");
  const ProgramResult changed = start({"sh", "-c", "wc -l <~/calls"});
  EXPECT_EQ(changed.out, "2\n") << changed.err;

  // Tools for an allow-list by iptables are in the base, and its user owns what it should.
  const ProgramResult inside = run(through_registry(
      {"run", "--image", "base", "--", "sh", "-c",
       "for tool in iptables capsh zsh git curl; do command -v $tool; done | wc -l; "
       "touch /cache/x /workspace/x; id -u"}));
  EXPECT_EQ(inside.code, 0) << inside.err;
  EXPECT_EQ(inside.out, "5\n1000\n");
}

TEST_F(LayersChainTest, OurOwnLayersAreBuiltOnADebianBase) {
  const ProgramResult built = run(
      through_registry({"layers", "build", "base", "--from", distribution_, "--tools", "minimal"}));
  ASSERT_EQ(built.code, 0) << built.err;
  EXPECT_THAT(slurp(config_), HasSubstr("layer_base = \"" + std::string(kBase) + "\""));
  const ProgramResult composed = run(through_registry({"layers", "build", "ts", "rust"}));
  ASSERT_EQ(composed.code, 0) << composed.err;
  const std::string image = composed.out.substr(0, composed.out.size() - 1);
  // A project can be built while sccache is not there.
  EXPECT_EQ(podman_says({"run", "--rm", "--network", "none", "--entrypoint", "", image, "sh", "-c",
                         "$RUSTC_WRAPPER gcc -dumpversion >/dev/null && ls /etc/mino/layers"}),
            "00-typescript\n01-rust\n");
  podman_says({"rmi", image});
}

}  // namespace
}  // namespace mino::integration
