# carnet_embed_sql(<target> <folder>): puts the texts of <folder>/schema/**/*.sql into <target>, as
#   std::vector<carnet::store::Migration> carnet::<room>::schema_files(std::string_view folder)
# where <room> is the last part of <folder>, and `folder` a folder under schema/ ("" when the files lie in schema/ itself).
# The room declares that function where it uses it. Run as a script (cmake -P), this file writes the source.
function(carnet_embed_sql target folder)
  file(GLOB_RECURSE texts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/schema/*.sql)
  if(NOT texts)
    return()
  endif()
  set(source ${CMAKE_BINARY_DIR}/schema/${target}_schema.cpp)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR} -DFOLDER=${folder} -DOUT=${source}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_sql.cmake
    DEPENDS ${texts} ${CMAKE_SOURCE_DIR}/cmake/embed_sql.cmake
    COMMENT "schema of ${folder}" VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  get_filename_component(room ${FOLDER} NAME)
  file(GLOB_RECURSE texts ${ROOT}/${FOLDER}/schema/*.sql)
  list(SORT texts)
  set(rows "")
  foreach(text ${texts})
    file(RELATIVE_PATH relative ${ROOT}/${FOLDER}/schema ${text})
    get_filename_component(inner ${relative} DIRECTORY)
    get_filename_component(name ${relative} NAME)
    file(READ ${text} sql)
    string(APPEND rows "    {\"${inner}\", \"${name}\", R\"schema(${sql})schema\"},\n")
  endforeach()
  file(WRITE ${OUT} "// Made from ${FOLDER}/schema.
#include <string_view>
#include <vector>

#include \"foundation/store/store.hpp\"

namespace carnet::${room} {

std::vector<store::Migration> schema_files(std::string_view folder);

std::vector<store::Migration> schema_files(std::string_view folder) {
  struct File {
    std::string_view folder, name, sql;
  };
  static constexpr File files[] = {
${rows}  };
  std::vector<store::Migration> found;
  for (const auto& file : files) {
    if (file.folder == folder) found.push_back({\"${room}\", std::string(file.name), std::string(file.sql)});
  }
  return found;
}

}  // namespace carnet::${room}
")
endif()
