//! Walking a JSON tree as a FHIR resource: each getter knows where it is, so that errors name the element.

use std::borrow::Cow;

use super::json::Node;
use super::outcome::{IssueCode, Outcome, Read, shown};

/// An object of the tree and its FHIRPath. Getters answer `None` for what is absent, and 400 for what has
/// not the type asked for; FHIR knows neither null nor empty texts, lists and objects.
#[derive(Clone)]
pub struct Obj<'t> {
    fields: &'t [(Cow<'t, str>, Node<'t>)],
    path: String,
}

impl<'t> Obj<'t> {
    /// The outermost resource, of the type asked for.
    pub fn resource(node: &'t Node<'t>, of_type: &str) -> Read<Self> {
        let obj = Self::of(node, of_type.to_owned())?;
        match obj.text("resourceType")? {
            Some(found) if found == of_type => Ok(obj),
            Some(_) => {
                Err(Outcome::malformed(obj.at("resourceType"), format!("a {of_type} is expected here")))
            }
            None => Err(Outcome::missing(obj.at("resourceType"))),
        }
    }

    /// An object that is no resource, by the name it goes by in errors.
    pub(super) fn at_path(node: &'t Node<'t>, path: String) -> Read<Self> {
        Self::of(node, path)
    }

    fn of(node: &'t Node<'t>, path: String) -> Read<Self> {
        match node {
            Node::Object(fields) if !fields.is_empty() => Ok(Self { fields, path }),
            Node::Object(_) => Err(Outcome::malformed(path, "an object is never empty")),
            _ => Err(Outcome::malformed(path, "an object is expected here")),
        }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path of a child.
    pub fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    pub fn get(&self, name: &str) -> Option<&'t Node<'t>> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, node)| node)
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Refuses whatever is not one of these, `id` or `extension`.
    pub fn only(&self, known: &[&str]) -> Read<()> {
        for (key, _) in self.fields {
            let key = key.as_ref();
            if known.contains(&key) {
                continue;
            }
            if key == "id" {
                self.text(key)?;
                continue;
            }
            if key == "extension" {
                self.objects(key)?.iter().try_for_each(|it| it.need_text("url").map(|_| ()))?;
                continue;
            }
            let path = self.at(shown(key));
            return Err(if key == "modifierExtension" {
                unknown_modifier(path)
            } else if key.strip_prefix('_').is_some_and(|name| known.contains(&name)) {
                Outcome::unsupported(path, "extensions of primitive values are not kept")
            } else {
                Outcome::malformed(path, "no such element here")
            });
        }
        Ok(())
    }

    /// The same for a resource, which has its common elements too. Narrative and meta are let pass
    /// and not read (abuse cases E10, E14); implicit rules are not.
    pub fn only_resource(&self, known: &[&str]) -> Read<()> {
        self.understood()?;
        self.object("meta")?;
        self.object("text")?;
        self.text("language")?;
        let mut all = vec!["resourceType", "meta", "language", "text", "contained"];
        all.extend_from_slice(known);
        self.only(&all)
    }

    /// Refuses what would change the meaning of a resource, also of one that is read leniently.
    pub fn understood(&self) -> Read<()> {
        if self.has("implicitRules") {
            return Err(Outcome::unsupported(self.at("implicitRules"), "no implicit rules are understood"));
        }
        if self.has("modifierExtension") {
            return Err(unknown_modifier(self.at("modifierExtension")));
        }
        Ok(())
    }

    pub fn text(&self, name: &str) -> Read<Option<&'t str>> {
        self.get(name).map(|node| text(node, || self.at(name))).transpose()
    }

    pub fn need_text(&self, name: &str) -> Read<&'t str> {
        self.text(name)?.ok_or_else(|| Outcome::missing(self.at(name)))
    }

    /// A text for people, of at most so many characters.
    pub fn words(&self, name: &str, most: usize) -> Read<Option<String>> {
        match self.text(name)? {
            Some(text) if text.chars().count() > most => {
                Err(Outcome::at(422, IssueCode::TooLong, self.at(name), format!("at most {most} characters")))
            }
            other => Ok(other.map(str::to_owned)),
        }
    }

    pub fn texts(&self, name: &str) -> Read<Vec<&'t str>> {
        self.list(name)?
            .iter()
            .enumerate()
            .map(|(place, node)| text(node, || format!("{}[{place}]", self.at(name))))
            .collect()
    }

    pub fn boolean(&self, name: &str) -> Read<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some(Node::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(Outcome::malformed(self.at(name), "true or false is expected here")),
        }
    }

    /// FHIR `unsignedInt`.
    pub fn unsigned(&self, name: &str) -> Read<Option<u64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Node::Number(number)) if number.as_u64().is_some() => Ok(number.as_u64()),
            Some(_) => Err(Outcome::malformed(self.at(name), "a whole number is expected here")),
        }
    }

    pub fn object(&self, name: &str) -> Read<Option<Obj<'t>>> {
        self.get(name).map(|node| Obj::of(node, self.at(name))).transpose()
    }

    pub fn need_object(&self, name: &str) -> Read<Obj<'t>> {
        self.object(name)?.ok_or_else(|| Outcome::missing(self.at(name)))
    }

    pub fn objects(&self, name: &str) -> Read<Vec<Obj<'t>>> {
        self.list(name)?
            .iter()
            .enumerate()
            .map(|(place, node)| Obj::of(node, format!("{}[{place}]", self.at(name))))
            .collect()
    }

    /// At least one.
    pub fn need_objects(&self, name: &str) -> Read<Vec<Obj<'t>>> {
        let found = self.objects(name)?;
        if found.is_empty() { Err(Outcome::missing(self.at(name))) } else { Ok(found) }
    }

    /// Exactly one.
    pub fn one_object(&self, name: &str) -> Read<Obj<'t>> {
        let mut found = self.need_objects(name)?;
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(Outcome::malformed(self.at(name), "exactly one is expected here")),
        }
    }

    fn list(&self, name: &str) -> Read<&'t [Node<'t>]> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Node::List(items)) if items.is_empty() => {
                Err(Outcome::malformed(self.at(name), "a list is never empty"))
            }
            Some(Node::List(items)) => Ok(items),
            Some(_) => Err(Outcome::malformed(self.at(name), "a list is expected here")),
        }
    }
}

fn text<'t>(node: &'t Node<'t>, path: impl Fn() -> String) -> Read<&'t str> {
    match node {
        Node::Text(text) if text.is_empty() => Err(Outcome::malformed(path(), "a text is never empty")),
        Node::Text(text) if text.chars().any(|it| it.is_control() && !matches!(it, '\t' | '\r' | '\n')) => {
            Err(Outcome::malformed(path(), "a text holds no control character"))
        }
        Node::Text(text) => Ok(text),
        _ => Err(Outcome::malformed(path(), "a text is expected here")),
    }
}

fn unknown_modifier(path: String) -> Outcome {
    Outcome::at(422, IssueCode::Extension, path, "no modifier extension is understood")
}
