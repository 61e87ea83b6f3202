# what: runs tasks, timeouts and a thread in asyncio
import asyncio


async def double(x):
    await asyncio.sleep(0.01)
    return 2 * x


async def main():
    assert await asyncio.gather(*(double(n) for n in range(20))) == list(range(0, 40, 2))
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.02)
    except asyncio.TimeoutError:
        pass
    assert await asyncio.get_running_loop().run_in_executor(None, sum, [1, 2]) == 3


asyncio.run(main())
print("benign ok")
