import importlib, importlib.util
try:
    import surely_not_installed_anywhere
except ImportError as e:
    print(type(e).__name__, e, e.name, e.path)
try:
    import surely_not_installed_anywhere.part
except ModuleNotFoundError as e:
    print(e, e.name)
try:
    importlib.import_module("surely_not_installed_anywhere")
except ModuleNotFoundError as e:
    print(e)
print(importlib.util.find_spec("surely_not_installed_anywhere"))
try:
    from json import no_such_name
except ImportError as e:
    print(e)
try:
    import json.no_such_part
except ImportError as e:
    print(e)
