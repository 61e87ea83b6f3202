import base64
import io

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
axes.plot([1, 2, 3, 4], [1, 4, 9, 16])
axes.set_title("Squares")
image = io.BytesIO()
figure.savefig(image, format="png")
print(base64.b64encode(image.getvalue()).decode())
