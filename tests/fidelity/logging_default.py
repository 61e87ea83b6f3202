import logging
logging.warning("to stderr")
logging.basicConfig(format="%(levelname)s:%(lineno)d:%(funcName)s:%(filename)s:%(message)s", level=logging.INFO)
def f(): logging.info("from f")
logging.getLogger("x").error("error")
f()
try:
    1 / 0
except ZeroDivisionError:
    logging.exception("failed")
