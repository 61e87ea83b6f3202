# What a suspended coroutine does when it is dropped at the end finds an interpreter without paths and finders.
import asyncio
import sys


async def work():
    try:
        await asyncio.sleep(0)
    finally:
        print("path", sys.path is None, "argv", sys.argv is None)
        try:
            import colorsys

            print("imported", colorsys.__name__)
        except ImportError as problem:
            print("refused:", problem)


suspended = work()
suspended.send(None)
