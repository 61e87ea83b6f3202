import asyncio
async def work(n):
    await asyncio.sleep(0.01 * n)
    return n
async def main():
    print(await asyncio.gather(*(work(n) for n in range(3))))
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, lambda: "in a thread"))
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except asyncio.TimeoutError:
        print("timed out")
asyncio.run(main())
