# what: a function of twenty thousand parameters, a class of as many attributes, a call with all of them
# layers: supervision
# expect: contained, exited, memory, signaled
names = ",".join("a%d" % n for n in range(20000))
exec("def f(%s): return locals()" % names)
exec("class C:\n" + "\n".join(" a%d = %d" % (n, n) for n in range(20000)))
f(*range(20000))
print("contained")
