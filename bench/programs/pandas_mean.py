import pandas as pd

df = pd.DataFrame({"A": [1, 2, 3]})
print(df.mean())
