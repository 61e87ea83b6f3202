import gc
print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks, gc.garbage)
class A: pass
a = A(); a.me = a; del a
print(gc.collect() >= 1)
