# memplast::memplast, the whole toolkit as one target, here and for find_package(memplast) and
# pkg-config.
include(CMakePackageConfigHelpers)

set(components base numeric io engine coding models fitting learners tasks export)  # who needs whom comes later
add_library(memplast INTERFACE)
add_library(memplast::memplast ALIAS memplast)
foreach(component IN LISTS components)
  target_link_libraries(memplast INTERFACE memplast::${component})
  list(PREPEND libraries -lmemplast_${component})
endforeach()
install(FILES memplast.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/memplast)

set(datasets_dir ${CMAKE_INSTALL_DATADIR}/memplast/datasets)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/memplast)
install(TARGETS memplast EXPORT memplast)
install(EXPORT memplast NAMESPACE memplast:: FILE memplastTargets.cmake DESTINATION ${package_dir})
list(APPEND components lib memplast)
configure_package_config_file(cmake/memplastConfig.cmake.in
  ${PROJECT_BINARY_DIR}/memplastConfig.cmake INSTALL_DESTINATION ${package_dir}
  PATH_VARS datasets_dir)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/memplastConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/memplastConfig.cmake ${PROJECT_BINARY_DIR}/memplastConfigVersion.cmake
  DESTINATION ${package_dir})
install(DIRECTORY datasets/ DESTINATION ${datasets_dir}
  FILES_MATCHING PATTERN "*.csv" PATTERN "README.md")

set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH prefix_from_pc /${pc_dir} /)
string(REGEX REPLACE "/$" "" prefix_from_pc "${prefix_from_pc}")
list(TRANSFORM memplast_definitions PREPEND -D OUTPUT_VARIABLE definitions)
list(JOIN definitions " " definitions)
list(JOIN libraries " " libraries)
configure_file(cmake/memplast.pc.in ${PROJECT_BINARY_DIR}/memplast.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/memplast.pc DESTINATION ${pc_dir})
