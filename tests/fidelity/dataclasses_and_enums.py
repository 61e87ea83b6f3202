from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, get_type_hints
@dataclass(order=True)
class Item:
    name: str
    tags: "list[str]" = field(default_factory=list)
class Colour(Enum):
    RED = 1
class Pair(NamedTuple):
    a: int
    b: "Item"
print(Item("x"), Colour.RED, repr(Colour.RED), Pair(1, 2), get_type_hints(Pair), sorted([Item("b"), Item("a")]))
