import sys
sys.dont_write_bytecode = True
if __name__ == "__main__":
    import main
    print(main.__name__, main.__file__)
else:
    print("imported as", __name__)
