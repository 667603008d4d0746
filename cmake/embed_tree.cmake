# cmake -DROOT=<folder> -DOUTPUT=<file.cpp> -P embed_tree.cmake: a translation unit that carries the files below
# <folder>, but for its README, and defines mino::cli::embedded_layers().
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*)
list(SORT files)
set(sections "")
set(symbols "")
set(rows "")
set(index 0)
foreach(file IN LISTS files)
  if(file STREQUAL "README.md")
    continue()
  endif()
  string(APPEND sections "
    \".global mino_layer_${index}_begin\\n\"
    \"mino_layer_${index}_begin:\\n\"
    \".incbin \\\"${ROOT}/${file}\\\"\\n\"
    \".global mino_layer_${index}_end\\n\"
    \"mino_layer_${index}_end:\\n\"
    \".byte 0\\n\"")
  string(APPEND symbols "extern const char mino_layer_${index}_begin[];\nextern const char mino_layer_${index}_end[];\n")
  string(APPEND rows "
      {\"${file}\", between(mino_layer_${index}_begin, mino_layer_${index}_end)},")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Made from the files below ${ROOT}.
#include \"cli/embedded_files.hpp\"

__asm__(
    \".section .rodata\\n\"${sections}
    \".previous\\n\");

extern \"C\" {
${symbols}}

namespace mino::cli {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::vector<application::CarriedLayerFile> embedded_layers() {
  return {${rows}
  };
}

}  // namespace mino::cli
")
