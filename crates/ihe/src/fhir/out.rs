//! A resource on its way out: a tree that borrows what it can and is written once. `serde_json::Value` would copy
//! every text and sort every key, which was most of what a search cost.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// One JSON value. Objects keep the order they were written in.
#[derive(Clone, PartialEq)]
pub enum Out<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    Bool(bool),
    List(Vec<Out<'a>>),
    Object(Vec<(&'static str, Out<'a>)>),
    /// A tree made elsewhere.
    Value(Value),
}

/// An object: `object! { "resourceType": "Patient", "id": id }`; the values are moved in.
macro_rules! object {
    ($($key:literal : $value:expr),* $(,)?) => {
        $crate::fhir::out::Out::Object(vec![$(($key, $crate::fhir::out::Out::from($value))),*])
    };
}
pub(super) use object;

impl Out<'_> {
    /// The text under a key of an object.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self {
            Self::Object(fields) => match fields.iter().find(|(name, _)| *name == key) {
                Some((_, Self::Text(text))) => Some(text),
                _ => None,
            },
            Self::Value(value) => value.get(key).and_then(Value::as_str),
            _ => None,
        }
    }

    /// The same as a tree that can be looked into.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl<'a> Out<'a> {
    /// Adds a key to an object where there is something to add.
    pub(super) fn set(&mut self, key: &'static str, value: Option<impl Into<Out<'a>>>) {
        if let (Self::Object(fields), Some(value)) = (self, value) {
            fields.push((key, value.into()));
        }
    }

    /// Itself, unless it is an object without keys: FHIR knows none.
    pub(super) fn unless_empty(self) -> Option<Self> {
        let empty = matches!(&self, Self::Object(fields) if fields.is_empty());
        (!empty).then_some(self)
    }
}

impl Serialize for Out<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'a> From<&'a str> for Out<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Out<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Out<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u64> for Out<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Out<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a, T: Into<Out<'a>>> From<Vec<T>> for Out<'a> {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<'a, T: Into<Out<'a>>, const N: usize> From<[T; N]> for Out<'a> {
    fn from(items: [T; N]) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl From<Value> for Out<'_> {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_what_was_put_in() {
        let name = String::from("\"é\u{1}");
        let mut out = object! { "a": &name, "b": [object! { "c": 3 }], "d": true, "e": json!({ "f": null }) };
        out.set("g", Some(vec!["h".to_owned()]));
        out.set("i", None::<String>);
        let expected = json!({ "a": name, "b": [{ "c": 3 }], "d": true, "e": { "f": null }, "g": ["h"] });
        assert_eq!(out.to_value(), expected);
        assert_eq!(serde_json::from_str::<Value>(&serde_json::to_string(&out).unwrap()).unwrap(), expected);
        assert_eq!((out.text("a"), out.text("d"), out.text("z")), (Some(name.as_str()), None, None));
        assert!(object! {}.unless_empty().is_none());
    }
}
