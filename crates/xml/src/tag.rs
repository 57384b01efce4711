//! What stands inside `<…>`: attributes of a start tag, and the XML declaration.
//!
//! Written here rather than left to the tokeniser because it must be strict: white space
//! between attributes, quotes around values, no `<` in a value, no reference but the
//! predefined ones.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::Reason;
use crate::names::{is_space, resolve};

/// One attribute as written: where its name and its value (without quotes) stand in the
/// text that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// Walks over the attributes of a start tag. `text` is what follows the element's name, up
/// to and without `>` or `/>`.
pub(crate) struct Attributes<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Attributes<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next attribute; nothing at the end. An error gives the place it was found at.
    pub(crate) fn next(&mut self) -> Option<Result<Written, (Reason, usize)>> {
        let spaced = self.skip_space();
        if self.at >= self.text.len() {
            return None;
        }
        if !spaced {
            return Some(Err((Reason::InvalidAttribute, self.at)));
        }
        Some(self.one().ok_or((Reason::InvalidAttribute, self.at)))
    }

    fn one(&mut self) -> Option<Written> {
        let start = self.at;
        let length = self
            .rest()
            .bytes()
            .position(|byte| is_space(byte) || matches!(byte, b'=' | b'"' | b'\'' | b'<' | b'>'))?;
        self.at += length;
        let name = start..self.at;
        self.skip_space();
        self.take(b'=')?;
        self.skip_space();
        let quote = *self.rest().as_bytes().first()?;
        if !matches!(quote, b'"' | b'\'') {
            return None;
        }
        self.take(quote)?;
        let start = self.at;
        let length = self.rest().bytes().position(|byte| byte == quote)?;
        self.at += length;
        let value = start..self.at;
        self.take(quote)?;
        Some(Written { name, value })
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.rest().as_bytes().first() == Some(&byte)).then(|| self.at += 1)
    }

    fn skip_space(&mut self) -> bool {
        let before = self.at;
        self.at += self.rest().bytes().take_while(|byte| is_space(*byte)).count();
        self.at > before
    }
}

/// The value of an attribute as XML 1.0 section 3.3.3 normalises it (without a DTD every
/// attribute is CDATA): white space becomes a space, references are resolved. An error
/// gives the place within `raw`.
pub(crate) fn attribute_value(raw: &str) -> Result<Cow<'_, str>, (Reason, usize)> {
    if !raw.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'\t' | b'\r' | b'\n')) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut value = String::with_capacity(raw.len());
    let mut characters = raw.char_indices().peekable();
    while let Some((position, character)) = characters.next() {
        match character {
            '<' => return Err((Reason::InvalidAttribute, position)),
            '&' => {
                let rest = raw.get(position + 1..).unwrap_or_default();
                let reference = until_semicolon(rest).ok_or((Reason::InvalidReference, position))?;
                value.push(resolve(reference).map_err(|reason| (reason, position))?);
                // The reference is ASCII when it resolves: skip it and its semicolon.
                for _ in 0..=reference.len() {
                    characters.next();
                }
            }
            '\r' => {
                if characters.peek().is_some_and(|(_, next)| *next == '\n') {
                    characters.next();
                }
                value.push(' ');
            }
            '\n' | '\t' => value.push(' '),
            other => value.push(other),
        }
    }
    Ok(Cow::Owned(value))
}

/// Text with its line ends as XML 1.0 section 2.11 wants them.
pub(crate) fn line_ends(raw: &str) -> Cow<'_, str> {
    if raw.contains('\r') {
        Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(raw)
    }
}

/// What the XML declaration says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Declaration<'a> {
    pub(crate) encoding: Option<&'a str>,
}

/// Reads `<?xml … ?>` at the very start; nothing when the document has none.
pub(crate) fn declaration(text: &str) -> Result<Option<Declaration<'_>>, Reason> {
    let Some(rest) = text.strip_prefix("<?xml") else {
        return Ok(None);
    };
    // `<?xml-stylesheet …?>` is an instruction like any other.
    if !rest.bytes().next().is_some_and(is_space) {
        return Ok(None);
    }
    let (inside, _) = rest.split_once("?>").ok_or(Reason::InvalidDeclaration)?;
    let mut attributes = Attributes::of(inside);
    let mut pseudo = || match attributes.next() {
        None => Ok(None),
        Some(Ok(written)) => Ok(Some((
            inside.get(written.name).unwrap_or_default(),
            inside.get(written.value).unwrap_or_default(),
        ))),
        Some(Err(_)) => Err(Reason::InvalidDeclaration),
    };
    // 1.1 is refused: it would allow control characters, and nobody writes it.
    if pseudo()? != Some(("version", "1.0")) {
        return Err(Reason::InvalidDeclaration);
    }
    let mut next = pseudo()?;
    let mut encoding = None;
    if let Some(("encoding", label)) = next {
        encoding = Some(label);
        next = pseudo()?;
    }
    if let Some(("standalone", "yes" | "no")) = next {
        next = pseudo()?;
    }
    match next {
        None => Ok(Some(Declaration { encoding })),
        Some(_) => Err(Reason::InvalidDeclaration),
    }
}

/// What stands before the next `;`, if it is short enough to be a reference: looking no
/// further keeps a long value without semicolons linear.
fn until_semicolon(text: &str) -> Option<&str> {
    const LONGEST: usize = 32;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    text.get(..end)
}
