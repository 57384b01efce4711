//! What can be shown, as a tree: nothing that is not in these types reaches a page.
//!
//! The text of the document is in [`Inline::Text`] and in titles; whatever this project adds in
//! words is a [`Note`], so that the two are never confused.

/// A document's narrative.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Narrative {
    /// In order.
    pub sections: Vec<Section>,
    /// Part of it is missing because it is larger than [`super::Limits`]; said in the text too.
    pub cut: bool,
}

/// A section: its text, then the sections inside it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// None when the document gives neither title nor label.
    pub title: Option<Title>,
    /// What kind of section it is: a LOINC code, as its author gave it. To be compared, never shown.
    pub code: Option<String>,
    /// The number of the link target that the section itself is.
    pub anchor: Option<u32>,
    /// Its text.
    pub blocks: Vec<Block>,
    /// The notes its text calls, in order.
    pub footnotes: Vec<Footnote>,
    /// The sections inside.
    pub sections: Vec<Section>,
    /// Files it encloses and its text does not mention: indexes of [`super::View::media`].
    pub unmentioned: Vec<usize>,
}

/// What a section is called.
#[derive(Clone, PartialEq, Eq)]
pub enum Title {
    /// By its author.
    Written(String),
    /// By the label of its code, when the author gave no title.
    OfCode(String),
}

/// A footnote.
#[derive(Clone, PartialEq, Eq)]
pub struct Footnote {
    /// From 1 over the whole document.
    pub number: u32,
    /// Its text.
    pub blocks: Vec<Block>,
}

/// What stands on its own.
#[derive(Clone, PartialEq, Eq)]
pub enum Block {
    /// Text that its author put in no paragraph.
    Loose(Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// Lines of a plain text whose spaces and line ends are part of it.
    Aligned(String),
    /// A list.
    List(List),
    /// A table.
    Table(Table),
    /// Words of ours.
    Note(Note),
}

/// A list.
#[derive(Clone, PartialEq, Eq)]
pub struct List {
    /// `caption`.
    pub caption: Vec<Inline>,
    /// How its items are marked.
    pub marker: Marker,
    /// What each holds.
    pub items: Vec<Vec<Block>>,
}

/// How items are marked (CDA R2, 4.3.5.5 and 4.3.5.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    Disc,
    Circle,
    Square,
    Arabic,
    SmallRoman,
    BigRoman,
    SmallAlpha,
    BigAlpha,
}

impl Marker {
    /// Whether the order of the items says something.
    pub const fn is_ordered(self) -> bool {
        !matches!(self, Self::Disc | Self::Circle | Self::Square)
    }
}

/// A table.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// From 1 over the whole document.
    pub number: u32,
    /// `caption`.
    pub caption: Vec<Inline>,
    /// `thead`.
    pub head: Vec<Row>,
    /// Each `tbody`.
    pub bodies: Vec<Vec<Row>>,
    /// `tfoot`.
    pub foot: Vec<Row>,
    /// Columns of the widest row.
    pub columns: usize,
}

/// A row.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// From left to right.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it is the heading of, when it is one.
    pub scope: Option<Scope>,
    /// Columns it covers, 1 to 100.
    pub columns: usize,
    /// Rows it covers, 1 to 1 000.
    pub rows: usize,
    /// Where its text stands.
    pub align: Align,
    /// A value with its unit, not to be broken over two lines.
    pub value: bool,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// What a heading is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Column,
    Row,
}

/// Where text stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// As the page likes.
    Auto,
    Center,
    Right,
}

/// What stands in a line.
#[derive(Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text of the document, white space collapsed.
    Text {
        /// The text.
        text: String,
        /// How it looks.
        style: Style,
    },
    /// A line break.
    Break,
    /// The place a link of the document leads to.
    Anchor(u32),
    /// The mark that calls a footnote.
    Mark(u32),
    /// A file: an index of [`super::View::media`].
    Media(usize),
    /// Words of ours.
    Note(Note),
}

/// How text looks. Only what carries meaning: no colour, no font, no size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    pub bold: bool,
    pub italic: bool,
    pub underline: bool,
    pub below: bool,
    pub above: bool,
    /// `revised="insert"`.
    pub inserted: bool,
    /// `revised="delete"`: shown struck, or a stopped drug would look like a running one.
    pub deleted: bool,
    /// The place in the document it links to.
    pub link: Option<u32>,
}

/// What is said in words of ours, through [`super::Words`].
#[derive(Clone, PartialEq, Eq)]
pub enum Note {
    /// A section with coded entries and no text.
    CodedOnly,
    /// A section with nothing at all.
    Empty,
    /// The document goes on, and is larger than what is shown.
    Cut,
    /// The table goes on, and is longer than what is shown.
    RowsCut,
    /// An image or file outside the document, not loaded (F03).
    External,
    /// A file the document mentions and does not hold.
    Absent,
    /// A file that cannot be shown.
    NotShown,
    /// The address of a page, as text.
    Address(String),
    /// A link to a file beside the document, which was not given with it.
    Beside,
    /// A link that is not one to a page.
    LinkRemoved,
}
