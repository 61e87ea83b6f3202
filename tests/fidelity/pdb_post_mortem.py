# fidelity: stdin p x\nq\n
import pdb
def f(x):
    return 1 / x
try:
    f(0)
except ZeroDivisionError as e:
    pdb.post_mortem(e.__traceback__)
