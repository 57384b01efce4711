//! The tree as HTML that is also well-formed XML. Every name of an element, attribute or class is
//! written here in full; the document gives nothing but text, numbers and truth values.

use std::fmt::Write;

use xml::{escape_attribute, escape_text};

use super::media::{Media, MediaKind};
use super::tree::{
    Align, Block, Cell, Footnote, Inline, List, Marker, Narrative, Note, Row, Scope, Section, Style, Table,
    Title,
};
use super::words::Words;

/// Every class a rendering may hold, for the style sheet of the page.
pub const CLASSES: [&str; 26] = [
    "cda-section",
    "cda-from-code",
    "cda-note",
    "cda-table",
    "cda-caption",
    "cda-bold",
    "cda-italic",
    "cda-underline",
    "cda-center",
    "cda-right",
    "cda-aligned",
    "cda-media",
    "cda-file",
    "cda-mark",
    "cda-footnotes",
    "cda-number",
    "cda-disc",
    "cda-circle",
    "cda-square",
    "cda-arabic",
    "cda-small-roman",
    "cda-big-roman",
    "cda-small-alpha",
    "cda-big-alpha",
    "nowrap",
    "cda-anchor",
];

/// The place in a page a rendering is made for.
pub struct Frame<'a> {
    heading: u8,
    ids: &'a str,
    media: Option<&'a str>,
    words: &'a dyn Words,
}

/// A frame that cannot be: a mistake of the page, not of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Headings of a document are h2, h3 or h4 at the top.
    #[error("the first heading is h2, h3 or h4")]
    Heading,
    /// 1 to 32 lower-case letters, digits and hyphens, a letter first.
    #[error("a prefix of ids is lower-case letters, digits and hyphens")]
    Ids,
    /// A path of this server, without query or fragment, not ending with a slash.
    #[error("the path of enclosed files begins with a slash and holds plain characters only")]
    Media,
}

impl<'a> Frame<'a> {
    /// `heading`: the level of the first sections, 2 to 4; those inside go down to 6. `ids`:
    /// what the ids of this rendering begin with, unlike any other of the page.
    pub fn new(heading: u8, ids: &'a str, words: &'a dyn Words) -> Result<Self, FrameError> {
        if !(2..=4).contains(&heading) {
            return Err(FrameError::Heading);
        }
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_prefix = ids.len() <= 32
            && ids.starts_with(|first: char| first.is_ascii_lowercase())
            && ids.bytes().all(plain);
        if !is_prefix {
            return Err(FrameError::Ids);
        }
        Ok(Self { heading, ids, media: None, words })
    }

    /// Where the page serves the enclosed files: `path/0`, `path/1`, … Without it they are
    /// named in words.
    pub fn with_media(self, path: &'a str) -> Result<Self, FrameError> {
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
        let is_path = path.len() <= 200
            && path.starts_with('/')
            && !path.contains("//")
            && !path.ends_with('/')
            && path.bytes().all(plain);
        if is_path { Ok(Self { media: Some(path), ..self }) } else { Err(FrameError::Media) }
    }
}

impl Narrative {
    /// The narrative as HTML, to be put as it is into an element of a page. `media` are the files
    /// of the same [`super::View`].
    pub fn html(&self, media: &[Media], frame: &Frame<'_>) -> String {
        let mut page = Page { out: String::new(), media, frame };
        for section in &self.sections {
            page.section(section, frame.heading);
        }
        page.out
    }
}

struct Page<'a> {
    out: String,
    media: &'a [Media],
    frame: &'a Frame<'a>,
}

impl Page<'_> {
    /// Markup: only constants and numbers of ours get here.
    fn raw(&mut self, markup: &'static str) {
        self.out.push_str(markup);
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&escape_text(text));
    }

    fn number(&mut self, before: &'static str, number: impl std::fmt::Display, after: &'static str) {
        // Writing to a String cannot fail.
        let _ = write!(self.out, "{before}{number}{after}");
    }

    fn attribute(&mut self, before: &'static str, value: &str) {
        self.out.push_str(before);
        self.out.push_str(&escape_attribute(value));
        self.out.push('"');
    }

    /// `before`, the prefix of ids, `kind`, the number, a quote.
    fn id(&mut self, before: &'static str, kind: &'static str, number: u32) {
        let _ = write!(self.out, "{before}{}-{kind}{number}\"", self.frame.ids);
    }

    fn section(&mut self, section: &Section, level: u8) {
        self.raw("<section class=\"cda-section\"");
        if let Some(anchor) = section.anchor {
            self.id(" id=\"", "t", anchor);
        }
        self.raw(">");
        if let Some(title) = &section.title {
            let (class, title) = match title {
                Title::Written(title) => ("", title),
                Title::OfCode(label) => (" class=\"cda-from-code\"", label),
            };
            self.number("<h", level, class);
            self.raw(">");
            self.text(title);
            self.number("</h", level, ">");
        }
        self.blocks(&section.blocks, true);
        self.footnotes(&section.footnotes);
        for index in &section.unmentioned {
            self.raw("<p>");
            self.media(*index);
            self.raw("</p>");
        }
        for inside in &section.sections {
            self.section(inside, (level + 1).min(6));
        }
        self.raw("</section>");
    }

    /// `apart`: text that its author put in no paragraph needs one.
    fn blocks(&mut self, blocks: &[Block], apart: bool) {
        // One line of a cell needs no paragraph of its own; several do, or they would touch.
        let apart = apart || blocks.len() > 1;
        for block in blocks {
            match block {
                Block::Loose(line) if !apart => self.line(line),
                Block::Loose(line) | Block::Paragraph(line) => {
                    self.raw("<p>");
                    self.line(line);
                    self.raw("</p>");
                }
                Block::Aligned(text) => {
                    self.raw("<p class=\"cda-aligned\">");
                    self.text(text);
                    self.raw("</p>");
                }
                Block::List(list) => self.list(list),
                Block::Table(table) => self.table(table),
                Block::Note(note) => {
                    self.raw("<p class=\"cda-note\">");
                    self.text(&self.frame.words.note(note));
                    self.raw("</p>");
                }
            }
        }
    }

    fn footnotes(&mut self, footnotes: &[Footnote]) {
        if footnotes.is_empty() {
            return;
        }
        self.raw("<div class=\"cda-footnotes\">");
        for footnote in footnotes {
            self.id("<div id=\"", "f", footnote.number);
            self.number("><span class=\"cda-number\">", footnote.number, "</span> ");
            self.blocks(&footnote.blocks, false);
            self.raw("</div>");
        }
        self.raw("</div>");
    }

    fn list(&mut self, list: &List) {
        if !list.caption.is_empty() {
            self.raw("<p class=\"cda-caption\">");
            self.line(&list.caption);
            self.raw("</p>");
        }
        if list.items.is_empty() {
            return;
        }
        self.raw(match list.marker {
            Marker::Disc => "<ul class=\"cda-disc\">",
            Marker::Circle => "<ul class=\"cda-circle\">",
            Marker::Square => "<ul class=\"cda-square\">",
            Marker::Arabic => "<ol class=\"cda-arabic\">",
            Marker::SmallRoman => "<ol class=\"cda-small-roman\">",
            Marker::BigRoman => "<ol class=\"cda-big-roman\">",
            Marker::SmallAlpha => "<ol class=\"cda-small-alpha\">",
            Marker::BigAlpha => "<ol class=\"cda-big-alpha\">",
        });
        for item in &list.items {
            self.raw("<li>");
            self.blocks(item, false);
            self.raw("</li>");
        }
        self.raw(if list.marker.is_ordered() { "</ol>" } else { "</ul>" });
    }

    fn table(&mut self, table: &Table) {
        // A wide table scrolls in a frame of its own, which the keyboard must reach.
        let wide = table.columns > 2;
        if wide {
            self.raw("<div class=\"cda-table\" role=\"group\" tabindex=\"0\"");
            self.attribute(" aria-label=\"", &self.frame.words.table(table.number));
            self.raw(">");
        } else {
            self.raw("<div class=\"cda-table\">");
        }
        self.raw("<table>");
        if !table.caption.is_empty() {
            self.raw("<caption>");
            self.line(&table.caption);
            self.raw("</caption>");
        }
        self.rows("<thead>", &table.head, "</thead>");
        for body in &table.bodies {
            self.rows("<tbody>", body, "</tbody>");
        }
        self.rows("<tfoot>", &table.foot, "</tfoot>");
        self.raw("</table></div>");
    }

    fn rows(&mut self, start: &'static str, rows: &[Row], end: &'static str) {
        if rows.is_empty() {
            return;
        }
        self.raw(start);
        for row in rows {
            self.raw("<tr>");
            for cell in &row.cells {
                self.cell(cell);
            }
            self.raw("</tr>");
        }
        self.raw(end);
    }

    fn cell(&mut self, cell: &Cell) {
        self.raw(match cell.scope {
            None => "<td",
            Some(Scope::Column) => "<th scope=\"col\"",
            Some(Scope::Row) => "<th scope=\"row\"",
        });
        if cell.columns > 1 {
            self.number(" colspan=\"", cell.columns, "\"");
        }
        if cell.rows > 1 {
            self.number(" rowspan=\"", cell.rows, "\"");
        }
        self.raw(match cell.align {
            Align::Auto => ">",
            Align::Center => " class=\"cda-center\">",
            Align::Right => " class=\"cda-right\">",
        });
        match cell.blocks.as_slice() {
            [Block::Loose(line) | Block::Paragraph(line)] if cell.value => {
                self.raw("<span class=\"nowrap\">");
                self.line(line);
                self.raw("</span>");
            }
            blocks => self.blocks(blocks, false),
        }
        self.raw(if cell.scope.is_some() { "</th>" } else { "</td>" });
    }

    fn line(&mut self, line: &[Inline]) {
        for inline in line {
            match inline {
                Inline::Text { text, style } => self.run(text, *style),
                Inline::Break => self.raw("<br/>"),
                Inline::Anchor(target) => {
                    self.id("<span class=\"cda-anchor\" id=\"", "t", *target);
                    self.raw("></span>");
                }
                Inline::Mark(number) => {
                    self.id("<sup class=\"cda-mark\"><a href=\"#", "f", *number);
                    self.number(">", number, "</a></sup>");
                }
                Inline::Media(index) => self.media(*index),
                Inline::Note(note) => self.note(note),
            }
        }
    }

    fn run(&mut self, text: &str, style: Style) {
        if style == Style::default() {
            return self.text(text);
        }
        let shapes = [
            (style.link.is_some(), "", "</a>"),
            (style.deleted, "<del>", "</del>"),
            (style.inserted, "<ins>", "</ins>"),
            (style.below, "<sub>", "</sub>"),
            (style.above, "<sup>", "</sup>"),
        ];
        if let Some(target) = style.link {
            self.id("<a href=\"#", "t", target);
            self.raw(">");
        }
        for (_, start, _) in shapes.iter().filter(|(on, ..)| *on) {
            self.raw(start);
        }
        let classes =
            [(style.bold, "cda-bold"), (style.italic, "cda-italic"), (style.underline, "cda-underline")];
        let classes: Vec<&str> = classes.iter().filter(|(on, _)| *on).map(|(_, class)| *class).collect();
        if classes.is_empty() {
            self.text(text);
        } else {
            self.attribute("<span class=\"", &classes.join(" "));
            self.raw(">");
            self.text(text);
            self.raw("</span>");
        }
        for (_, _, end) in shapes.iter().rev().filter(|(on, ..)| *on) {
            self.raw(end);
        }
    }

    fn media(&mut self, index: usize) {
        let kind = self.media.get(index).map_or(MediaKind::Other, |media| media.kind);
        let number = index.saturating_add(1);
        self.raw("<span class=\"cda-media\">");
        match (kind, self.frame.media) {
            (MediaKind::Jpeg { width, height } | MediaKind::Png { width, height }, Some(path)) => {
                self.attribute("<img src=\"", path);
                // Inside the quotes just closed: the path goes on with the index.
                self.out.pop();
                self.number("/", index, "\"");
                let words = self.frame.words.image(number);
                self.attribute(" alt=\"", &words);
                self.number(" width=\"", width, "\"");
                self.number(" height=\"", height, "\"/>");
            }
            (MediaKind::Pdf, Some(path)) => {
                self.attribute("<a class=\"cda-file cda-note\" href=\"", path);
                self.out.pop();
                self.number("/", index, "\">");
                let words = self.frame.words.file(number);
                self.text(&words);
                self.raw("</a>");
            }
            (MediaKind::Jpeg { .. } | MediaKind::Png { .. }, None) => {
                self.raw("<span class=\"cda-note\">");
                let words = self.frame.words.image(number);
                self.text(&words);
                self.raw("</span>");
            }
            (MediaKind::Pdf, None) | (MediaKind::Other, _) => self.note(&Note::NotShown),
        }
        self.raw("</span>");
    }

    fn note(&mut self, note: &Note) {
        self.raw("<span class=\"cda-note\">");
        self.text(&self.frame.words.note(note));
        self.raw("</span>");
    }
}
