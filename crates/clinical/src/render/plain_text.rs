//! Plain text: a `text/plain` document into the tree, and the tree into words to search in.

use xml::{Document, escape_text};

use super::narrative::{self, cost};
use super::tree::{Block, Inline, List, Narrative, Note, Row, Section, Style, Table, Title};
use super::{Body, Limits, tame, turns};
use crate::cda::{self, CdaError, CdaLevel};
use crate::plain::{self, TextFault};

/// Reads a plain text: lines apart by an empty line are paragraphs. Where spaces make columns, as
/// old laboratory software writes results, they are kept.
pub fn text(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> Result<Narrative, TextFault> {
    let whole = plain::read(bytes, charset)?;
    let mut section = Section::default();
    let mut left = limits.output;
    let mut cut = false;
    for lines in paragraphs(&whole) {
        let block = paragraph(&lines);
        let escaped =
            lines.iter().map(|line| escape_text(line).len() + cost::BREAK + cost::TEXT).sum::<usize>();
        match left.checked_sub(cost::BLOCK + escaped) {
            Some(rest) => left = rest,
            None => {
                section.blocks.push(Block::Note(Note::Cut));
                cut = true;
                break;
            }
        }
        section.blocks.push(block);
    }
    if section.blocks.is_empty() {
        section.blocks.push(Block::Note(Note::Empty));
    }
    Ok(Narrative { sections: vec![section], cut })
}

/// The words of a CDA document, to search in: titles and narrative, a line for each paragraph
/// and row; the text of a level 1 that encloses text; nothing for other files.
pub fn plain_text(bytes: &[u8]) -> Result<String, CdaError> {
    let limits = Limits::default();
    let document = Document::parse(bytes, &xml::Limits::default())?;
    let read = cda::read(&document)?;
    let (node, _) = cda::find(&document)?;
    let narrative = match read.header.level {
        CdaLevel::Three => narrative::read(node, &[], &limits),
        CdaLevel::One { .. } => match read.attachments.into_iter().next() {
            Some(file) => match super::enclosed(&file.media_type, file.bytes, &limits) {
                Body::Narrative(narrative) => narrative,
                Body::Enclosed(_) => Narrative::default(),
            },
            None => Narrative::default(),
        },
    };
    Ok(narrative.plain_text())
}

impl Narrative {
    /// The words of the document alone, without ours, a line for each paragraph and row.
    pub fn plain_text(&self) -> String {
        let mut out = String::new();
        self.sections.iter().for_each(|section| in_section(section, &mut out));
        out
    }
}

/// Runs of lines without an empty one.
fn paragraphs(whole: &str) -> Vec<Vec<String>> {
    let mut paragraphs = vec![Vec::new()];
    // A page end is one of a paragraph too.
    for line in whole.split(['\n', '\u{c}']) {
        let line: String = line
            .trim_end()
            .chars()
            .filter(|character| !turns(*character) && *character != '\r')
            .map(|character| match character {
                '\t' => character,
                // Those of the upper range are all that a text may still hold.
                _ if character.is_control() => ' ',
                // Not characters of XML.
                '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
                _ => character,
            })
            .collect();
        if !line.is_empty() {
            if let Some(last) = paragraphs.last_mut() {
                last.push(line);
            }
        } else if paragraphs.last().is_some_and(|last| !last.is_empty()) {
            paragraphs.push(Vec::new());
        }
    }
    paragraphs.retain(|lines| !lines.is_empty());
    paragraphs
}

fn paragraph(lines: &[String]) -> Block {
    let columns = |line: &String| {
        let inner = line.trim_start();
        inner.contains("   ") || inner.contains('\t')
    };
    if lines.iter().any(columns) {
        return Block::Aligned(lines.join("\n"));
    }
    let mut line = Vec::new();
    for text in lines {
        if !line.is_empty() {
            line.push(Inline::Break);
        }
        let text = super::value::hold(text.trim());
        line.push(Inline::Text { text, style: Style::default() });
    }
    Block::Paragraph(line)
}

fn in_section(section: &Section, out: &mut String) {
    if let Some(Title::Written(title) | Title::OfCode(title)) = &section.title {
        out.push_str(title);
        out.push('\n');
    }
    in_blocks(&section.blocks, out);
    section.footnotes.iter().for_each(|footnote| in_blocks(&footnote.blocks, out));
    section.sections.iter().for_each(|inside| in_section(inside, out));
}

fn in_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Loose(line) | Block::Paragraph(line) => in_line(line, out),
            Block::Aligned(text) => out.push_str(text),
            Block::List(List { caption, items, .. }) => {
                in_line(caption, out);
                items.iter().for_each(|item| in_blocks(item, out));
            }
            Block::Table(Table { caption, head, bodies, foot, .. }) => {
                in_line(caption, out);
                let rows = head.iter().chain(bodies.iter().flatten()).chain(foot);
                rows.for_each(|row| in_row(row, out));
            }
            Block::Note(_) => {}
        }
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    }
}

/// Cells apart by a space: a value stays on the line of what it is the value of.
fn in_row(row: &Row, out: &mut String) {
    for (position, cell) in row.cells.iter().enumerate() {
        if position > 0 {
            out.push(' ');
        }
        let mut own = String::new();
        in_blocks(&cell.blocks, &mut own);
        out.push_str(&own.trim_end().replace('\n', " "));
    }
    out.push('\n');
}

fn in_line(line: &[Inline], out: &mut String) {
    for inline in line {
        match inline {
            Inline::Text { text, .. } => out.push_str(&tame(text).replace('\u{a0}', " ")),
            Inline::Break => out.push('\n'),
            Inline::Media(_) | Inline::Anchor(_) | Inline::Mark(_) | Inline::Note(_) => {}
        }
    }
    if !line.is_empty() {
        out.push('\n');
    }
}
