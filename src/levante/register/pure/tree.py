"""The Merkle tree of RFC 9162 (section 2.1): hashes, growth, proofs and their verification. No storage, no state of its own.

A tree of ``size`` leaves is kept as its **frontier**: the roots of the perfect subtrees its leaves fall into, largest first
(one for each bit of ``size``). Growing needs the frontier alone; proofs also need older nodes, asked by level and index:
``node(level, index)`` is the root of the perfect subtree over leaves ``[index << level, (index + 1) << level)``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_SIZE = 32

#: A stored node is kept every so many levels, that is one for each 256 nodes below it (see ``StoredNodes``).
STORED_EVERY = 8

Node = Callable[[int, int], bytes]
Frontier = tuple[bytes, ...]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """RFC 9162 2.1.1: ``SHA-256(0x00 || data)``."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162 2.1.1: ``SHA-256(0x01 || left || right)``."""
    return sha256(b"\x01" + left + right).digest()


def root_of(frontier: Sequence[bytes]) -> bytes:
    """The root of the tree that has this frontier."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = node_hash(left, root)
    return root


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, by the definition: slow, and the yardstick of everything else."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(root_of_leaves(leaves[:split]), root_of_leaves(leaves[split:]))


def pack(hashes: Iterable[bytes]) -> bytes:
    """Hashes one after the other, as a column stores them."""
    return b"".join(hashes)


def unpack(data: bytes) -> Frontier:
    """The hashes of ``pack``. ``ValueError`` when the length is not a multiple of a hash."""
    if len(data) % HASH_SIZE:
        raise ValueError("not a sequence of hashes")
    return tuple(bytes(data[at : at + HASH_SIZE]) for at in range(0, len(data), HASH_SIZE))


@dataclass(frozen=True, slots=True)
class Growth:
    """A tree after new leaves: its size, frontier and root, and the nodes the new leaves brought.

    ``levels[h]`` is ``(start, nodes)``: the nodes of level ``h`` from index ``start`` on. The last may be the root of an
    incomplete subtree (the right edge), which RFC 9162 carries upwards as it is.
    """

    size_before: int
    size: int
    frontier: Frontier
    root: bytes
    levels: tuple[tuple[int, list[bytes]], ...]

    def inclusion_path(self, index: int) -> list[bytes]:
        """The inclusion proof of one of the new leaves in the grown tree, from memory alone."""
        if not self.size_before <= index < self.size:
            raise ValueError("not one of the new leaves")
        path = []
        for level, (start, nodes) in enumerate(self.levels[:-1]):
            sibling = (index >> level) ^ 1
            if sibling <= (self.size - 1) >> level:
                path.append(nodes[sibling - start])
        return path

    def completed(self, level: int) -> list[tuple[int, bytes]]:
        """``(index, root)`` of the perfect subtrees of that height which the new leaves completed."""
        first, beyond = self.size_before >> level, self.size >> level
        if first >= beyond:
            return []
        start, nodes = self.levels[level]
        return [(index, nodes[index - start]) for index in range(first, beyond)]


def grow(size: int, frontier: Sequence[bytes], leaves: Sequence[bytes]) -> Growth:
    """Add leaf hashes to a tree of ``size`` leaves: O(new leaves + log size), with nothing else read."""
    if len(frontier) != size.bit_count():
        raise ValueError("the frontier does not belong to a tree of this size")
    total = size + len(leaves)
    old = dict(zip(_bits(size), frontier, strict=True))
    if not total:
        return Growth(0, 0, (), EMPTY_ROOT, ())
    if not leaves:
        return Growth(size, size, tuple(frontier), root_of(frontier), ())
    levels: list[tuple[int, list[bytes]]] = []
    start, nodes, level = size, list(leaves), 0
    while True:
        if start & 1:  # the left neighbour is complete, so it is in the frontier
            nodes.insert(0, old[level])
            start -= 1
        levels.append((start, nodes))
        if (total - 1) >> level == 0:
            break
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=False)]
        if len(nodes) & 1:
            above.append(nodes[-1])
        start, nodes, level = start >> 1, above, level + 1
    new = []
    for level in _bits(total):
        start, nodes = levels[level]
        new.append(nodes[(total >> level) - 1 - start])
    return Growth(size, total, tuple(new), levels[-1][1][0], tuple(levels))


def _bits(size: int) -> list[int]:
    """The bits set in ``size``, the highest first: the heights of the frontier's subtrees."""
    return [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]


def _range_root(first: int, beyond: int, node: Node) -> bytes:
    """The root over leaves ``[first, beyond)``, where ``first`` is aligned as the ranges of RFC 9162 always are."""
    parts = []
    for level in _bits(beyond - first):
        parts.append(node(level, first >> level))
        first += 1 << level
    return root_of(parts)


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """RFC 9162 2.1.3.1: the proof that leaf ``index`` is in the tree of ``size`` leaves."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    path = []
    for level in range((size - 1).bit_length()):
        sibling = (index >> level) ^ 1
        first = sibling << level
        if first < size:
            path.append(_range_root(first, min(first + (1 << level), size), node))
    return path


def consistency_path(first: int, second: int, node: Node) -> list[bytes]:
    """RFC 9162 2.1.4.1: the proof that the tree of ``second`` leaves continues the tree of ``first``."""
    if not 0 <= first <= second:
        raise ValueError("a tree does not shrink")
    if first in (0, second):
        return []
    path: list[bytes] = []
    low, high, whole = 0, second, True
    wanted = first  # SUBPROOF(wanted, D[low:high], whole), collected from the top and returned from the bottom
    while wanted != high - low:
        split = 1 << ((high - low - 1).bit_length() - 1)
        if wanted <= split:
            path.append(_range_root(low + split, high, node))
            high = low + split
        else:
            path.append(_range_root(low, low + split, node))
            low, wanted, whole = low + split, wanted - split, False
    if not whole:
        path.append(_range_root(low, high, node))
    path.reverse()
    return path


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 2.1.3.2, on a leaf hash."""
    if not 0 <= index < size:
        return False
    position, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = node_hash(sibling, result)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """RFC 9162 2.1.4.2; a tree continues the empty tree and itself with an empty path."""
    if not 0 <= first <= second:
        return False
    if first == 0:
        return not path and first_root == EMPTY_ROOT and (second > 0 or second_root == EMPTY_ROOT)
    if first == second:
        return not path and first_root == second_root
    if not path:
        return False
    nodes = list(path)
    if first & (first - 1) == 0:  # a power of two: the old root is itself the first node
        nodes.insert(0, first_root)
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


class StoredNodes:
    """Nodes read from a store that keeps leaves and, every ``STORED_EVERY`` levels, the roots of perfect subtrees.

    ``read(stored_level, first, beyond)`` gives the stored hashes in that range, in order, as many as there are
    (``stored_level`` 0 are the leaves, 1 the roots of 256 leaves, 2 of 65,536...). A proof reads at most 256 hashes for
    each stored level, three levels for sixteen million leaves. The blocks stay in memory as long as this object does.
    """

    def __init__(self, read: Callable[[int, int, int], Sequence[bytes]]) -> None:
        self._read = read
        self._blocks: dict[tuple[int, int], list[list[bytes]]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        stored, height = divmod(level, STORED_EVERY)
        block, place = divmod(index, 1 << (STORED_EVERY - height))
        rows = self._block(stored, block)[height]
        if place >= len(rows):
            raise LookupError(f"the node {index} of level {level} is not stored")
        return rows[place]

    def _block(self, stored: int, block: int) -> list[list[bytes]]:
        found = self._blocks.get((stored, block))
        if found is None:
            first = block << STORED_EVERY
            rows = [bytes(row) for row in self._read(stored, first, first + (1 << STORED_EVERY))]
            found = [rows]
            for _ in range(STORED_EVERY - 1):
                rows = [node_hash(left, right) for left, right in zip(rows[::2], rows[1::2], strict=False)]
                found.append(rows)
            self._blocks[stored, block] = found
        return found


class MemoryTree:
    """A whole tree in memory, for small logs, tests and whoever checks a published log."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        level, current = 0, leaf
        self._levels[0].append(current)
        while len(self._levels[level]) % 2 == 0:
            row = self._levels[level]
            current = node_hash(row[-2], row[-1])
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(current)

    @property
    def size(self) -> int:
        return len(self._levels[0])

    def node(self, level: int, index: int) -> bytes:
        return self._levels[level][index]

    def frontier(self, size: int | None = None) -> Frontier:
        size = self.size if size is None else size
        return tuple(self.node(level, (size >> level) - 1) for level in _bits(size))

    def root(self, size: int | None = None) -> bytes:
        return root_of(self.frontier(size))

    def inclusion_path(self, index: int, size: int | None = None) -> list[bytes]:
        return inclusion_path(index, self.size if size is None else size, self.node)

    def consistency_path(self, first: int, second: int | None = None) -> list[bytes]:
        return consistency_path(first, self.size if second is None else second, self.node)


class Builder:
    """A tree that grows a leaf at a time and remembers its frontier alone: for going through a log of any size once."""

    def __init__(self) -> None:
        self.size = 0
        self._frontier: list[bytes] = []

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; gives ``(level, index, root)`` of the perfect subtrees of a stored level it completed."""
        stored = []
        current, level, below = leaf, 0, self.size
        while below & 1:
            current = node_hash(self._frontier.pop(), current)
            below, level = below >> 1, level + 1
            if level % STORED_EVERY == 0:
                stored.append((level, below, current))
        self._frontier.append(current)
        self.size += 1
        return stored

    @property
    def frontier(self) -> Frontier:
        return tuple(self._frontier)

    def root(self) -> bytes:
        return root_of(self._frontier)
