import builtins
print([n for n in ("exit", "quit", "copyright", "credits", "license", "help") if hasattr(builtins, n)])
print(hasattr(builtins, "_"), exit)
