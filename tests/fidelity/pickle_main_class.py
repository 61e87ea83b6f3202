import pickle
class Point:
    def __init__(self, x): self.x = x
    def __repr__(self): return f"Point({self.x})"
data = pickle.dumps([Point(1), Point])
print(b"__main__" in data, pickle.loads(data))
