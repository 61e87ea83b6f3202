# what: loads forged bytecode from marshal and runs it
# layers: supervision
# expect: signaled, exited, contained, timeout
# request: "timeout": 3
import marshal, random, types


def template():
    return 1


code = template.__code__
generator = random.Random(7)
for _ in range(2000):
    try:
        forged = code.replace(co_code=bytes(generator.randrange(256) for _ in range(64)))
        types.FunctionType(forged, {})()
    except Exception:
        pass
print("contained")
