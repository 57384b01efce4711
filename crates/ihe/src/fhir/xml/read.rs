//! XML to the same strict tree JSON is read into: elements in their order, nothing unknown, nothing twice.

use std::borrow::Cow;

use serde_json::Number;
use xml::{Content, Document, Limits};

use super::super::json::Node;
use super::super::outcome::{IssueCode, Outcome, Read, shown};
use super::table::{self, Field, Kind, Type};
use super::{FHIR, XHTML};

type Fields = Vec<(Cow<'static, str>, Node<'static>)>;

/// Levels of nesting; the same as for JSON, where a resource inside another costs two.
const DEPTH: usize = 64;
const NODES: usize = 200_000;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Reads one resource of at most so many bytes. Errors: 400 (413 for what is too long), naming the place.
pub fn decode(bytes: &[u8], most: usize) -> Read<Node<'static>> {
    let limits = Limits { bytes: most, depth: DEPTH, nodes: NODES, ..Limits::default() };
    let document = Document::parse(bytes, &limits).map_err(|error| match error.reason {
        xml::Reason::TooLong => Outcome::new(413, IssueCode::TooLong, error.to_string()),
        xml::Reason::TooDeep | xml::Reason::TooManyNodes => {
            Outcome::new(400, IssueCode::TooCostly, error.to_string())
        }
        _ => Outcome::new(400, IssueCode::Structure, format!("not readable XML: {error}")),
    })?;
    let reader = Reader { source: document.source() };
    reader.resource(document.root(), "")
}

struct Reader<'s> {
    source: &'s str,
}

impl Reader<'_> {
    /// `path` of what holds it; empty for the outermost.
    fn resource(&self, node: xml::Node<'_>, path: &str) -> Read<Node<'static>> {
        let (namespace, name) = node.name();
        let path = if path.is_empty() { shown(name) } else { path };
        match table::of(name) {
            Some(known) if known.is_resource && namespace == FHIR => {
                let mut fields = self.element(node, known, path)?;
                fields.insert(0, ("resourceType".into(), Node::Text(Cow::Owned(name.to_owned()))));
                Ok(Node::Object(fields))
            }
            _ => Err(Outcome::malformed(path, "a resource of FHIR that is known here is expected")),
        }
    }

    fn element(&self, node: xml::Node<'_>, known: &Type, path: &str) -> Read<Fields> {
        let mut fields = Fields::new();
        let is_extension = node.is(FHIR, "extension") || node.is(FHIR, "modifierExtension");
        for attribute in node.attributes() {
            match (attribute.namespace, attribute.local) {
                ("", "id") if !known.is_resource => push(&mut fields, "id", text(attribute.value)),
                ("", "url") if is_extension => push(&mut fields, "url", text(attribute.value)),
                // where a schema is said to be is not looked at
                (XSI, _) if known.is_resource => {}
                _ => return Err(Outcome::malformed(path, "an attribute that is not known here")),
            }
        }
        let mut last: Option<&Field> = None;
        let mut run: Vec<(Option<Node<'static>>, Option<Node<'static>>)> = Vec::new();
        for content in node.contents() {
            let child = match content {
                Content::Element(child) => child,
                Content::Text(text) if text.trim().is_empty() => continue,
                Content::Text(_) => return Err(Outcome::malformed(path, "no text is expected here")),
                Content::Comment(_) | Content::Instruction(_) => continue,
            };
            let (namespace, name) = child.name();
            let at = format!("{path}.{}", shown(name));
            let field = match known.field(name).filter(|_| !(is_extension && name == "url")) {
                Some(field) if namespace == if field.kind == Kind::Xhtml { XHTML } else { FHIR } => field,
                _ => return Err(Outcome::malformed(at, "no such element here")),
            };
            if let Some(before) = last.filter(|before| before.name != field.name) {
                if field.place <= before.place {
                    return Err(Outcome::malformed(
                        at,
                        "this element stands too late, or excludes the one before it",
                    ));
                }
                close(&mut fields, before, std::mem::take(&mut run));
            }
            if !run.is_empty() && !field.many {
                return Err(Outcome::malformed(at, "at most one is expected here"));
            }
            let at = if field.many { format!("{at}[{}]", run.len()) } else { at };
            run.push(self.value(child, field.kind, &at)?);
            last = Some(field);
        }
        if let Some(field) = last {
            close(&mut fields, field, run);
        }
        if fields.is_empty() {
            return Err(Outcome::malformed(path, "an element is never empty"));
        }
        Ok(fields)
    }

    /// The value, and what a primitive carries beside it.
    fn value(
        &self,
        node: xml::Node<'_>,
        kind: Kind,
        path: &str,
    ) -> Read<(Option<Node<'static>>, Option<Node<'static>>)> {
        match kind {
            Kind::Complex(name) => {
                let known = table::of(name).ok_or_else(|| Outcome::malformed(path, "no such type"))?;
                Ok((Some(Node::Object(self.element(node, known, path)?)), None))
            }
            Kind::Resource => {
                let mut inside = node.children();
                match (inside.next(), inside.next()) {
                    (Some(only), None) if node.attributes().next().is_none() => {
                        Ok((Some(self.resource(only, path)?), None))
                    }
                    _ => Err(Outcome::malformed(path, "exactly one resource is expected here")),
                }
            }
            Kind::Xhtml => {
                let text = self.source.get(node.range()).unwrap_or_default().to_owned();
                Ok((Some(Node::Text(Cow::Owned(text))), None))
            }
            Kind::Text | Kind::Boolean | Kind::Number => self.primitive(node, kind, path),
        }
    }

    fn primitive(
        &self,
        node: xml::Node<'_>,
        kind: Kind,
        path: &str,
    ) -> Read<(Option<Node<'static>>, Option<Node<'static>>)> {
        let mut value = None;
        let mut beside = Fields::new();
        for attribute in node.attributes() {
            match (attribute.namespace, attribute.local) {
                ("", "value") => value = Some(primitive(attribute.value, kind, path)?),
                ("", "id") => push(&mut beside, "id", text(attribute.value)),
                _ => return Err(Outcome::malformed(path, "an attribute that is not known here")),
            }
        }
        if !node.text().trim().is_empty() {
            return Err(Outcome::malformed(path, "the value is an attribute"));
        }
        let mut extensions = Vec::new();
        let known = table::of("Extension").ok_or_else(|| Outcome::malformed(path, "no such type"))?;
        for child in node.children() {
            if !child.is(FHIR, "extension") {
                return Err(Outcome::malformed(path, "no such element here"));
            }
            extensions.push(Node::Object(self.element(child, known, path)?));
        }
        if !extensions.is_empty() {
            push(&mut beside, "extension", Node::List(extensions));
        }
        let beside = (!beside.is_empty()).then_some(Node::Object(beside));
        if value.is_none() && beside.is_none() {
            return Err(Outcome::malformed(path, "a value is expected here"));
        }
        Ok((value, beside))
    }
}

fn text(value: &str) -> Node<'static> {
    Node::Text(Cow::Owned(value.to_owned()))
}

fn push(fields: &mut Fields, name: &str, value: Node<'static>) {
    fields.push((Cow::Owned(name.to_owned()), value));
}

fn primitive(value: &str, kind: Kind, path: &str) -> Read<Node<'static>> {
    let wrong = |says| Outcome::malformed(path, says);
    match kind {
        Kind::Boolean => match value {
            "true" => Ok(Node::Bool(true)),
            "false" => Ok(Node::Bool(false)),
            _ => Err(wrong("true or false is expected here")),
        },
        Kind::Number => serde_json::from_str::<Number>(value)
            .map(Node::Number)
            .map_err(|_| wrong("a number is expected here")),
        _ => Ok(text(value)),
    }
}

/// All elements of one name: one value, or a list; and beside it what the primitives carry, in JSON's `_name`.
fn close(fields: &mut Fields, field: &Field, run: Vec<(Option<Node<'static>>, Option<Node<'static>>)>) {
    let carries = run.iter().any(|(_, beside)| beside.is_some());
    let (values, beside): (Vec<_>, Vec<_>) = run.into_iter().unzip();
    let list = |all: Vec<Option<Node<'static>>>| {
        Node::List(all.into_iter().map(|it| it.unwrap_or(Node::Null)).collect())
    };
    let one = |mut all: Vec<Option<Node<'static>>>| all.pop().flatten();
    if values.iter().any(Option::is_some) {
        let value = if field.many { Some(list(values)) } else { one(values) };
        if let Some(value) = value {
            push(fields, &field.name, value);
        }
    }
    if carries {
        let value = if field.many { Some(list(beside)) } else { one(beside) };
        if let Some(value) = value {
            push(fields, &format!("_{}", field.name), value);
        }
    }
}
