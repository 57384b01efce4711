//! Why a document was refused, and where. Never what it contained.

/// A refusal: the reason and the place. It carries no name, value or text of the document,
/// so it may be shown to the depositor and logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{reason} (line {line}, column {column})")]
pub struct Error {
    /// What is wrong.
    pub reason: Reason,
    /// Bytes before the place, in the document decoded to UTF-8 without its byte order
    /// mark; in the bytes received when they could not be decoded.
    pub offset: usize,
    /// Line of the place, from 1; lines end with a line feed.
    pub line: usize,
    /// Column of the place in characters, from 1.
    pub column: usize,
}

impl Error {
    /// A refusal at `offset` of `source`, counting its line and column.
    pub(crate) fn at(reason: Reason, source: &[u8], offset: usize) -> Self {
        let before = source.get(..offset).unwrap_or(source);
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
        // Bytes that continue a UTF-8 sequence are no characters of their own.
        let column =
            1 + before.get(start..).unwrap_or_default().iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        Self { reason, offset: before.len(), line, column }
    }
}

/// What is wrong with a refused document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// Zero bytes, or nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// More bytes than [`Limits::bytes`](crate::Limits::bytes).
    #[error("the document is too long")]
    TooLong,
    /// Deeper than [`Limits::depth`](crate::Limits::depth).
    #[error("elements are nested too deep")]
    TooDeep,
    /// More than [`Limits::nodes`](crate::Limits::nodes).
    #[error("the document has too many elements, attributes or texts")]
    TooManyNodes,
    /// More than [`Limits::attributes`](crate::Limits::attributes).
    #[error("an element has too many attributes")]
    TooManyAttributes,
    /// More than [`Limits::namespaces`](crate::Limits::namespaces).
    #[error("too many namespace declarations are in scope")]
    TooManyNamespaces,
    /// Longer than [`Limits::name`](crate::Limits::name).
    #[error("a name is too long")]
    NameTooLong,

    /// Declared in something else than UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 or US-ASCII.
    #[error("the declared encoding is not read here")]
    UnknownEncoding,
    /// The transport's charset, the byte order mark and the declaration do not agree (C06).
    #[error("transport, byte order mark and declaration disagree on the encoding")]
    EncodingDisagreement,
    /// Bytes that do not decode: overlong forms, lone surrogates, cut sequences (C05).
    #[error("bytes that are not valid in the document's encoding")]
    InvalidBytes,
    /// A character that XML 1.0 does not allow, such as NUL (C05).
    #[error("a character that xml does not allow")]
    InvalidCharacter,
    /// `<?xml … ?>` is ill-formed, not at the very start, or says another version than 1.0.
    #[error("the xml declaration is not valid or not in its place")]
    InvalidDeclaration,

    /// A DOCTYPE, whatever is in it (C01, C02).
    #[error("a doctype is not accepted")]
    Doctype,
    /// A reference to an entity that is not one of the five predefined ones.
    #[error("a reference to an undefined entity")]
    UndefinedEntity,
    /// A character reference that is ill-formed or names a character XML does not allow.
    #[error("an invalid character reference")]
    InvalidReference,

    /// An element, attribute or instruction name that is not a name.
    #[error("an invalid name")]
    InvalidName,
    /// A prefix that no declaration in scope binds.
    #[error("a prefix is not declared")]
    UndeclaredPrefix,
    /// A declaration that the namespaces recommendation forbids.
    #[error("a forbidden namespace declaration")]
    InvalidNamespace,
    /// A start tag whose attributes cannot be read.
    #[error("an ill-formed attribute")]
    InvalidAttribute,
    /// The same attribute twice, also by two prefixes of one namespace.
    #[error("an attribute appears twice on one element")]
    DuplicateAttribute,
    /// An end tag that does not close the element that is open.
    #[error("an end tag does not match its start tag")]
    MismatchedTag,
    /// The document ends inside an element, comment, section or tag.
    #[error("the document ends before it is complete")]
    Unclosed,
    /// Text, a reference or a CDATA section outside the root.
    #[error("text outside the root element")]
    TextOutsideRoot,
    /// An element after the end of the root.
    #[error("a second root element")]
    SecondRoot,
    /// There is no element at all.
    #[error("there is no root element")]
    NoRoot,
    /// `]]>` in text, `--` in a comment, an unknown `<!…>`, a bad instruction.
    #[error("markup that is not well-formed")]
    IllFormed,
}
