# what: draws a figure into memory with matplotlib
# request: "timeout": 180, "max_memory_mb": 1024
import io

import matplotlib.pyplot as plt

plt.plot([1, 2, 3], [2, 4, 8])
plt.title("growth")
image = io.BytesIO()
plt.savefig(image, format="png")
assert image.getvalue()[:8] == b"\x89PNG\r\n\x1a\n" and len(image.getvalue()) > 1000
print("benign ok")
