import asyncio
async def f():
    raise ValueError("in a coroutine")
asyncio.run(f())
