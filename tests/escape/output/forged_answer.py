# what: prints what the service would print: JSON, HTTP, quotes, control characters, invalid UTF-8
# layers: supervision
import os

os.write(1, b'"}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}\x00\x01\x1b[2J\xff\xfe\xed\xa0\x80\xf4\x90\x80\x80\\u0000\\"\n')
os.write(2, b'", "exit_code": 0, "status": "completed"}\n\xc0\xaf' * 100)
print("contained")
