# Warnings, hardening and sanitizers, carried by one interface target.
option(MINO_WERROR "Treat warnings as errors" OFF)
set(MINO_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined or thread")
option(MINO_LIBFUZZER "Build the fuzz targets against libFuzzer (clang only)" OFF)
option(MINO_COVERAGE "Instrument for gcov" OFF)

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

add_library(mino_options INTERFACE)
target_compile_features(mino_options INTERFACE cxx_std_20)
target_compile_options(mino_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wformat=2 -fstack-protector-strong
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  # GCC 12 sees null pointers and uninitialised members in the move of any std::variant and std::string once it inlines,
  # so these two are asked only of a build in which they can be trusted.
  $<$<NOT:$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release,RelWithDebInfo>>>:-Wnull-dereference>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # A designated initializer leaves the other members to their defaults on purpose.
  -Wno-missing-field-initializers
  $<$<BOOL:${MINO_WERROR}>:-Werror>)
target_compile_definitions(mino_options INTERFACE _GLIBCXX_ASSERTIONS)
if(MINO_SANITIZE)
  target_compile_options(mino_options INTERFACE -fsanitize=${MINO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(mino_options INTERFACE -fsanitize=${MINO_SANITIZE})
else()
  target_compile_definitions(mino_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
endif()
if(MINO_LIBFUZZER)
  target_compile_options(mino_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(MINO_COVERAGE)
  target_compile_options(mino_options INTERFACE --coverage)
  target_link_options(mino_options INTERFACE --coverage)
endif()
if(NOT APPLE)
  target_link_options(mino_options INTERFACE -Wl,-z,relro,-z,now)
endif()

# What tests are written in is not what they test: left unoptimised it compiles in two thirds of the time.
add_library(mino_test_options INTERFACE)
target_compile_options(mino_test_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:-O0 -U_FORTIFY_SOURCE>)
# Without it gcc names no precompiled header in what it has preprocessed, and ccache could not tell when one has changed.
target_compile_options(mino_test_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)

# Everything but libc is linked statically into the program, so that it starts fast and runs on a machine that has
# none of the build's libraries. Sanitizer runtimes want the shared ones.
add_library(mino_static_runtime INTERFACE)
if(NOT MINO_SANITIZE AND NOT APPLE)
  target_link_options(mino_static_runtime INTERFACE -static-libstdc++ -static-libgcc)
endif()
