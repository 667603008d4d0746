#pragma once

#include "domain/ssh/ssh_crypto.hpp"

namespace mino::crypto {

/// SSH's cryptography over OpenSSL's libcrypto. The first call makes OpenSSL ready without reading
/// its configuration: after it no file is looked for, so a process may give its rights up. The
/// functions have no state and may be copied.
[[nodiscard]] SshCrypto openssl_ssh_crypto();

}  // namespace mino::crypto
