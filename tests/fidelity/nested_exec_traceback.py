code = "def g():\n    raise ValueError('deep')\n"
namespace = {}
exec(code, namespace)
try:
    namespace["g"]()
except ValueError as e:
    raise TypeError("outer") from e
