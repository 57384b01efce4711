//! Writing XML: what is given as text can only become text.

use std::borrow::Cow;

use crate::canonical::canonical;
use crate::document::Node;
use crate::names::{first_invalid, split};

/// Writes one document from start to end. Mistakes of the caller (an end without a start, an
/// attribute after text, a character XML cannot hold) are remembered and come out of
/// [`Writer::finish`], so that the calls in between stay plain.
///
/// ```
/// let mut writer = xml::Writer::new();
/// writer.start("a").attribute("xmlns", "urn:x").attribute("b", "1 < 2");
/// writer.text("R&D").end();
/// assert_eq!(writer.finish().as_deref(), Ok(r#"<a xmlns="urn:x" b="1 &lt; 2">R&amp;D</a>"#));
/// ```
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    open: Vec<String>,
    /// The start tag is written up to its attributes and not yet closed.
    in_tag: bool,
    had_root: bool,
    fault: Option<WriteError>,
}

/// A document that could not be written. Carries no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A character that XML 1.0 does not allow.
    #[error("a character that xml does not allow")]
    Character,
    /// An element or attribute name that is not a name.
    #[error("an invalid name")]
    Name,
    /// Starts, ends, attributes and texts that do not make one element.
    #[error("elements are not balanced")]
    Balance,
}

impl Writer {
    /// A document without XML declaration, as SOAP wants it.
    pub fn new() -> Self {
        Self::default()
    }

    /// A document that begins with the XML declaration, in UTF-8.
    pub fn with_declaration() -> Self {
        Self { out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), ..Self::default() }
    }

    /// Opens an element; `name` as it is to be written, prefix included.
    pub fn start(&mut self, name: &str) -> &mut Self {
        if self.open.is_empty() && std::mem::replace(&mut self.had_root, true) {
            self.fail(WriteError::Balance);
        }
        self.close_tag();
        self.check_name(name);
        self.out.push('<');
        self.out.push_str(name);
        self.open.push(name.to_owned());
        self.in_tag = true;
        self
    }

    /// Adds an attribute to the element just opened; namespace declarations are attributes.
    pub fn attribute(&mut self, name: &str, value: &str) -> &mut Self {
        if !self.in_tag {
            self.fail(WriteError::Balance);
            return self;
        }
        self.check_name(name);
        self.check_text(value);
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.out.push_str(&escape_attribute(value));
        self.out.push('"');
        self
    }

    /// Adds text to the element that is open.
    pub fn text(&mut self, text: &str) -> &mut Self {
        if self.open.is_empty() {
            self.fail(WriteError::Balance);
        }
        self.close_tag();
        self.check_text(text);
        self.out.push_str(&escape_text(text));
        self
    }

    /// Closes the element that is open.
    pub fn end(&mut self) -> &mut Self {
        match self.open.pop() {
            None => self.fail(WriteError::Balance),
            Some(_) if self.in_tag => {
                self.out.push_str("/>");
                self.in_tag = false;
            }
            Some(name) => {
                self.out.push_str("</");
                self.out.push_str(&name);
                self.out.push('>');
            }
        }
        self
    }

    /// An element that holds only text.
    pub fn element(&mut self, name: &str, text: &str) -> &mut Self {
        self.start(name).text(text).end()
    }

    /// An element of another document with all that is in it, comments apart, in its exclusive canonical form: a
    /// signature inside stays right. Where a default namespace is declared around, one without namespace would
    /// fall into it: that is the caller's to avoid.
    pub fn copy(&mut self, node: Node<'_>) -> &mut Self {
        if self.open.is_empty() && std::mem::replace(&mut self.had_root, true) {
            self.fail(WriteError::Balance);
        }
        self.close_tag();
        // what stands in a tree was checked when it was read
        self.out.push_str(&canonical(node, &[], None, usize::MAX).unwrap_or_default());
        self
    }

    /// The document, if it is one.
    pub fn finish(mut self) -> Result<String, WriteError> {
        if !self.open.is_empty() || !self.had_root {
            self.fail(WriteError::Balance);
        }
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.out),
        }
    }

    fn close_tag(&mut self) {
        if std::mem::take(&mut self.in_tag) {
            self.out.push('>');
        }
    }

    fn check_name(&mut self, name: &str) {
        if split(name, usize::MAX).is_err() {
            self.fail(WriteError::Name);
        }
    }

    fn check_text(&mut self, text: &str) {
        if first_invalid(text).is_some() {
            self.fail(WriteError::Character);
        }
    }

    /// The first mistake is the one to tell.
    fn fail(&mut self, fault: WriteError) {
        self.fault.get_or_insert(fault);
    }
}

/// Text for the inside of an element. A carriage return is written as a reference, or
/// reading it back would make a line feed of it.
pub fn escape_text(text: &str) -> Cow<'_, str> {
    escape(text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    })
}

/// Text for the inside of a quoted attribute value, by either quote.
pub fn escape_attribute(text: &str) -> Cow<'_, str> {
    escape(text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    })
}

/// What is replaced is ASCII, so that both sides of it are whole characters.
fn escape(text: &str, replacement: impl Fn(u8) -> Option<&'static str>) -> Cow<'_, str> {
    let next = |rest: &str| {
        rest.bytes().enumerate().find_map(|(at, byte)| replacement(byte).map(|replacement| (at, replacement)))
    };
    let Some(mut found) = next(text) else { return Cow::Borrowed(text) };
    let (mut out, mut rest) = (String::with_capacity(text.len() + 16), text);
    loop {
        let (at, replacement) = found;
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push_str(replacement);
        rest = rest.get(at + 1..).unwrap_or_default();
        match next(rest) {
            Some(more) => found = more,
            None => {
                out.push_str(rest);
                return Cow::Owned(out);
            }
        }
    }
}
