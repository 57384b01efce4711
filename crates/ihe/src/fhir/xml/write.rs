//! The JSON tree of a resource to XML, in the order of the table.

use serde_json::{Map, Value};
use xml::{Content, Document, Limits, Writer};

use super::table::{self, Kind, Type};
use super::{FHIR, XHTML};

/// Something that has no place in the table: a mistake of ours. The path names it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{0} has no place in FHIR's XML")]
    Unknown(String),
    #[error(transparent)]
    Write(#[from] xml::WriteError),
}

/// A resource as a document.
pub fn encode(resource: &Value) -> Result<String, Fault> {
    let mut out = Writer::with_declaration();
    write_resource(&mut out, resource, true)?;
    Ok(out.finish()?)
}

fn write_resource(out: &mut Writer, resource: &Value, outermost: bool) -> Result<(), Fault> {
    let unknown = || Fault::Unknown("resource".to_owned());
    let fields = resource.as_object().ok_or_else(unknown)?;
    let name = fields.get("resourceType").and_then(Value::as_str).ok_or_else(unknown)?;
    let known = table::of(name).filter(|it| it.is_resource).ok_or_else(|| Fault::Unknown(name.to_owned()))?;
    out.start(name);
    if outermost {
        out.attribute("xmlns", FHIR);
    }
    write_fields(out, fields, known, name)?;
    out.end();
    Ok(())
}

fn write_fields(
    out: &mut Writer,
    fields: &Map<String, Value>,
    known: &Type,
    path: &str,
) -> Result<(), Fault> {
    for key in fields.keys() {
        let name = key.strip_prefix('_').unwrap_or(key);
        let placed = known.field(name).is_some()
            || (known.is_resource && name == "resourceType")
            || (!known.is_resource && name == "id");
        if !placed {
            return Err(Fault::Unknown(format!("{path}.{key}")));
        }
    }
    // the address of an extension is an attribute, written with its start tag
    let is_extension = std::ptr::eq(known, table::of("Extension").unwrap_or(known)) && !known.is_resource;
    for field in known.fields.iter().filter(|it| !(is_extension && it.name == "url")) {
        let at = format!("{path}.{}", field.name);
        let value = fields.get(&field.name);
        let beside = fields.get(&format!("_{}", field.name));
        let (values, besides) = match (value, beside) {
            (None, None) => continue,
            (Some(Value::Array(all)), None) => (all.as_slice(), &[] as &[Value]),
            (None, Some(Value::Array(all))) => (&[] as &[Value], all.as_slice()),
            (Some(Value::Array(all)), Some(Value::Array(others))) => (all.as_slice(), others.as_slice()),
            (value, beside) => {
                write_value(out, &field.name, value, beside, field.kind, &at)?;
                continue;
            }
        };
        for place in 0..values.len().max(besides.len()) {
            write_value(out, &field.name, values.get(place), besides.get(place), field.kind, &at)?;
        }
    }
    Ok(())
}

fn write_value(
    out: &mut Writer,
    name: &str,
    value: Option<&Value>,
    beside: Option<&Value>,
    kind: Kind,
    path: &str,
) -> Result<(), Fault> {
    let unknown = || Fault::Unknown(path.to_owned());
    match (kind, value) {
        (Kind::Complex(of), Some(Value::Object(fields))) => {
            let known = table::of(of).ok_or_else(unknown)?;
            out.start(name);
            for key in if of == "Extension" { ["id", "url"].as_slice() } else { &["id"] } {
                if let Some(text) = fields.get(*key).and_then(Value::as_str) {
                    out.attribute(key, text);
                }
            }
            write_fields(out, fields, known, path)?;
            out.end();
            Ok(())
        }
        (Kind::Resource, Some(resource)) => {
            out.start(name);
            write_resource(out, resource, false)?;
            out.end();
            Ok(())
        }
        (Kind::Xhtml, Some(Value::String(text))) => {
            let document = Document::parse(text.as_bytes(), &Limits::default()).map_err(|_| unknown())?;
            copy(out, document.root(), true);
            Ok(())
        }
        (Kind::Text | Kind::Boolean | Kind::Number, value) => write_primitive(out, name, value, beside, path),
        _ => Err(unknown()),
    }
}

fn write_primitive(
    out: &mut Writer,
    name: &str,
    value: Option<&Value>,
    beside: Option<&Value>,
    path: &str,
) -> Result<(), Fault> {
    out.start(name);
    let beside = beside.and_then(Value::as_object);
    if let Some(id) = beside.and_then(|it| it.get("id")).and_then(Value::as_str) {
        out.attribute("id", id);
    }
    match value {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => {
            out.attribute("value", text);
        }
        Some(Value::Bool(value)) => {
            out.attribute("value", if *value { "true" } else { "false" });
        }
        Some(Value::Number(number)) => {
            out.attribute("value", &number.to_string());
        }
        Some(_) => return Err(Fault::Unknown(path.to_owned())),
    }
    for extension in beside.and_then(|it| it.get("extension")).and_then(Value::as_array).into_iter().flatten()
    {
        let path = format!("{path}.extension");
        write_value(out, "extension", Some(extension), None, Kind::Complex("Extension"), &path)?;
    }
    out.end();
    Ok(())
}

/// A narrative as it is; its prefixes are resolved.
fn copy(out: &mut Writer, node: xml::Node<'_>, outermost: bool) {
    out.start(node.name().1);
    if outermost {
        out.attribute("xmlns", XHTML);
    }
    for attribute in node.attributes().filter(|it| it.namespace.is_empty()) {
        out.attribute(attribute.local, attribute.value);
    }
    for content in node.contents() {
        match content {
            Content::Element(inner) => copy(out, inner, false),
            Content::Text(text) => {
                out.text(text);
            }
            Content::Comment(_) | Content::Instruction(_) => {}
        }
    }
    out.end();
}
