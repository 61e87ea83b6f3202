# what: uses sqlite in memory and in a file
import os, sqlite3, tempfile

for name in (":memory:", os.path.join(tempfile.mkdtemp(), "data.db")):
    connection = sqlite3.connect(name)
    with connection:
        connection.execute("create table t (n integer, s text)")
        connection.executemany("insert into t values (?, ?)", [(n, str(n)) for n in range(1000)])
    assert connection.execute("select sum(n) from t").fetchone() == (499500,)
    connection.close()
print("benign ok")
