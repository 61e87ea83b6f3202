import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import scipy
import sklearn

print(np.__version__, pd.__version__, scipy.__version__, sklearn.__version__, plt.rcParams["backend"])
