# Byte code of our modules for the interpreters that will most likely run them, so that they are not compiled at every
# start. Each version has its own beside the sources (PEP 3147); any other one compiles them, as ever.

# The first python3 of PATH, and the distribution's: where codeexec looks. To have it for others, or (empty) for none, name them.
set(pythons)
find_program(CODEEXEC_PATH_PYTHON python3)
mark_as_advanced(CODEEXEC_PATH_PYTHON)
foreach(python IN ITEMS "${CODEEXEC_PATH_PYTHON}" /usr/local/bin/python3 /usr/bin/python3)
  if(EXISTS "${python}")
    list(APPEND pythons "${python}")
  endif()
endforeach()
set(CODEEXEC_BYTECODE_PYTHONS "${pythons}" CACHE STRING "Interpreters whose byte code is made and installed")

# Those that are of one version share it: the first one makes it.
set(CODEEXEC_BYTECODE_TAGS)
foreach(python IN LISTS CODEEXEC_BYTECODE_PYTHONS)
  execute_process(
    COMMAND ${python} -I -c "import sys; assert sys.version_info >= (3, 9); print(sys.implementation.cache_tag)"
    OUTPUT_VARIABLE tag OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed AND tag MATCHES "^[a-z0-9-]+$" AND NOT tag IN_LIST CODEEXEC_BYTECODE_TAGS)
    list(APPEND CODEEXEC_BYTECODE_TAGS ${tag})
    set(CODEEXEC_BYTECODE_PYTHON_${tag} ${python})
  endif()
endforeach()

# codeexec_add_bytecode(OUTPUTS-VARIABLE SOURCE...): for modules that lie in one directory of the build tree.
function(codeexec_add_bytecode variable)
  set(all)
  foreach(tag IN LISTS CODEEXEC_BYTECODE_TAGS)
    set(outputs)
    foreach(source IN LISTS ARGN)
      get_filename_component(directory ${source} DIRECTORY)
      get_filename_component(name ${source} NAME_WE)
      list(APPEND outputs ${directory}/__pycache__/${name}.${tag}.pyc)
    endforeach()
    # The hash seed decides in which order some versions write sets down.
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND ${CMAKE_COMMAND} -E env PYTHONHASHSEED=0 --unset=PYTHONHOME --unset=PYTHONPATH
              ${CODEEXEC_BYTECODE_PYTHON_${tag}} -s ${PROJECT_SOURCE_DIR}/cmake/bytecode.py ${ARGN}
      DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/bytecode.py
      COMMENT "Compiling the Python side for ${tag}")
    list(APPEND all ${outputs})
  endforeach()
  set(${variable} ${all} PARENT_SCOPE)
endfunction()
