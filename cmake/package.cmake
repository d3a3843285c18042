# memplast::memplast, the whole toolkit as one target, here and for find_package(memplast).
include(CMakePackageConfigHelpers)

add_library(memplast INTERFACE)
add_library(memplast::memplast ALIAS memplast)
foreach(library lib models fitting learners tasks export)
  if(TARGET memplast::${library})
    target_link_libraries(memplast INTERFACE memplast::${library})
  endif()
endforeach()

set(datasets_dir ${CMAKE_INSTALL_DATADIR}/memplast/datasets)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/memplast)
install(TARGETS memplast EXPORT memplast)
install(EXPORT memplast NAMESPACE memplast:: FILE memplastTargets.cmake DESTINATION ${package_dir})
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
