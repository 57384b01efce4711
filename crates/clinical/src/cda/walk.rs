//! Small steps through a CDA header: one element, its attribute, its identifier.

use xml::Node;

use super::{CdaError, Coded, HL7, InstanceIdentifier};

/// What to do when an element may stand several times.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Many {
    First,
    Refuse,
}

pub(super) fn one<'a>(node: Node<'a>, local: &str, many: Many) -> Result<Option<Node<'a>>, CdaError> {
    let mut found = node.children().filter(|child| child.is(HL7, local));
    let first = found.next();
    match found.next() {
        Some(second) if many == Many::Refuse => Err(CdaError::Repeated { path: second.path() }),
        _ => Ok(first),
    }
}

/// The element of that name, at most one.
pub(super) fn optional<'a>(node: Node<'a>, local: &str) -> Result<Option<Node<'a>>, CdaError> {
    one(node, local, Many::Refuse)
}

/// The element of that name, exactly one.
pub(super) fn required<'a>(node: Node<'a>, local: &str) -> Result<Node<'a>, CdaError> {
    optional(node, local)?.ok_or_else(|| CdaError::Missing { path: format!("{}/{local}", node.path()) })
}

/// An attribute that says something.
pub(crate) fn attribute(node: Node<'_>, local: &str) -> Option<String> {
    node.attribute(local).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// Text with inner white space collapsed, if there is any.
pub(crate) fn words(node: Node<'_>) -> Option<String> {
    let words = node.text().split_whitespace().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then_some(words)
}

pub(super) fn identifier(node: Node<'_>) -> Result<InstanceIdentifier, CdaError> {
    let root = attribute(node, "root")
        .ok_or_else(|| CdaError::Invalid { path: node.path(), what: "an identifier without root" })?;
    Ok(InstanceIdentifier { root, extension: attribute(node, "extension") })
}

/// Every identifier of that name; those that only say why they are missing are left out.
pub(super) fn identifiers(node: Node<'_>, local: &str) -> Result<Vec<InstanceIdentifier>, CdaError> {
    node.children()
        .filter(|child| child.is(HL7, local))
        .filter(|child| child.attribute("nullFlavor").is_none() || child.attribute("root").is_some())
        .map(identifier)
        .collect()
}

pub(super) fn code(node: Node<'_>) -> Result<Coded, CdaError> {
    let invalid = |what| CdaError::Invalid { path: node.path(), what };
    Ok(Coded {
        code: attribute(node, "code").ok_or_else(|| invalid("a code without @code"))?,
        system: attribute(node, "codeSystem").ok_or_else(|| invalid("a code without @codeSystem"))?,
        display: attribute(node, "displayName"),
    })
}

/// `@value` of a TS: digits, then perhaps a fraction and an offset.
pub(super) fn time(node: Node<'_>) -> Result<String, CdaError> {
    let value = attribute(node, "value")
        .ok_or_else(|| CdaError::Invalid { path: node.path(), what: "a time without @value" })?;
    super::date(node, &value)?;
    Ok(value)
}

/// Both ends of an IVL_TS, or the instant of a TS as its beginning.
pub(super) fn interval(node: Node<'_>) -> (Option<String>, Option<String>) {
    let end = |local| node.child(HL7, local).and_then(|node| attribute(node, "value"));
    (end("low").or_else(|| attribute(node, "value")), end("high"))
}
