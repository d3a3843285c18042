# memplast_library(name SOURCES ... COLD ... HEADERS ... PUBLIC ... PRIVATE ...): one folder, one target.
# COLD are the sources that read, write and tell: -O1 compiles them in two thirds of the time of -O3, and
# results do not depend on it. HEADERS are those that memplast.hpp reaches: they are installed below
# memplast/ as they lie here, others are not.
#
# Every target is compiled with -ffp-contract=off: fused multiply-adds would let the same seed give
# other bits on another processor.
#
# And every target agrees with whoever uses it on how Eigen allocates. Left to itself, Eigen aligns by
# the widest vectors that the compiler's flags allow (-mavx, -march=native) and wraps malloc under
# AddressSanitizer: a matrix allocated on one side and freed on the other would crash.
set(memplast_definitions EIGEN_MAX_ALIGN_BYTES=16 EIGEN_MALLOC_ALREADY_ALIGNED=1)

function(memplast_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  # GCC 12 wrongly warns of the insides of std::string's operator+ (its bug 105651), in a precompiled
  # header, where it forgets that they are the system's, by four warnings.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(${target} PRIVATE
      -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
  target_compile_options(${target} PUBLIC -ffp-contract=off)
  target_compile_definitions(${target} PUBLIC ${memplast_definitions})
  if(MEMPLAST_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# What nearly every source includes is compiled once for all targets, but for those that are not optimised
# alike: a precompiled header serves one level alone. It saves a quarter of a build.
function(memplast_precompiled target level)
  set(headers memplast_precompiled${level})
  if(NOT TARGET ${headers})
    add_library(${headers} OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
    set_target_properties(${headers} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(${headers} PRIVATE Eigen3::Eigen)
    memplast_options(${headers})
    target_compile_options(${headers} PRIVATE ${level}
      $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)  # lets ccache see the header
    target_precompile_headers(${headers} PRIVATE
      <algorithm> <array> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <numeric>
      <optional> <span> <sstream> <string> <string_view> <tuple> <variant> <vector> <Eigen/Core>)
  endif()
  target_compile_options(${target} PRIVATE ${level} $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  target_precompile_headers(${target} REUSE_FROM ${headers})
endfunction()

function(memplast_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;COLD;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  set(target memplast_${name})
  add_library(${target} STATIC ${ARG_SOURCES} ${ARG_HEADERS})
  add_library(memplast::${name} ALIAS ${target})
  set(parts ${target})
  if(ARG_COLD)
    list(APPEND parts ${target}_cold)
    add_library(${target}_cold OBJECT ${ARG_COLD})
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_cold>)
  endif()
  set(level_of_${target}_cold)
  if(CMAKE_BUILD_TYPE MATCHES "^Rel")
    set(level_of_${target}_cold -O1)
  endif()
  foreach(part IN LISTS parts)
    set_target_properties(${part} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    # Sources that CMake makes name headers from there.
    target_include_directories(${part} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${part} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
    memplast_options(${part})
    memplast_precompiled(${part} "${level_of_${part}}")
  endforeach()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} LINKER_LANGUAGE CXX)
  target_include_directories(${target} PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  install(TARGETS ${target} EXPORT memplast ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  foreach(header IN LISTS ARG_HEADERS)
    cmake_path(GET header PARENT_PATH room)
    install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/memplast/${folder}/${room})
  endforeach()
endfunction()
