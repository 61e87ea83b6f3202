import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import scipy.stats
import sklearn.linear_model

print(np.arange(3).sum(), pd.Series([1, 2]).mean(), scipy.stats.norm.cdf(0), sklearn.__version__, plt.rcParams["backend"])
