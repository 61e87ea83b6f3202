# what: groups and joins tables with pandas
# request: "timeout": 180, "max_memory_mb": 1024
import pandas as pd

frame = pd.DataFrame({"k": ["a", "b", "a", "c"] * 50, "v": range(200)})
means = frame.groupby("k")["v"].mean()
assert set(means.index) == {"a", "b", "c"}
assert len(frame.merge(means.rename("m"), on="k")) == 200
print("benign ok")
