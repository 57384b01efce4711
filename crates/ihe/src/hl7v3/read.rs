//! Walking a message: each getter knows where it is, so that errors name the element.

use model::Ins;
use xml::Node;

use super::HL7;
use super::error::{Hl7Error, Read};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An instance identifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ii {
    /// An OID or a UUID.
    pub root: String,
    pub extension: Option<String>,
}

/// Refuses children that are none of these, whatever namespace they hide in.
pub fn only(node: Node<'_>, known: &[&str]) -> Read<()> {
    match node.children().find(|it| it.name().0 != HL7 || !known.contains(&it.name().1)) {
        Some(it) => Err(Hl7Error::structure(it.path(), "no such element here")),
        None => Ok(()),
    }
}

/// Every child of that name that is not nil.
pub fn all<'a>(node: Node<'a>, name: &str) -> impl Iterator<Item = Node<'a>> {
    node.children_named(HL7, name).filter(|it| !is_nil(*it)).collect::<Vec<_>>().into_iter()
}

/// At most one child of that name.
pub fn child<'a>(node: Node<'a>, name: &str) -> Read<Option<Node<'a>>> {
    let mut found = all(node, name);
    match (found.next(), found.next()) {
        (_, Some(second)) => Err(Hl7Error::structure(second.path(), "at most one is expected")),
        (first, None) => Ok(first),
    }
}

pub fn need<'a>(node: Node<'a>, name: &str) -> Read<Node<'a>> {
    child(node, name)?.ok_or_else(|| Hl7Error::required(format!("{}/{name}", node.path())))
}

/// Down several levels, each exactly once.
pub fn need_path<'a>(node: Node<'a>, names: &[&str]) -> Read<Node<'a>> {
    names.iter().try_fold(node, |at, name| need(at, name))
}

fn is_nil(node: Node<'_>) -> bool {
    matches!(node.attribute_in(XSI, "nil"), Some("true" | "1")) || node.attribute("nullFlavor").is_some()
}

pub fn attribute<'a>(node: Node<'a>, name: &str) -> Read<Option<&'a str>> {
    match node.attribute(name) {
        Some(value) if value.is_empty() || value.len() > 256 => {
            Err(Hl7Error::value(format!("{}/@{name}", node.path()), "1 to 256 bytes are expected"))
        }
        other => Ok(other),
    }
}

pub fn need_attribute<'a>(node: Node<'a>, name: &str) -> Read<&'a str> {
    attribute(node, name)?.ok_or_else(|| Hl7Error::required(format!("{}/@{name}", node.path())))
}

/// A `code` attribute that is one of a table.
pub fn one_of<T: Copy>(node: Node<'_>, all: &[(&str, T)]) -> Read<T> {
    let code = need_attribute(node, "code")?;
    all.iter().find(|(known, _)| *known == code).map(|(_, it)| *it).ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|(known, _)| *known).collect();
        Hl7Error::value(format!("{}/@code", node.path()), format!("one of {}", known.join(", ")))
    })
}

/// The code system must be this one.
pub fn of_system(node: Node<'_>, system: &str) -> Read<()> {
    match need_attribute(node, "codeSystem")? {
        it if it == system => Ok(()),
        _ => Err(Hl7Error::value(format!("{}/@codeSystem", node.path()), format!("{system} is expected"))),
    }
}

/// A text of at most so many characters, trimmed; empty counts as absent.
pub fn text(node: Node<'_>, most: usize) -> Read<Option<String>> {
    if let Some(inner) = node.children().next() {
        return Err(Hl7Error::structure(inner.path(), "a text is expected"));
    }
    let text = node.text();
    let text = text.trim();
    if text.chars().count() > most {
        return Err(Hl7Error::value(node.path(), format!("at most {most} characters")));
    }
    if text.chars().any(|it| it.is_control() && !matches!(it, '\t' | '\r' | '\n')) {
        return Err(Hl7Error::value(node.path(), "a text holds no control character"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

pub fn ii(node: Node<'_>) -> Read<Ii> {
    let root = need_attribute(node, "root")?;
    let uid = root.len() <= 128 && root.bytes().all(|it| it.is_ascii_alphanumeric() || b".-".contains(&it));
    if !uid {
        return Err(Hl7Error::value(format!("{}/@root", node.path()), "an OID or a UUID is expected"));
    }
    Ok(Ii { root: root.to_owned(), extension: attribute(node, "extension")?.map(str::to_owned) })
}

/// An identifier that must be an INS.
pub fn ins(node: Node<'_>) -> Read<Ins> {
    let it = ii(node)?;
    let extension = it.extension.ok_or_else(|| Hl7Error::required(format!("{}/@extension", node.path())))?;
    Ins::from_identifier(&it.root, &extension)
        .map_err(|error| Hl7Error::value(node.path(), error.to_string()))
}

/// `true` or `false` of a `value`.
pub fn boolean(node: Node<'_>) -> Read<bool> {
    match need_attribute(node, "value")? {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Hl7Error::value(format!("{}/@value", node.path()), "true or false is expected")),
    }
}
