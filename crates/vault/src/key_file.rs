//! The key file as text, and how it reaches the disk: whole, private, never half.
//!
//! ```text
//! carnet keys 1
//! generation 1 <32 bytes, base64>
//! generation 2 <32 bytes, base64>      the highest wraps; numbers are never used again
//! tag <32 bytes, base64>               root of the finders' keys
//! sign <32 bytes, base64>              seed of the Ed25519 key
//! check <SHA-256 of all above, base64> so that a damaged file is told from damaged records
//! ```

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::keeper::KeeperError;
use crate::primitive::Secret;

const FIRST_LINE: &str = "carnet keys 1\n";

/// Room for some thousands of generations.
const MAX_FILE: u64 = 256 << 10;

pub(crate) struct KeyFile {
    pub(crate) generations: BTreeMap<u32, Secret>,
    pub(crate) tag: Secret,
    pub(crate) sign: Secret,
}

impl KeyFile {
    /// The generation that wraps. A file without any does not parse.
    pub(crate) fn current(&self) -> u32 {
        self.generations.last_key_value().map_or(0, |(number, _)| *number)
    }

    pub(crate) fn same_roots(&self, other: &KeyFile) -> bool {
        self.tag.bytes() == other.tag.bytes() && self.sign.bytes() == other.sign.bytes()
    }

    pub(crate) fn read(path: &Path) -> Result<Self, KeeperError> {
        let mut file = File::open(path)?;
        let about = file.metadata()?;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(KeeperError::NotPrivate);
        }
        if !about.is_file() || about.len() > MAX_FILE {
            return Err(KeeperError::Damaged);
        }
        let mut text = Zeroizing::new(Vec::with_capacity(about.len() as usize + 1));
        file.read_to_end(&mut text)?;
        Self::parse(&text).ok_or(KeeperError::Damaged)
    }

    /// Replaces the file in one step; when this returns, it is on the disk.
    pub(crate) fn write(&self, path: &Path) -> Result<(), KeeperError> {
        let fresh = beside(path, ".new");
        // what a crash left half written is never read, only replaced
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(&self.text())?;
        file.sync_all()?;
        fs::rename(&fresh, path)?;
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    }

    fn text(&self) -> Zeroizing<Vec<u8>> {
        let mut text = Zeroizing::new(Vec::with_capacity(256 + 80 * self.generations.len()));
        text.extend_from_slice(FIRST_LINE.as_bytes());
        for (number, key) in &self.generations {
            line(&mut text, &format!("generation {number}"), key.bytes());
        }
        line(&mut text, "tag", self.tag.bytes());
        line(&mut text, "sign", self.sign.bytes());
        let check = digest(&SHA256, &text);
        line(&mut text, "check", check.as_ref());
        text
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.strip_prefix(FIRST_LINE)?.lines();
        let mut read = Self { generations: BTreeMap::new(), tag: Secret::zero(), sign: Secret::zero() };
        loop {
            let (name, value) = lines.next()?.rsplit_once(' ')?;
            match name.split_once(' ') {
                Some(("generation", number)) => {
                    read.generations.insert(number.parse().ok()?, secret(value)?);
                }
                None if name == "tag" => read.tag = secret(value)?,
                None if name == "sign" => read.sign = secret(value)?,
                None if name == "check" => break,
                _ => return None,
            }
        }
        // written again it must be the same bytes: covers the check, order, doubles and anything that follows
        (!read.generations.is_empty() && *read.text() == bytes).then_some(read)
    }
}

/// Held while the file is created or changed, so that two processes do not lose each other's generation.
pub(crate) fn lock(path: &Path) -> Result<File, KeeperError> {
    let guard = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(beside(path, ".lock"))?;
    guard.lock()?;
    Ok(guard)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn line(text: &mut Vec<u8>, name: &str, value: &[u8]) {
    text.extend_from_slice(name.as_bytes());
    text.push(b' ');
    text.extend_from_slice(Zeroizing::new(STANDARD.encode(value)).as_bytes());
    text.push(b'\n');
}

fn secret(base64: &str) -> Option<Secret> {
    Secret::from_slice(&Zeroizing::new(STANDARD.decode(base64).ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::primitive::tests::Counting;

    #[test]
    fn every_bit_of_the_file_counts() {
        let dice = Counting::from(0);
        let keys = KeyFile {
            generations: [(1, Secret::random(&dice)), (7, Secret::random(&dice))].into(),
            tag: Secret::random(&dice),
            sign: Secret::random(&dice),
        };
        let text = keys.text();
        let read = KeyFile::parse(&text).unwrap();
        assert!(read.same_roots(&keys) && read.current() == 7 && read.generations.len() == 2);
        for bit in 0..text.len() * 8 {
            let mut changed = text.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(KeyFile::parse(&changed).is_none(), "bit {bit}");
        }
        for end in 0..text.len() {
            assert!(KeyFile::parse(&text[..end]).is_none(), "cut at {end}");
        }
    }

    fn keys(generations: impl Iterator<Item = u32>) -> KeyFile {
        let dice = Counting::from(0);
        let generations = generations.map(|number| (number, Secret::random(&dice))).collect();
        KeyFile { generations, tag: Secret::random(&dice), sign: Secret::random(&dice) }
    }

    #[test]
    fn each_root_counts() {
        let (one, mut other) = (keys(1..2), keys(1..2));
        assert!(one.same_roots(&other));
        std::mem::swap(&mut other.tag, &mut other.sign);
        assert!(!one.same_roots(&other));
        let third = KeyFile { tag: keys(1..2).tag, sign: other.sign, generations: BTreeMap::new() };
        assert!(!one.same_roots(&third), "another key that signs");
        let fourth = KeyFile { tag: other.tag, sign: keys(1..2).sign, generations: BTreeMap::new() };
        assert!(!one.same_roots(&fourth), "another key that tags");
    }

    #[test]
    fn a_file_has_its_size_and_is_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        // a line is 57 bytes and its number's digits: these fill the file to its last byte
        let full = || (0..57).map(|it| 100_000_000 + it).chain((0..3854).map(|it| 1_000_000_000 + it));
        keys(full()).write(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), MAX_FILE);
        assert_eq!(KeyFile::read(&path).unwrap().generations.len(), 3911);
        keys(full().skip(1).chain([2_000_000_000])).write(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), MAX_FILE + 1);
        assert!(matches!(KeyFile::read(&path), Err(KeeperError::Damaged)));
        keys(1_000_000_000..1_000_005_000).write(&path).unwrap();
        assert!(matches!(KeyFile::read(&path), Err(KeeperError::Damaged)), "much more");

        let inside = folder.path().join("folder");
        fs::create_dir(&inside).unwrap();
        fs::set_permissions(&inside, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        assert!(matches!(KeyFile::read(&inside), Err(KeeperError::Damaged)), "a folder");
    }
}
