//! The tree against the published vectors of RFC 6962's reference implementation, and every small size
//! against the RFC's own recursion written down naively.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::convert::Infallible;

use aws_lc_rs::digest::{SHA256, digest};
use journal::Hash;
use journal::tree::*;

/// A store of completed nodes, filled as the real one is. Asking for a node that is not there panics.
#[derive(Default)]
struct Nodes(HashMap<(u8, u64), Hash>);

impl Nodes {
    fn of(leaves: &[Hash]) -> Self {
        let mut nodes = Self::default();
        for (size, leaf) in leaves.iter().enumerate() {
            let size = size as u64;
            let complete = append(size, *leaf, nodes.get()).unwrap();
            nodes.0.insert((0, size), *leaf);
            for (level, index, hash) in complete {
                assert!(nodes.0.insert((level, index), hash).is_none(), "a node is written once");
            }
        }
        nodes
    }

    fn get(&self) -> impl FnMut(u8, u64) -> Result<Hash, Infallible> {
        |level, index| Ok(self.0[&(level, index)])
    }
}

/// MTH of RFC 6962, 2.1.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            parent(&naive_root(left), &naive_root(right))
        }
    }
}

/// PATH of RFC 6962, 2.1.1.
fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut path, beside) = match index.checked_sub(left.len()) {
        None => (naive_path(index, left), right),
        Some(index) => (naive_path(index, right), left),
    };
    path.push(naive_root(beside));
    path
}

/// SUBPROOF of RFC 6962, 2.1.2.
fn naive_consistency(first: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if first == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut proof, beside) = match first.checked_sub(left.len()) {
        None | Some(0) => (naive_consistency(first, left, whole), right),
        Some(first) => (naive_consistency(first, right, false), left),
    };
    proof.push(naive_root(beside));
    proof
}

fn sha(bytes: &[u8]) -> Hash {
    digest(&SHA256, bytes).as_ref().try_into().unwrap()
}

fn sample(count: u64) -> Vec<Hash> {
    (0..count).map(|index| sha(&index.to_be_bytes())).collect()
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The eight leaves and roots of the Certificate Transparency reference code.
#[test]
fn the_published_tree() {
    let entries: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let leaves = entries.map(|entry| sha(&[&[0], entry].concat()));
    let nodes = Nodes::of(&leaves);
    for (size, expected) in roots.iter().enumerate() {
        assert_eq!(hex(&root(size as u64, nodes.get()).unwrap()), *expected, "size {size}");
    }
    let path: Vec<_> = inclusion_proof(0, 8, nodes.get()).unwrap().iter().map(hex).collect();
    assert_eq!(
        path,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
    );
}

#[test]
fn roots_and_inclusion_of_every_small_size() {
    let leaves = sample(40);
    let nodes = Nodes::of(&leaves);
    let mut frontier = Frontier::default();
    for size in 0..=leaves.len() {
        let expected = naive_root(&leaves[..size]);
        assert_eq!(root(size as u64, nodes.get()).unwrap(), expected);
        assert_eq!((frontier.size(), frontier.root()), (size as u64, expected));
        for index in 0..size {
            let proof = inclusion_proof(index as u64, size as u64, nodes.get()).unwrap();
            assert_eq!(proof, naive_path(index, &leaves[..size]));
            check_inclusion(index as u64, size as u64, &leaves[index], &proof, &expected);
        }
        let beyond = inclusion_proof(size as u64, size as u64, nodes.get()).unwrap();
        assert!(beyond.is_empty());
        assert!(!verify_inclusion(size as u64, size as u64, &expected, &beyond, &expected));
        if let Some(leaf) = leaves.get(size) {
            let complete = append(size as u64, *leaf, nodes.get()).unwrap();
            assert_eq!(frontier.push(*leaf), complete);
        }
    }
}

fn check_inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) {
    assert!(verify_inclusion(index, size, leaf, proof, root), "{index} of {size}");
    for other in (0..size + 2).filter(|other| *other != index) {
        assert!(!verify_inclusion(other, size, leaf, proof, root), "{index} of {size} as {other}");
    }
    for (leaf, root) in [(&sha(b"other"), root), (leaf, &sha(b"other"))] {
        assert!(!verify_inclusion(index, size, leaf, proof, root));
    }
    for wrong in spoiled(proof) {
        assert!(!verify_inclusion(index, size, leaf, &wrong, root));
    }
}

#[test]
fn consistency_of_every_small_pair() {
    let leaves = sample(34);
    let nodes = Nodes::of(&leaves);
    let roots: Vec<_> = (0..=leaves.len()).map(|size| naive_root(&leaves[..size])).collect();
    for second in 0..roots.len() {
        for first in 0..=second {
            let (one, two) = (first as u64, second as u64);
            let proof = consistency_proof(one, two, nodes.get()).unwrap();
            if first > 0 {
                assert_eq!(proof, naive_consistency(first, &leaves[..second], true));
            }
            assert!(verify_consistency(one, two, &roots[first], &roots[second], &proof), "{first} {second}");
            let other = sha(b"other");
            assert!(!verify_consistency(one, two, &other, &roots[second], &proof));
            // from nothing to something, any tree follows
            if first > 0 || second == 0 {
                assert!(!verify_consistency(one, two, &roots[first], &other, &proof));
            }
            for wrong in spoiled(&proof) {
                assert!(!verify_consistency(one, two, &roots[first], &roots[second], &wrong));
            }
            if first < second {
                assert!(!verify_consistency(two, one, &roots[second], &roots[first], &proof));
            }
        }
    }
}

/// Each hash changed, left out or doubled; one too many at the end.
fn spoiled(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = vec![[proof, &[sha(b"more")]].concat()];
    for at in 0..proof.len() {
        let mut changed = proof.to_vec();
        changed[at][31] ^= 1;
        let mut without = proof.to_vec();
        without.remove(at);
        let mut doubled = proof.to_vec();
        doubled.insert(at, proof[at]);
        all.extend([changed, without, doubled]);
    }
    all
}

#[test]
fn the_first_failure_of_the_store_comes_through() {
    let fails = |_: u8, _: u64| Err::<Hash, _>("disk");
    assert_eq!(append(1, [0; 32], fails), Err("disk"));
    assert_eq!(root(3, fails), Err("disk"));
    assert_eq!(inclusion_proof(1, 3, fails), Err("disk"));
    assert_eq!(consistency_proof(1, 3, fails), Err("disk"));
}
