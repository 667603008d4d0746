#pragma once

namespace mino::testing_support {

/// The directory of the golden files in the checkout. Absolute.
[[nodiscard]] const char* golden_directory();
/// The program mino-init that was built with these tests. Absolute.
[[nodiscard]] const char* init_program();
/// The program filter_stand_in.cpp. Absolute.
[[nodiscard]] const char* filter_stand_in();

}  // namespace mino::testing_support
