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
  # GCC 12 wrongly warns of the insides of std::string's operator+ (its bug 105651).
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  target_compile_options(${target} PUBLIC -ffp-contract=off)
  target_compile_definitions(${target} PUBLIC ${memplast_definitions})
  if(MEMPLAST_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# What most files include, compiled once: a quarter of the time of a build that has no ccache.
if(MEMPLAST_PRECOMPILED)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/headers.cpp CONTENT "// for its precompiled headers\n")
  add_library(memplast_headers OBJECT ${PROJECT_BINARY_DIR}/headers.cpp)
  set_target_properties(memplast_headers PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(memplast_headers PRIVATE Eigen3::Eigen)
  memplast_options(memplast_headers)
  target_precompile_headers(memplast_headers PRIVATE
    <algorithm> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <optional> <span> <string>
    <variant> <vector> <Eigen/Core> ${PROJECT_SOURCE_DIR}/lib/io/json.hpp)
endif()

function(memplast_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;COLD;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  set(target memplast_${name})
  add_library(${target} STATIC ${ARG_SOURCES} ${ARG_COLD} ${ARG_HEADERS})
  set_property(SOURCE ${ARG_COLD} APPEND PROPERTY COMPILE_OPTIONS
    $<$<CONFIG:Release,RelWithDebInfo>:-O1>)
  add_library(memplast::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  memplast_options(${target})
  if(MEMPLAST_PRECOMPILED)
    target_precompile_headers(${target} REUSE_FROM memplast_headers)
  endif()
  install(TARGETS ${target} EXPORT memplast ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  foreach(header IN LISTS ARG_HEADERS)
    cmake_path(GET header PARENT_PATH room)
    install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/memplast/${folder}/${room})
  endforeach()
endfunction()
