# fidelity: stdin p value\nc\n
value = 5
breakpoint()
print("after")
