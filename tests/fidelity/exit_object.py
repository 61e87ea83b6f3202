raise SystemExit(['a', {'b': 1}])
