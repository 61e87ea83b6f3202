# what: changes what it shares with its tier by way of copies on write: modules, their code, C data, small integers
# layers: runner, kernel
# runs: 2 in turn
import builtins, ctypes, os, sys

import numpy

found = [name for name in ("mark", TOKEN) for owner in (numpy, builtins, os, sys) if hasattr(owner, name)]
if found or numpy.zeros(3).sum() != 0 or numpy.pi < 3 or TOKEN in sys.modules or TOKEN in os.environ:
    print("ESCAPED what another run changed is here")
for owner in (numpy, builtins, os, sys):
    owner.mark = 1
    setattr(owner, TOKEN, 1)
sys.modules[TOKEN] = os.environ[TOKEN] = "1"
numpy.zeros.__class__
numpy.pi = 0
# In the memory itself, below what Python looks after.
ctypes.memset(id(123456789) + 24, 255, 4)
for name in ("sum", "mean"):
    function = getattr(numpy.core._methods, "_" + name)
    function.__code__ = (lambda *args, **kwargs: 7).__code__
print("contained")
