def load():
    try:
        {}["key"]
    except KeyError as e:
        raise ValueError("bad configuration") from e
try:
    load()
except ValueError:
    open("/nonexistent/file")
