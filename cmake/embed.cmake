# cmake -DINPUT=<file> -DOUTPUT=<file.cpp> -P embed.cmake: a translation unit that carries the file's bytes and digest.
file(SHA256 ${INPUT} digest)
file(WRITE ${OUTPUT} "// Made from ${INPUT}.
#include \"cli/embedded_init.hpp\"

__asm__(
    \".section .rodata\\n\"
    \".balign 16\\n\"
    \".global mino_embedded_init_begin\\n\"
    \"mino_embedded_init_begin:\\n\"
    \".incbin \\\"${INPUT}\\\"\\n\"
    \".global mino_embedded_init_end\\n\"
    \"mino_embedded_init_end:\\n\"
    \".byte 0\\n\"
    \".previous\\n\");

extern \"C\" {
extern const char mino_embedded_init_begin[];
extern const char mino_embedded_init_end[];
}

namespace mino::cli {

EmbeddedFile embedded_init() {
  return {std::string_view(mino_embedded_init_begin, static_cast<std::size_t>(mino_embedded_init_end - mino_embedded_init_begin)), \"${digest}\"};
}

}  // namespace mino::cli
")
