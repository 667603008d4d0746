// A box with an allow-list when something of it is killed, does not read, or says what no honest
// program says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "integration/support/network_fixture.hpp"

namespace mino::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Keeps what each connection has sent it in a file. The first byte says what else: 's' streams
/// without end, 'm' reads no more, 'e' sends everything back; a TLS record is answered with its
/// digest, and everything else as HTTP.
constexpr char kServer[] = R"py(
import hashlib, os, socket, sys, threading
kept = open(sys.argv[1], 'ab', buffering=0)
def serve(peer):
    peer.settimeout(60)
    first = peer.recv(65536)
    kept.write(first)
    if first[:2] == b'\x01s':
        while True: peer.sendall(b's' * 65536)
    if first[:2] == b'\x01m':
        threading.Event().wait()
    if first[:2] == b'\x01e':
        while first:
            peer.sendall(first)
            first = peer.recv(65536)
    if first[:1] == b'\x16':
        while len(first) < 5 or len(first) < 5 + int.from_bytes(first[3:5], 'big'):
            first += peer.recv(65536)
        peer.sendall(hashlib.sha256(first).hexdigest().encode())
        return peer.close()
    while first:
        peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
        first = peer.recv(65536)
        kept.write(first)
def guarded(peer):
    try: serve(peer)
    except OSError: pass
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=guarded, args=(listener.accept()[0],), daemon=True).start()
)py";

class NetworkFault : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ProgramSpec server;
    server.argv = {"python3", "-c", kServer, (root_ / "kept").string()};
    server.deadline = seconds(120);
    raw_ = std::make_unique<Background>(server);
    ASSERT_TRUE(eventually([this] { return raw_->out().ends_with("\n"); })) << raw_->err();
    raw_port_ = std::stoi(raw_->out());
  }
  void TearDown() override {
    raw_.reset();
    NetworkTest::TearDown();
  }

  [[nodiscard]] std::string raw_rule() const {
    return "host.mino.internal:" + std::to_string(raw_port_);
  }
  /// What has arrived at the server, whichever connection it came by.
  [[nodiscard]] std::string kept() const { return slurp(root_ / "kept"); }
  /// `mino run` of a Python script that may reach both servers; `to()` in it connects to the one
  /// that keeps, and `fetch()` is the page of the other.
  [[nodiscard]] ProgramSpec python(const std::string& script) const {
    const std::string common =
        "import os, random, socket, ssl, struct, sys, time, urllib.request\n"
        "def to(port=" +
        std::to_string(raw_port_) +
        "): return socket.create_connection(('host.mino.internal', port), 30)\n"
        "def fetch(): return urllib.request.urlopen('" +
        url() + "', timeout=30).read().decode().strip()\n";
    ProgramSpec spec = box({"--network-allow", raw_rule() + "," + rule(), "--", "python3", "-u",
                            "-c", common + script});
    spec.argv[3] = "host";
    return spec;
  }
  /// A gateway or dialler was killed with SIGKILL while the box streamed.
  void expect_orderly_loss_of(const std::string& part);

  int raw_port_ = 0;
  std::unique_ptr<Background> raw_;
};

/// Streams, and says what became of the stream and of the network behind it.
constexpr char kStreamer[] = R"py(
stream = to()
stream.sendall(b'\x01s')
stream.recv(65536)
print('streaming', flush=True)
try:
    while stream.recv(65536): pass
    print('stream: end')
except OSError as error: print('stream:', error.strerror)
while not os.path.exists('go'): time.sleep(0.02)
try: fetch(); print('REACHED')
except OSError: print('fetch: refused')
try: socket.create_connection(('127.0.0.1', 1), 5); print('REACHED')
except OSError: print('port: refused')
sys.exit(7)
)py";

void NetworkFault::expect_orderly_loss_of(const std::string& part) {
  Background session(python(kStreamer));
  ASSERT_TRUE(
      eventually([&] { return session.out().find("streaming") != std::string::npos; }, seconds(20)))
      << session.err();
  const std::optional<int> process = helper(part);
  ASSERT_TRUE(process);
  ASSERT_EQ(::kill(*process, SIGKILL), 0);
  EXPECT_TRUE(eventually([&] { return session.out().find("stream: ") != std::string::npos; }))
      << "its open connection has no end";
  EXPECT_TRUE(eventually([&] {
    return session.err().find("no network any more") != std::string::npos;
  })) << session.err();
  std::ofstream(project_ / "go") << "\n";
  EXPECT_EQ(session.wait(seconds(30)), 7) << "the exit code is the agent's";
  EXPECT_THAT(session.out(), HasSubstr("fetch: refused"));
  EXPECT_THAT(session.out(), HasSubstr("port: refused"));
  EXPECT_THAT(session.out(), Not(HasSubstr("REACHED")));
  EXPECT_THAT(audit(), HasSubstr("\"event\":\"egress.lost\""));
  EXPECT_FALSE(helper("gateway"));
  EXPECT_FALSE(helper("dialler"));
}

TEST_F(NetworkFault, AKilledGatewayEndsWhatIsOpenAndShutsTheBox) {
  expect_orderly_loss_of("gateway");
}

TEST_F(NetworkFault, AKilledDiallerEndsWhatIsOpenAndShutsTheBox) {
  expect_orderly_loss_of("dialler");
}

/// It has ended; it can be waited for all the same.
bool has_ended(const Background& run) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(run.pid()), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid != 0;
}

/// The hook of a run that begins; nothing when it was over too soon.
std::optional<int> find_hook(const std::filesystem::path& state, const Background& run) {
  while (!has_ended(run)) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string pid = entry.path().filename().string();
      if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
      if (std::stoi(pid) <= run.pid()) continue;
      const std::string words = slurp(entry.path() / "cmdline");
      if (words.starts_with(state.string()) && words.find("oci-hook") != std::string::npos)
        return std::stoi(pid);
    }
  }
  return std::nullopt;
}

TEST_F(NetworkFault, AHookKilledAtAnyMomentMeansNoAgentOrAWalledOne) {
  std::string agent = "wget -q -O - " + url();
  for (const char* refused : {"203.0.113.1", "a.example"})
    agent +=
        std::string("; printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' | nc ") + refused + " 80";
  int killed = 0;
  int without_agent = 0;
  for (const int delay : {0, 0, 1, 2, 3, 4, 6, 8, 11, 15}) {
    Background run(box({"--network-allow", rule(), "--", "sh", "-c", agent}));
    if (const std::optional<int> hook = find_hook(state_, run)) {
      std::this_thread::sleep_for(milliseconds(delay));
      if (::kill(*hook, SIGKILL) == 0) ++killed;
    }
    const std::optional<int> code = run.wait(seconds(30));
    ASSERT_TRUE(code) << "it hangs";
    if (*code == 125) {
      ++without_agent;
      EXPECT_EQ(run.out(), "") << "an agent ran";
      EXPECT_THAT(run.err(), StartsWith("error: "));
      EXPECT_EQ(occurrences(run.err(), "\nerror: "), 0U) << run.err();
      EXPECT_THAT(run.err(), HasSubstr("hook"));
    } else {
      EXPECT_EQ(*code, 0) << run.err();
      EXPECT_THAT(run.out(), StartsWith("from the host\n"));
      EXPECT_EQ(occurrences(run.out(), "403 Forbidden by mino"), 2U) << run.out();
    }
    EXPECT_FALSE(helper("gateway")) << delay;
    EXPECT_FALSE(helper("dialler")) << delay;
    EXPECT_TRUE(eventually([&] { return containers().empty(); })) << delay;
  }
  EXPECT_GT(killed, 0) << "no hook was met";
  EXPECT_GT(without_agent, 0) << "no hook was met before its end";
}

TEST_F(NetworkFault, ARunWhoseHookHangsCanBeEndedAndHasNoAgent) {
  bool met = false;
  for (int attempt = 0; attempt < 10 && !met; ++attempt) {
    Background run(box({"--network-allow", rule(), "--", "sh", "-c", "echo ran"}));
    const std::optional<int> hook = find_hook(state_, run);
    met = hook && ::kill(*hook, SIGSTOP) == 0;
    if (!met) continue;
    run.signal(SIGTERM);
    const std::optional<int> code = run.wait(seconds(20));
    static_cast<void>(::kill(*hook, SIGCONT));
    EXPECT_TRUE(code) << "it cannot be ended";
    EXPECT_NE(code, 0);
    EXPECT_EQ(run.out(), "");
  }
  EXPECT_TRUE(met) << "no hook was met";
  EXPECT_TRUE(
      eventually([&] { return processes_with((state_ / "mino/helper").string()).empty(); }));
}

TEST_F(NetworkFault, PeersThatDoNotReadOrDoNotSpeakStopNobodyElse) {
  const auto result = run(python(R"py(
half = to()
half.sendall(b'\x16\x03\x01\x02\x00\x01')
deaf = to()
deaf.sendall(b'\x01m')
deaf.setblocking(False)
stuck = 0
try:
    while stuck < 1 << 28: stuck += deaf.send(b'm' * 65536)
except BlockingIOError: pass
time.sleep(0.2)
try:
    while stuck < 1 << 28: stuck += deaf.send(b'm' * 65536)
except BlockingIOError: pass
print('bounded' if stuck < 1 << 26 else 'unbounded')
unread = to()
unread.sendall(b'\x01s')
echo = to()
echo.sendall(b'\x01e')
echo.recv(2)
block = random.randbytes(65536)
for _ in range(50):
    echo.sendall(block)
    got = b''
    while len(got) < len(block): got += echo.recv(65536)
    assert got == block
print(fetch())
for one in deaf, unread: one.close()
print(fetch())
half.settimeout(30)
print('half', half.recv(100).hex())
)py"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "bounded\nfrom the host\nfrom the host\nhalf 15030300020231\n");
  EXPECT_THAT(audit(), HasSubstr("\"reason\":\"bad-request\""));
  EXPECT_EQ(kept().find('\x16'), std::string::npos) << "half a hello reached the server";
}

TEST_F(NetworkFault, TenThousandRefusedConnectionsCostTheGatewayLittle) {
  const auto spec = python(R"py(
for i in range(10000):
    refused = socket.create_connection(('203.0.113.%d' % (i % 200 + 1), 80), 30)
    refused.sendall(b'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    assert b'403' in refused.recv(100)
    refused.close()
print('refused', flush=True)
while not os.path.exists('go'): time.sleep(0.02)
print(fetch())
)py");
  Background session(spec);
  ASSERT_TRUE(
      eventually([&] { return session.out().find("refused") != std::string::npos; }, seconds(50)))
      << session.err();
  const std::optional<int> gateway = helper("gateway");
  ASSERT_TRUE(gateway);
  const std::string status = slurp("/proc/" + std::to_string(*gateway) + "/status");
  const std::size_t peak = status.find("VmHWM:");
  ASSERT_NE(peak, std::string::npos);
  EXPECT_LT(std::stol(status.substr(peak + 6)), 64 * 1024) << "KiB at its largest";
  std::ofstream(project_ / "go") << "\n";
  EXPECT_EQ(session.wait(seconds(30)), 0) << session.err();
  EXPECT_THAT(session.out(), HasSubstr("from the host"));
  EXPECT_THAT(session.err(), HasSubstr("network: 10000 connections were refused"));
  EXPECT_LE(occurrences(audit(), "egress.denied"), 400U) << "200 places, folded";
}

TEST_F(NetworkFault, GarbageAtTheResolverIsSurvived) {
  const auto result = run(python(R"py(
random.seed(1)
head = struct.pack('>HHHHHH', 7, 0x100, 1, 0, 0, 0)
loops = [b'\xc0\x0c', b'\xc0\x0e\xc0\x0c', b'\x01a\xc0\x0c', b'\xff\xff', b'\x3f', b'\x40' * 300]
garbage = [b'', b'\0', head[:11], head] + [head + loop + b'\0\1\0\1' for loop in loops]
garbage += [struct.pack('>HHHHHH', 7, 0x100, *[65535] * 4) + b'\xc0\x0c' * 200]
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(('198.18.0.1', 53))
for message in garbage + [random.randbytes(random.randrange(600)) for _ in range(2000)]:
    udp.send(message)
def ask(data):
    tcp = socket.create_connection(('198.18.0.1', 53), 30)
    try:
        tcp.sendall(data)
        tcp.shutdown(socket.SHUT_WR)
        while tcp.recv(65536): pass
    except OSError: pass
    tcp.close()
framed = lambda message: struct.pack('>H', len(message)) + message
for message in garbage: ask(framed(message))
for _ in range(20): ask(framed(random.randbytes(65535)))
ask(framed(head + b'\xc0\x0c' * 32761 + b'\0'))
ask(b'\xff\xff' + b'x' * 100)
ask(b'\0\0' * 20000)
ask(b'\xff')
asked = head + b'\x01a\x07example\0\0\1\0\1'
tcp = socket.create_connection(('198.18.0.1', 53), 30)
for byte in framed(asked): tcp.send(bytes([byte]))
print('answer', tcp.recv(2 + 12)[4:10].hex())
print(socket.gethostbyname('fresh.example').startswith('198.18.'))
print(fetch())
)py"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "answer 818000010001\nTrue\nfrom the host\n");
}

TEST_F(NetworkFault, AHelloInSingleBytesReachesTheServerUnchanged) {
  const auto result = run(python(R"py(
import hashlib
context = ssl.create_default_context()
read, write = ssl.MemoryBIO(), ssl.MemoryBIO()
try: context.wrap_bio(read, write, server_hostname='host.mino.internal').do_handshake()
except ssl.SSLWantReadError: pass
hello = write.read()
peer = to()
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for byte in hello: peer.send(bytes([byte]))
got = b''
while len(got) < 64: got += peer.recv(64)
print(got.decode() == hashlib.sha256(hello).hexdigest())
)py"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "True\n");
}

TEST_F(NetworkFault, SmuggledRequestsReachNobody) {
  const auto result = run(python("host = '" + raw_rule() + "'\n" + R"py(
inner = 'GET /smuggled HTTP/1.1\r\nHost: evil.example\r\n\r\n'
own = 'Host: ' + host + '\r\n'
smuggled = [
    'POST / HTTP/1.1\r\n' + own + 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' + inner,
    'POST / HTTP/1.1\r\n' + own + 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n' + inner,
    'POST / HTTP/1.1\r\n' + own + 'Content-Length: 0\r\nContent-Length: 60\r\n\r\n' + inner,
    'POST / HTTP/1.1\r\n' + own + 'Transfer-Encoding: xchunked\r\n\r\n' + inner,
    'POST / HTTP/1.1\r\n' + own + 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n' + inner,
    'GET /smuggled HTTP/1.1\r\n' + own + 'Host: evil.example\r\n\r\n',
    'GET /smuggled HTTP/1.1\r\nHost: evil.example\r\n' + own + '\r\n',
    'GET /smuggled HTTP/1.1\r\nHost : evil.example\r\n' + own + '\r\n',
    'GET /smuggled HTTP/1.1\r\n' + own + ' x\r\nHost: evil.example\r\n\r\n',
    'GET http://evil.example/smuggled HTTP/1.1\r\n' + own + '\r\n',
    'GET http://' + host + '@evil.example/smuggled HTTP/1.1\r\n' + own + '\r\n',
    'GET /smuggled HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\n' + own + '\r\n' + inner,
    'SSH-2.0-x / HTTP/1.1\r\n' + own + '\r\n' + inner,
    'GET / HTTP/1.1\r\n' + own + 'X: y\n\n' + inner,
    '\r\n\r\n' + inner,
]
for request in smuggled:
    peer = to()
    got = b''
    try:
        peer.sendall(request.encode())
        while piece := peer.recv(65536): got += piece
    except ConnectionResetError: pass
    assert b'403 Forbidden by mino' in got or not got.count(b'200 OK') > 1, request
peer = to()
peer.sendall(('GET /honest HTTP/1.1\r\n' + own + '\r\n').encode())
print(peer.recv(15).decode())
)py"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "HTTP/1.1 200 OK\n");
  EXPECT_THAT(kept(), HasSubstr("GET /honest HTTP/1.1"));
  EXPECT_THAT(kept(), Not(HasSubstr("smuggled")));
  EXPECT_THAT(kept(), Not(HasSubstr("evil.example")));
  EXPECT_THAT(result.err, HasSubstr("network: 16 connections were refused"));
}

}  // namespace
}  // namespace mino::integration
