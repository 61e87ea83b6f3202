# SPDX-License-Identifier: MIT
"""What codeexec-zygote has the interpreter run: `python3 zygote.py LIBEXEC-DIR`.

A script is compiled anew each time, and a module is not: what there is to do is in _codeexec_zygote.py.
"""
import sys

written = sys.dont_write_bytecode
sys.dont_write_bytecode = True  # nothing is written beside what was installed, whoever runs this
import _codeexec_zygote

_codeexec_zygote.main(sys.argv[1], written)
