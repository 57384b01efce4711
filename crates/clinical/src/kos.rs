//! A key object selection (DICOM PS3.3 A.35.4): a document that holds no image and says where images are. What is read
//! of it is which studies and series it points at, nothing of the patient and no image.
//!
//! The two plain transfer syntaxes (little endian, explicit or implicit value representation) are read; a file that is
//! deflated or big endian is not. Every length is held to the bytes there are, every nesting to a depth.

use std::str;

/// Studies that a selection points at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyObjects {
    pub studies: Vec<Study>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Study {
    /// Study Instance UID: digits and points.
    pub uid: String,
    pub series: Vec<Series>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    /// Series Instance UID: digits and points.
    pub uid: String,
    /// Retrieve URL (0008,1190), as it stands there: its author's word, to be followed by nobody unasked.
    pub retrieve_url: Option<String>,
    /// Retrieve Location UID (0040,E011).
    pub location: Option<String>,
    /// How many objects it names.
    pub instances: usize,
}

/// Why a file is no selection that can be read. Holds no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KosError {
    #[error("not a dicom file")]
    NotDicom,
    #[error("its transfer syntax is not read here")]
    TransferSyntax,
    #[error("not a key object selection")]
    NotASelection,
    #[error("it ends within an element")]
    Short,
    #[error("it is nested too deeply, or too long")]
    TooMuch,
    #[error("an identifier is none")]
    Uid,
}

type Tag = (u16, u16);

const TRANSFER_SYNTAX: Tag = (0x0002, 0x0010);
const CLASS: Tag = (0x0008, 0x0016);
const EVIDENCE: Tag = (0x0040, 0xA375);
const STUDY: Tag = (0x0020, 0x000D);
const SERIES_SEQUENCE: Tag = (0x0008, 0x1115);
const SERIES: Tag = (0x0020, 0x000E);
const RETRIEVE_URL: Tag = (0x0008, 0x1190);
const RETRIEVE_LOCATION: Tag = (0x0040, 0xE011);
const OBJECTS: Tag = (0x0008, 0x1199);
const ITEM: Tag = (0xFFFE, 0xE000);
const ITEM_END: Tag = (0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = (0xFFFE, 0xE0DD);

const KEY_OBJECT_SELECTION: &str = "1.2.840.10008.5.1.4.1.1.88.59";
const IMPLICIT: &str = "1.2.840.10008.1.2";
const EXPLICIT: &str = "1.2.840.10008.1.2.1";
/// A length that is found by its delimiter.
const UNDEFINED: u32 = u32::MAX;

const DEEPEST: usize = 12;
const MOST_ELEMENTS: usize = 200_000;
const MOST_STUDIES: usize = 100;
const MOST_SERIES: usize = 2_000;
const LONGEST_URL: usize = 2_000;

/// Reads a selection.
pub fn read_kos(bytes: &[u8]) -> Result<KeyObjects, KosError> {
    let rest = bytes.get(128..).and_then(|it| it.strip_prefix(b"DICM")).ok_or(KosError::NotDicom)?;
    let mut reader = Reader { rest, explicit: true, left: MOST_ELEMENTS };
    let mut syntax = None;
    while reader.ahead().is_some_and(|(group, _)| group == 2) {
        let (tag, value) = reader.element(0)?;
        if tag == TRANSFER_SYNTAX {
            syntax = Some(uid(value.bytes()?)?);
        }
    }
    reader.explicit = match syntax.as_deref() {
        Some(EXPLICIT) => true,
        Some(IMPLICIT) => false,
        _ => return Err(KosError::TransferSyntax),
    };
    let (mut class, mut found) = (None, KeyObjects::default());
    while !reader.rest.is_empty() {
        let (tag, value) = reader.element(0)?;
        match tag {
            CLASS => class = Some(uid(value.bytes()?)?),
            EVIDENCE => {
                for item in value.items()? {
                    found.studies.push(study(item)?);
                }
            }
            _ => {}
        }
    }
    if class.as_deref() != Some(KEY_OBJECT_SELECTION) {
        return Err(KosError::NotASelection);
    }
    if found.studies.len() > MOST_STUDIES
        || found.studies.iter().map(|it| it.series.len()).sum::<usize>() > MOST_SERIES
    {
        return Err(KosError::TooMuch);
    }
    Ok(found)
}

fn study(item: Item<'_>) -> Result<Study, KosError> {
    let mut study = Study::default();
    for (tag, value) in item {
        match tag {
            STUDY => study.uid = uid(value.bytes()?)?,
            SERIES_SEQUENCE => {
                study.series = value.items()?.into_iter().map(series).collect::<Result<_, _>>()?;
            }
            _ => {}
        }
    }
    if study.uid.is_empty() { Err(KosError::Uid) } else { Ok(study) }
}

fn series(item: Item<'_>) -> Result<Series, KosError> {
    let mut series = Series::default();
    for (tag, value) in item {
        match tag {
            SERIES => series.uid = uid(value.bytes()?)?,
            RETRIEVE_LOCATION => series.location = Some(uid(value.bytes()?)?),
            RETRIEVE_URL => series.retrieve_url = url(value.bytes()?),
            OBJECTS => series.instances = value.items()?.len(),
            _ => {}
        }
    }
    if series.uid.is_empty() { Err(KosError::Uid) } else { Ok(series) }
}

/// Digits and points, padded to an even length.
fn uid(bytes: &[u8]) -> Result<String, KosError> {
    let text = str::from_utf8(bytes).map_err(|_| KosError::Uid)?.trim_end_matches(['\0', ' ']);
    let plain = text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    if plain && (1..=64).contains(&text.len()) { Ok(text.to_owned()) } else { Err(KosError::Uid) }
}

/// As it stands there, when it could be one at all.
fn url(bytes: &[u8]) -> Option<String> {
    let text = str::from_utf8(bytes).ok()?.trim_matches(['\0', ' ']);
    let plain = text.bytes().all(|it| it.is_ascii_graphic());
    (plain && !text.is_empty() && text.len() <= LONGEST_URL).then(|| text.to_owned())
}

/// The elements of one item of a sequence.
type Item<'b> = Vec<(Tag, Value<'b>)>;

enum Value<'b> {
    Bytes(&'b [u8]),
    Items(Vec<Item<'b>>),
}

impl<'b> Value<'b> {
    fn bytes(&self) -> Result<&'b [u8], KosError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Items(_) => Err(KosError::NotASelection),
        }
    }

    fn items(self) -> Result<Vec<Item<'b>>, KosError> {
        match self {
            Self::Items(items) => Ok(items),
            Self::Bytes([]) => Ok(Vec::new()),
            Self::Bytes(_) => Err(KosError::NotASelection),
        }
    }
}

struct Reader<'b> {
    rest: &'b [u8],
    /// Whether each element says what sort of value it has.
    explicit: bool,
    /// Elements that may still be read.
    left: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], KosError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(KosError::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    fn two(&mut self) -> Result<u16, KosError> {
        self.take(2)?.try_into().map(u16::from_le_bytes).map_err(|_| KosError::Short)
    }

    fn four(&mut self) -> Result<u32, KosError> {
        self.take(4)?.try_into().map(u32::from_le_bytes).map_err(|_| KosError::Short)
    }

    fn ahead(&self) -> Option<Tag> {
        let [g, r, e, l] = *self.rest.first_chunk()?;
        Some((u16::from_le_bytes([g, r]), u16::from_le_bytes([e, l])))
    }

    fn tag(&mut self) -> Result<Tag, KosError> {
        self.left = self.left.checked_sub(1).ok_or(KosError::TooMuch)?;
        Ok((self.two()?, self.two()?))
    }

    fn element(&mut self, depth: usize) -> Result<(Tag, Value<'b>), KosError> {
        let tag = self.tag()?;
        let (sequence, unknown, length) = if self.explicit {
            let sort = self.take(2)?;
            let long = matches!(
                sort,
                b"OB"
                    | b"OD"
                    | b"OF"
                    | b"OL"
                    | b"OV"
                    | b"OW"
                    | b"SQ"
                    | b"SV"
                    | b"UC"
                    | b"UN"
                    | b"UR"
                    | b"UT"
                    | b"UV"
            );
            let length = if long {
                self.two()?;
                self.four()?
            } else {
                u32::from(self.two()?)
            };
            (sort == b"SQ", sort == b"UN", length)
        } else {
            (matches!(tag, EVIDENCE | SERIES_SEQUENCE | OBJECTS), false, self.four()?)
        };
        if sequence || length == UNDEFINED {
            // a sequence whose sort was not known is written as if none were said (PS3.5, 6.2.2)
            let explicit = self.explicit;
            self.explicit = explicit && !unknown;
            let items = self.sequence(length, depth.saturating_add(1));
            self.explicit = explicit;
            return Ok((tag, Value::Items(items?)));
        }
        Ok((tag, Value::Bytes(self.take(size(length)?)?)))
    }

    fn sequence(&mut self, length: u32, depth: usize) -> Result<Vec<Item<'b>>, KosError> {
        if depth > DEEPEST {
            return Err(KosError::TooMuch);
        }
        if length == UNDEFINED {
            let mut items = Vec::new();
            loop {
                match self.tag()? {
                    ITEM => items.push(self.item(depth)?),
                    SEQUENCE_END => {
                        self.four()?;
                        return Ok(items);
                    }
                    _ => return Err(KosError::Short),
                }
            }
        }
        self.within(length, |inner| {
            let mut items = Vec::new();
            while !inner.rest.is_empty() {
                match inner.tag()? {
                    ITEM => items.push(inner.item(depth)?),
                    _ => return Err(KosError::Short),
                }
            }
            Ok(items)
        })
    }

    fn item(&mut self, depth: usize) -> Result<Item<'b>, KosError> {
        let length = self.four()?;
        if length == UNDEFINED {
            let mut elements = Vec::new();
            loop {
                if self.ahead() == Some(ITEM_END) {
                    self.take(8)?;
                    return Ok(elements);
                }
                elements.push(self.element(depth)?);
            }
        }
        self.within(length, |inner| {
            let mut elements = Vec::new();
            while !inner.rest.is_empty() {
                elements.push(inner.element(depth)?);
            }
            Ok(elements)
        })
    }

    /// Reads so many bytes and no further.
    fn within<T>(
        &mut self,
        length: u32,
        read: impl FnOnce(&mut Self) -> Result<T, KosError>,
    ) -> Result<T, KosError> {
        let part = self.take(size(length)?)?;
        let mut inner = Self { rest: part, explicit: self.explicit, left: self.left };
        let made = read(&mut inner)?;
        self.left = inner.left;
        Ok(made)
    }
}

fn size(length: u32) -> Result<usize, KosError> {
    usize::try_from(length).map_err(|_| KosError::Short)
}
