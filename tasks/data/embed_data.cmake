# Turns the shipped data sets into one C++ source, so that the program finds them wherever it stands.
# cmake -DOUT=file.cpp -DFILES=a.csv;b.csv -P embed_data.cmake
set(text "// Made by tasks/data/embed_data.cmake.\n#include \"shipped_data.hpp\"\n\nnamespace memplast {\n\n")
string(APPEND text "std::string_view shipped_data(std::string_view name) {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} content)
  string(APPEND text "  if (name == \"${name}\")\n    return R\"csv(${content})csv\";\n")
endforeach()
string(APPEND text "  return {};\n}\n\n}  // namespace memplast\n")
file(WRITE ${OUT} "${text}")
