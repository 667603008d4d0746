# Third-party libraries, each wrapped once. All are SYSTEM, none appears in a header of ours.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(toml11 REQUIRED)
find_package(spdlog REQUIRED)

set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options filesystem system)
add_library(mino_boost_process INTERFACE)
target_link_libraries(mino_boost_process INTERFACE Boost::headers Boost::filesystem Boost::system)

# Its parser of HTTP alone, which is header-only and needs no thread.
add_library(mino_boost_beast INTERFACE)
target_link_libraries(mino_boost_beast INTERFACE Boost::headers)

set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL REQUIRED)
add_library(mino_openssl INTERFACE)
target_link_libraries(mino_openssl INTERFACE OpenSSL::Crypto)
add_library(mino_openssl_tls INTERFACE)
target_link_libraries(mino_openssl_tls INTERFACE OpenSSL::SSL OpenSSL::Crypto)

find_library(MINO_SECCOMP_LIBRARY NAMES libseccomp.a REQUIRED)
find_path(MINO_SECCOMP_INCLUDE NAMES seccomp.h REQUIRED)
add_library(mino_seccomp INTERFACE)
target_include_directories(mino_seccomp SYSTEM INTERFACE ${MINO_SECCOMP_INCLUDE})
target_link_libraries(mino_seccomp INTERFACE ${MINO_SECCOMP_LIBRARY})

# The config package of rapidjson-dev sets only a variable.
find_package(RapidJSON REQUIRED)
add_library(mino_rapidjson INTERFACE)
target_include_directories(mino_rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIRS})
# std::iterator is deprecated in C++17 and RapidJSON 1.1.0 derives from it.
# Its stack adds an offset to a null pointer before it has memory, which clang's sanitizer reports.
target_compile_options(mino_rapidjson INTERFACE -Wno-deprecated-declarations -fno-sanitize=pointer-overflow)

# Header-only and with SPDLOG_PREVENT_CHILD_FD: the compiled library lets children inherit the log's descriptor.
add_library(mino_spdlog INTERFACE)
target_link_libraries(mino_spdlog INTERFACE spdlog::spdlog_header_only)
target_compile_definitions(mino_spdlog INTERFACE SPDLOG_PREVENT_CHILD_FD)

find_library(MINO_IDN2_LIBRARY NAMES libidn2.a REQUIRED)
find_library(MINO_UNISTRING_LIBRARY NAMES libunistring.a REQUIRED)
find_path(MINO_IDN2_INCLUDE NAMES idn2.h REQUIRED)
add_library(mino_idn2 INTERFACE)
target_include_directories(mino_idn2 SYSTEM INTERFACE ${MINO_IDN2_INCLUDE})
target_link_libraries(mino_idn2 INTERFACE ${MINO_IDN2_LIBRARY} ${MINO_UNISTRING_LIBRARY})
