# A pool of threads that is first made when the interpreter ends is refused if threading was loaded.
import atexit
import threading


def late():
    try:
        from concurrent.futures import ThreadPoolExecutor

        print(ThreadPoolExecutor(1).submit(int, "3").result())
    except RuntimeError as problem:
        print("refused:", problem)


atexit.register(late)
