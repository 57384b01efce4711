//! From tokens to tree. quick-xml finds the tokens; this file decides what they may be.

use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::errors::{Error as TokenError, IllFormedError, SyntaxError};
use quick_xml::events::Event;

use crate::document::{AttributeData, Document, Kind, NameData, NodeData, Span, Tree};
use crate::encoding;
use crate::error::{Error, Reason};
use crate::limits::Limits;
use crate::names::{first_invalid, is_ncname, is_space, resolve, split};
use crate::tag::{self, Attributes};
use crate::{XML_NAMESPACE, XMLNS_NAMESPACE};

/// A reason and the byte it was found at.
type Fault = (Reason, usize);

pub(crate) fn parse(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> Result<Document, Error> {
    // Positions are kept in 32 bits: no limit goes beyond.
    let longest = limits.bytes.min(u32::MAX as usize / 2);
    if bytes.len() > longest {
        return Err(Error { reason: Reason::TooLong, offset: longest, line: 1, column: 1 });
    }
    let source = encoding::decode(bytes, charset)?;
    let refuse = |(reason, offset)| Error::at(reason, source.as_bytes(), offset);
    if source.bytes().all(is_space) {
        return Err(refuse((Reason::Empty, 0)));
    }
    if let Some(offset) = first_invalid(&source) {
        return Err(refuse((Reason::InvalidCharacter, offset)));
    }
    let tree = Builder::new(&source, limits).run().map_err(refuse)?;
    Ok(Document { source, tree })
}

struct Builder<'a> {
    source: &'a str,
    limits: &'a Limits,
    tree: Tree,
    /// Numbers of the namespace names met so far.
    numbers: BTreeMap<Box<str>, u32>,
    /// Declarations in scope: prefix (empty for the default) and namespace number.
    scope: Vec<(&'a str, u32)>,
    /// Elements that are open, and how many declarations stood in scope before each.
    open: Vec<(u32, usize)>,
    root: Option<u32>,
    /// The run of text being built: adjacent texts, references and CDATA are one node.
    run: Option<u32>,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str, limits: &'a Limits) -> Self {
        let mut builder = Self {
            source,
            limits,
            tree: Tree::default(),
            numbers: BTreeMap::new(),
            scope: Vec::new(),
            open: Vec::new(),
            root: None,
            run: None,
        };
        builder.number("");
        let xml = builder.number(XML_NAMESPACE);
        builder.scope.push(("xml", xml));
        builder
    }

    fn run(mut self) -> Result<Tree, Fault> {
        self.node(Kind::Document, 0..self.source.len())?;
        let mut reader = Reader::from_str(self.source);
        // Comments are checked here, where the check is linear and ours.
        reader.config_mut().check_comments = false;
        reader.config_mut().check_end_names = true;
        loop {
            let start = position(reader.buffer_position());
            let event = reader
                .read_event()
                .map_err(|error| (token_fault(&error), position(reader.error_position())))?;
            let end = position(reader.buffer_position());
            match event {
                Event::Eof => return self.finish(end),
                event => self.token(&event, start..end)?,
            }
        }
    }

    fn token(&mut self, event: &Event<'_>, range: Range<usize>) -> Result<(), Fault> {
        let Range { start, end } = range;
        match event {
            Event::Text(_) => return self.text(start..end),
            Event::CData(_) => return self.characters(start + 9..end.saturating_sub(3), start),
            Event::GeneralRef(_) => return self.reference(start..end),
            _ => self.run = None,
        }
        match event {
            Event::Start(tag) => self.start(start..end, tag.name().as_ref().len(), 1),
            Event::Empty(tag) => {
                self.start(start..end, tag.name().as_ref().len(), 2)?;
                self.close(end)
            }
            Event::End(_) => self.close(end),
            Event::Comment(_) => self.comment(start..end),
            Event::PI(_) => self.instruction(start..end),
            // Read and checked when the encoding was decided; anywhere else it is nothing.
            Event::Decl(_) if start == 0 => Ok(()),
            Event::Decl(_) => Err((Reason::InvalidDeclaration, start)),
            Event::DocType(_) => Err((Reason::Doctype, start)),
            _ => Ok(()),
        }
    }

    /// A start tag whose name has `name` bytes and whose end has `tail` (`>` or `/>`).
    fn start(&mut self, range: Range<usize>, name: usize, tail: usize) -> Result<(), Fault> {
        let start = range.start;
        if self.open.is_empty() && self.root.is_some() {
            return Err((Reason::SecondRoot, start));
        }
        if self.open.len() >= self.limits.depth {
            return Err((Reason::TooDeep, start));
        }
        let name_range = start + 1..start + 1 + name;
        let (prefix, local) =
            split(self.slice(&name_range), self.limits.name).map_err(|reason| (reason, name_range.start))?;
        let before = self.scope.len();
        let tag_end = range.end.saturating_sub(tail);
        let written = self.written(name_range.end..tag_end)?;
        self.declare(&written, before)?;
        let namespace = self.namespace_of(prefix, name_range.start, false)?;
        let local = name_range.end - local.len()..name_range.end;
        let attributes = self.attributes(&written)?;
        let name = NameData { start: length(name_range.start), local: narrow(&local), namespace };
        let index = self.node(Kind::Element { name, attributes }, range)?;
        if self.open.is_empty() {
            self.root = Some(index);
        }
        self.open.push((index, before));
        Ok(())
    }

    /// The attributes of a start tag as written, with positions in the source.
    fn written(&self, range: Range<usize>) -> Result<Vec<WrittenAttribute<'a>>, Fault> {
        let mut attributes = Attributes::of(self.slice(&range));
        let mut written = Vec::new();
        while let Some(attribute) = attributes.next() {
            let attribute = attribute.map_err(|(reason, at)| (reason, range.start + at))?;
            if written.len() >= self.limits.attributes {
                return Err((Reason::TooManyAttributes, range.start + attribute.name.start));
            }
            let name = range.start + attribute.name.start..range.start + attribute.name.end;
            let value = range.start + attribute.value.start..range.start + attribute.value.end;
            let (prefix, local) =
                split(self.slice(&name), self.limits.name).map_err(|reason| (reason, name.start))?;
            written.push(WrittenAttribute { prefix, local, name, value });
        }
        Ok(written)
    }

    /// Brings the namespace declarations among the attributes into scope. `before` is how
    /// many stood there for the element around.
    fn declare(&mut self, written: &[WrittenAttribute<'a>], before: usize) -> Result<(), Fault> {
        for attribute in written {
            let Some(prefix) = attribute.declares() else { continue };
            let at = attribute.name.start;
            let name = tag::attribute_value(self.slice(&attribute.value))
                .map_err(|(reason, offset)| (reason, attribute.value.start + offset))?;
            let allowed = match prefix {
                "xmlns" => false,
                "xml" => name == XML_NAMESPACE,
                "" => name != XML_NAMESPACE && name != XMLNS_NAMESPACE,
                _ => !name.is_empty() && name != XML_NAMESPACE && name != XMLNS_NAMESPACE,
            };
            if !allowed {
                return Err((Reason::InvalidNamespace, at));
            }
            let twice = self.scope.get(before..).unwrap_or_default();
            if twice.iter().any(|(known, _)| *known == prefix) {
                return Err((Reason::DuplicateAttribute, at));
            }
            // The binding of `xml` that is always there does not count.
            if self.scope.len() > self.limits.namespaces {
                return Err((Reason::TooManyNamespaces, at));
            }
            let number = self.number(&name);
            self.scope.push((prefix, number));
        }
        Ok(())
    }

    /// Keeps the attributes, names resolved and values normalised, and refuses twins.
    fn attributes(&mut self, written: &[WrittenAttribute<'a>]) -> Result<Range<u32>, Fault> {
        let first = self.tree.attributes.len();
        let mut seen = Vec::with_capacity(written.len());
        for attribute in written {
            let namespace = match attribute.declares() {
                Some(_) => self.number(XMLNS_NAMESPACE),
                None => self.namespace_of(attribute.prefix, attribute.name.start, true)?,
            };
            seen.push((namespace, attribute.local, attribute.name.start));
            let value = self.value(&attribute.value)?;
            let local = attribute.name.end - attribute.local.len()..attribute.name.end;
            self.count(attribute.name.start)?;
            let start = length(attribute.name.start);
            let name = NameData { start, local: narrow(&local), namespace };
            self.tree.attributes.push(AttributeData { name, value });
        }
        seen.sort_unstable();
        for pair in seen.windows(2) {
            if let [(first_space, first_name, _), (space, name, at)] = pair
                && (first_space, first_name) == (space, name)
            {
                return Err((Reason::DuplicateAttribute, *at));
            }
        }
        Ok(narrow(&(first..self.tree.attributes.len())))
    }

    fn value(&mut self, range: &Range<usize>) -> Result<Span, Fault> {
        let raw = self.slice(range);
        let value = tag::attribute_value(raw).map_err(|(reason, offset)| (reason, range.start + offset))?;
        Ok(match value {
            std::borrow::Cow::Borrowed(_) => Span { spilled: false, range: narrow(range) },
            std::borrow::Cow::Owned(value) => self.spill(&value),
        })
    }

    /// The namespace a prefix stands for. An attribute without prefix is in none.
    fn namespace_of(&self, prefix: &str, at: usize, attribute: bool) -> Result<u32, Fault> {
        if prefix.is_empty() && attribute {
            return Ok(0);
        }
        let bound = self.scope.iter().rev().find(|(known, _)| *known == prefix);
        match bound {
            Some((_, number)) => Ok(*number),
            None if prefix.is_empty() => Ok(0),
            None => Err((Reason::UndeclaredPrefix, at)),
        }
    }

    fn close(&mut self, end: usize) -> Result<(), Fault> {
        // The tokeniser matched the names already.
        let (index, before) = self.open.pop().ok_or((Reason::MismatchedTag, end))?;
        self.scope.truncate(before);
        let after = length(self.tree.nodes.len());
        if let Some(node) = self.tree.nodes.get_mut(index as usize) {
            node.end = after;
            node.range.end = length(end);
        }
        Ok(())
    }

    fn text(&mut self, range: Range<usize>) -> Result<(), Fault> {
        let text = self.slice(&range);
        if let Some(offset) = text.find("]]>") {
            return Err((Reason::IllFormed, range.start + offset));
        }
        if self.open.is_empty() {
            self.run = None;
            return match text.bytes().position(|byte| !is_space(byte)) {
                Some(offset) => Err((Reason::TextOutsideRoot, range.start + offset)),
                None => Ok(()),
            };
        }
        let start = range.start;
        self.characters(range, start)
    }

    /// Adds literal characters of the source to the run of text.
    fn characters(&mut self, range: Range<usize>, start: usize) -> Result<(), Fault> {
        if self.open.is_empty() {
            return Err((Reason::TextOutsideRoot, start));
        }
        let text = tag::line_ends(self.slice(&range));
        match (self.run, &text) {
            (Some(_), text) => self.append(text),
            (None, std::borrow::Cow::Borrowed(_)) => {
                let span = Span { spilled: false, range: narrow(&range) };
                self.run = Some(self.node(Kind::Text(span), range)?);
            }
            (None, std::borrow::Cow::Owned(text)) => {
                let span = self.spill(text);
                self.run = Some(self.node(Kind::Text(span), range)?);
            }
        }
        Ok(())
    }

    fn reference(&mut self, range: Range<usize>) -> Result<(), Fault> {
        if self.open.is_empty() {
            return Err((Reason::TextOutsideRoot, range.start));
        }
        let name = self.slice(&(range.start + 1..range.end.saturating_sub(1)));
        let character = resolve(name).map_err(|reason| (reason, range.start))?;
        let mut buffer = [0; 4];
        let text: &str = character.encode_utf8(&mut buffer);
        if self.run.is_some() {
            self.append(text);
        } else {
            let span = self.spill(text);
            self.run = Some(self.node(Kind::Text(span), range)?);
        }
        Ok(())
    }

    /// Makes the run of text longer. Its spilled part is always the last of the spill, for
    /// only an element's attributes spill too, and they end the run.
    fn append(&mut self, text: &str) {
        let Some(node) = self.run.and_then(|index| self.tree.nodes.get_mut(index as usize)) else {
            return;
        };
        let Kind::Text(span) = &mut node.kind else { return };
        if !span.spilled {
            let range = span.range.start as usize..span.range.end as usize;
            let start = length(self.tree.spill.len());
            self.tree.spill.push_str(self.source.get(range).unwrap_or_default());
            *span = Span { spilled: true, range: start..start };
        }
        self.tree.spill.push_str(text);
        span.range.end = length(self.tree.spill.len());
    }

    fn comment(&mut self, range: Range<usize>) -> Result<(), Fault> {
        let inside = range.start + 4..range.end.saturating_sub(3);
        let text = self.slice(&inside);
        if inside.end < inside.start || text.contains("--") || text.ends_with('-') {
            return Err((Reason::IllFormed, range.start));
        }
        let span = Span { spilled: false, range: narrow(&inside) };
        self.node(Kind::Comment(span), range).map(drop)
    }

    fn instruction(&mut self, range: Range<usize>) -> Result<(), Fault> {
        let start = range.start;
        let inside = start + 2..range.end.saturating_sub(2);
        let text = self.slice(&inside);
        let target = text.split(|character: char| character.is_ascii_whitespace()).next().unwrap_or_default();
        if target.len() > self.limits.name {
            return Err((Reason::NameTooLong, start));
        }
        if !is_ncname(target) || target.eq_ignore_ascii_case("xml") {
            return Err((Reason::InvalidName, start));
        }
        let target_end = inside.start + target.len();
        let rest = self.slice(&(target_end..inside.end));
        let data = inside.end - rest.trim_ascii_start().len()..inside.end;
        let target = Span { spilled: false, range: narrow(&(inside.start..target_end)) };
        let data = Span { spilled: false, range: narrow(&data) };
        self.node(Kind::Instruction { target, data }, range).map(drop)
    }

    fn finish(mut self, end: usize) -> Result<Tree, Fault> {
        if !self.open.is_empty() {
            return Err((Reason::Unclosed, end));
        }
        self.tree.root = self.root.ok_or((Reason::NoRoot, end))?;
        let after = length(self.tree.nodes.len());
        if let Some(document) = self.tree.nodes.first_mut() {
            document.end = after;
        }
        Ok(self.tree)
    }

    fn node(&mut self, kind: Kind, range: Range<usize>) -> Result<u32, Fault> {
        self.count(range.start)?;
        let index = length(self.tree.nodes.len());
        let parent = self.open.last().map_or(0, |(index, _)| *index);
        let range = narrow(&range);
        self.tree.nodes.push(NodeData { parent, end: index + 1, range, kind });
        Ok(index)
    }

    fn count(&self, at: usize) -> Result<(), Fault> {
        if self.tree.nodes.len() + self.tree.attributes.len() >= self.limits.nodes {
            return Err((Reason::TooManyNodes, at));
        }
        Ok(())
    }

    fn number(&mut self, namespace: &str) -> u32 {
        if let Some(number) = self.numbers.get(namespace) {
            return *number;
        }
        let number = length(self.tree.namespaces.len());
        self.tree.namespaces.push(namespace.into());
        self.numbers.insert(namespace.into(), number);
        number
    }

    fn spill(&mut self, text: &str) -> Span {
        let start = length(self.tree.spill.len());
        self.tree.spill.push_str(text);
        Span { spilled: true, range: start..length(self.tree.spill.len()) }
    }

    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.source.get(range.clone()).unwrap_or_default()
    }
}

struct WrittenAttribute<'a> {
    prefix: &'a str,
    local: &'a str,
    name: Range<usize>,
    value: Range<usize>,
}

impl<'a> WrittenAttribute<'a> {
    /// The prefix this attribute declares: empty for the default namespace.
    fn declares(&self) -> Option<&'a str> {
        match (self.prefix, self.local) {
            ("", "xmlns") => Some(""),
            ("xmlns", declared) => Some(declared),
            _ => None,
        }
    }
}

fn token_fault(error: &TokenError) -> Reason {
    match error {
        TokenError::Syntax(SyntaxError::UnclosedDoctype)
        | TokenError::IllFormed(IllFormedError::MissingDoctypeName) => Reason::Doctype,
        TokenError::Syntax(SyntaxError::InvalidBangMarkup) => Reason::IllFormed,
        TokenError::Syntax(_) => Reason::Unclosed,
        TokenError::IllFormed(
            IllFormedError::MismatchedEndTag { .. } | IllFormedError::UnmatchedEndTag(_),
        ) => Reason::MismatchedTag,
        TokenError::IllFormed(IllFormedError::UnclosedReference) => Reason::InvalidReference,
        _ => Reason::IllFormed,
    }
}

// The source has fewer than 2^31 bytes, and so has everything made of it.
fn length(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

fn narrow(range: &Range<usize>) -> Range<u32> {
    length(range.start)..length(range.end)
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
