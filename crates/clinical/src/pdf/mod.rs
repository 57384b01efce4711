//! Does a PDF open? Its objects are found, its page tree is walked, its pages are counted.
//!
//! Ours rather than a library's: what the registries offer to edit PDFs allocates what the
//! file says, decodes streams without limit and follows tables that name one object a
//! million times. Here the file is scanned once from start to end, as viewers do when they
//! repair, and everything that can grow has a limit. Nothing is rendered or interpreted.

mod inflate;
mod object;

use std::collections::{BTreeMap, BTreeSet};

use inflate::{InflateFault, inflate};
use object::{Budget, Dictionary, Object, ObjectFault, Reader, Signs, is_space};

/// What is known of a PDF that opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PdfFacts {
    /// Leaves of the page tree, at least one.
    pub pages: usize,
    /// It names JavaScript (G07).
    pub script: bool,
    /// It names an action that starts a program (G07).
    pub launch: bool,
    /// It embeds files or media (G07).
    pub embedded: bool,
}

/// Why a PDF does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfFault {
    /// It does not begin with `%PDF-`.
    #[error("it does not begin like a pdf")]
    Header,
    /// No `%%EOF` near the end: cut, or with something added.
    #[error("it does not end like a pdf: it may be cut")]
    End,
    /// Protected by a password or by rights (G03).
    #[error("it is encrypted: deposit it without protection")]
    Encrypted,
    /// No catalogue could be found.
    #[error("its structure cannot be read")]
    Structure,
    /// The page tree has no leaf.
    #[error("it has no page")]
    NoPages,
    /// Beyond the limits on objects, pages or decoded size (G02).
    #[error("it is larger or more complex than allowed")]
    Limit,
}

/// Objects in one file. A report of 300 pages has about 10 000.
const OBJECTS: usize = 1_000_000;
/// Parts of one object: entries, items, numbers.
const PARTS: usize = 500_000;
/// Decoded bytes of all object streams together.
const DECODED: usize = 64 * 1024 * 1024;
/// Nodes of the page tree.
const PAGES: usize = 100_000;
/// Where `%%EOF` is looked for, from the end: signatures and careless servers add bytes.
const TAIL: usize = 2048;

/// Reads the structure of a PDF.
pub(crate) fn inspect(bytes: &[u8]) -> Result<PdfFacts, PdfFault> {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if !bytes.starts_with(b"%PDF-") || !digit(5) || bytes.get(6) != Some(&b'.') || !digit(7) {
        return Err(PdfFault::Header);
    }
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default();
    if find(tail, b"%%EOF", 0).is_none() {
        return Err(PdfFault::End);
    }
    let mut file = File {
        bytes,
        signs: Signs::default(),
        decoded: DECODED,
        work: 8 * bytes.len() + 2 * DECODED,
        streams: Vec::new(),
        places: BTreeMap::new(),
        root: None,
        encrypted: false,
    };
    file.scan()?;
    if file.encrypted {
        return Err(PdfFault::Encrypted);
    }
    let pages = file.pages()?;
    let Signs { script, launch, embedded } = file.signs;
    Ok(PdfFacts { pages, script, launch, embedded })
}

/// Where an object stands: in the file, or in a decoded object stream.
#[derive(Debug, Clone, Copy)]
enum Place {
    File(usize),
    Stream(usize, usize),
}

struct File<'a> {
    bytes: &'a [u8],
    signs: Signs,
    /// Bytes that may still be looked at: each is looked at two or three times in an honest
    /// file, and a dishonest one must not make it quadratic.
    work: usize,
    /// Bytes of object streams that may still be decoded.
    decoded: usize,
    streams: Vec<Vec<u8>>,
    /// The last place of each object wins, as with incremental updates.
    places: BTreeMap<u32, Place>,
    root: Option<u32>,
    encrypted: bool,
}

impl File<'_> {
    /// Finds every object and trailer, stepping over the content of streams.
    fn scan(&mut self) -> Result<(), PdfFault> {
        let mut at = 0;
        while let Some(word) = next_word(self.bytes, at) {
            at = match word {
                Word::Object { number, content } => self.found(number, content)?,
                Word::Trailer { content } => {
                    let mut reader = Reader::at(self.bytes, content);
                    if let Some(Object::Dictionary(trailer)) = self.read(&mut reader)? {
                        self.trailer(&trailer);
                    }
                    reader.at
                }
            };
        }
        Ok(())
    }

    /// Notes an object whose content begins at `content`; says where to go on.
    fn found(&mut self, number: u32, content: usize) -> Result<usize, PdfFault> {
        let mut reader = Reader::at(self.bytes, content);
        let Some(object) = self.read(&mut reader)? else {
            return Ok(content);
        };
        if self.places.len() >= OBJECTS {
            return Err(PdfFault::Limit);
        }
        self.places.insert(number, Place::File(content));
        let Object::Dictionary(dictionary) = object else {
            return Ok(reader.at);
        };
        if dictionary.is_name("Type", "XRef") {
            self.trailer(&dictionary);
        }
        if !reader.keyword(b"stream") {
            return Ok(reader.at);
        }
        if reader.rest().starts_with(b"\r\n") {
            reader.at += 2;
        } else if reader.rest().first().copied().is_some_and(is_space) {
            reader.at += 1;
        }
        let start = reader.at;
        let (end, next) = self.stream_end(&dictionary, start);
        if dictionary.is_name("Type", "ObjStm") && !self.encrypted {
            let data = self.bytes.get(start..end).unwrap_or_default();
            self.object_stream(&dictionary, data)?;
        }
        Ok(next)
    }

    /// Where the data of a stream ends, and where the file goes on. The length it declares
    /// is believed only if `endstream` follows.
    fn stream_end(&self, dictionary: &Dictionary, start: usize) -> (usize, usize) {
        if let Some(end) = dictionary.integer("Length").and_then(|length| start.checked_add(length))
            && end <= self.bytes.len()
        {
            // A line end stands between, or nothing.
            let after = self.bytes.get(end..).unwrap_or_default();
            let spaces = after.iter().take(4).take_while(|byte| is_space(**byte)).count();
            if after.get(spaces..).is_some_and(|after| after.starts_with(b"endstream")) {
                return (end, end + spaces + b"endstream".len());
            }
        }
        match find(self.bytes, b"endstream", start) {
            Some(end) => (end, end + b"endstream".len()),
            None => (self.bytes.len(), self.bytes.len()),
        }
    }

    fn object_stream(&mut self, dictionary: &Dictionary, data: &[u8]) -> Result<(), PdfFault> {
        let plain = match dictionary.get("Filter") {
            None => data.to_vec(),
            Some(filter) if is_flate(filter) => match inflate(data, self.decoded) {
                Ok(plain) => plain,
                Err(InflateFault::TooLong) => return Err(PdfFault::Limit),
                Err(InflateFault::Damaged) => return Ok(()),
            },
            // Allowed by the standard, written by nobody.
            Some(_) => return Ok(()),
        };
        self.decoded = self.decoded.checked_sub(plain.len()).ok_or(PdfFault::Limit)?;
        let (Some(count), Some(first)) = (dictionary.integer("N"), dictionary.integer("First")) else {
            return Ok(());
        };
        let stream = self.streams.len();
        let mut header = Reader::at(&plain, 0);
        let mut found = Vec::new();
        for _ in 0..count.min(plain.len()) {
            header.skip_space();
            let number = header.integer().and_then(|number| u32::try_from(number).ok());
            header.skip_space();
            let offset = header.integer().and_then(|offset| usize::try_from(offset).ok());
            let (Some(number), Some(offset)) = (number, offset) else { break };
            let Some(offset) = first.checked_add(offset) else { break };
            found.push((number, offset));
        }
        if self.places.len() + found.len() > OBJECTS {
            return Err(PdfFault::Limit);
        }
        for (number, offset) in found {
            // Read once here for the signs it may hold, and again when it is needed.
            let mut reader = Reader::at(&plain, offset);
            if self.read(&mut reader)?.is_some() {
                self.places.insert(number, Place::Stream(stream, offset));
            }
        }
        self.streams.push(plain);
        Ok(())
    }

    fn trailer(&mut self, trailer: &Dictionary) {
        if let Some(root) = trailer.reference("Root") {
            self.root = Some(root);
        }
        self.encrypted |= trailer.get("Encrypt").is_some();
    }

    /// Walks the page tree without recursion; each node counts once.
    fn pages(&mut self) -> Result<usize, PdfFault> {
        let root = self.root.ok_or(PdfFault::Structure)?;
        let catalog = self.dictionary(root)?.ok_or(PdfFault::Structure)?;
        let top = catalog.reference("Pages").ok_or(PdfFault::Structure)?;
        let mut seen = BTreeSet::new();
        let mut waiting = vec![top];
        let mut pages = 0;
        while let Some(number) = waiting.pop() {
            if !seen.insert(number) {
                continue;
            }
            if seen.len() > PAGES {
                return Err(PdfFault::Limit);
            }
            let Some(node) = self.dictionary(number)? else { continue };
            let kids = match node.get("Kids") {
                None => {
                    pages += 1;
                    continue;
                }
                Some(Object::Reference(kids)) => self.object(*kids)?,
                Some(kids) => Some(kids.clone()),
            };
            if let Some(Object::Array(kids)) = kids {
                waiting.extend(kids.iter().filter_map(|kid| match kid {
                    Object::Reference(number) => Some(*number),
                    _ => None,
                }));
            }
        }
        if pages == 0 { Err(PdfFault::NoPages) } else { Ok(pages) }
    }

    fn dictionary(&mut self, number: u32) -> Result<Option<Dictionary>, PdfFault> {
        Ok(match self.object(number)? {
            Some(Object::Dictionary(dictionary)) => Some(dictionary),
            _ => None,
        })
    }

    fn object(&mut self, number: u32) -> Result<Option<Object>, PdfFault> {
        let Some(place) = self.places.get(&number).copied() else { return Ok(None) };
        // The stream is taken out while it is read, for reading counts against the file.
        match place {
            Place::File(at) => self.read(&mut Reader::at(self.bytes, at)),
            Place::Stream(stream, at) => {
                let data = self.streams.get_mut(stream).map(std::mem::take).unwrap_or_default();
                let read = self.read(&mut Reader::at(&data, at));
                if let Some(stream) = self.streams.get_mut(stream) {
                    *stream = data;
                }
                read
            }
        }
    }

    /// Reads one object and counts the work. A malformed object is as if it were not there;
    /// a limit is a refusal.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Option<Object>, PdfFault> {
        let start = reader.at;
        let mut budget = Budget { parts: PARTS, signs: self.signs };
        let read = reader.object(&mut budget);
        self.signs = budget.signs;
        self.work = self.work.checked_sub(reader.at.saturating_sub(start)).ok_or(PdfFault::Limit)?;
        match read {
            Ok(object) => Ok(Some(object)),
            Err(ObjectFault::Malformed) => Ok(None),
            Err(ObjectFault::TooMany) => Err(PdfFault::Limit),
        }
    }
}

fn is_flate(filter: &Object) -> bool {
    match filter {
        Object::Name(name) => name == b"FlateDecode",
        Object::Array(filters) => {
            matches!(filters.as_slice(), [Object::Name(name)] if name == b"FlateDecode")
        }
        _ => false,
    }
}

enum Word {
    Object { number: u32, content: usize },
    Trailer { content: usize },
}

/// The next `N G obj` or `trailer` from `at` on.
fn next_word(bytes: &[u8], mut at: usize) -> Option<Word> {
    loop {
        // Both words hold few letters in common with numbers and dictionaries: look for the
        // first letter of each.
        let skipped = bytes.get(at..)?.iter().position(|byte| matches!(byte, b'o' | b't'))?;
        at += skipped;
        let rest = bytes.get(at..)?;
        if rest.starts_with(b"trailer") {
            return Some(Word::Trailer { content: at + b"trailer".len() });
        }
        if rest.starts_with(b"obj")
            && let Some(number) = number_before(bytes, at)
        {
            return Some(Word::Object { number, content: at + b"obj".len() });
        }
        at += 1;
    }
}

/// The object number of the `N G ` that ends at `at`.
fn number_before(bytes: &[u8], at: usize) -> Option<u32> {
    // Two numbers of ten digits and their spaces at most.
    let window = bytes.get(at.saturating_sub(32)..at)?;
    let mut words = window.rsplit(|byte| is_space(*byte)).filter(|word| !word.is_empty());
    if !window.last().copied().is_some_and(is_space) {
        return None;
    }
    let number = |word: &[u8]| std::str::from_utf8(word).ok().and_then(|text| text.parse::<u32>().ok());
    let _generation = number(words.next()?)?;
    let word = words.next()?;
    // "endobj12 0 obj" and the like: the digits at the end are the number.
    let digits = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    number(word.get(word.len() - digits..)?)
}

fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(word.len()).position(|window| window == word).map(|position| from + position)
}
