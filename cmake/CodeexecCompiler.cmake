# Warnings (codeexec_warnings), and with them hardening or sanitizers (codeexec_options), as usage
# requirements. The Python extension takes the warnings and hardening but never the sanitizers: a stock
# interpreter has to load it.
add_library(codeexec_warnings INTERFACE)
add_library(codeexec_hardening INTERFACE)
add_library(codeexec_options INTERFACE)
target_compile_definitions(codeexec_warnings INTERFACE _GNU_SOURCE)
target_compile_options(codeexec_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes
  -Wformat=2 -Wundef -Wvla -Wwrite-strings -Wno-unused-parameter)
if(CODEEXEC_WERROR)
  target_compile_options(codeexec_warnings INTERFACE -Werror)
endif()

target_compile_options(codeexec_hardening INTERFACE
  -fstack-protector-strong -fstack-clash-protection
  $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(codeexec_hardening INTERFACE -fcf-protection)
endif()
target_link_options(codeexec_hardening INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)

target_link_libraries(codeexec_hardening INTERFACE codeexec_warnings)
target_link_libraries(codeexec_options INTERFACE codeexec_warnings)
if(CODEEXEC_SANITIZE)
  target_compile_options(codeexec_options INTERFACE
    -fsanitize=${CODEEXEC_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(codeexec_options INTERFACE -fsanitize=${CODEEXEC_SANITIZE})
else()
  target_link_libraries(codeexec_options INTERFACE codeexec_hardening)
endif()
