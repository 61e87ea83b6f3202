import importlib.metadata, pkgutil, sys
print(len(list(importlib.metadata.distributions())) >= 0)
print("json" in {m.name for m in pkgutil.iter_modules()})
print(pkgutil.find_loader("json") is not None if hasattr(pkgutil, "find_loader") else True)
import importlib
importlib.invalidate_caches()
print([f.__name__ for f in sys.meta_path if isinstance(f, type)])
