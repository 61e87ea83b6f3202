import sys
if sys.version_info >= (3, 11):
    def part(n):
        raise ValueError(n)
    errors = []
    for n in range(2):
        try:
            part(n)
        except ValueError as e:
            errors.append(e)
    raise ExceptionGroup("several", errors + [ExceptionGroup("nested", [TypeError("t")])])
raise ValueError("no groups")
