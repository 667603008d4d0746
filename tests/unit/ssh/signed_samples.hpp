#pragma once

#include <array>
#include <string_view>

namespace mino::testing_support {

/// A public key of OpenSSH's ssh-keygen and what its ssh-agent signed with it: the bytes 0 to 31.
/// Both in base64.
struct SignedSample {
  std::string_view name;
  std::string_view key;
  std::string_view signature;
};

inline constexpr std::array kSignedSamples{
    SignedSample{
        "Ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIO4OWR02SY8NU/1OfwMyLEYcfZToVOEd1pKDY5WASe+8",
        "AAAAC3NzaC1lZDI1NTE5AAAAQJaqOThM6UZtKiMMLVYQnseqhtf8XAQKioGGlRDCWl3kKEYXOnID5e3VUZIh"
        "QsxBxgU9kvVJhgEhsMadvtDkAww="},
    SignedSample{
        "Nistp256",
        "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBJTw/7hO1b2imicN28uAgnsdfMOeBgvC"
        "hpiOjhNdLH3GE9NSu/CEA2Jmwiq4tbjrcWuiP9P1pxHCD/kzrwsEk3s=",
        "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAABJAAAAIQD+FRtCw55iH1MroZT2ITLpbGJYZYDGOToP71Q9qHUc"
        "TQAAACAj9ycrHM6CNDtlBCId/Z44mqmp6nfQnT4zZws2+qTOVw=="},
    SignedSample{
        "Nistp384",
        "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBGiR0CAPG0dQzco62cYiiEfGuH53Jkwx"
        "dHKh1lS2S0uapUEAjs8rnZQ8WV5MYDY5oFoqVXm8SuJfWAcGA7WcN0o67bEkaSjXhckIc3WiBrnnviPc1/O7"
        "+hJUtp5YPyQ34A==",
        "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAABpAAAAMFxUQZLZ49hcqELDXoTfHbEjjL+YW5JDoWjd5ygpTfx6"
        "8hbt9TQnelPtlruJ+ZNw5AAAADEA3A1kfxiKUshHeiD/S8qCaSl65TtuunWcJgAeCNDE276k6o+KUF1DK86h"
        "VKRyx6F2"},
    SignedSample{
        "Nistp521",
        "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAFRfr3aQASsdw0vXr3ko4hiqFO2IWKW"
        "rCHzihOMYIh/8saNm3ydu73YQhhlex9VaLmJ2Wg9CyBivis41bTym3zm8QB1Q93wvZykUzQfrBRiV0bkFGmN"
        "Zem4jDxQWZxki14gAEksB9UjETn4iK7XQPG0UNjT8Jh0yPPuy7hLRMK/yeF5Hg==",
        "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAACLAAAAQgE7hrKp9RIERRtNYoGaLL6wnjTN5gTV7gfxMUv5dMwc"
        "ZUzY9owDvIohyRQA/MmHeFbbnxsK0HlSnoSFB6rpUFgHNgAAAEFxWqidty03qkGSQzaV0z5YeZHbGL82S8xT"
        "uMOfmFC04s6SDCeJwj+85vMHsRPLrc0XuoDHdDYCjDCRwyNyeiUVEQ=="},
    SignedSample{
        "RsaSha256",
        "AAAAB3NzaC1yc2EAAAADAQABAAABAQCVPVrS9ulMwVh95edEbHf37NFU49bttCkXmwefU8M6JluP75g86bZl"
        "9/xPuJw6P3YkD6/fmUUtongrDV8WvlWy2sFdvWHJqBFFy+Qa4L1YqCW/FphJmUltMviYfXMT4jmr6e3SyugJ"
        "OnE4KEzARnHcNUi35LkfrHh2197IbFH1xRJIwfLMbA3MZk3aa4dEbIHJaL5jgi0Vdj3O4tAMf7GlsUY26sY4"
        "Hh6E9ws4mR1pgKAOPxiCpSwV4AKEooABfHjJNNlu2Bk+qT3icxft1rGgKi3wj14jCSu3rudxrViwEQnawH+i"
        "P17RkU2ZnhJTCIT+yTlmDgutRuWZ5vZXu3VH",
        "AAAADHJzYS1zaGEyLTI1NgAAAQA9EKIFDQ3OyQ+CyRxotyDH7jiCnz817mXAThdXPRYO/5iKNJ9jSAM+Wa7D"
        "UvZg3kcl9rfzLtKrqDdHKN2z1FE+V8rWfcstxVkJ2tmg/4HJUXKfhuCJft0DX8JbZTJb+cWm9lA5qdzL8roN"
        "YOQ/oIHZ8i+ycgWbmmITo74tU/JGDl5HqlHovx3IviBuZNc6pZfY+di6xs+Y5/X9WCtxN3lcGP4tWvZ0CZKj"
        "Atg+OTkoKlNeJgZAGHkPnhDp5GBrBtTyDvRSHxI6BsKsIOtAFkcWCMOn3BvQWWRAzhx2TNLh6mUm9Nyg32fa"
        "K8PAEM916UmaEIVcyTkKk7wRm29UZ25H"},
    SignedSample{
        "RsaSha512",
        "AAAAB3NzaC1yc2EAAAADAQABAAABAQCVPVrS9ulMwVh95edEbHf37NFU49bttCkXmwefU8M6JluP75g86bZl"
        "9/xPuJw6P3YkD6/fmUUtongrDV8WvlWy2sFdvWHJqBFFy+Qa4L1YqCW/FphJmUltMviYfXMT4jmr6e3SyugJ"
        "OnE4KEzARnHcNUi35LkfrHh2197IbFH1xRJIwfLMbA3MZk3aa4dEbIHJaL5jgi0Vdj3O4tAMf7GlsUY26sY4"
        "Hh6E9ws4mR1pgKAOPxiCpSwV4AKEooABfHjJNNlu2Bk+qT3icxft1rGgKi3wj14jCSu3rudxrViwEQnawH+i"
        "P17RkU2ZnhJTCIT+yTlmDgutRuWZ5vZXu3VH",
        "AAAADHJzYS1zaGEyLTUxMgAAAQBfWULt4kDT8E/UO3ppHEcBZbXKhSzaP2BuHki5BAzeHE9W9xajEUK3gk05"
        "YZzZIwb+PtJ3hynSxG0rmwJ8HhcWon4qhurWdf+kECGtx/4XeCQMqnIKStNV+jNkflof7R1ExO/UJNLhRSgX"
        "zcBwkcBbHMYmqyTwk+BIoPUMpMG4DfTpH7uvAWP1PqEp7Yl+518DsxVSuKN4pQhBWw94taLrODAGcsusegUb"
        "Oyu/f/8yztIgUuZW4LmVZn3cR4ROhn21FMQFkIelFiqMnfJod2fwblR0gpywWB0rK8+NujzMk5u72IEA9cpA"
        "y9kFULCh4GDTi3NwrFvDR+zcX3DKV37A"},
    SignedSample{
        "RsaSha1",
        "AAAAB3NzaC1yc2EAAAADAQABAAABAQCVPVrS9ulMwVh95edEbHf37NFU49bttCkXmwefU8M6JluP75g86bZl"
        "9/xPuJw6P3YkD6/fmUUtongrDV8WvlWy2sFdvWHJqBFFy+Qa4L1YqCW/FphJmUltMviYfXMT4jmr6e3SyugJ"
        "OnE4KEzARnHcNUi35LkfrHh2197IbFH1xRJIwfLMbA3MZk3aa4dEbIHJaL5jgi0Vdj3O4tAMf7GlsUY26sY4"
        "Hh6E9ws4mR1pgKAOPxiCpSwV4AKEooABfHjJNNlu2Bk+qT3icxft1rGgKi3wj14jCSu3rudxrViwEQnawH+i"
        "P17RkU2ZnhJTCIT+yTlmDgutRuWZ5vZXu3VH",
        "AAAAB3NzaC1yc2EAAAEAClhVqynGoRgHskwzrvn2/1GRk2jGHPTzlPWavXnbq6RBKt0Z8/YaagEr+OJeP0aY"
        "Xe15WyiJXz1Bf62hmkoUB4jdVEPPomZ2ON9azWq/ElqR8Q9ofvrPvJcrSB2c+THpV+7muA9jJzi+PruK9vne"
        "e6fN/mdygEcER9+b7PSANKe1jpkACZ2MQA9qrX54XCBCrZYDs5Ltla+SFiuMm8rZK6NsH6cCFK2RwGS/p7vF"
        "JZtBCEM6uQclThIpwvLUapsIEj4x3eIwedXQQgGjZugRfUqp6rFkfDlR0vQu3VKVc7H3KLWGLMudtTa4glb8"
        "b1d5d+oI8YBKBRqSXAvUFRU4Bg=="}};

/// A host certificate for the first key.
inline constexpr std::string_view kHostCertificate =
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIJ1VVD4VEiIUFhdIBWj9k5mHb/DPpqbo"
    "N1r07YR8KrGoAAAAIO4OWR02SY8NU/1OfwMyLEYcfZToVOEd1pKDY5WASe+8AAAAAAAAAAAAAAACAAAAAWgA"
    "AAAFAAAAAWgAAAAAAAAAAP//////////AAAAAAAAAAAAAAAAAAABFwAAAAdzc2gtcnNhAAAAAwEAAQAAAQEA"
    "lT1a0vbpTMFYfeXnRGx39+zRVOPW7bQpF5sHn1PDOiZbj++YPOm2Zff8T7icOj92JA+v35lFLaJ4Kw1fFr5V"
    "strBXb1hyagRRcvkGuC9WKglvxaYSZlJbTL4mH1zE+I5q+nt0sroCTpxOChMwEZx3DVIt+S5H6x4dtfeyGxR"
    "9cUSSMHyzGwNzGZN2muHRGyByWi+Y4ItFXY9zuLQDH+xpbFGNurGOB4ehPcLOJkdaYCgDj8YgqUsFeAChKKA"
    "AXx4yTTZbtgZPqk94nMX7daxoCot8I9eIwkrt67nca1YsBEJ2sB/oj9e0ZFNmZ4SUwiE/sk5Zg4LrUblmeb2"
    "V7t1RwAAARQAAAAMcnNhLXNoYTItNTEyAAABAGRlPHUTWkGlB0O/Uhs5Zw4Fh+Orvk3LiToJEZ+rHp15+zk0"
    "24dHM7kCtRK1WDm/T/tYoNdRZDSt65lTW787pdEpCw8zk8j9no7JZGx2C7qBTufSK4zQf6ASN1ydJr981cfV"
    "gn1NKSkapwWkuG37EdyxPLUi4daGz388OCNmaLOO6S+TNAMBhWhLcWg3clVaArnnkqkZD9QkfrI21hAeMXJX"
    "la/s+J8vuUb0Ek0XBm2AXdrlwcJjS6QWvf7r2bXAk+MqiCopCzFh+32OlLpTIWUKDgMJOxFQUCgC+vprzyT+"
    "Uud0DpNi6G7jwxv70AbFoY+AfdgdYvKjCd8e59AXboI=";

}  // namespace mino::testing_support
