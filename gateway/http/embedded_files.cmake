# Puts the files of web/ into the binary: included by gateway/CMakeLists.txt, and run as a script to write the source
# that names them. The bytes themselves come in through the assembler (.incbin), which costs no compile time; the hash
# of each stands in the source, so that a changed file changes what is compiled.
if(CMAKE_SCRIPT_MODE_FILE)
  set(files "")
  set(rows "")
  set(number 0)
  file(STRINGS ${LIST} paths)
  foreach(path IN LISTS paths)
    file(SHA256 ${WEB}/${path} hash)
    string(SUBSTRING ${hash} 0 20 etag)
    string(APPEND files "__asm__(\".section .rodata\\n.global sluice_web_${number}\\n.global sluice_web_${number}_end\\n\"\n"
      "        \"sluice_web_${number}:\\n.incbin \\\"${WEB}/${path}\\\"\\nsluice_web_${number}_end:\\n.byte 0\\n.previous\");  // ${hash}\n"
      "extern \"C\" const char sluice_web_${number}[], sluice_web_${number}_end[];\n")
    string(APPEND rows "      {\"${path}\", between(sluice_web_${number}, sluice_web_${number}_end), \"\\\"${etag}\\\"\"},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(WRITE ${OUT} "#include \"http/static_files.h\"\n\n${files}\nnamespace sluice::http {\n"
    "std::span<const EmbeddedFile> embedded_files() {\n"
    "  [[maybe_unused]] const auto between = [](const char* from, const char* to) {\n"
    "    return std::string_view(from, static_cast<std::size_t>(to - from));\n  };\n"
    "  static const std::vector<EmbeddedFile> files{\n${rows}  };\n  return files;\n}\n}  // namespace sluice::http\n")
  return()
endif()

set(web ${CMAKE_SOURCE_DIR}/web)

# web/client is written in TypeScript: npm makes client.js of it, from its lock file, whenever this runs. What it is made of
# runs this again.
file(GLOB client_sources CONFIGURE_DEPENDS ${web}/client/src/*.ts)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${client_sources} ${web}/client/build.mjs
  ${web}/client/package-lock.json)
execute_process(COMMAND ${web}/client/build RESULT_VARIABLE client_result OUTPUT_VARIABLE client_said
  ERROR_VARIABLE client_said)
if(client_result EQUAL 0)
  string(REGEX MATCH "dist/client.js [0-9]+ bytes" client_size "${client_said}")
  message(STATUS "web/client: ${client_size}")
elseif(client_result EQUAL 1)
  message(FATAL_ERROR "web/client does not build:\n${client_said}")
else()
  file(REMOVE_RECURSE ${web}/client/dist ${web}/shared/uplot)
  string(REGEX MATCHALL "[^\n]+" client_lines "${client_said}")
  list(SUBLIST client_lines 0 3 client_lines)  # npm goes on with its manual
  list(JOIN client_lines "\n  " client_said)
  message(WARNING "The gateway is built without /client.js, and its pages show nothing live: web/client needs npm.\n  "
    "${client_said}")
endif()

file(GLOB_RECURSE web_files RELATIVE ${web} CONFIGURE_DEPENDS
  ${web}/console/* ${web}/dashboards/* ${web}/shared/* ${web}/client/dist/*)
list(FILTER web_files INCLUDE REGEX "\\.(html|js|mjs|css|svg|png|ico|json|map|webmanifest|woff2|txt)$")
list(FILTER web_files EXCLUDE REGEX "(node_modules|\\.test\\.|^client/dist/(adapters|types)/)")
list(SORT web_files)
list(TRANSFORM web_files PREPEND ${web}/ OUTPUT_VARIABLE web_paths)
string(REPLACE ";" "\n" web_lines "${web_files}")
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/web_files.txt CONTENT "${web_lines}\n" @ONLY)
set(embedded ${CMAKE_CURRENT_BINARY_DIR}/embedded_files.cpp)
add_custom_command(OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} -DWEB=${web} -DLIST=${CMAKE_CURRENT_BINARY_DIR}/web_files.txt -DOUT=${embedded}
    -P ${CMAKE_CURRENT_LIST_DIR}/embedded_files.cmake
  DEPENDS ${web_paths} ${CMAKE_CURRENT_BINARY_DIR}/web_files.txt ${CMAKE_CURRENT_LIST_DIR}/embedded_files.cmake
  VERBATIM)
target_sources(sluice_http PRIVATE ${embedded})
