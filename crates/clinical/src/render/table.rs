//! Tables of a narrative: rows and cells, each heading with what it is the heading of.

use xml::{Content, Node};

use super::flow::Flow;
use super::narrative::{Reader, cost};
use super::tree::{Align, Block, Cell, Inline, Note, Row, Scope, Style, Table};
use super::value;
use crate::cda::HL7;

/// Columns one cell may cover.
const COLUMNS: usize = 100;
/// Rows one cell may cover.
const ROWS: usize = 1_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    Body,
    Foot,
}

impl<'a> Reader<'a> {
    pub(super) fn table(&mut self, node: Node<'a>, style: Style, flow: &mut Flow, depth: usize) {
        if !self.spend(cost::TABLE) {
            return;
        }
        self.tables = self.tables.saturating_add(1);
        let mut table = Table {
            number: self.tables,
            caption: Vec::new(),
            head: Vec::new(),
            bodies: Vec::new(),
            foot: Vec::new(),
            columns: 0,
        };
        // Rows that stand in the table itself are a body of their own.
        let mut bare = Vec::new();
        let cut = self.rows_cut;
        self.rows_cut = false;
        for content in node.contents() {
            let Content::Element(child) = content else {
                if let Content::Text(text) = content {
                    self.text(text, style, flow);
                }
                continue;
            };
            let local = if child.name().0 == HL7 { child.name().1 } else { "" };
            if local != "tr" && !bare.is_empty() {
                table.bodies.push(std::mem::take(&mut bare));
            }
            match local {
                "caption" if table.caption.is_empty() => {
                    let mut own = Flow::default();
                    let style = self.begin(child, style, &mut own);
                    self.inside(child, style, &mut own, self.limits.nesting);
                    table.caption = own.finish_as_line();
                }
                "thead" => self.rows(child, style, Part::Head, flow, depth, &mut table.head),
                "tfoot" => self.rows(child, style, Part::Foot, flow, depth, &mut table.foot),
                "tbody" => {
                    let mut rows = Vec::new();
                    self.rows(child, style, Part::Body, flow, depth, &mut rows);
                    if !rows.is_empty() {
                        table.bodies.push(rows);
                    }
                }
                "tr" => self.row(child, style, Part::Body, flow, depth, &mut bare),
                // Not allowed there, and still to be read: before the table.
                _ => self.element(child, style, flow, depth),
            }
        }
        if !bare.is_empty() {
            table.bodies.push(bare);
        }
        let rows = table.head.iter().chain(table.bodies.iter().flatten()).chain(&table.foot);
        table.columns = rows
            .map(|row| row.cells.iter().map(|cell| cell.columns).fold(0, usize::saturating_add))
            .max()
            .unwrap_or(0);
        if table.columns > 0 || !table.caption.is_empty() {
            flow.block(Block::Table(table));
        }
        if self.rows_cut && self.spend(cost::NOTE) {
            flow.block(Block::Note(Note::RowsCut));
        }
        self.rows_cut |= cut;
    }

    fn rows(
        &mut self,
        group: Node<'a>,
        style: Style,
        part: Part,
        flow: &mut Flow,
        depth: usize,
        out: &mut Vec<Row>,
    ) {
        let style = self.begin(group, style, flow);
        for content in group.contents() {
            match content {
                Content::Element(child) if child.is(HL7, "tr") => {
                    self.row(child, style, part, flow, depth, out);
                }
                Content::Element(child) => self.element(child, style, flow, depth),
                Content::Text(text) => self.text(text, style, flow),
                Content::Comment(_) | Content::Instruction(_) => {}
            }
        }
    }

    fn row(
        &mut self,
        node: Node<'a>,
        style: Style,
        part: Part,
        flow: &mut Flow,
        depth: usize,
        out: &mut Vec<Row>,
    ) {
        if self.rows >= self.limits.rows {
            self.rows_cut = true;
            return;
        }
        if !self.spend(cost::ROW) {
            return;
        }
        self.rows += 1;
        // A link to the row leads to its first cell.
        let mut first = Flow::default();
        let style = self.begin(node, style, &mut first);
        let mut first = Some(first);
        let heads_only = node.children().all(|child| child.is(HL7, "th"));
        let mut row = Row::default();
        for content in node.contents() {
            match content {
                Content::Element(child) if child.is(HL7, "th") || child.is(HL7, "td") => {
                    let scope = match part {
                        _ if child.is(HL7, "td") => None,
                        Part::Body if heads_only => Some(Scope::Column),
                        Part::Head => Some(Scope::Column),
                        Part::Body | Part::Foot => Some(Scope::Row),
                    };
                    if !self.spend(cost::CELL) {
                        break;
                    }
                    row.cells.push(self.cell(child, style, scope, first.take().unwrap_or_default(), depth));
                }
                Content::Element(child) => self.element(child, style, flow, depth),
                Content::Text(text) => self.text(text, style, flow),
                Content::Comment(_) | Content::Instruction(_) => {}
            }
        }
        if !row.cells.is_empty() {
            out.push(row);
        }
    }

    fn cell(
        &mut self,
        node: Node<'a>,
        style: Style,
        scope: Option<Scope>,
        mut flow: Flow,
        depth: usize,
    ) -> Cell {
        let style = self.begin(node, style, &mut flow);
        self.inside(node, style, &mut flow, depth);
        let blocks = flow.finish();
        Cell {
            // A heading of nothing is none: a screen reader would announce an empty one.
            scope: scope.filter(|_| !blocks.is_empty()),
            columns: span(node, "colspan", COLUMNS),
            rows: span(node, "rowspan", ROWS),
            align: match node.attribute("align") {
                Some("center") => Align::Center,
                Some("right") => Align::Right,
                _ => Align::Auto,
            },
            value: is_value(&blocks),
            blocks,
        }
    }
}

fn span(node: Node<'_>, name: &str, most: usize) -> usize {
    let written = node.attribute(name).and_then(|text| text.trim().parse::<usize>().ok());
    written.unwrap_or(1).clamp(1, most)
}

/// Whether a cell holds one line, and the line is a value.
fn is_value(blocks: &[Block]) -> bool {
    let [Block::Loose(line) | Block::Paragraph(line)] = blocks else { return false };
    let mut whole = String::new();
    for inline in line {
        match inline {
            Inline::Text { text, .. } if whole.len() <= 128 => whole.push_str(text),
            Inline::Anchor(_) | Inline::Mark(_) => {}
            _ => return false,
        }
    }
    value::is_value(&whole)
}
