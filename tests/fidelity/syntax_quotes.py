x = 1
y = “typographic”
