# what: builds nests of epoll descriptors that watch one another
# layers: kernel, rlimits
import select

nest = [select.epoll() for _ in range(60)]
linked = 0
for outer in nest:
    for inner in nest:
        try:
            outer.register(inner, select.EPOLLIN | select.EPOLLET)
            linked += 1
        except OSError:
            pass
if linked > 3000:
    print("ESCAPED", linked, "links")
print("contained")
