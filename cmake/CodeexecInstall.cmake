# What `cmake --install` puts where. The helper directory keeps the build tree's relative layout.
install(DIRECTORY include/codeexec DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(TARGETS codeexec_shared codeexec_static
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS codeexec_cli codeexec_server RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS codeexec_zygote RUNTIME DESTINATION ${CODEEXEC_LIBEXEC_DIR})
install(TARGETS codeexec_module LIBRARY DESTINATION ${CODEEXEC_LIBEXEC_DIR})
install(DIRECTORY lib/guest DESTINATION ${CODEEXEC_LIBEXEC_DIR}
        FILES_MATCHING PATTERN "*.py" PATTERN "__pycache__" EXCLUDE)
configure_file(${CMAKE_CURRENT_SOURCE_DIR}/pkgconfig/codeexec.pc.in
               ${CMAKE_BINARY_DIR}/codeexec.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/codeexec.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES README.md LICENSE CHANGELOG.md docs/architecture.md docs/policy.md docs/threat-model.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
