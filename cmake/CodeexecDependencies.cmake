# Dependencies, through pkg-config. A missing one stops here, with the package that has it.
find_package(PkgConfig)
if(NOT PkgConfig_FOUND)
  message(FATAL_ERROR "pkg-config is missing: apt-get install pkg-config")
endif()

# codeexec_require(PREFIX module[>=version] debian-package)
function(codeexec_require prefix module package)
  pkg_check_modules(${prefix} QUIET IMPORTED_TARGET ${module})
  if(NOT ${prefix}_FOUND)
    message(FATAL_ERROR "${module} is missing: apt-get install ${package}")
  endif()
endfunction()

codeexec_require(SECCOMP "libseccomp>=2.5" libseccomp-dev)
codeexec_require(JSONC "json-c>=0.13" libjson-c-dev)
codeexec_require(LIBEVENT "libevent>=2.1" libevent-dev)
# evhtp.h includes OpenSSL's and libevent's headers.
codeexec_require(EVHTP "evhtp>=1.2.16" libevhtp-dev)
codeexec_require(LIBEVENT_PTHREADS "libevent_pthreads" libevent-dev)
codeexec_require(LIBEVENT_OPENSSL "libevent_openssl" libevent-dev)
codeexec_require(OPENSSL "openssl" libssl-dev)
if(CODEEXEC_BUILD_TESTS)
  codeexec_require(CMOCKA "cmocka>=1.1" libcmocka-dev)
endif()

# Python's headers for the stable ABI only: the extension is linked to no libpython.
pkg_check_modules(PYTHON3 QUIET "python3>=3.9")
if(NOT PYTHON3_FOUND)
  message(FATAL_ERROR "Python.h is missing: apt-get install python3-dev")
endif()
