//! The elements of each type, from `elements.txt`: names, types, how many, in what order.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What an element holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Text,
    Boolean,
    Number,
    Xhtml,
    /// Any resource, inside the element.
    Resource,
    /// A type of the table.
    Complex(&'static str),
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub many: bool,
    /// Its place in the order; the alternatives of one choice share it.
    pub place: usize,
}

#[derive(Clone, Debug)]
pub struct Type {
    pub is_resource: bool,
    pub fields: Vec<Field>,
}

impl Type {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|it| it.name == name)
    }
}

const RESOURCE: &str = "id:id meta:Meta implicitRules:uri language:code";
const DOMAIN: &str = "id:id meta:Meta implicitRules:uri language:code text:Narrative contained*:Resource \
                      extension*:Extension modifierExtension*:Extension";
/// `id` of an element is an attribute: it is not among these.
const BACKBONE: &str = "extension*:Extension modifierExtension*:Extension";
const TYPE: &str = "extension*:Extension";

static TYPES: LazyLock<HashMap<&'static str, Type>> = LazyLock::new(|| {
    include_str!("elements.txt").lines().filter(|line| !line.starts_with('#')).filter_map(one_type).collect()
});

/// Looks a type up.
pub fn of(name: &str) -> Option<&'static Type> {
    TYPES.get(name)
}

fn one_type(line: &'static str) -> Option<(&'static str, Type)> {
    let mut words = line.split_whitespace();
    let (kind, name) = (words.next()?, words.next()?);
    let base = match kind {
        "domain" => DOMAIN,
        "resource" => RESOURCE,
        "backbone" => BACKBONE,
        _ => TYPE,
    };
    let mut fields = Vec::new();
    for (place, word) in base.split_whitespace().chain(words).enumerate() {
        let Some((name, kinds)) = word.split_once(':') else { continue };
        let many = name.ends_with('*');
        let name = name.trim_end_matches('*');
        match name.strip_suffix("[x]") {
            Some(stem) => fields.extend(kinds.split('|').map(|it| Field {
                name: format!("{stem}{}", capital(it)),
                kind: kind_of(it),
                many,
                place,
            })),
            None => fields.push(Field { name: name.to_owned(), kind: kind_of(kinds), many, place }),
        }
    }
    Some((name, Type { is_resource: matches!(kind, "domain" | "resource"), fields }))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn kind_of(word: &'static str) -> Kind {
    match word {
        "boolean" => Kind::Boolean,
        "integer" | "unsignedInt" | "positiveInt" | "decimal" => Kind::Number,
        "xhtml" => Kind::Xhtml,
        "Resource" => Kind::Resource,
        _ if word.starts_with(|it: char| it.is_ascii_uppercase()) => Kind::Complex(word),
        _ => Kind::Text,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_is_named_is_there_and_no_name_stands_twice() {
        assert!(TYPES.len() > 60);
        for (name, it) in TYPES.iter() {
            let mut seen = std::collections::HashSet::new();
            for field in &it.fields {
                assert!(seen.insert(&field.name), "{name}.{}", field.name);
                if let Kind::Complex(inner) = field.kind {
                    assert!(of(inner).is_some_and(|it| !it.is_resource), "{name}.{}", field.name);
                }
            }
        }
        assert_eq!(
            of("Parameters").unwrap().field("parameter").unwrap().kind,
            Kind::Complex("ParametersParameter")
        );
        let choice = of("Patient").unwrap();
        let places = ["deceasedBoolean", "deceasedDateTime"].map(|name| choice.field(name).unwrap().place);
        assert_eq!(places[0], places[1]);
    }
}
