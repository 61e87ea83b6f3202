# SPDX-License-Identifier: MIT
"""Compile modules: bytecode.py SOURCE... puts SOURCE's byte code where the interpreter that runs this looks for it.

Nothing in it depends on when or where it was made: it is checked against what the source says and not against when the
file was written, and the name of the file is the module's alone. An interpreter puts the real one in as it loads it.
"""
import importlib.util
import os
import py_compile
import sys

sys.pycache_prefix = None
for source in sys.argv[1:]:
    target = importlib.util.cache_from_source(source)
    mode = py_compile.PycInvalidationMode.CHECKED_HASH
    py_compile.compile(source, target, os.path.basename(source), doraise=True, invalidation_mode=mode)
    os.chmod(target, 0o644)
