# what: fits a model with scikit-learn
# request: "timeout": 180, "max_memory_mb": 1024
import numpy as np
from sklearn.linear_model import LogisticRegression

x = np.random.default_rng(2).normal(size=(200, 3))
y = (x[:, 0] > 0).astype(int)
assert LogisticRegression().fit(x, y).score(x, y) > 0.9
print("benign ok")
