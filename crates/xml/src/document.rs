//! The tree: read-only, in one arena, in document order.
//!
//! A node knows its parent and the index one past its last descendant; everything else
//! follows from the order. No walk recurses, so the depth of a document costs no stack.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::XMLNS_NAMESPACE;
use crate::error::Error;
use crate::limits::Limits;
use crate::parse;

/// A document that was read and found well-formed. Does not print its content.
pub struct Document {
    pub(crate) source: String,
    pub(crate) tree: Tree,
}

/// What the parser builds beside the source text.
#[derive(Default)]
pub(crate) struct Tree {
    /// Node 0 is the document itself; its children are the root and what surrounds it.
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) attributes: Vec<AttributeData>,
    /// Texts that differ from the source: references resolved, line ends normalised.
    pub(crate) spill: String,
    /// Namespace names by number; number 0 is "no namespace".
    pub(crate) namespaces: Vec<Box<str>>,
    pub(crate) root: u32,
}

pub(crate) struct NodeData {
    pub(crate) parent: u32,
    /// One past the last descendant.
    pub(crate) end: u32,
    pub(crate) range: Range<u32>,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Document,
    Element { name: NameData, attributes: Range<u32> },
    Text(Span),
    Comment(Span),
    Instruction { target: Span, data: Span },
}

pub(crate) struct AttributeData {
    pub(crate) name: NameData,
    pub(crate) value: Span,
}

/// A resolved name: where it stands in the source, whole and its local part, and its namespace's number.
#[derive(Clone)]
pub(crate) struct NameData {
    /// Where the name as written begins, prefix included.
    pub(crate) start: u32,
    pub(crate) local: Range<u32>,
    pub(crate) namespace: u32,
}

/// A piece of text, of the source or of the spill.
#[derive(Clone)]
pub(crate) struct Span {
    pub(crate) spilled: bool,
    pub(crate) range: Range<u32>,
}

impl Document {
    /// Reads a document whose encoding the transport did not name.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        parse::parse(bytes, None, limits)
    }

    /// Reads a document whose transport named a charset, which must agree with what the
    /// document says of itself (abuse case C06).
    pub fn parse_with_charset(bytes: &[u8], charset: &str, limits: &Limits) -> Result<Self, Error> {
        parse::parse(bytes, Some(charset), limits)
    }

    /// The root element.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, index: self.tree.root }
    }

    /// The document as UTF-8, without byte order mark. [`Node::range`] counts in it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Every processing instruction, wherever it stands, in document order. Facts: nothing
    /// here or elsewhere acts on them (abuse case C04).
    pub fn instructions(&self) -> impl Iterator<Item = Instruction<'_>> {
        self.tree.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Instruction { target, data } => {
                Some(Instruction { target: self.text_of(target), data: self.text_of(data) })
            }
            _ => None,
        })
    }

    /// Whether an `xml-stylesheet` instruction asks for a rendering (F04).
    pub fn names_stylesheet(&self) -> bool {
        self.instructions().any(|instruction| instruction.target == "xml-stylesheet")
    }

    fn text_of(&self, span: &Span) -> &str {
        let text = if span.spilled { &self.tree.spill } else { &self.source };
        slice(text, &span.range)
    }

    /// The name as written, prefix included.
    pub(crate) fn written(&self, name: &NameData) -> &str {
        slice(&self.source, &(name.start..name.local.end))
    }

    pub(crate) fn value(&self, span: &Span) -> &str {
        self.text_of(span)
    }

    pub(crate) fn data(&self, index: u32) -> Option<&NodeData> {
        self.node(index)
    }

    pub(crate) fn namespace_name(&self, number: u32) -> &str {
        self.namespace(number)
    }

    fn node(&self, index: u32) -> Option<&NodeData> {
        self.tree.nodes.get(index as usize)
    }

    fn namespace(&self, number: u32) -> &str {
        self.tree.namespaces.get(number as usize).map_or("", |name| name)
    }

    fn name(&self, name: &NameData) -> (&str, &str) {
        (self.namespace(name.namespace), slice(&self.source, &name.local))
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &self.source.len())
            .field("nodes", &self.tree.nodes.len())
            .finish_non_exhaustive()
    }
}

/// An element of a document.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    pub(crate) document: &'a Document,
    pub(crate) index: u32,
}

/// What an element holds, for readers of mixed content.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// A child element.
    Element(Node<'a>),
    /// A run of text, CDATA sections and references included.
    Text(&'a str),
    /// A comment, without its marks.
    Comment(&'a str),
    /// A processing instruction.
    Instruction(Instruction<'a>),
}

/// A processing instruction. Does not print its data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Instruction<'a> {
    /// Its first word.
    pub target: &'a str,
    /// The rest, white space before it removed.
    pub data: &'a str,
}

impl fmt::Debug for Instruction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instruction({})", self.target)
    }
}

/// An attribute, its name resolved and its value normalised. Does not print its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Empty for an attribute without prefix.
    pub namespace: &'a str,
    /// Name without prefix.
    pub local: &'a str,
    /// References resolved, each white space a space.
    pub value: &'a str,
}

impl fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attribute({})", self.local)
    }
}

impl<'a> Node<'a> {
    /// Namespace (empty for none) and local name.
    pub fn name(&self) -> (&'a str, &'a str) {
        match self.data().map(|data| &data.kind) {
            Some(Kind::Element { name, .. }) => self.document.name(name),
            _ => ("", ""),
        }
    }

    /// Whether this is that element.
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.name() == (namespace, local)
    }

    /// The value of an attribute without prefix.
    pub fn attribute(&self, local: &str) -> Option<&'a str> {
        self.attribute_in("", local)
    }

    /// The value of an attribute of a namespace.
    pub fn attribute_in(&self, namespace: &str, local: &str) -> Option<&'a str> {
        self.attributes()
            .find(|attribute| attribute.namespace == namespace && attribute.local == local)
            .map(|attribute| attribute.value)
    }

    /// Every attribute as written, without the namespace declarations.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let document = self.document;
        let range = match self.data().map(|data| &data.kind) {
            Some(Kind::Element { attributes, .. }) => attributes.start as usize..attributes.end as usize,
            _ => 0..0,
        };
        let written = document.tree.attributes.get(range).unwrap_or_default();
        written.iter().filter_map(move |attribute| {
            let (namespace, local) = document.name(&attribute.name);
            (namespace != XMLNS_NAMESPACE).then(|| Attribute {
                namespace,
                local,
                value: document.text_of(&attribute.value),
            })
        })
    }

    /// The element around this one; none for the root.
    pub fn parent(&self) -> Option<Node<'a>> {
        let parent = Node { document: self.document, index: self.data()?.parent };
        matches!(parent.data()?.kind, Kind::Element { .. }).then_some(parent)
    }

    /// The elements directly inside.
    pub fn children(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.inside().filter(Node::is_element)
    }

    /// The elements of that name directly inside.
    pub fn children_named<'n>(
        &self,
        namespace: &'n str,
        local: &'n str,
    ) -> impl Iterator<Item = Node<'a>> + use<'a, 'n> {
        self.children().filter(move |child| child.is(namespace, local))
    }

    /// The first element of that name directly inside.
    pub fn child(&self, namespace: &str, local: &str) -> Option<Node<'a>> {
        self.children().find(|child| child.is(namespace, local))
    }

    /// Everything directly inside, in order.
    pub fn contents(&self) -> impl Iterator<Item = Content<'a>> + use<'a> {
        let document = self.document;
        self.inside().filter_map(move |node| match &node.data()?.kind {
            Kind::Document => None,
            Kind::Element { .. } => Some(Content::Element(node)),
            Kind::Text(span) => Some(Content::Text(document.text_of(span))),
            Kind::Comment(span) => Some(Content::Comment(document.text_of(span))),
            Kind::Instruction { target, data } => Some(Content::Instruction(Instruction {
                target: document.text_of(target),
                data: document.text_of(data),
            })),
        })
    }

    /// The elements inside at any depth, in document order, without this one.
    pub fn descendants(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let document = self.document;
        let end = self.data().map_or(0, |data| data.end);
        (self.index + 1..end).map(move |index| Node { document, index }).filter(Node::is_element)
    }

    /// All the text inside at any depth, CDATA sections included; comments and instructions
    /// are skipped without cutting it, so that what was signed and what is read are the same
    /// (a comment inside an identifier hides nothing).
    pub fn text(&self) -> Cow<'a, str> {
        let end = self.data().map_or(0, |data| data.end);
        let nodes = self.document.tree.nodes.get(self.index as usize..end as usize);
        let mut texts = nodes.unwrap_or_default().iter().filter_map(|node| match &node.kind {
            Kind::Text(span) => Some(self.document.text_of(span)),
            _ => None,
        });
        let first = texts.next().unwrap_or_default();
        match texts.next() {
            None => Cow::Borrowed(first),
            Some(second) => {
                let mut whole = String::from(first);
                whole.push_str(second);
                whole.extend(texts);
                Cow::Owned(whole)
            }
        }
    }

    /// The document this is a node of.
    pub fn document(&self) -> &'a Document {
        self.document
    }

    /// Whether a comment or a processing instruction stands inside, at any depth.
    pub fn has_remarks(&self) -> bool {
        let end = self.data().map_or(0, |data| data.end);
        let nodes = self.document.tree.nodes.get(self.index as usize..end as usize);
        let remark = |node: &NodeData| matches!(node.kind, Kind::Comment(_) | Kind::Instruction { .. });
        nodes.unwrap_or_default().iter().any(remark)
    }

    /// Whether text other than white space stands directly inside, beside the elements.
    pub fn has_own_text(&self) -> bool {
        self.contents().any(|content| match content {
            Content::Text(text) => !text.bytes().all(crate::names::is_space),
            _ => false,
        })
    }

    /// Where this is, for error messages: local names and positions among the elements of
    /// the same name, such as `/ClinicalDocument/author[2]/time`. Never content.
    pub fn path(&self) -> String {
        let mut steps = Vec::new();
        let mut at = Some(*self);
        while let Some(node) = at {
            let (namespace, local) = node.name();
            at = node.parent();
            let same = |node: &Node<'_>| node.is(namespace, local);
            let twins = at.map(|parent| parent.children().filter(same).collect::<Vec<_>>());
            match twins {
                Some(twins) if twins.len() > 1 => {
                    let position = twins.iter().take_while(|twin| twin.index < node.index).count();
                    steps.push(format!("/{local}[{}]", position + 1));
                }
                _ => steps.push(format!("/{local}")),
            }
        }
        steps.reverse();
        steps.concat()
    }

    /// The bytes of this element in [`Document::source`], from its `<` to its last `>`.
    pub fn range(&self) -> Range<usize> {
        self.data().map_or(0..0, |data| data.range.start as usize..data.range.end as usize)
    }

    fn data(&self) -> Option<&'a NodeData> {
        self.document.node(self.index)
    }

    fn is_element(&self) -> bool {
        matches!(self.data().map(|data| &data.kind), Some(Kind::Element { .. }))
    }

    /// Every node directly inside, of any kind.
    fn inside(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let document = self.document;
        let end = self.data().map_or(0, |data| data.end);
        let mut index = self.index + 1;
        std::iter::from_fn(move || {
            if index >= end {
                return None;
            }
            let node = Node { document, index };
            index = node.data()?.end;
            Some(node)
        })
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.index == other.index
    }
}

impl Eq for Node<'_> {}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({})", self.path())
    }
}

fn slice<'a>(text: &'a str, range: &Range<u32>) -> &'a str {
    text.get(range.start as usize..range.end as usize).unwrap_or_default()
}
