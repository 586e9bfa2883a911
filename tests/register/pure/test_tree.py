"""The Merkle tree against the known vectors (certificate-transparency's reference tree) and against its definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.register.pure import tree

# The eight inputs of the reference implementation of RFC 6962 (google/certificate-transparency, merkletree tests).
INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
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
INCLUSION = [
    (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip
CONSISTENCY = [
    (1, 1, []),
    (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip

LEAVES = [tree.leaf_hash(data) for data in INPUTS]


def leaves(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(i).encode()) for i in range(count)]


def test_known_roots():
    assert sha256(b"").hexdigest() == tree.EMPTY_ROOT.hex() == tree.root_of_leaves([]).hex()
    grown = tree.MemoryTree(LEAVES)
    for size, root in enumerate(ROOTS, 1):
        assert tree.root_of_leaves(LEAVES[:size]).hex() == root
        assert grown.root(size).hex() == root
        assert tree.grow(0, (), LEAVES[:size]).root.hex() == root


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_known_inclusion_proofs(index, size, path):
    assert [item.hex() for item in tree.MemoryTree(LEAVES).inclusion_path(index, size)] == path


@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCY)
def test_known_consistency_proofs(first, second, path):
    assert [item.hex() for item in tree.MemoryTree(LEAVES).consistency_path(first, second)] == path


@given(st.integers(1, 130), st.data())
def test_every_leaf_is_proven_and_any_flipped_bit_fails(size, data):
    index = data.draw(st.integers(0, size - 1))
    whole = tree.MemoryTree(leaves(size))
    root, path = whole.root(), whole.inclusion_path(index)
    leaf = leaves(size)[index]
    assert tree.verify_inclusion(leaf, index, size, path, root)
    flip = data.draw(st.integers(0, 32 * 8 * (len(path) + 2) - 1))
    parts = [leaf, root, *path]
    which, bit = divmod(flip, 256)
    changed = bytearray(parts[which])
    changed[bit // 8] ^= 1 << bit % 8
    parts[which] = bytes(changed)
    assert not tree.verify_inclusion(parts[0], index, size, parts[2:], parts[1])
    assert not tree.verify_inclusion(leaf, index, size, [*path, root], root)
    assert not tree.verify_inclusion(leaf, index, size, path[:-1], root) or not path
    for other in {index - 1, index + 1, size}:
        assert not tree.verify_inclusion(leaf, other, size, path, root)


def test_consistency_of_every_pair_of_sizes():
    whole = tree.MemoryTree(leaves(70))
    for second in range(71):
        for first in range(second + 1):
            path = whole.consistency_path(first, second)
            old, new = whole.root(first), whole.root(second)
            assert tree.verify_consistency(first, second, old, new, path), (first, second)
            if 0 < first < second:
                assert not tree.verify_consistency(first, second, new, new, path)
                assert not tree.verify_consistency(first, second, old, old, path)
                assert not tree.verify_consistency(first, second, old, new, path[:-1])
                assert not tree.verify_consistency(first, second, old, new, [*path, path[0]])
                spoiled = [bytes([path[0][0] ^ 1]) + path[0][1:], *path[1:]]
                assert not tree.verify_consistency(first, second, old, new, spoiled)


def test_a_tree_does_not_shrink():
    whole = tree.MemoryTree(leaves(9))
    assert not tree.verify_consistency(9, 5, whole.root(9), whole.root(5), [])
    with pytest.raises(ValueError, match="shrink"):
        whole.consistency_path(9, 5)


@given(st.integers(0, 300), st.integers(0, 300))
def test_growth_gives_the_same_tree_proofs_and_subtrees(before, more):
    every = leaves(before + more)
    old, whole = tree.MemoryTree(every[:before]), tree.MemoryTree(every)
    growth = tree.grow(before, old.frontier(), every[before:])
    assert growth.size == before + more
    assert growth.root == whole.root()
    assert growth.frontier == whole.frontier()
    for index in {before, before + more // 2, before + more - 1} & set(range(before, before + more)):
        assert growth.inclusion_path(index) == whole.inclusion_path(index)
    expected = [(i, whole.node(8, i)) for i in range(before >> 8, (before + more) >> 8)]
    assert growth.completed(8) == expected


def test_a_frontier_of_another_size_is_refused():
    with pytest.raises(ValueError, match="frontier"):
        tree.grow(3, [b"x" * 32], leaves(1))


@pytest.mark.slow  # seventy thousand leaves, to cross the second stored level
def test_proofs_from_stored_nodes_read_few_rows():
    every = leaves(70_000)
    whole = tree.MemoryTree(every)
    stored = [every, whole._levels[8], whole._levels[16]]
    read_rows = 0

    def read(level: int, first: int, beyond: int) -> list[bytes]:
        nonlocal read_rows
        rows = stored[level][first:beyond]
        read_rows += len(rows)
        return rows

    for index, size in ((0, 1), (0, 70_000), (69_999, 70_000), (65_535, 65_536), (300, 511), (65_000, 69_997)):
        read_rows = 0
        assert tree.inclusion_path(index, size, tree.StoredNodes(read)) == whole.inclusion_path(index, size)
        assert read_rows <= 5 * 256
    for first, second in ((1, 70_000), (65_536, 65_537), (300, 69_999)):
        assert tree.consistency_path(first, second, tree.StoredNodes(read)) == whole.consistency_path(first, second)


def test_a_missing_stored_node_is_said():
    with pytest.raises(LookupError):
        tree.StoredNodes(lambda level, first, beyond: [])(0, 3)


def test_packed_hashes_come_back():
    assert tree.unpack(tree.pack(LEAVES)) == tuple(LEAVES)
    with pytest.raises(ValueError, match="sequence"):
        tree.unpack(b"short")
