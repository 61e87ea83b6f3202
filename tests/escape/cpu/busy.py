# what: computes for ever
# layers: supervision
# expect: timeout
# request: "timeout": 1
while True:
    pass
