//! The one strict way to read JSON: a tree in which nothing is ambiguous. Duplicate keys, depth beyond
//! [`DEPTH`], more than [`NODES`] values, a byte order mark, NaN, numbers out of range and lone surrogates
//! are refused (abuse case E08). [`super::obj::Obj`] walks the tree.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Number;

use super::outcome::{IssueCode, Outcome, Read, shown};

/// Levels of nesting.
pub const DEPTH: usize = 64;
/// Values of any kind in one body.
pub const NODES: usize = 100_000;

/// A JSON value as it stands in the bytes; texts without escapes are borrowed from them.
#[derive(Clone, PartialEq)]
pub enum Node<'d> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'d, str>),
    List(Vec<Node<'d>>),
    Object(Vec<(Cow<'d, str>, Node<'d>)>),
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(fields) => serializer.collect_map(fields.iter().map(|(key, value)| (key, value))),
        }
    }
}

/// Reads one JSON value and nothing after it. Errors: 400, naming the place.
pub fn parse(bytes: &[u8]) -> Read<Node<'_>> {
    let mut state = State::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = Seed(&mut state).deserialize(&mut deserializer);
    match read.and_then(|node| deserializer.end().map(|()| node)) {
        Ok(node) => Ok(node),
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            let mut outcome = match state.fault {
                Some(fault) => Outcome::malformed(state.path(), fault),
                None => Outcome::new(400, IssueCode::Structure, format!("not valid JSON at {place}")),
            };
            if matches!(state.fault, Some(TOO_MANY)) {
                for issue in &mut outcome.issues {
                    issue.code = IssueCode::TooCostly;
                }
            }
            Err(outcome)
        }
    }
}

const TOO_MANY: &str = "too many values in one body";
const TOO_DEEP: &str = "nested too deeply";
const DUPLICATE: &str = "this key stands twice in one object";

#[derive(Default)]
struct State {
    nodes: usize,
    steps: Vec<Step>,
    /// The type of the outermost resource, once read.
    root: Option<String>,
    fault: Option<&'static str>,
}

enum Step {
    Key(String),
    Index(usize),
}

impl State {
    fn path(&self) -> String {
        let mut path = self.root.clone().unwrap_or_default();
        for step in &self.steps {
            match step {
                Step::Key(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(shown(key));
                }
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }

    fn count<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.nodes += 1;
        if self.nodes > NODES { Err(self.fail(TOO_MANY)) } else { Ok(()) }
    }

    fn deeper<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.steps.len() >= DEPTH { Err(self.fail(TOO_DEEP)) } else { Ok(()) }
    }

    fn fail<E: serde::de::Error>(&mut self, fault: &'static str) -> E {
        self.fault = Some(fault);
        E::custom(fault)
    }
}

struct Seed<'s>(&'s mut State);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        self.0.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node<'de>, E> {
        Number::from_f64(value).map(Node::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node<'de>, A::Error> {
        self.0.deeper()?;
        let mut items = Vec::new();
        loop {
            self.0.steps.push(Step::Index(items.len()));
            // on error the path stays as it is: it says where
            let Some(item) = seq.next_element_seed(Seed(self.0))? else { break };
            self.0.steps.pop();
            items.push(item);
        }
        self.0.steps.pop();
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
        self.0.deeper()?;
        let mut fields: Vec<(Cow<'de, str>, Node<'de>)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while let Some(key) = map.next_key_seed(Key)? {
            self.0.steps.push(Step::Key(key.clone().into_owned()));
            if !seen.insert(key.clone()) {
                return Err(self.0.fail(DUPLICATE));
            }
            let value = map.next_value_seed(Seed(self.0))?;
            self.0.steps.pop();
            if let (0, "resourceType", Node::Text(name)) = (self.0.steps.len(), key.as_ref(), &value) {
                self.0.root = Some(shown(name).to_owned());
            }
            fields.push((key, value));
        }
        Ok(Node::Object(fields))
    }
}

struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_ambiguous_or_endless_is_refused() {
        let deep = "[".repeat(10_000);
        let many = format!("[{}1]", "1,".repeat(NODES));
        for wrong in [
            deep.as_str(),
            many.as_str(),
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"\u0061":2}"#,
            "\u{feff}{}",
            "NaN",
            "[NaN]",
            "[Infinity]",
            "[1e400]",
            "[01]",
            r#"["\ud800"]"#,
            r#"["\udc00\ud800"]"#,
            "{} {}",
            "",
            "{\"a\":\"\u{1}\"}",
        ] {
            let outcome = parse(wrong.as_bytes()).err().unwrap_or_else(|| panic!("{:.40} was read", wrong));
            assert_eq!(outcome.status, 400);
        }
        assert!(parse(b"[\"\xff\"]").is_err());
        assert!(parse(r#"{"__proto__":{"a":"😀"}}"#.as_bytes()).is_ok());
    }

    #[test]
    fn the_place_of_a_fault_is_named() {
        let expression = |text: &str| parse(text.as_bytes()).err().unwrap().issues[0].expression.clone();
        assert_eq!(
            expression(r#"{"resourceType":"Bundle","entry":[{},{"resource":{"id":"a","id":"b"}}]}"#)
                .as_deref(),
            Some("Bundle.entry[1].resource.id")
        );
        assert_eq!(expression(r#"{"Anne Martin":1,"Anne Martin":1}"#).as_deref(), Some("…"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn any_text_comes_back(text in ".*") {
            let body = serde_json::to_vec(&serde_json::json!([text])).unwrap();
            prop_assert!(parse(&body).unwrap() == Node::List(vec![Node::Text(text.into())]));
        }
    }
}
