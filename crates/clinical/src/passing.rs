//! The check of a document too large to be held whole, made as it passes: less is known of it than [`check`]
//! finds, and only kinds whose form shows at both ends are let through.
//!
//! A PDF: how it begins and ends, and the names written in clear (what is in compressed object streams is not
//! looked at; encryption is always declared in clear). A JPEG: its segments, its size in pixels, its end; pixels
//! are not decoded. DICOM: its preamble. Everything else, XML and text first, must be opened whole.
//!
//! [`check`]: crate::check

use crate::check::{Checked, Kind, Unreadable};
use crate::image::{JpegFault, PIXELS};
use crate::pdf::{PdfFacts, PdfFault};
use crate::plain::{self, Looks};

/// What is kept of the end.
const TAIL: usize = 2048;
/// What the first bytes are looked at for.
const START: usize = 1024;
/// The longest name looked for, and what stands before and after it.
const LONGEST: usize = 16;

/// Can a document declared as `media_type` be checked as it passes?
pub fn passes(media_type: &str) -> bool {
    kind(media_type).is_some()
}

fn kind(media_type: &str) -> Option<Kind> {
    match media_type.split(';').next()?.trim().to_ascii_lowercase().as_str() {
        "application/pdf" => Some(Kind::Pdf),
        "image/jpeg" | "image/jpg" => Some(Kind::Jpeg),
        "application/dicom" => Some(Kind::Dicom),
        _ => None,
    }
}

/// A document that is being checked. Push its bytes in pieces of any size, then [`Passing::end`].
#[derive(Debug)]
pub struct Passing {
    kind: Kind,
    start: Vec<u8>,
    tail: Vec<u8>,
    length: u64,
    names: Names,
    segments: Segments,
}

impl Passing {
    /// None for a type that must be opened whole.
    pub fn begin(media_type: &str) -> Option<Self> {
        Some(Self {
            kind: kind(media_type)?,
            start: Vec::new(),
            tail: Vec::new(),
            length: 0,
            names: Names::default(),
            segments: Segments::default(),
        })
    }

    pub fn push(&mut self, bytes: &[u8]) {
        let missing = START.saturating_sub(self.start.len()).min(bytes.len());
        self.start.extend_from_slice(bytes.get(..missing).unwrap_or_default());
        self.length += bytes.len() as u64;
        match self.kind {
            Kind::Pdf => self.names.look(&self.tail, bytes),
            Kind::Jpeg => self.segments.push(bytes),
            _ => {}
        }
        let kept = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default();
        let over = (self.tail.len() + kept.len()).saturating_sub(TAIL);
        self.tail.drain(..over.min(self.tail.len()));
        self.tail.extend_from_slice(kept);
    }

    /// What is known once all of it passed.
    pub fn end(self) -> Result<Checked, Unreadable> {
        if self.length == 0 {
            return Err(Unreadable::Empty);
        }
        let found = plain::looks(&self.start);
        let (wanted, declared) = match self.kind {
            Kind::Pdf => (Looks::Pdf, "a pdf"),
            Kind::Jpeg => (Looks::Jpeg, "a jpeg image"),
            _ => (Looks::Dicom, "a dicom file"),
        };
        if found != wanted {
            return Err(Unreadable::NotWhatItSays { declared, found: found.words() });
        }
        match self.kind {
            Kind::Pdf => self.pdf(),
            Kind::Jpeg => {
                self.segments.end(&self.tail)?;
                Ok(Checked::only(Kind::Jpeg))
            }
            kind => Ok(Checked::only(kind)),
        }
    }

    fn pdf(mut self) -> Result<Checked, Unreadable> {
        let digit = |at: usize| self.start.get(at).is_some_and(u8::is_ascii_digit);
        if !digit(5) || self.start.get(6) != Some(&b'.') || !digit(7) {
            return Err(PdfFault::Header.into());
        }
        let tail = |word: &[u8]| self.tail.windows(word.len()).any(|it| it == word);
        if !tail(b"%%EOF") || !tail(b"startxref") {
            return Err(PdfFault::End.into());
        }
        // a name at the very end has nothing after it
        self.names.look(&self.tail, b" ");
        if self.names.encrypted {
            return Err(PdfFault::Encrypted.into());
        }
        if !self.names.pages {
            return Err(PdfFault::Structure.into());
        }
        let Names { script, launch, embedded, .. } = self.names;
        // how many pages it has is in what was not kept
        let facts = PdfFacts { pages: 1, script, launch, embedded };
        Ok(Checked { pdf: Some(facts), ..Checked::only(Kind::Pdf) })
    }
}

/// The names of a PDF that matter here, written in clear anywhere in it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Names {
    encrypted: bool,
    script: bool,
    launch: bool,
    embedded: bool,
    /// A page, a tree of them, or objects that are compressed and may hold them.
    pages: bool,
}

impl Names {
    /// Looks at `bytes`, and at what stood just before them.
    fn look(&mut self, before: &[u8], bytes: &[u8]) {
        let seam = before.get(before.len().saturating_sub(LONGEST + 1)..).unwrap_or_default();
        let over = bytes.get(..bytes.len().min(LONGEST + 1)).unwrap_or_default();
        self.names_in(&[seam, over].concat());
        self.names_in(bytes);
    }

    fn names_in(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|it| it.iter().position(|byte| *byte == b'/')) {
            at += found + 1;
            let rest = bytes.get(at..).unwrap_or_default();
            let ends = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'#';
            let Some(length) = rest.iter().take(LONGEST).position(ends) else { continue };
            match rest.get(..length).unwrap_or_default() {
                b"Encrypt" => self.encrypted = true,
                b"JavaScript" => self.script = true,
                b"Launch" => self.launch = true,
                b"EmbeddedFile" | b"EmbeddedFiles" | b"RichMedia" => self.embedded = true,
                b"Page" | b"Pages" | b"ObjStm" => self.pages = true,
                _ => {}
            }
        }
    }
}

/// The segments of a JPEG up to its first scan (ITU-T T.81, B.1).
#[derive(Debug, Default)]
struct Segments {
    state: Segment,
    /// What is gathered of a marker, a length or a frame header.
    held: Vec<u8>,
    size: Option<(usize, usize)>,
    broken: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Segment {
    /// Two bytes: SOI.
    #[default]
    Start,
    /// Two bytes: a marker.
    Marker,
    /// Two bytes: the length of the segment of this marker.
    Length(u8),
    /// Bytes of a frame's header, then what is left of its segment.
    Frame(usize),
    /// So many bytes to step over.
    Skip(usize),
    /// Pixels, to the end.
    Scan,
}

impl Segments {
    fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.broken && self.state != Segment::Scan {
            let wanted = match self.state {
                Segment::Skip(left) => {
                    let (_, rest) = bytes.split_at(left.min(bytes.len()));
                    let left = left - left.min(bytes.len());
                    bytes = rest;
                    self.state = if left == 0 { Segment::Marker } else { Segment::Skip(left) };
                    continue;
                }
                Segment::Frame(_) => 5,
                _ => 2,
            };
            let (now, rest) = bytes.split_at((wanted - self.held.len()).min(bytes.len()));
            self.held.extend_from_slice(now);
            bytes = rest;
            if self.held.len() == wanted {
                let held = std::mem::take(&mut self.held);
                self.next(&held);
            }
        }
    }

    fn next(&mut self, held: &[u8]) {
        self.state = match (self.state, held) {
            (Segment::Start, [0xFF, 0xD8]) => Segment::Marker,
            // fill bytes may stand before a marker
            (Segment::Marker, [0xFF, 0xFF]) => {
                self.held.push(0xFF);
                Segment::Marker
            }
            (Segment::Marker, [0xFF, marker @ 0xC0..=0xFE]) if !(0xD0..=0xD9).contains(marker) => {
                Segment::Length(*marker)
            }
            (Segment::Length(marker), [high, low]) => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let frame = (0xC0..=0xCF).contains(&marker) && ![0xC4, 0xC8, 0xCC].contains(&marker);
                match length.checked_sub(2) {
                    Some(_) if marker == 0xDA => Segment::Scan,
                    Some(rest) if frame && rest >= 5 => Segment::Frame(rest - 5),
                    Some(0) => Segment::Marker,
                    Some(rest) if !frame => Segment::Skip(rest),
                    _ => return self.broken = true,
                }
            }
            (Segment::Frame(rest), [_, h1, h2, w1, w2]) => {
                let side = |high, low| usize::from(u16::from_be_bytes([high, low]));
                self.size = Some((side(*w1, *w2), side(*h1, *h2)));
                if rest == 0 { Segment::Marker } else { Segment::Skip(rest) }
            }
            _ => return self.broken = true,
        };
    }

    fn end(&self, tail: &[u8]) -> Result<(), JpegFault> {
        let (width, height) = self.size.filter(|_| !self.broken).ok_or(JpegFault::Header)?;
        if width == 0 || height == 0 {
            return Err(JpegFault::Header);
        }
        if width.saturating_mul(height) > PIXELS {
            return Err(JpegFault::TooManyPixels);
        }
        let ended = tail.windows(2).any(|it| it == [0xFF, 0xD9]);
        if self.state == Segment::Scan && ended { Ok(()) } else { Err(JpegFault::Damaged) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]\
        /Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let [h1, h2] = height.to_be_bytes();
        let [w1, w2] = width.to_be_bytes();
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, b'x', b'y'];
        bytes.extend([0xFF, 0xC0, 0, 11, 8, h1, h2, w1, w2, 1, 1, 0x11, 0]);
        bytes.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xFF, 0xD9]);
        bytes
    }

    fn passed(media_type: &str, pieces: &[&[u8]]) -> Result<Checked, Unreadable> {
        let mut passing = Passing::begin(media_type).unwrap();
        pieces.iter().for_each(|it| passing.push(it));
        passing.end()
    }

    #[test]
    fn what_opens_passes_and_what_is_cut_does_not() {
        assert_eq!(passed("application/pdf", &[PDF]).unwrap().kind, Kind::Pdf);
        let cut = &PDF[..PDF.len() - 8];
        assert_eq!(passed("application/pdf", &[cut]), Err(PdfFault::End.into()));
        let picture = jpeg(640, 480);
        assert_eq!(passed("image/jpeg", &[&picture]).unwrap().kind, Kind::Jpeg);
        assert_eq!(passed("image/jpeg", &[&picture[..picture.len() - 2]]), Err(JpegFault::Damaged.into()));
        assert_eq!(passed("image/jpeg", &[&jpeg(60_000, 60_000)]), Err(JpegFault::TooManyPixels.into()));
        let mut dicom = vec![0; 128];
        dicom.extend(b"DICM\x02\0\0\0");
        assert_eq!(passed("application/dicom", &[&dicom]).unwrap().kind, Kind::Dicom);
        assert!(matches!(passed("application/dicom", &[PDF]), Err(Unreadable::NotWhatItSays { .. })));
        assert_eq!(passed("application/pdf", &[]), Err(Unreadable::Empty));
        assert!(!passes("text/xml") && !passes("text/plain") && passes("Application/PDF; x=y"));
    }

    #[test]
    fn names_in_clear_are_seen_and_encryption_refused() {
        let with =
            |name: &str| String::from_utf8_lossy(PDF).replace("/Root 1", &format!("{name} 9 0 R/Root 1"));
        let encrypted = with("/Encrypt");
        assert_eq!(passed("application/pdf", &[encrypted.as_bytes()]), Err(PdfFault::Encrypted.into()));
        let script = passed("application/pdf", &[with("/JavaScript").as_bytes()]).unwrap().pdf.unwrap();
        assert!(script.script && !script.launch && !script.embedded);
        assert!(
            passed("application/pdf", &[with("/EmbeddedFiles").as_bytes()]).unwrap().pdf.unwrap().embedded
        );
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_answer_is_one(
            which in 0..4usize,
            cuts in proptest::collection::vec(1..40usize, 0..60),
        ) {
            let picture = jpeg(640, 480);
            let encrypted = String::from_utf8_lossy(PDF).replace("/Root", "/Encrypt 9 0 R/Root").into_bytes();
            let embedded = String::from_utf8_lossy(PDF).replace("/Root", "/EmbeddedFiles[]/Root").into_bytes();
            let (kind, whole) = [
                ("application/pdf", PDF.to_vec()),
                ("application/pdf", encrypted),
                ("application/pdf", embedded),
                ("image/jpeg", picture),
            ][which].clone();
            let mut passing = Passing::begin(kind).unwrap();
            let mut rest = whole.as_slice();
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                passing.push(now);
                rest = later;
            }
            passing.push(rest);
            prop_assert_eq!(passing.end(), passed(kind, &[&whole]));
        }

        #[test]
        fn nothing_breaks_it(bytes in proptest::collection::vec(any::<u8>(), 0..400), which in 0..3usize) {
            let kind = ["application/pdf", "image/jpeg", "application/dicom"][which];
            let _ = passed(kind, &[&bytes]);
            let _ = passed(kind, &[b"\xFF\xD8\xFF", &bytes]);
        }
    }
}
