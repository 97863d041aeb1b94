"""Names and ids of codes from elsewhere: whatever they are called, each is found by its own and by no other's."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.names import folded
from secondcoder.exchange.codebooks.naming import give_ids, tell_apart


@dataclass(eq=False)
class Node:
    name: str
    above: Node | None = None
    id: str = ""
    shown: str = ""


names = st.text(st.sampled_from("aAb .:-()é|2"), min_size=1, max_size=5).filter(str.strip)


@given(st.lists(st.tuples(names, st.integers(0, 20), st.sampled_from(["", "", "own", "a"])), min_size=1, max_size=12))
def test_names_and_ids_are_unique_and_no_id_is_the_name_of_another(drawn: list[tuple[str, int, str]]) -> None:
    nodes: list[Node] = []
    for called, above, own in drawn:
        taken = {node.id for node in nodes}
        nodes.append(Node(called, nodes[above] if above < len(nodes) else None, "" if own in taken else own))
    given_before = {id(node): node.id for node in nodes if node.id}
    tell_apart(nodes)
    made = give_ids(nodes)
    assert len({folded(node.shown) for node in nodes}) == len(nodes)
    assert len({folded(node.id) for node in nodes}) == len(nodes)
    assert {id(node) for node in made} == {id(node) for node in nodes} - given_before.keys()
    assert all(node.id == given_before.get(id(node), node.id) for node in nodes)
    for node in made:
        assert not any(folded(node.id) == folded(other.shown) for other in nodes if other is not node)


def test_the_parent_tells_codes_of_one_name_apart_at_every_depth() -> None:
    top = [Node("A"), Node("B")]
    middle = [Node("Other", top[0]), Node("Other", top[1])]
    low = [Node("Cost", middle[0]), Node("Cost", middle[1])]
    nodes = [*top, *middle, *low, Node("Cost", middle[1])]
    tell_apart(nodes)
    give_ids(nodes)
    assert [node.shown for node in nodes] == [
        "A",
        "B",
        "A: Other",
        "B: Other",
        "A: Other: Cost",
        "B: Other: Cost",
        "B: Other: Cost (2)",
    ]
    assert [node.id for node in nodes] == ["a", "b", "a.other", "b.other", "other.cost", "other.cost-2", "other.cost-3"]
