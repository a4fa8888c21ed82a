"""The Merkle tree of RFC 6962 (section 2.1): root, inclusion and consistency proofs.

Hashes are 32 raw bytes. Trees are sequences of leaf hashes; `Tree` keeps every complete subtree, so that a proof over
a hundred thousand leaves touches a few dozen hashes.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """An append-only tree; `levels[k][i]` is the hash of the complete subtree of 2**k leaves from leaf i * 2**k on."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self.levels[0])

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.levels[0].append(leaf)
        level = 0
        while len(self.levels[level]) % 2 == 0:
            if level + 1 == len(self.levels):
                self.levels.append([])
            self.levels[level + 1].append(node_hash(self.levels[level][-2], self.levels[level][-1]))
            level += 1

    def subtree(self, start: int, end: int) -> bytes:
        """Return the hash of leaves [start, end); start must be aligned as RFC 6962 splits it."""
        size = end - start
        if size <= 0:
            return EMPTY_ROOT
        level = size.bit_length() - 1
        if size == 1 << level:
            return self.levels[level][start >> level]
        split = start + (1 << level)
        return node_hash(self.subtree(start, split), self.subtree(split, end))

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` leaves (all by default)."""
        return self.subtree(0, len(self) if size is None else size)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the audit path of RFC 6962 2.1.1 for leaf `index` in the tree of `size` leaves."""
        size = len(self) if size is None else size
        if not 0 <= index < size <= len(self):
            raise ValueError(f"no leaf {index} in a tree of {size}")
        return self._path(index, 0, size)

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        split = start + largest_power_below(end - start)
        if index < split:
            return [*self._path(index, start, split), self.subtree(split, end)]
        return [*self._path(index, split, end), self.subtree(start, split)]

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """Return the proof of RFC 6962 2.1.2 that the tree of `old` leaves is a prefix of that of `new` leaves."""
        new = len(self) if new is None else new
        if not 0 < old <= new <= len(self):
            raise ValueError(f"no consistency proof from {old} to {new}")
        return self._subproof(old, (0, new), complete=True)

    def _subproof(self, old: int, span: tuple[int, int], *, complete: bool) -> list[bytes]:
        start, end = span
        if old == end:
            return [] if complete else [self.subtree(start, end)]
        split = start + largest_power_below(end - start)
        if old <= split:
            return [*self._subproof(old, (start, split), complete=complete), self.subtree(split, end)]
        return [*self._subproof(old, (split, end), complete=False), self.subtree(start, split)]


def largest_power_below(size: int) -> int:
    """Return the largest power of two smaller than size (size >= 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    return Tree(leaves).root()


def root_from_inclusion(leaf: bytes, position: tuple[int, int], proof: Sequence[bytes]) -> bytes | None:
    """Return the root that a proof leads to for position (index, size); None where its length cannot fit.

    RFC 9162, 2.1.3.2.
    """
    index, size = position
    if not 0 <= index < size:
        return None
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node % 2 or node == last:
            current = node_hash(sibling, current)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return current if last == 0 else None


def verify_inclusion(leaf: bytes, position: tuple[int, int], proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether the leaf is at position (index, size) of the tree with this root."""
    return root_from_inclusion(leaf, position, proof) == root


def verify_consistency(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Say whether the tree (size, root) `old` is a prefix of `new` (RFC 9162 2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size == new_size:
        return not proof and old_root == new_root
    if not 0 < old_size < new_size or not proof:
        return False
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    node, last = old_size - 1, new_size - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    from_old = from_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node % 2 or node == last:
            from_old, from_new = node_hash(sibling, from_old), node_hash(sibling, from_new)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and from_old == old_root and from_new == new_root
