import os
print(os.getcwd(), os.path.exists("main.py"), os.path.abspath(__file__), oct(os.stat(__file__).st_mode & 0o777))
