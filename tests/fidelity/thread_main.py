import threading
print(threading.current_thread() is threading.main_thread(), threading.main_thread().name)
print(threading.get_ident() == threading.main_thread().ident, threading.enumerate() == [threading.main_thread()])
print(threading.get_native_id() == threading.main_thread().native_id)
