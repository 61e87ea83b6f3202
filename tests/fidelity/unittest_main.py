import re, sys, unittest
class T(unittest.TestCase):
    def test_good(self): self.assertEqual(1, 1)
    def test_bad(self): self.assertEqual(1, 2)
result = unittest.main(exit=False, testRunner=unittest.TextTestRunner(stream=open("/tmp/report", "w"))).result
print(re.sub(r"in [0-9.]+s", "in N", (result.stream.flush(), open("/tmp/report").read())[1]))
sys.exit(not result.wasSuccessful())
