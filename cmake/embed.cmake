# cmake -DINPUT=<file> -DNAME=<identifier> -DOUTPUT=<file.cpp> -P embed.cmake: a translation unit that carries the
# file's bytes and digest and defines mino::cli::<NAME>().
file(SHA256 ${INPUT} digest)
file(WRITE ${OUTPUT} "// Made from ${INPUT}.
#include \"cli/embedded_files.hpp\"

__asm__(
    \".section .rodata\\n\"
    \".balign 16\\n\"
    \".global mino_${NAME}_begin\\n\"
    \"mino_${NAME}_begin:\\n\"
    \".incbin \\\"${INPUT}\\\"\\n\"
    \".global mino_${NAME}_end\\n\"
    \"mino_${NAME}_end:\\n\"
    \".byte 0\\n\"
    \".previous\\n\");

extern \"C\" {
extern const char mino_${NAME}_begin[];
extern const char mino_${NAME}_end[];
}

namespace mino::cli {

EmbeddedFile ${NAME}() {
  return {std::string_view(mino_${NAME}_begin, static_cast<std::size_t>(mino_${NAME}_end - mino_${NAME}_begin)), \"${digest}\"};
}

}  // namespace mino::cli
")
