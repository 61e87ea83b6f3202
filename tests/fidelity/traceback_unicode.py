def čtyři(ž):
    return "日本" + ž
čtyři(4)
