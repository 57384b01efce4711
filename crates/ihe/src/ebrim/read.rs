//! Reading ebRIM from a tree that `xml` has read.

use std::collections::HashSet;

use xml::Node;

use super::{
    Classification, ExternalIdentifier, InternationalString, Item, Kind, LocalizedString, RIM,
    RegistryObject, RegistryObjectList, Slot,
};

/// An element that is not what ebRIM, or our limits, allow: where it stands, and our own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {says}")]
pub struct Invalid {
    pub at: String,
    pub says: &'static str,
}

/// How much one list may hold (abuse case C13). Checked as it is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Objects in a list.
    pub objects: usize,
    /// Slots, classifications or identifiers of one object.
    pub parts: usize,
    /// Values of one slot.
    pub values: usize,
    /// Characters of a value, an id or a code (ITI TF-3 4.2.3.1.1: 256).
    pub value: usize,
    /// Characters of a name or a description.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { objects: 1_000, parts: 200, values: 200, value: 256, text: 10_000 }
    }
}

fn invalid(at: impl Into<String>, says: &'static str) -> Invalid {
    Invalid { at: at.into(), says }
}

impl RegistryObjectList {
    /// Reads `RegistryObjectList`.
    pub fn read(node: &Node<'_>, limits: &Limits) -> Result<Self, Invalid> {
        if !node.is(RIM, "RegistryObjectList") {
            return Err(invalid(node.path(), "a RegistryObjectList is expected here"));
        }
        let (mut items, mut counts) = (Vec::new(), Counts::default());
        for child in node.children() {
            if items.len() == limits.objects {
                return Err(invalid("RegistryObjectList", "too many objects"));
            }
            items.push(item(&child, limits, &mut counts)?);
        }
        let list = Self(items);
        let mut seen = HashSet::new();
        let twice = list.objects().any(|it| !it.id.is_empty() && !seen.insert(it.id.as_str()));
        if twice { Err(invalid("RegistryObjectList", "two objects have one id")) } else { Ok(list) }
    }
}

/// How many of each kind were read: what an error counts by.
#[derive(Default)]
struct Counts {
    extrinsic: usize,
    packages: usize,
    associations: usize,
}

fn item(node: &Node<'_>, limits: &Limits, counts: &mut Counts) -> Result<Item, Invalid> {
    let (namespace, local) = node.name();
    if namespace != RIM {
        return Err(invalid("RegistryObjectList", "an element of another namespace"));
    }
    let (count, name) = match local {
        "ExtrinsicObject" => (&mut counts.extrinsic, "ExtrinsicObject"),
        "RegistryPackage" => (&mut counts.packages, "RegistryPackage"),
        "Association" => (&mut counts.associations, "Association"),
        "Classification" => return classification(node, "Classification", limits).map(Item::Classification),
        "ObjectRef" => {
            return Ok(Item::ObjectRef { id: needed(node, "id", "ObjectRef", limits)?.to_owned() });
        }
        _ => return Err(invalid("RegistryObjectList", "an object of a kind that is not used here")),
    };
    *count += 1;
    let at = format!("{name}[{count}]");
    object(node, &at, limits).map(|it| Item::Object(Box::new(it)))
}

fn object(node: &Node<'_>, at: &str, limits: &Limits) -> Result<RegistryObject, Invalid> {
    let owned = |name: &str| attribute(node, name, at, limits).map(|it| it.map(str::to_owned));
    let kind = match node.name().1 {
        "ExtrinsicObject" => Kind::ExtrinsicObject {
            mime_type: owned("mimeType")?,
            is_opaque: matches!(node.attribute("isOpaque"), Some("true" | "1")),
        },
        "RegistryPackage" => Kind::RegistryPackage,
        _ => Kind::Association {
            kind: needed(node, "associationType", at, limits)?.to_owned(),
            source: needed(node, "sourceObject", at, limits)?.to_owned(),
            target: needed(node, "targetObject", at, limits)?.to_owned(),
        },
    };
    // an association that nobody refers to may go without
    let id = match kind {
        Kind::Association { .. } => owned("id")?.unwrap_or_default(),
        _ => needed(node, "id", at, limits)?.to_owned(),
    };
    let mut out = RegistryObject::new(kind, id);
    out.lid = owned("lid")?;
    out.home = owned("home")?;
    out.object_type = owned("objectType")?;
    out.status = owned("status")?;
    parts(node, at, limits, &mut out)?;
    Ok(out)
}

fn parts(node: &Node<'_>, at: &str, limits: &Limits, out: &mut RegistryObject) -> Result<(), Invalid> {
    let (mut named, mut described, mut versioned) = (false, false, false);
    for (place, child) in node.children().enumerate() {
        if place == limits.parts {
            return Err(invalid(at, "too many slots, classifications or identifiers"));
        }
        let (namespace, local) = child.name();
        if namespace != RIM {
            return Err(invalid(at, "an element of another namespace"));
        }
        match local {
            "Slot" => out.slots.push(slot(&child, at, &out.slots, limits)?),
            "Name" => out.name = once(&mut named, at, "Name", international(&child, at, limits))?,
            "Description" => {
                out.description = once(&mut described, at, "Description", international(&child, at, limits))?;
            }
            "VersionInfo" => {
                let version = attribute(&child, "versionName", at, limits).map(|it| it.map(str::to_owned));
                out.version = once(&mut versioned, at, "VersionInfo", version)?;
            }
            "Classification" => {
                let found = classification(&child, at, limits)?;
                of_its_object(found.classified_object.as_deref(), &out.id, at)?;
                out.classifications.push(found);
            }
            "ExternalIdentifier" => {
                let found = identifier(&child, at, limits)?;
                of_its_object(found.registry_object.as_deref(), &out.id, at)?;
                out.identifiers.push(found);
            }
            // of no meaning here, and allowed by the schema
            "ContentVersionInfo" => {}
            _ => return Err(invalid(at, "an element that has no place here")),
        }
    }
    Ok(())
}

fn once<T>(seen: &mut bool, at: &str, name: &'static str, found: Result<T, Invalid>) -> Result<T, Invalid> {
    match std::mem::replace(seen, true) {
        true => Err(invalid(format!("{at}.{name}"), "this element stands twice")),
        false => found,
    }
}

/// What is written inside an object is about it.
fn of_its_object(named: Option<&str>, id: &str, at: &str) -> Result<(), Invalid> {
    match named {
        Some(other) if !other.is_empty() && other != id => {
            Err(invalid(at, "a classification or identifier of another object"))
        }
        _ => Ok(()),
    }
}

pub(crate) fn slot(node: &Node<'_>, at: &str, before: &[Slot], limits: &Limits) -> Result<Slot, Invalid> {
    let name = needed(node, "name", at, limits)?;
    let at = format!("{at}.{}", crate::fhir::outcome::shown(name));
    if before.iter().any(|it| it.name == name) {
        return Err(invalid(at, "this slot stands twice"));
    }
    Ok(Slot { name: name.to_owned(), values: values(node, &at, limits)? })
}

/// The values of a slot, as they are written.
pub(crate) fn values(node: &Node<'_>, at: &str, limits: &Limits) -> Result<Vec<String>, Invalid> {
    let mut lists = node.children();
    let list = match (lists.next(), lists.next()) {
        (Some(list), None) if list.is(RIM, "ValueList") => list,
        _ => return Err(invalid(at, "one ValueList is expected")),
    };
    let mut values = Vec::new();
    for value in list.children() {
        if !value.is(RIM, "Value") || value.children().next().is_some() {
            return Err(invalid(at, "only Values are expected"));
        }
        if values.len() == limits.values {
            return Err(invalid(at, "too many values"));
        }
        let text = value.text();
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        if text.chars().count() > limits.value {
            return Err(invalid(at, "a value is too long"));
        }
        values.push(text.to_owned());
    }
    Ok(values)
}

fn international(node: &Node<'_>, at: &str, limits: &Limits) -> Result<InternationalString, Invalid> {
    let mut strings = Vec::new();
    for child in node.children() {
        if !child.is(RIM, "LocalizedString") || strings.len() == 20 {
            return Err(invalid(at, "only a few LocalizedStrings are expected"));
        }
        let value = child.attribute("value").unwrap_or_default();
        if value.chars().count() > limits.text {
            return Err(invalid(at, "a text is too long"));
        }
        let lang = child.attribute_in(xml::XML_NAMESPACE, "lang").map(str::to_owned);
        strings.push(LocalizedString { lang, value: value.to_owned() });
    }
    Ok(InternationalString(strings))
}

fn classification(node: &Node<'_>, at: &str, limits: &Limits) -> Result<Classification, Invalid> {
    let owned = |name: &str| {
        attribute(node, name, at, limits).map(|it| it.filter(|it| !it.is_empty()).map(str::to_owned))
    };
    let mut out = Classification {
        id: owned("id")?,
        scheme: owned("classificationScheme")?,
        node: owned("classificationNode")?,
        classified_object: owned("classifiedObject")?,
        node_representation: owned("nodeRepresentation")?,
        ..Classification::default()
    };
    if out.scheme.is_some() == out.node.is_some() {
        return Err(invalid(at, "a classification is by a scheme or by a node"));
    }
    let mut named = false;
    for (place, child) in node.children().enumerate() {
        match child.name() {
            (RIM, "Slot") if place < limits.parts => out.slots.push(slot(&child, at, &out.slots, limits)?),
            (RIM, "Name") => out.name = once(&mut named, at, "Name", international(&child, at, limits))?,
            (RIM, "Description" | "VersionInfo") => {}
            _ => return Err(invalid(at, "a classification with an element that has no place in it")),
        }
    }
    Ok(out)
}

fn identifier(node: &Node<'_>, at: &str, limits: &Limits) -> Result<ExternalIdentifier, Invalid> {
    let mut out = ExternalIdentifier {
        id: attribute(node, "id", at, limits)?.map(str::to_owned),
        scheme: needed(node, "identificationScheme", at, limits)?.to_owned(),
        registry_object: attribute(node, "registryObject", at, limits)?.map(str::to_owned),
        value: needed(node, "value", at, limits)?.to_owned(),
        name: InternationalString::default(),
    };
    let mut named = false;
    for child in node.children() {
        match child.name() {
            (RIM, "Name") => out.name = once(&mut named, at, "Name", international(&child, at, limits))?,
            (RIM, "Description" | "VersionInfo") => {}
            _ => return Err(invalid(at, "an identifier with an element that has no place in it")),
        }
    }
    Ok(out)
}

fn attribute<'a>(node: &Node<'a>, name: &str, at: &str, limits: &Limits) -> Result<Option<&'a str>, Invalid> {
    match node.attribute(name) {
        Some(value) if value.chars().count() > limits.value => {
            Err(invalid(format!("{at}.{name}"), "this attribute is too long"))
        }
        found => Ok(found),
    }
}

fn needed<'a>(node: &Node<'a>, name: &str, at: &str, limits: &Limits) -> Result<&'a str, Invalid> {
    attribute(node, name, at, limits)?
        .filter(|it| !it.is_empty())
        .ok_or_else(|| invalid(format!("{at}.{name}"), "this attribute is required"))
}
