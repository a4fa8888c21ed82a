"""The Merkle tree gives the roots and proofs of RFC 6962, as its reference implementation and another library do."""

import hashlib

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsplan.evidence.tree import (
    EMPTY_ROOT,
    Tree,
    largest_power_below,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# Certificate Transparency's reference inputs (google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc,
# Apache-2.0): eight leaves, the root after each, and named proofs.
LEAVES = [
    bytes.fromhex(text)
    for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
NODE_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NODE_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODE_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
INCLUSION = {
    (0, 1): [],
    (0, 8): [LEAF_1, NODE_2_3, NODE_4_7],
    (5, 8): [LEAF_4, NODE_6_7, ROOTS[3]],
    (2, 3): [ROOTS[1]],
    (1, 5): [ROOTS[0], NODE_2_3, LEAF_4],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [LEAF_1, NODE_2_3, NODE_4_7],
    (6, 8): [NODE_4_5, NODE_6_7, ROOTS[3]],
    (2, 5): [NODE_2_3, LEAF_4],
}
TREE = Tree(map(leaf_hash, LEAVES))
BIG = Tree(leaf_hash(str(i).encode()) for i in range(300))


def raw(proof: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in proof]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert Tree().root() == EMPTY_ROOT == hashlib.sha256().digest()
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert root_of([leaf_hash(entry) for entry in LEAVES[:size]]).hex() == ROOTS[size - 1]
    assert TREE.root(size).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("position", "proof"), INCLUSION.items())
def test_inclusion_proofs_are_those_of_the_reference(position: tuple[int, int], proof: list[str]) -> None:
    index, size = position
    assert TREE.inclusion_proof(index, size) == raw(proof)
    assert verify_inclusion(leaf_hash(LEAVES[index]), position, raw(proof), bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("sizes", "proof"), CONSISTENCY.items())
def test_consistency_proofs_are_those_of_the_reference(sizes: tuple[int, int], proof: list[str]) -> None:
    old, new = sizes
    assert TREE.consistency_proof(old, new) == raw(proof)
    roots = [bytes.fromhex(ROOTS[size - 1]) for size in sizes]
    assert verify_consistency((old, roots[0]), (new, roots[1]), raw(proof))


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
    assert node_hash(left, right) == hashlib.sha256(b"\x01" + left + right).digest()


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=70), st.data())
def test_roots_and_proofs_are_those_of_pymerkle(entries: list[bytes], data: st.DataObject) -> None:
    """pymerkle with its defaults (SHA-256, `security`: prefixes 0x00 and 0x01) is RFC 6962; it counts leaves from 1."""
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        oracle.append_entry(entry)
    tree = Tree(map(leaf_hash, entries))
    assert tree.root() == oracle.get_root()
    index = data.draw(st.integers(0, len(entries) - 1))
    leaf = leaf_hash(entries[index])
    ours = [leaf, *tree.inclusion_proof(index)]
    proof = oracle.prove_inclusion(index + 1)
    assert sorted(proof.path) == sorted(ours)
    pymerkle.verify_inclusion(leaf, tree.root(), proof)  # raises InvalidProof
    old = data.draw(st.integers(1, len(entries)))
    assert tree.root(old) == oracle.get_root(old)
    proof = oracle.prove_consistency(old, len(entries))
    pymerkle.verify_consistency(tree.root(old), tree.root(), proof)  # raises InvalidProof


@given(st.integers(1, 300), st.data())
def test_every_leaf_is_proved_and_no_other_place_or_leaf_is(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, root, leaf = BIG.inclusion_proof(index, size), BIG.root(size), BIG.levels[0][index]
    assert verify_inclusion(leaf, (index, size), proof, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index or size == 1))
    if size > 1:
        assert not verify_inclusion(leaf, (other, size), proof, root)
        assert not verify_inclusion(BIG.levels[0][other], (index, size), proof, root)
        assert not verify_inclusion(leaf, (index, size), proof[:-1], root)
        broken = data.draw(st.integers(0, len(proof) - 1))
        forged = [bytes(32) if i == broken else node for i, node in enumerate(proof)]
        assert not verify_inclusion(leaf, (index, size), forged, root)
    assert not verify_inclusion(leaf, (index, size), [*proof, bytes(32)], root)


@given(st.integers(1, 300), st.data())
def test_growth_is_proved_and_nothing_else_is(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = BIG.consistency_proof(old, new)
    before, after = (old, BIG.root(old)), (new, BIG.root(new))
    assert verify_consistency(before, after, proof)
    assert not verify_consistency((old, bytes(32)), after, proof)
    assert not verify_consistency(before, (new, bytes(32)), proof)
    assert not verify_consistency(before, after, [*proof, bytes(32)])
    if proof:
        assert not verify_consistency(before, after, proof[:-1])
        assert not verify_consistency(before, after, [])


@given(st.lists(st.integers(0, 9), min_size=2, max_size=40), st.data())
def test_a_changed_or_dropped_leaf_changes_every_later_root(numbers: list[int], data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([number])) for number in numbers]
    at = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:at], leaf_hash(b"other"), *leaves[at + 1 :]]
    assert Tree(changed).root() != Tree(leaves).root()
    assert Tree(leaves[:at] + leaves[at + 1 :]).root() != Tree(leaves).root()


@pytest.mark.parametrize("position", [(-1, 3), (3, 3), (0, 0), (0, 9)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(position: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        TREE.inclusion_proof(*position)


@pytest.mark.parametrize("position", [(-1, 3), (3, 3), (0, 0)])
def test_a_position_outside_the_tree_leads_to_no_root(position: tuple[int, int]) -> None:
    assert root_from_inclusion(leaf_hash(b""), position, []) is None


@pytest.mark.parametrize("sizes", [(0, 3), (4, 3), (1, 9), (-1, 3)])
def test_there_is_no_proof_of_growth_backwards_or_from_nothing(sizes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        TREE.consistency_proof(*sizes)
    assert not verify_consistency((sizes[0], EMPTY_ROOT), (sizes[1], TREE.root(3)), [bytes(32)])


@pytest.mark.parametrize(("size", "power"), [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8), (257, 256)])
def test_trees_split_at_the_largest_power_of_two_below_their_size(size: int, power: int) -> None:
    assert largest_power_below(size) == power
