# what: uses json, re, datetime, zoneinfo, csv, hashlib, decimal, random, statistics, subclassing and pickling
import collections, csv, dataclasses, datetime, decimal, hashlib, io, json, pickle, random, re, statistics, zoneinfo

assert json.loads(json.dumps({"a": [1, 2.5, None, "ä"]})) == {"a": [1, 2.5, None, "ä"]}
assert re.findall(r"(\w)=(\d+)", "a=1 b=22") == [("a", "1"), ("b", "22")]
moment = datetime.datetime(2024, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
assert moment.utcoffset() == datetime.timedelta(hours=2)
assert next(csv.reader(io.StringIO('1,"a,b"'))) == ["1", "a,b"]
assert hashlib.sha256(b"").hexdigest().startswith("e3b0c442")
assert decimal.Decimal("0.1") * 3 == decimal.Decimal("0.3")
assert statistics.median(random.sample(range(100), 100)) == 49.5


@dataclasses.dataclass
class Point:
    x: int


assert pickle.loads(pickle.dumps(Point(3))) == Point(3)
assert collections.Counter("aab").most_common(1) == [("a", 2)]
print("benign ok")
