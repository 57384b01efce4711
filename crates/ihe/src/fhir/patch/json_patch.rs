//! JSON Patch: a list of `op`, `path` and `value`. The draft for the DMP writes one path in a way of its own
//! (`/extension[url:'…']/valueBoolean`); it is taken too.

use super::super::json::Node;
use super::super::obj::Obj;
use super::super::outcome::{Outcome, Read, shown};
use super::super::urls;
use super::{Operation, Place, Verb, not_allowed};

pub fn operations<'t>(node: &'t Node<'t>) -> Read<Vec<Operation<'t>>> {
    match node {
        Node::List(items) if !items.is_empty() => {
            items.iter().enumerate().map(|(place, it)| operation(it, place)).collect()
        }
        Node::List(_) => Err(Outcome::malformed("patch", "a patch is never empty")),
        _ => Err(Outcome::malformed("patch", "a list of operations is expected")),
    }
}

fn operation<'t>(node: &'t Node<'t>, place: usize) -> Read<Operation<'t>> {
    let obj = Obj::at_path(node, format!("patch[{place}]"))?;
    obj.only(&["op", "path", "value", "from"])?;
    let verb = match obj.need_text("op")? {
        "add" => Verb::Add,
        "replace" => Verb::Replace,
        "remove" => Verb::Remove,
        "test" | "move" | "copy" => {
            return Err(Outcome::unsupported(obj.at("op"), "add, replace and remove are supported"));
        }
        _ => return Err(Outcome::malformed(obj.at("op"), "no such operation")),
    };
    let text = obj.need_text("path")?;
    let place = pointer(text).ok_or_else(|| {
        let element = text.trim_start_matches('/').split(['/', '[']).next().unwrap_or_default();
        not_allowed(&format!("DocumentReference.{}", shown(element)))
    })?;
    Ok(Operation {
        verb,
        place,
        value: obj.has("value").then(|| (obj.clone(), "value")),
        path: obj.path().to_owned(),
    })
}

fn pointer(path: &str) -> Option<Place> {
    let archived = path
        .strip_prefix("/extension[url:'")
        .or_else(|| path.strip_prefix("/extension[url=\""))
        .and_then(|rest| rest.strip_prefix(urls::IS_ARCHIVED));
    match archived {
        Some("']/valueBoolean" | "\"]/valueBoolean" | "']" | "\"]") => return Some(Place::Archived),
        Some(_) => return None,
        None => {}
    }
    match path {
        "/status" => Some(Place::Status),
        "/securityLabel" => Some(Place::Labels),
        "/securityLabel/-" => Some(Place::LabelEnd),
        // isArchived is the only extension a document has here
        "/extension/0" | "/extension/0/valueBoolean" => Some(Place::Archived),
        "/extension" | "/extension/-" => Some(Place::Extension),
        _ => path.strip_prefix("/securityLabel/").and_then(index).map(Place::Label),
    }
}

/// RFC 6901: no sign, no leading zero.
pub(super) fn index(text: &str) -> Option<usize> {
    let plain = !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    (plain && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}
