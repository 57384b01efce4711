//! FHIRPath Patch: a Parameters resource whose parameters `operation` have a type, a path and a value. Of FHIRPath
//! only the paths that name what can be changed are understood.

use super::super::obj::Obj;
use super::super::outcome::{Outcome, Read, shown};
use super::super::urls;
use super::json_patch::index;
use super::{Operation, Place, Verb, not_allowed};

pub fn operations<'t>(parameters: &Obj<'t>) -> Read<Vec<Operation<'t>>> {
    parameters.only_resource(&["parameter"])?;
    parameters.need_objects("parameter")?.into_iter().map(operation).collect()
}

fn operation(it: Obj<'_>) -> Read<Operation<'_>> {
    it.only(&["name", "part"])?;
    if it.need_text("name")? != "operation" {
        return Err(Outcome::malformed(it.at("name"), "operation is expected"));
    }
    let (mut kind, mut path, mut name, mut at, mut value) = (None, None, None, None, None);
    for part in it.need_objects("part")? {
        let twice = match part.need_text("name")? {
            "type" => kind.replace(said(&part)?).is_some(),
            "path" => path.replace(said(&part)?).is_some(),
            "name" => name.replace(said(&part)?).is_some(),
            "index" => at.replace(number(&part)?).is_some(),
            "value" => value.replace(part.clone()).is_some(),
            _ => return Err(Outcome::unsupported(part.at("name"), "type, path, name, index or value")),
        };
        if twice {
            return Err(Outcome::malformed(part.at("name"), "this stands twice"));
        }
    }
    let missing = |what: &str| Outcome::missing(format!("{}.part:{what}", it.path()));
    let (kind, path) = (kind.ok_or_else(|| missing("type"))?, path.ok_or_else(|| missing("path"))?);
    let verb = match kind {
        "add" | "insert" => Verb::Add,
        "replace" => Verb::Replace,
        "delete" => Verb::Remove,
        "move" => {
            return Err(Outcome::unsupported(it.path(), "add, insert, replace and delete are supported"));
        }
        _ => return Err(Outcome::malformed(it.path(), "no such operation")),
    };
    let within = path.strip_prefix("DocumentReference").map(|rest| rest.strip_prefix('.').unwrap_or(rest));
    let place = match (kind, within, name) {
        ("add", Some(""), Some("securityLabel")) => Some(Place::LabelEnd),
        ("add", Some(""), Some("status")) => Some(Place::Status),
        ("add", Some(""), Some("extension")) => Some(Place::Extension),
        ("add", ..) | (_, None, _) => None,
        ("insert", Some("securityLabel"), None) => Some(at.map_or(Place::LabelEnd, Place::Label)),
        ("insert", ..) => None,
        (_, Some(rest), None) => place(rest),
        _ => None,
    };
    let place = place.ok_or_else(|| {
        let element = within.unwrap_or(path).split(['.', '[', '(']).next().unwrap_or_default();
        let element = if element.is_empty() { name.unwrap_or_default() } else { element };
        not_allowed(&format!("DocumentReference.{}", shown(element)))
    })?;
    let value = value.map(|part| valued(part, &place)).transpose()?;
    // an extension told by its parts is its boolean
    let told = place == Place::Extension && matches!(value, Some((_, "valueBoolean")));
    let place = if told { Place::Archived } else { place };
    Ok(Operation { verb, place, value, path: it.path().to_owned() })
}

fn said<'t>(part: &Obj<'t>) -> Read<&'t str> {
    part.only(&["name", "valueCode", "valueString"])?;
    match part.text("valueCode")? {
        Some(code) => Ok(code),
        None => part.need_text("valueString"),
    }
}

fn number(part: &Obj<'_>) -> Read<usize> {
    part.only(&["name", "valueInteger"])?;
    let value = part.unsigned("valueInteger")?.ok_or_else(|| Outcome::missing(part.at("valueInteger")))?;
    usize::try_from(value).map_err(|_| Outcome::value(part.at("valueInteger"), "too large"))
}

/// The value under the key its type gives it; an extension may be told by its parts.
fn valued<'t>(part: Obj<'t>, place: &Place) -> Read<(Obj<'t>, &'static str)> {
    let key = match place {
        Place::Status if part.has("valueCode") => "valueCode",
        Place::Status => "valueString",
        Place::Archived => "valueBoolean",
        Place::Extension if part.has("part") => {
            return extension(&part).map(|value| (value, "valueBoolean"));
        }
        Place::Extension => "valueExtension",
        _ => "valueCodeableConcept",
    };
    part.only(&["name", key])?;
    if part.has(key) { Ok((part, key)) } else { Err(Outcome::missing(part.at(key))) }
}

/// The part that holds the boolean, of an extension told by its parts.
fn extension<'t>(part: &Obj<'t>) -> Read<Obj<'t>> {
    part.only(&["name", "part"])?;
    let (mut url, mut value) = (None, None);
    for inner in part.need_objects("part")? {
        match inner.need_text("name")? {
            "url" => {
                inner.only(&["name", "valueUri", "valueString"])?;
                url = inner.text("valueUri")?.or(inner.text("valueString")?);
            }
            "value" | "value[x]" => value = Some(inner),
            _ => return Err(Outcome::malformed(inner.at("name"), "url and value are expected")),
        }
    }
    if url != Some(urls::IS_ARCHIVED) {
        return Err(not_allowed(part.path()));
    }
    let value = value.ok_or_else(|| Outcome::missing(part.at("part")))?;
    value.only(&["name", "valueBoolean"])?;
    Ok(value)
}

fn place(path: &str) -> Option<Place> {
    let archived = path
        .strip_prefix("extension.where(url")
        .map(|rest| rest.trim_start().trim_start_matches('=').trim_start())
        .or_else(|| path.strip_prefix("extension("))
        .and_then(|rest| rest.strip_prefix(['\'', '"'])?.strip_prefix(urls::IS_ARCHIVED));
    if let Some(rest) = archived {
        let rest = rest.strip_prefix(['\'', '"'])?.strip_prefix(')')?;
        return matches!(rest, "" | ".value" | ".valueBoolean" | ".value.ofType(boolean)")
            .then_some(Place::Archived);
    }
    if let Some(rest) = path.strip_prefix("securityLabel[") {
        return rest.strip_suffix(']').and_then(index).map(Place::Label);
    }
    if let Some(rest) = path.strip_prefix("securityLabel.where(coding.code") {
        let code = rest.trim_start().trim_start_matches('=').trim_start();
        let code = code.strip_prefix(['\'', '"'])?.strip_suffix(')')?.strip_suffix(['\'', '"'])?;
        return Some(Place::LabelOfCode(code.to_owned()));
    }
    match path {
        "status" => Some(Place::Status),
        "securityLabel" => Some(Place::Labels),
        "securityLabel.first()" => Some(Place::Label(0)),
        _ => None,
    }
}
