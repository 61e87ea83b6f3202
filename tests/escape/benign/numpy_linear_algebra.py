# what: solves linear systems with numpy
# request: "timeout": 180, "max_memory_mb": 1024
import numpy as np

a = np.random.default_rng(1).random((200, 200))
b = a @ np.arange(200.0)
assert np.allclose(np.linalg.solve(a, b), np.arange(200.0))
print("benign ok")
