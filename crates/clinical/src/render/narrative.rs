//! The narrative of a CDA into the tree (CDA R2, 4.3.5): element by element, what is known is
//! kept as what it is, what is not known keeps its text, what acts is dropped whole.

use std::collections::HashSet;

use xml::{Content, Node, escape_text};

use super::flow::Flow;
use super::scan::{self, Cited, Scan};
use super::tree::{Block, Footnote, Inline, List, Marker, Narrative, Note, Section, Style, Title};
use super::{Limits, tame};
use crate::cda::HL7;
use crate::cda::walk::{attribute, words};

/// Reads the body of a CDA document. `places` says where each enclosed file begins.
pub(super) fn read(cda: Node<'_>, places: &[usize], limits: &Limits) -> Narrative {
    let body = cda.child(HL7, "component").and_then(|component| component.child(HL7, "structuredBody"));
    let Some(body) = body else { return Narrative::default() };
    let mut reader = Reader::new(Scan::of(body, places), places, limits);
    let mut sections = Vec::new();
    reader.sections(body, 0, &mut sections);
    if reader.full {
        sections.push(Section { blocks: vec![Block::Note(Note::Cut)], ..Section::default() });
    }
    Narrative { sections, cut: reader.full || reader.rows_cut }
}

/// Elements whose text is not for readers, whatever namespace they pretend to be of.
const NOT_TEXT: [&str; 12] = [
    "script", "style", "object", "embed", "applet", "iframe", "frame", "noscript", "template", "svg", "math",
    "head",
];

/// Bytes of HTML, at most, around what the document gives. Checked against the writer by a test.
pub(super) mod cost {
    pub(in super::super) const SECTION: usize = 96;
    pub(in super::super) const BLOCK: usize = 48;
    pub(in super::super) const TEXT: usize = 192;
    pub(in super::super) const BREAK: usize = 8;
    pub(in super::super) const MARK: usize = 128;
    pub(in super::super) const NOTE: usize = 256;
    pub(in super::super) const MEDIA: usize = 512;
    pub(in super::super) const TABLE: usize = 320;
    pub(in super::super) const ROW: usize = 16;
    pub(in super::super) const CELL: usize = 112;
}

pub(super) struct Reader<'a> {
    scan: Scan<'a>,
    places: &'a [usize],
    pub(super) limits: Limits,
    /// Bytes of HTML left.
    left: usize,
    /// Nothing more goes in: what follows is cut, so that no hole is in the middle.
    full: bool,
    pub(super) rows: usize,
    pub(super) rows_cut: bool,
    pub(super) tables: u32,
    /// Of the section being read.
    footnotes: Vec<Footnote>,
    /// Targets that have their place: an identifier written twice leads to the first.
    placed: HashSet<u32>,
}

impl<'a> Reader<'a> {
    fn new(scan: Scan<'a>, places: &'a [usize], limits: &Limits) -> Self {
        Self {
            scan,
            places,
            limits: *limits,
            left: limits.output,
            full: false,
            rows: 0,
            rows_cut: false,
            tables: 0,
            footnotes: Vec::new(),
            placed: HashSet::new(),
        }
    }

    /// Takes from what is left; false when there is not enough.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        match self.left.checked_sub(bytes) {
            Some(left) if !self.full => {
                self.left = left;
                true
            }
            _ => {
                self.full = true;
                false
            }
        }
    }

    fn sections(&mut self, parent: Node<'a>, depth: usize, out: &mut Vec<Section>) {
        let components = parent.children_named(HL7, "component");
        for node in components.flat_map(|component| component.children_named(HL7, "section")) {
            if !self.spend(cost::SECTION) {
                return;
            }
            let mut section = self.section(node);
            let mut inside = Vec::new();
            self.sections(node, depth + 1, &mut inside);
            self.unmentioned(node, &mut section);
            let nothing = section.blocks.is_empty() && section.unmentioned.is_empty();
            if nothing && inside.is_empty() && self.spend(cost::NOTE) {
                let coded = node.child(HL7, "entry").is_some();
                section.blocks.push(Block::Note(if coded { Note::CodedOnly } else { Note::Empty }));
            }
            if depth + 1 < self.limits.sections {
                section.sections = inside;
                out.push(section);
            } else {
                out.push(section);
                out.append(&mut inside);
            }
        }
    }

    fn section(&mut self, node: Node<'a>) -> Section {
        let mut section = Section { anchor: self.target(node), ..Section::default() };
        let says = |title: String| Some(tame(&title)).filter(|title| !title.trim().is_empty());
        let label = || node.child(HL7, "code").and_then(|code| attribute(code, "displayName"));
        section.title = match node.child(HL7, "title").and_then(words).and_then(says) {
            Some(title) => Some(Title::Written(title)),
            None => label().and_then(says).map(Title::OfCode),
        };
        section.code = node.child(HL7, "code").and_then(|code| attribute(code, "code"));
        if let Some(Title::Written(title) | Title::OfCode(title)) = &section.title
            && !self.spend(cost::BLOCK + escape_text(title).len())
        {
            section.title = None;
        }
        let mut flow = Flow::default();
        for text in node.children_named(HL7, "text") {
            let style = self.begin(text, Style::default(), &mut flow);
            self.inside(text, style, &mut flow, 0);
            flow.paragraph(false);
        }
        section.blocks = flow.finish();
        section.footnotes = std::mem::take(&mut self.footnotes);
        section
    }

    /// Files of this section that no text shows.
    fn unmentioned(&mut self, node: Node<'a>, section: &mut Section) {
        let range = node.range();
        for (index, place) in self.places.iter().enumerate() {
            let new = range.contains(place) && self.scan.mentioned.insert(index);
            if new && self.spend(cost::MEDIA) {
                section.unmentioned.push(index);
            }
        }
    }

    /// Everything inside `node`.
    pub(super) fn inside(&mut self, node: Node<'a>, style: Style, flow: &mut Flow, depth: usize) {
        for content in node.contents() {
            match content {
                Content::Text(text) => self.text(text, style, flow),
                Content::Element(element) => self.element(element, style, flow, depth),
                Content::Comment(_) | Content::Instruction(_) => {}
            }
            if self.full {
                return;
            }
        }
    }

    pub(super) fn text(&mut self, text: &str, style: Style, flow: &mut Flow) {
        if text.chars().all(super::flow::is_space) {
            // Costs nothing: it leaves as one space at most, or not at all.
            if !text.is_empty() && self.spend(1) {
                flow.push(Inline::Text { text: " ".to_owned(), style: Style::default() });
            }
            return;
        }
        let text = tame(text);
        // No-break spaces take a byte more, at most one for every four.
        let length = escape_text(&text).len();
        if self.spend(cost::TEXT + length + length / 4) {
            flow.push(Inline::Text { text, style });
        }
    }

    pub(super) fn note(&mut self, note: Note, flow: &mut Flow) {
        let address = if let Note::Address(address) = &note { escape_text(address).len() } else { 0 };
        if self.spend(cost::NOTE + address) {
            flow.push(Inline::Text { text: " ".to_owned(), style: Style::default() });
            flow.push(Inline::Note(note));
        }
    }

    /// What holds of every element: where it can be linked to, and its style.
    pub(super) fn begin(&mut self, node: Node<'a>, style: Style, flow: &mut Flow) -> Style {
        if let Some(target) = self.target(node)
            && self.spend(cost::MARK)
        {
            flow.anchor(target);
        }
        styled(node, style)
    }

    /// The number of the place that this element is, if some link leads to it.
    fn target(&mut self, node: Node<'a>) -> Option<u32> {
        let target = *self.scan.targets.get(node.attribute("ID")?)?;
        self.placed.insert(target).then_some(target)
    }

    pub(super) fn element(&mut self, node: Node<'a>, style: Style, flow: &mut Flow, depth: usize) {
        let (namespace, local) = node.name();
        if NOT_TEXT.iter().any(|name| local.eq_ignore_ascii_case(name)) {
            return;
        }
        let style = self.begin(node, style, flow);
        let deep = depth >= self.limits.nesting;
        match if namespace == HL7 { local } else { "" } {
            "content" => self.inside(node, style, flow, depth),
            "sub" => self.inside(node, Style { below: true, ..style }, flow, depth),
            "sup" => self.inside(node, Style { above: true, ..style }, flow, depth),
            "br" => {
                if self.spend(cost::BREAK) {
                    flow.push(Inline::Break);
                    self.inside(node, style, flow, depth);
                }
            }
            "linkHtml" => self.link(node, style, flow, depth),
            "renderMultiMedia" => self.media(node, style, flow, depth),
            "footnoteRef" => {
                let number = node.attribute("IDREF").and_then(|id| self.scan.footnote_ids.get(id)).copied();
                self.mark(number, flow);
                self.inside(node, style, flow, depth);
            }
            "footnote" if !deep => self.footnote(node, style, flow, depth),
            "paragraph" => {
                if self.spend(cost::BLOCK) {
                    let before = flow.paragraph(true);
                    self.inside(node, style, flow, depth);
                    flow.paragraph(before);
                }
            }
            "caption" => {
                if self.spend(2 * cost::BREAK) {
                    flow.push(Inline::Break);
                    self.inside(node, Style { bold: true, ..style }, flow, depth);
                    flow.push(Inline::Break);
                }
            }
            "list" if !deep => self.list(node, style, flow, depth + 1),
            "table" if !deep => self.table(node, style, flow, depth + 1),
            // Rows and items that are not where they should be, things of other namespaces,
            // things nested too deep: their text, apart from its neighbours.
            _ => {
                if self.spend(2 * cost::BREAK) {
                    flow.push(Inline::Break);
                    self.inside(node, style, flow, depth);
                    flow.push(Inline::Break);
                }
            }
        }
    }

    /// A link never leaves the document: inside it leads to a place of ours, outside it is
    /// text, and what is no address of a page is not even repeated (F01).
    fn link(&mut self, node: Node<'a>, style: Style, flow: &mut Flow, depth: usize) {
        if let Some(id) = scan::target(node) {
            let link = self.scan.targets.get(id).copied();
            return self.inside(node, Style { link, ..style }, flow, depth);
        }
        self.inside(node, style, flow, depth);
        let Some(href) = node.attribute("href").map(str::trim).filter(|href| !href.is_empty()) else {
            return;
        };
        if let Some(address) = page_address(href) {
            let bare = |text: &str| {
                let text = text.trim().trim_end_matches('/');
                let start = text.find("://").map_or(0, |at| at + 3);
                text.get(start..).unwrap_or_default().trim_start_matches("www.").to_lowercase()
            };
            if bare(&node.text()) != bare(&address) {
                self.note(Note::Address(address), flow);
            }
        } else if href.contains(':') || href.starts_with('#') {
            self.note(Note::LinkRemoved, flow);
        } else {
            self.note(Note::Beside, flow);
        }
    }

    fn media(&mut self, node: Node<'a>, style: Style, flow: &mut Flow, depth: usize) {
        let mut shown = Vec::new();
        for object in self.scan.objects(node) {
            match object {
                Cited::Files(files) => shown.extend(files.iter().copied().map(Inline::Media)),
                Cited::External => shown.push(Inline::Note(Note::External)),
                Cited::Absent => shown.push(Inline::Note(Note::Absent)),
            }
        }
        if shown.is_empty() {
            shown.push(Inline::Note(Note::Absent));
        }
        for inline in shown {
            if self.spend(cost::MEDIA) {
                flow.push(inline);
            }
        }
        // Its caption.
        self.inside(node, style, flow, depth);
    }

    fn mark(&mut self, number: Option<u32>, flow: &mut Flow) {
        if let Some(number) = number
            && self.spend(cost::MARK)
        {
            flow.push(Inline::Mark(number));
        }
    }

    fn footnote(&mut self, node: Node<'a>, style: Style, flow: &mut Flow, depth: usize) {
        let number = self.scan.footnotes.get(&node.range().start).copied();
        self.mark(number, flow);
        let mut own = Flow::default();
        self.inside(node, style, &mut own, depth + 1);
        match number {
            Some(number) if self.spend(cost::MARK) => {
                self.footnotes.push(Footnote { number, blocks: own.finish() });
            }
            // Cannot be: every footnote of a narrative was numbered.
            _ => own.finish().into_iter().for_each(|block| flow.block(block)),
        }
    }

    fn list(&mut self, node: Node<'a>, style: Style, flow: &mut Flow, depth: usize) {
        if !self.spend(2 * cost::BLOCK) {
            return;
        }
        let mut list = List { caption: Vec::new(), marker: marker(node), items: Vec::new() };
        for content in node.contents() {
            match content {
                Content::Element(child) if child.is(HL7, "caption") && list.caption.is_empty() => {
                    let mut own = Flow::default();
                    let style = self.begin(child, style, &mut own);
                    self.inside(child, style, &mut own, self.limits.nesting);
                    list.caption = own.finish_as_line();
                }
                Content::Element(child) if child.is(HL7, "item") => {
                    if !self.spend(cost::BLOCK) {
                        break;
                    }
                    let mut own = Flow::default();
                    let style = self.begin(child, style, &mut own);
                    self.inside(child, style, &mut own, depth);
                    list.items.push(own.finish());
                }
                // Not allowed there, and still to be read: before the list.
                Content::Element(child) => self.element(child, style, flow, depth),
                Content::Text(text) => self.text(text, style, flow),
                Content::Comment(_) | Content::Instruction(_) => {}
            }
        }
        if !list.items.is_empty() || !list.caption.is_empty() {
            flow.block(Block::List(list));
        }
    }
}

/// Style codes that carry meaning (CDA R2, 4.3.5.11), `BoldItalics` as the French examples write
/// it, and the mark of a revision. Everything else is dropped (F02).
fn styled(node: Node<'_>, mut style: Style) -> Style {
    for code in node.attribute("styleCode").unwrap_or_default().split_whitespace() {
        match code.to_ascii_lowercase().as_str() {
            "bold" => style.bold = true,
            "italics" | "italic" | "emphasis" => style.italic = true,
            "bolditalics" | "bolditalic" => (style.bold, style.italic) = (true, true),
            "underline" => style.underline = true,
            _ => {}
        }
    }
    match node.attribute("revised") {
        Some("insert") => style.inserted = true,
        Some("delete") => style.deleted = true,
        _ => {}
    }
    style
}

fn marker(list: Node<'_>) -> Marker {
    let named = list.attribute("styleCode").unwrap_or_default().split_whitespace().find_map(|code| {
        Some(match code.to_ascii_lowercase().as_str() {
            "disc" => Marker::Disc,
            "circle" => Marker::Circle,
            "square" => Marker::Square,
            "arabic" => Marker::Arabic,
            "littleroman" => Marker::SmallRoman,
            "bigroman" => Marker::BigRoman,
            "littlealpha" => Marker::SmallAlpha,
            "bigalpha" => Marker::BigAlpha,
            _ => return None,
        })
    });
    let ordered = list.attribute("listType") == Some("ordered");
    match named {
        Some(marker) if marker.is_ordered() == ordered => marker,
        _ if ordered => Marker::Arabic,
        _ => Marker::Disc,
    }
}

/// Characters of an address that are shown.
const ADDRESS: usize = 300;

/// The address of a page, up to the first character that belongs in none (RFC 3986, with the
/// letters of other alphabets); white space that a line end put there is left out.
fn page_address(href: &str) -> Option<String> {
    let start = href.chars().take(8).collect::<String>().to_ascii_lowercase();
    if !start.starts_with("https://") && !start.starts_with("http://") {
        return None;
    }
    let belongs = |letter: &char| letter.is_alphanumeric() || "-._~:/?#[]@!$&()*+,;=%".contains(*letter);
    Some(href.chars().filter(|letter| !letter.is_whitespace()).take_while(belongs).take(ADDRESS).collect())
}
