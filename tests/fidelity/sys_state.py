import sys
print(sys.exc_info(), sys.flags, sys.warnoptions, sys.dont_write_bytecode, sys.excepthook is sys.__excepthook__)
print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.platform)
print(hasattr(sys, "last_type"), hasattr(sys, "last_value"), hasattr(sys, "ps1"), sys.pycache_prefix, sys._xoptions)
print(sys.getallocatedblocks() > 0, sys.maxsize, sys.byteorder, sys.displayhook, sys.breakpointhook)
