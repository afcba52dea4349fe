"""The Merkle tree: a head that vouches for every entry, and for nothing that was not there."""

from __future__ import annotations

import hashlib

import pytest

from signing import tree

# The list and the roots of the tests that Certificate Transparency's authors publish.
ENTRIES = [b"", b"\0", b"\x10", b"\x20\x21", b"\x30\x31", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
LEAVES = [tree.leaf(entry) for entry in ENTRIES]


def test_the_head_of_nothing_and_of_one_entry_are_as_rfc_6962_says() -> None:
    assert tree.head([]) == hashlib.sha256(b"").digest()
    assert tree.head(LEAVES[:1]) == hashlib.sha256(b"\0").digest()


def test_the_head_is_the_recursive_one_of_the_rfc() -> None:
    def by_definition(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return leaves[0]
        split = 1
        while split * 2 < len(leaves):
            split *= 2
        left, right = by_definition(leaves[:split]), by_definition(leaves[split:])
        return hashlib.sha256(b"\1" + left + right).digest()

    many = [tree.leaf(bytes([n])) for n in range(70)]
    for size in range(1, 71):
        assert tree.head(many[:size]) == by_definition(many[:size])


def test_every_entry_is_proved_in_every_tree_and_no_other_in_its_place() -> None:
    for size in range(1, 33):
        leaves = [tree.leaf(bytes([n])) for n in range(size)]
        root = tree.head(leaves)
        for index in range(size):
            path = tree.inclusion(leaves, index)
            assert tree.check_inclusion(leaves[index], index, size, path, root)
            assert not tree.check_inclusion(tree.leaf(b"other"), index, size, path, root)
            assert not tree.check_inclusion(leaves[index], index, size, (*path, root), root)
            if size > 1:
                other = (index + 1) % size
                assert not tree.check_inclusion(leaves[index], other, size, path, root)
                assert not tree.check_inclusion(leaves[index], index, size, path[:-1], root)


def test_a_tree_proves_that_it_only_grew() -> None:
    leaves = [tree.leaf(bytes([n])) for n in range(24)]
    for size in range(1, 25):
        root = tree.head(leaves[:size])
        for old in range(1, size + 1):
            old_root = tree.head(leaves[:old])
            proof = tree.consistency(leaves[:size], old)
            assert tree.check_consistency(old, old_root, size, root, proof)
            if old < size:
                forged = tree.head([tree.leaf(b"forged"), *leaves[1:old]])
                assert not tree.check_consistency(old, forged, size, root, proof)
                assert not tree.check_consistency(old, old_root, size, root, proof[:-1])


def test_a_place_outside_the_list_has_no_proof() -> None:
    with pytest.raises(IndexError):
        tree.inclusion(LEAVES, 8)
    with pytest.raises(IndexError):
        tree.consistency(LEAVES, 9)
    assert not tree.check_inclusion(LEAVES[0], 8, 8, (), tree.head(LEAVES))
