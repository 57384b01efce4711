//! A table in a text file, line by line: nothing is held but the line under way.

use std::io::BufRead;

/// A line longer than this is no line of an extract.
const LINE_MAX: usize = 16 * 1024;

/// The next line without its end; `None` at the end of the file.
pub(super) enum Line {
    Whole(String),
    /// Not text, or too long.
    Unreadable,
    /// The last one, without its end: the file was cut.
    Cut,
}

pub(super) fn next(from: &mut dyn BufRead) -> std::io::Result<Option<Line>> {
    let mut bytes = Vec::new();
    let mut limited = std::io::Read::take(&mut *from, LINE_MAX as u64);
    if limited.read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.last() != Some(&b'\n') {
        if bytes.len() < LINE_MAX {
            return Ok(Some(Line::Cut));
        }
        from.skip_until(b'\n')?;
        return Ok(Some(Line::Unreadable));
    }
    while matches!(bytes.last(), Some(b'\n' | b'\r')) {
        bytes.pop();
    }
    Ok(Some(String::from_utf8(bytes).map_or(Line::Unreadable, Line::Whole)))
}

/// The cell, without quotation marks around it; empty where there is none.
pub(super) fn cell<'a>(cells: &[&'a str], place: usize) -> &'a str {
    cells.get(place).map_or("", |it| it.trim().trim_matches('"'))
}
