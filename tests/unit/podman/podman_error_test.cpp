#include "adapters/podman/podman_error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mino::podman {
namespace {

Error error_of(const std::string& output, const std::string& image = "fedora:43") {
  return reworded({.action = "making the box", .image = image, .exit_code = 125}, output);
}

struct Known {
  const char* output;
  ErrorCode code;
  const char* in_text;
  const char* in_hint;
};

// Each line was printed by a real podman.
TEST(PodmanError, KnowsTheFailuresOfPodman) {
  const Known known[] = {
      {"Error: localhost/nosuch: image not known\n", ErrorCode::kNotFound, "fedora:43 is not here",
       "podman pull fedora:43"},
      {"Error: initializing source docker://x:1: reading manifest 1 in x: manifest unknown\n",
       ErrorCode::kNotFound, "the registry has no image", "name"},
      {"Error: short-name \"fedora:43\" did not resolve to an alias and no unqualified-search "
       "registries are defined in "
       "\"/etc/containers/registries.conf\"\n",
       ErrorCode::kNotFound, "which registry", "docker.io/library/fedora:43"},
      {"Error: creating container storage: the container name \"pmx\" is already in use by 2dd1. "
       "You have to remove that container to be able to "
       "reuse that name: that name is already in use\n",
       ErrorCode::kAlreadyExists, "a container of that name exists", ""},
      {"Error: statfs /nosuch: no such file or directory\n", ErrorCode::kInternal, "statfs /nosuch",
       ""},
      {"Error: workdir \"/nosuch\" does not exist on container ac63\n", ErrorCode::kInternal,
       "working directory", "container.workdir"},
      {"Error: unable to find user nosuch: no matching entries in passwd file\n",
       ErrorCode::kInternal, "its own user", ""},
      {"Error: default OCI runtime \"crun\" not found: invalid argument\n", ErrorCode::kUnavailable,
       "no OCI runtime", "install crun"},
      {"Error: opening database /g/libpod/bolt_state.db: invalid database\n",
       ErrorCode::kUnavailable, "database cannot be used", "podman system"},
      {"Error: could not find slirp4netns, the network namespace can't be configured: exec: "
       "\"slirp4netns\": executable file not found in $PATH\n",
       ErrorCode::kUnavailable, "slirp4netns", "--network none"},
      {"time=\"2026\" level=error msg=\"running `/usr/bin/newuidmap 1 0 1 1`: newuidmap: write to "
       "uid_map failed\"\nError: cannot set up namespace "
       "using \"/usr/bin/newuidmap\": exit status 1\n",
       ErrorCode::kUnavailable, "cannot map users", "uidmap"},
      {"cannot clone: No space left on device\nError: cannot re-exec process\n",
       ErrorCode::kUnavailable, "user namespaces", "max_user_namespaces"},
      {"Error: OCI runtime error: crun: sd-bus call: Process org.freedesktop.systemd1 exited with "
       "status 1: Input/output error\n",
       ErrorCode::kUnavailable, "systemd", "cgroupfs"},
      {"Error: OCI runtime error: crun: invalid file system type on '/sys/fs/cgroup'\n",
       ErrorCode::kUnavailable, "cgroups v1 and v2", "unified"},
      {"Error: writing blob: storing blob to file \"/var/tmp/x\": write /var/tmp/x: no space left "
       "on device\n",
       ErrorCode::kInternal, "the disk is full", "podman system df"},
      {"Error: initializing source docker://x:1: pinging container registry x: Get "
       "\"https://x/v2/\": "
       "dial tcp: lookup x on 10.0.0.1:53: no such host\n",
       ErrorCode::kUnavailable, "cannot be reached", "--image host"},
      {"Error: potentially insufficient UIDs or GIDs available in user namespace (requested "
       "70000:1 for /x)\n",
       ErrorCode::kUnavailable, "too few subordinate ids", "usermod"},
  };
  for (const Known& each : known) {
    const Error error = error_of(each.output);
    EXPECT_EQ(error.code(), each.code) << each.output;
    EXPECT_NE(error.text().find(each.in_text), std::string::npos) << error.text();
    EXPECT_NE(error.hint().find(each.in_hint), std::string::npos) << error.hint();
    EXPECT_EQ(error.text().find('\n'), std::string::npos);
  }
}

TEST(PodmanError, KeepsPodmansWordsForWhatItDoesNotKnow) {
  const Error error = error_of("some progress\nError: something new happened\n");
  EXPECT_EQ(error.code(), ErrorCode::kInternal);
  EXPECT_EQ(error.text(), "making the box: podman: something new happened");
}

TEST(PodmanError, SaysHowPodmanEndedWhenItSaidNothing) {
  EXPECT_EQ(error_of("").text(), "making the box: podman ended with code 125");
  EXPECT_EQ(reworded({.action = "making the box", .image = {}, .exit_code = {}}, "").text(),
            "making the box: podman was killed");
}

TEST(PodmanError, FindsTheReason) {
  EXPECT_EQ(reason_of("time=\"x\" level=warning msg=\"y\"\n"), "");
  EXPECT_EQ(reason_of("time=\"x\" level=error msg=\"say \\\"y\\\" aloud\"\n"), "say \"y\" aloud");
  EXPECT_EQ(reason_of("words\ntime=\"x\" level=error msg=\"y\"\n"), "words");
  EXPECT_EQ(reason_of("one\ntwo"), "two");
  EXPECT_EQ(reason_of("Error: first\nafterwards\n"), "first");
  EXPECT_EQ(reason_of("Error: a\x1b[31mb\tc\n"), "a [31mb c");
  EXPECT_EQ(reason_of("Error: " + std::string(1000, 'x')).size(), 403U);
}

TEST(PodmanError, NamesAnImageWithoutAPlaceForIt) {
  EXPECT_NE(error_of("Error: x: image not known", "").text().find("it names"), std::string::npos);
}

}  // namespace
}  // namespace mino::podman
