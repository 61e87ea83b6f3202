# What `cmake --install` puts where, and `cmake --build … --target uninstall` takes away. The helper
# directory keeps the build tree's relative layout, and nothing names an absolute place that has to
# stay as it is: an installation can be moved as a whole, and DESTDIR works. Components: runtime,
# development, documentation.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/codeexec)

# ---- headers and libraries ----
install(DIRECTORY include/codeexec DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.h")
install(TARGETS codeexec_shared EXPORT codeexecTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
# An export of its own: it needs libseccomp, which users of the shared library need not have.
install(TARGETS codeexec_static EXPORT codeexecStaticTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# ---- programs and the helper ----
install(TARGETS codeexec_cli codeexec_server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
        COMPONENT runtime)
install(TARGETS codeexec_zygote RUNTIME DESTINATION ${CODEEXEC_LIBEXEC_DIR} COMPONENT runtime)
install(TARGETS codeexec_module LIBRARY DESTINATION ${CODEEXEC_LIBEXEC_DIR} COMPONENT runtime)
install(FILES ${CODEEXEC_GUEST_OUTPUTS} DESTINATION ${CODEEXEC_LIBEXEC_DIR}/guest COMPONENT runtime)
if(CODEEXEC_GUEST_BYTECODE)
  install(FILES ${CODEEXEC_GUEST_BYTECODE} DESTINATION ${CODEEXEC_LIBEXEC_DIR}/guest/__pycache__
          COMPONENT runtime)
endif()

# The programs find the library of their own installation, wherever that has been put.
file(RELATIVE_PATH bin_to_lib ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set_target_properties(codeexec_cli codeexec_server PROPERTIES INSTALL_RPATH "$ORIGIN/${bin_to_lib}")

# ---- CMake package ----
install(EXPORT codeexecTargets NAMESPACE codeexec:: DESTINATION ${package_dir}
        COMPONENT development)
install(EXPORT codeexecStaticTargets NAMESPACE codeexec:: DESTINATION ${package_dir}
        COMPONENT development)
configure_package_config_file(${CMAKE_CURRENT_SOURCE_DIR}/cmake/CodeexecConfig.cmake.in
  ${CMAKE_BINARY_DIR}/codeexec-config.cmake
  INSTALL_DESTINATION ${package_dir}
  PATH_VARS CODEEXEC_LIBEXEC_DIR)
# Before 1.0 a minor version may change anything.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/codeexec-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/codeexec-config.cmake ${CMAKE_BINARY_DIR}/codeexec-config-version.cmake
        DESTINATION ${package_dir} COMPONENT development)

# ---- pkg-config ----
file(RELATIVE_PATH CODEEXEC_PC_TO_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" CODEEXEC_PC_TO_PREFIX "${CODEEXEC_PC_TO_PREFIX}")
set(CODEEXEC_PC_LIBS_PRIVATE)
if(CMAKE_DL_LIBS)
  set(CODEEXEC_PC_LIBS_PRIVATE "-l${CMAKE_DL_LIBS}")
endif()
configure_file(${CMAKE_CURRENT_SOURCE_DIR}/pkgconfig/codeexec.pc.in
               ${CMAKE_BINARY_DIR}/codeexec.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/codeexec.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT development)

# ---- documents ----
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documentation)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs COMPONENT documentation
        FILES_MATCHING PATTERN "*.md" REGEX "/man$" EXCLUDE)
install(FILES deploy/docker-seccomp.json deploy/codeexec.service
        DESTINATION ${CMAKE_INSTALL_DATADIR}/codeexec COMPONENT documentation)

# ---- taking it away again ----
configure_file(${CMAKE_CURRENT_SOURCE_DIR}/cmake/uninstall.cmake.in
               ${CMAKE_BINARY_DIR}/uninstall.cmake @ONLY)
add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -P ${CMAKE_BINARY_DIR}/uninstall.cmake)
