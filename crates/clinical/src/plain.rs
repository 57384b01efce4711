//! Plain text, and what the first bytes of any file betray.

/// What the first bytes say, whatever the file is declared to be (G06).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looks {
    Pdf,
    Jpeg,
    Png,
    Tiff,
    Rtf,
    Dicom,
    /// HTML, by what a browser would take for it.
    Html,
    Svg,
    Xml,
    Archive,
    Program,
    Unknown,
}

impl Looks {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Looks::Pdf => "a pdf",
            Looks::Jpeg => "a jpeg image",
            Looks::Png => "a png image",
            Looks::Tiff => "a tiff image",
            Looks::Rtf => "an rtf text",
            Looks::Dicom => "a dicom file",
            Looks::Html => "a web page",
            Looks::Svg => "an svg image",
            Looks::Xml => "an xml document",
            Looks::Archive => "an archive",
            Looks::Program => "a program",
            Looks::Unknown => "something else",
        }
    }
}

/// What a browser takes for HTML (WHATWG MIME Sniffing, 7.1), and a few tags more.
const HTML: [&str; 24] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<script",
    "<iframe",
    "<h1",
    "<div",
    "<font",
    "<table",
    "<a",
    "<style",
    "<title",
    "<b",
    "<br",
    "<p",
    "<!--",
    "<img",
    "<meta",
    "<link",
    "<form",
    "<object",
    "<embed",
    "<base",
];

pub(crate) fn looks(bytes: &[u8]) -> Looks {
    let magic: [(&[u8], Looks); 12] = [
        (b"%PDF-", Looks::Pdf),
        (b"\xFF\xD8\xFF", Looks::Jpeg),
        (b"\x89PNG\r\n\x1A\n", Looks::Png),
        (b"II*\0", Looks::Tiff),
        (b"MM\0*", Looks::Tiff),
        (b"{\\rtf", Looks::Rtf),
        (b"PK\x03\x04", Looks::Archive),
        (b"\x1F\x8B", Looks::Archive),
        (b"7z\xBC\xAF", Looks::Archive),
        (b"Rar!", Looks::Archive),
        (b"MZ", Looks::Program),
        (b"\x7FELF", Looks::Program),
    ];
    if let Some((_, looks)) = magic.iter().find(|(start, _)| bytes.starts_with(start)) {
        return *looks;
    }
    if is_dicom(bytes) {
        return Looks::Dicom;
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let starts = |tag: &str| {
        text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
            && (tag == "<!--"
                || text
                    .get(tag.len())
                    .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')))
    };
    if HTML.iter().any(|tag| starts(tag)) {
        Looks::Html
    } else if starts("<svg") || starts("<!doctype svg") {
        Looks::Svg
    } else if text.starts_with(b"<?xml") {
        Looks::Xml
    } else {
        Looks::Unknown
    }
}

/// DICOM PS3.10: 128 bytes of preamble, `DICM`, then elements of group 0002.
pub(crate) fn is_dicom(bytes: &[u8]) -> bool {
    bytes.get(128..132) == Some(b"DICM") && bytes.get(132..134) == Some(&[2, 0])
}

/// Why a text is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// A charset that is not read here.
    #[error("its charset is not one of utf-8, iso-8859-1, iso-8859-15 and us-ascii")]
    Charset,
    /// Bytes that are not of the charset; without a charset that is UTF-8.
    #[error("bytes that are not of its charset (utf-8 when none is declared)")]
    Bytes,
    /// A control character other than tab, line end and page end.
    #[error("a control character")]
    Control,
}

/// The text that the bytes are in that charset, its byte order mark removed.
pub(crate) fn read(bytes: &[u8], charset: Option<&str>) -> Result<String, TextFault> {
    text(bytes, charset)?;
    let text = match charset.unwrap_or("utf-8").to_ascii_lowercase().as_str() {
        "iso-8859-1" | "latin1" => bytes.iter().map(|byte| latin_1(*byte)).collect(),
        "iso-8859-15" => bytes.iter().map(|byte| xml::latin_9(*byte)).collect(),
        _ => String::from_utf8(bytes.to_vec()).map_err(|_| TextFault::Bytes)?,
    };
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}

/// ISO-8859-1 as everybody reads it (WHATWG Encoding, 4.2): its upper controls are the signs of
/// windows-1252, which software that says Latin-1 often writes.
fn latin_1(byte: u8) -> char {
    const SIGNS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let sign = byte.checked_sub(0x80).and_then(|at| SIGNS.get(usize::from(at)));
    sign.copied().unwrap_or(char::from(byte))
}

/// Whether the bytes are text of that charset.
pub(crate) fn text(bytes: &[u8], charset: Option<&str>) -> Result<(), TextFault> {
    match charset.unwrap_or("utf-8").to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => std::str::from_utf8(bytes).map(drop).map_err(|_| TextFault::Bytes)?,
        "us-ascii" if !bytes.is_ascii() => return Err(TextFault::Bytes),
        "us-ascii" | "iso-8859-1" | "latin1" | "iso-8859-15" => {}
        _ => return Err(TextFault::Charset),
    }
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C);
    if bytes.iter().any(|byte| control(byte) || *byte == 0x7F) {
        return Err(TextFault::Control);
    }
    Ok(())
}
