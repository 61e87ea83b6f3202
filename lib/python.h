/* SPDX-License-Identifier: MIT */
/** Finding the interpreter that guests run, and our own helper. Starts no process. */
#ifndef CE_PYTHON_H
#define CE_PYTHON_H

#include <codeexec/config.h>
#include <codeexec/error.h>

/** The interpreter: config->python if set, else the first python3 on PATH (then in the usual
 *  directories) beside which every module of config->allowed_modules is installed, else the first
 *  python3 at all. Scripts (pyenv shims) are passed over: what they would start is unknown.
 *  The path is not resolved: a venv is recognised by the path its interpreter is started with.
 *  @param path receives a malloc'ed absolute path; untouched on failure
 *  @return 0, -CODEEXEC_EPYTHON, -CODEEXEC_ENOMEM. Reads PATH. */
int ce_find_python(const codeexec_config *config, char **path, codeexec_error *error);

/** The directory of codeexec-zygote: config->libexec_dir if set, else relative to the library,
 *  then to the program, then where it was to be installed.
 *  @param dir receives a malloc'ed path; untouched on failure
 *  @return 0, -CODEEXEC_ENOHELPER, -CODEEXEC_ENOMEM. */
int ce_find_libexec(const codeexec_config *config, char **dir, codeexec_error *error);

#endif
