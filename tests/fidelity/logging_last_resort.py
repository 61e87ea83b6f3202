import logging
logging.getLogger("a").warning("last resort")
logging.getLogger("a").info("unseen")
