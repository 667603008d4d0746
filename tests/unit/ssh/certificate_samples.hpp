#pragma once

#include <array>
#include <string_view>

namespace mino::testing_support {

// Made by OpenSSH's ssh-keygen -s -h -n a.example,b.example, valid from 2020 to 2030 (UTC). In
// base64.
struct CertificateSample {
  std::string_view name;
  std::string_view certificate;
  std::string_view key;  ///< the certified one, plain
};

inline constexpr std::string_view kAuthority =
    "AAAAC3NzaC1lZDI1NTE5AAAAIHghvoapQg51BR+gW3kRtY01sARbov7MbkaxiG8aO/lc";

inline constexpr std::array kCertificateSamples{
    CertificateSample{
        "Ed25519",
        "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIII3O7rnz/ZbU4y7nL0o12ux2hNr"
        "lv1KH0m5Un0RzCvrAAAAIFW0MOSixffNzcSWEi5sBHsydRP0vRK2npGItOXAc3KFAAAAAAAAAAAAAAAC"
        "AAAAAmlkAAAAGgAAAAlhLmV4YW1wbGUAAAAJYi5leGFtcGxlAAAAAF4L4QAAAAAAcNvYgAAAAAAAAAAA"
        "AAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgeCG+hqlCDnUFH6BbeRG1jTWwBFui/sxuRrGIbxo7+VwA"
        "AABTAAAAC3NzaC1lZDI1NTE5AAAAQCiDwyz/x78Uycw/R0c8gf0h10DdSfZKgJSTYnXuBWyGWRgfrvGp"
        "xqU4YXDm3VZJytbD/oss7SSztpMC24qtUQc=",
        "AAAAC3NzaC1lZDI1NTE5AAAAIFW0MOSixffNzcSWEi5sBHsydRP0vRK2npGItOXAc3KF"},
    CertificateSample{
        "Nistp256",
        "AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20AAAAgogu3feuPrRv3evmJ"
        "upujxJza0aSksUc6/HKNFHaDcXEAAAAIbmlzdHAyNTYAAABBBL2B7/IDtwIW8xoOBGKe5+nnMYo/UpzE"
        "wl9KsBl/Vx7vel3N7pPh6lYlCzoITvn9fbLIuanG9kDls1Txe+har30AAAAAAAAAAAAAAAIAAAACaWQA"
        "AAAaAAAACWEuZXhhbXBsZQAAAAliLmV4YW1wbGUAAAAAXgvhAAAAAABw29iAAAAAAAAAAAAAAAAAAAAA"
        "MwAAAAtzc2gtZWQyNTUxOQAAACB4Ib6GqUIOdQUfoFt5EbWNNbAEW6L+zG5GsYhvGjv5XAAAAFMAAAAL"
        "c3NoLWVkMjU1MTkAAABARRnFdmXGDOajJU36hczZum0UYgK+jkoMsUTTNps6rKig19h/M3VKYlcKDgCb"
        "kgf1GsyFpMfq1M2t2XaRouFCBA==",
        "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBL2B7/IDtwIW8xoOBGKe5+nnMYo/"
        "UpzEwl9KsBl/Vx7vel3N7pPh6lYlCzoITvn9fbLIuanG9kDls1Txe+har30="},
    CertificateSample{
        "Rsa",
        "AAAAHHNzaC1yc2EtY2VydC12MDFAb3BlbnNzaC5jb20AAAAgzVmFMNJbgb2NJ7oIJTQAl2UDRK+RGrgr"
        "Oz89CH3i35AAAAADAQABAAABgQDiY9BVdibzIJ8fkhOs1CIrTx0MzuhxNfCPNuyjvBqCjG70yIloOn+b"
        "mrb/buhfpnIPglJwPvfRjK7hgc5BDk6xgyeDpWqjrimyj9Jgn4vSUw6OGW1pBcPq6lSHl3/Lio8o6Rk+"
        "wPSWytZ4ILFjbTOsoBUmXN78idh2Hn3w2VI5uZDq7QtP7V+euquEkFUeODym0ge5qPnDPa/ECcjpEzAn"
        "pd6IUtwYszii6m62a3UVp7+UpCHsWvwpb8rSEHWmksxRt1HXAPlzTstaA+R+mr3X4R6BF7vs82qj/1p1"
        "Rvh2w9FwkTvcHezFGJSw/gNxXBeDvivaSrRdWm0TF25C/Xcs0qVYShSUN5b3/dd6ejyP1VwY8O/2duuY"
        "+6xGVvhEqRqjk2OpZoh7han/2pay3LVeVbRD+sJlY9RhYhwxVHpowTx/Y21unhEPYmx3AQFfjkTi8FXU"
        "E/iqC2GZ1uYxRGsBYEMqBUHjDbMuTi2MZ42KTj0/6S6Rb/muhY8W18zYmo8AAAAAAAAAAAAAAAIAAAAC"
        "aWQAAAAaAAAACWEuZXhhbXBsZQAAAAliLmV4YW1wbGUAAAAAXgvhAAAAAABw29iAAAAAAAAAAAAAAAAA"
        "AAAAMwAAAAtzc2gtZWQyNTUxOQAAACB4Ib6GqUIOdQUfoFt5EbWNNbAEW6L+zG5GsYhvGjv5XAAAAFMA"
        "AAALc3NoLWVkMjU1MTkAAABA+gE4AvMu8e1SANqAJuNvdWyWoPq7fIISiCQFh8Ej6gXr/vCE/22tS982"
        "4uhE2oLQG9W40EYem0r9ZMcCK7gqBg==",
        "AAAAB3NzaC1yc2EAAAADAQABAAABgQDiY9BVdibzIJ8fkhOs1CIrTx0MzuhxNfCPNuyjvBqCjG70yIlo"
        "On+bmrb/buhfpnIPglJwPvfRjK7hgc5BDk6xgyeDpWqjrimyj9Jgn4vSUw6OGW1pBcPq6lSHl3/Lio8o"
        "6Rk+wPSWytZ4ILFjbTOsoBUmXN78idh2Hn3w2VI5uZDq7QtP7V+euquEkFUeODym0ge5qPnDPa/ECcjp"
        "EzAnpd6IUtwYszii6m62a3UVp7+UpCHsWvwpb8rSEHWmksxRt1HXAPlzTstaA+R+mr3X4R6BF7vs82qj"
        "/1p1Rvh2w9FwkTvcHezFGJSw/gNxXBeDvivaSrRdWm0TF25C/Xcs0qVYShSUN5b3/dd6ejyP1VwY8O/2"
        "duuY+6xGVvhEqRqjk2OpZoh7han/2pay3LVeVbRD+sJlY9RhYhwxVHpowTx/Y21unhEPYmx3AQFfjkTi"
        "8FXUE/iqC2GZ1uYxRGsBYEMqBUHjDbMuTi2MZ42KTj0/6S6Rb/muhY8W18zYmo8="},
};

/// The Ed25519 one with a critical option.
inline constexpr std::string_view kWithCriticalOption =
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIMmANUgqVi8h092G8w6zeeClf2sq"
    "MGtp1c1V8GDPPNnXAAAAIFW0MOSixffNzcSWEi5sBHsydRP0vRK2npGItOXAc3KFAAAAAAAAAAAAAAAC"
    "AAAAAmlkAAAADQAAAAlhLmV4YW1wbGUAAAAAXgvhAAAAAABw29iAAAAAEAAAAAN4QHkAAAAFAAAAAXoA"
    "AAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgeCG+hqlCDnUFH6BbeRG1jTWwBFui/sxuRrGIbxo7"
    "+VwAAABTAAAAC3NzaC1lZDI1NTE5AAAAQNP9dwDTZuXmd7v0LXHVWNfn7rgOjUFt9WYcxNGDVIP1Nb+B"
    "grrQFfz3rDEvzHbAU8D+cMTAszLGHeV4+R2muAM=";

/// A person's, of the same authority.
inline constexpr std::string_view kOfAUser =
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIDhLffn/9MgHFGGYUvdMPpv4jweu"
    "/pfM6ajUz7Fl2PdVAAAAIGoGtQa5wxM86YeU/vJf+0bKcsY1151MNlcEwZuGAAJ8AAAAAAAAAAAAAAAB"
    "AAAAAmlkAAAABgAAAAJtZQAAAAAAAAAA//////////8AAAAAAAAAggAAABVwZXJtaXQtWDExLWZvcndh"
    "cmRpbmcAAAAAAAAAF3Blcm1pdC1hZ2VudC1mb3J3YXJkaW5nAAAAAAAAABZwZXJtaXQtcG9ydC1mb3J3"
    "YXJkaW5nAAAAAAAAAApwZXJtaXQtcHR5AAAAAAAAAA5wZXJtaXQtdXNlci1yYwAAAAAAAAAAAAAAMwAA"
    "AAtzc2gtZWQyNTUxOQAAACB4Ib6GqUIOdQUfoFt5EbWNNbAEW6L+zG5GsYhvGjv5XAAAAFMAAAALc3No"
    "LWVkMjU1MTkAAABAQXZqR4uCOEMXYx/lmvAes+gfH+NORVluFu2IpvMsZEFXmpuAwAQG0gw//xRQlkiW"
    "y1bzFZnO/6d/69VZcYikAA==";

}  // namespace mino::testing_support
