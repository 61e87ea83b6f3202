print("lone \ud800 surrogate")
