//! The Merkle tree of RFC 6962, section 2.1, over leaf hashes; proofs are checked as RFC 9162, section 2.1.3
//! and 2.1.4 say.
//!
//! Completed nodes are stored: node (level, index) covers the leaves from index·2^level on, 2^level of them;
//! level 0 is the leaf hashes. A node once complete never changes. `get` fetches a stored node and is only
//! asked for completed ones; its error (not there, disk) is passed through.

use crate::hash::{Hash, sha256};

/// A completed node: level, index, hash.
pub type Node = (u8, u64, Hash);

/// The root of the tree without leaves.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// An inner node.
pub fn parent(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The nodes above the leaf that are complete once it stands at `size`, lowest first. The leaf itself,
/// (0, size), is not among them. To be stored with it.
pub fn append<E>(
    size: u64,
    leaf: Hash,
    mut get: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Node>, E> {
    let mut complete = Vec::new();
    let (mut level, mut index, mut hash) = (0, size, leaf);
    while index % 2 == 1 {
        hash = parent(&get(level, index - 1)?, &hash);
        (level, index) = (level + 1, index / 2);
        complete.push((level, index, hash));
    }
    Ok(complete)
}

/// The root over the first `size` leaves.
pub fn root<E>(size: u64, mut get: impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    if size == 0 { Ok(empty_root()) } else { subtree(0, size, &mut get) }
}

/// That leaf `index` is among the first `size`: the hashes beside its path, lowest first. Beyond the size
/// there is none: what is returned verifies nothing.
pub fn inclusion_proof<E>(
    index: u64,
    size: u64,
    mut get: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut beside = Vec::new();
    if index < size {
        let (mut start, mut len) = (0, size);
        while len > 1 {
            let left = largest_power_below(len);
            if index - start < left {
                beside.push(subtree(start + left, len - left, &mut get)?);
                len = left;
            } else {
                beside.push(subtree(start, left, &mut get)?);
                (start, len) = (start + left, len - left);
            }
        }
        beside.reverse();
    }
    Ok(beside)
}

/// RFC 9162, 2.1.3.2.
pub fn verify_inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            hash = parent(beside, &hash);
            while node % 2 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = parent(&hash, beside);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// That the tree of `first` leaves is the beginning of that of `second`. Nothing needs proof from size 0 or
/// between equal sizes; there is none backwards.
pub fn consistency_proof<E>(
    first: u64,
    second: u64,
    mut get: impl FnMut(u8, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::new();
    if first == 0 || first >= second {
        return Ok(proof);
    }
    // SUBPROOF of RFC 6962, 2.1.2, walked down from the root: `first` leaves lie in this subtree
    let (mut start, mut len, mut first) = (0, second, first);
    while first != len {
        let left = largest_power_below(len);
        if first <= left {
            proof.push(subtree(start + left, len - left, &mut get)?);
            len = left;
        } else {
            proof.push(subtree(start, left, &mut get)?);
            (start, len, first) = (start + left, len - left, first - left);
        }
    }
    // the old tree's own root is known to whoever checks
    if start != 0 {
        proof.push(subtree(start, len, &mut get)?);
    }
    proof.reverse();
    Ok(proof)
}

/// RFC 9162, 2.1.4.2.
pub fn verify_consistency(
    first: u64,
    second: u64,
    first_root: &Hash,
    second_root: &Hash,
    proof: &[Hash],
) -> bool {
    if first > second {
        return false;
    }
    if first == second {
        return proof.is_empty() && first_root == second_root;
    }
    if first == 0 {
        return proof.is_empty() && *first_root == empty_root();
    }
    let mut proof = proof.iter();
    let seed = if first.is_power_of_two() { Some(first_root) } else { proof.next() };
    let Some(seed) = seed else { return false };
    let (mut node, mut last) = (first - 1, second - 1);
    while node % 2 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let (mut old, mut new) = (*seed, *seed);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            (old, new) = (parent(beside, &old), parent(beside, &new));
            while node % 2 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            new = parent(&new, beside);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && old == *first_root && new == *second_root
}

/// A tree that grows by reading its leaves in order and keeps only its peaks: how a verifier recomputes every
/// node and root without trusting a stored one.
#[derive(Clone, Debug, Default)]
pub struct Frontier {
    size: u64,
    /// Roots of the complete subtrees, largest first: one per set bit of the size.
    peaks: Vec<Hash>,
}

impl Frontier {
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the nodes completed above the leaf, as [`append`] does.
    pub fn push(&mut self, leaf: Hash) -> Vec<Node> {
        let mut complete = Vec::new();
        let (mut level, mut index, mut hash) = (0, self.size, leaf);
        while index % 2 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = parent(&left, &hash);
            (level, index) = (level + 1, index / 2);
            complete.push((level, index, hash));
        }
        self.peaks.push(hash);
        self.size += 1;
        complete
    }

    pub fn root(&self) -> Hash {
        let joined = self.peaks.iter().rev().copied().reduce(|right, left| parent(&left, &right));
        joined.unwrap_or_else(empty_root)
    }
}

/// The hash over `len` leaves from `start`; a complete subtree is one stored node.
fn subtree<E>(start: u64, len: u64, get: &mut impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    if len.is_power_of_two() {
        let level = len.trailing_zeros() as u8;
        return get(level, start >> level);
    }
    let left = largest_power_below(len);
    let first = subtree(start, left, get)?;
    Ok(parent(&first, &subtree(start + left, len - left, get)?))
}

/// The largest power of two smaller than `len`, which is at least 2.
fn largest_power_below(len: u64) -> u64 {
    1 << (len - 1).ilog2()
}
