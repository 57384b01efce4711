//! ebRIM 3.0: the registry objects XDS metadata is written in, both ways on `xml`.
//!
//! Strict: an element that has no place, a slot named twice, a value too long, an identifier of another object
//! is refused, and the error names where. What the objects mean is said in [`crate::xds`].

mod read;
mod write;

pub(crate) use read::values;
pub use read::{Invalid, Limits};

/// ebRIM, the objects.
pub const RIM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0";
/// ebRS, answers and their errors.
pub const RS: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0";
/// Life cycle: what is submitted.
pub const LCM: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0";
/// Queries.
pub const QUERY: &str = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0";

/// A named list of values.
#[derive(Clone, PartialEq, Eq)]
pub struct Slot {
    pub name: String,
    pub values: Vec<String>,
}

/// One language of a name or a description.
#[derive(Clone, PartialEq, Eq)]
pub struct LocalizedString {
    pub lang: Option<String>,
    pub value: String,
}

/// A text in its languages.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct InternationalString(pub Vec<LocalizedString>);

/// What an object is, or a code it bears: by a node, or by a scheme and a representation.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Classification {
    pub id: Option<String>,
    pub scheme: Option<String>,
    pub node: Option<String>,
    pub classified_object: Option<String>,
    pub node_representation: Option<String>,
    pub slots: Vec<Slot>,
    pub name: InternationalString,
}

/// An identifier of an object, under a scheme.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ExternalIdentifier {
    pub id: Option<String>,
    pub scheme: String,
    pub registry_object: Option<String>,
    pub value: String,
    pub name: InternationalString,
}

/// What kind of object it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Kind {
    ExtrinsicObject { mime_type: Option<String>, is_opaque: bool },
    RegistryPackage,
    Association { kind: String, source: String, target: String },
}

/// An object of a registry.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistryObject {
    pub kind: Kind,
    pub id: String,
    /// The logical id: stable over the versions.
    pub lid: Option<String>,
    pub home: Option<String>,
    pub object_type: Option<String>,
    pub status: Option<String>,
    /// `VersionInfo/@versionName`.
    pub version: Option<String>,
    pub slots: Vec<Slot>,
    pub name: InternationalString,
    pub description: InternationalString,
    pub classifications: Vec<Classification>,
    pub identifiers: Vec<ExternalIdentifier>,
}

/// What stands in a list of objects.
#[derive(Clone, PartialEq, Eq)]
pub enum Item {
    Object(Box<RegistryObject>),
    Classification(Classification),
    /// A reference to an object by its id.
    ObjectRef {
        id: String,
    },
}

/// `RegistryObjectList`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RegistryObjectList(pub Vec<Item>);

impl Slot {
    pub fn new(name: &str, values: Vec<String>) -> Self {
        Self { name: name.to_owned(), values }
    }

    pub fn one(name: &str, value: impl Into<String>) -> Self {
        Self::new(name, vec![value.into()])
    }
}

impl InternationalString {
    pub fn french(text: &str) -> Self {
        Self(vec![LocalizedString { lang: Some("fr-FR".to_owned()), value: text.to_owned() }])
    }

    /// The French text, else the first; none where it is empty.
    pub fn text(&self) -> Option<&str> {
        let french = |it: &&LocalizedString| {
            it.lang.as_deref().is_some_and(|lang| lang.to_ascii_lowercase().starts_with("fr"))
        };
        let found = self.0.iter().find(french).or_else(|| self.0.first())?;
        (!found.value.is_empty()).then_some(found.value.as_str())
    }
}

impl RegistryObject {
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            lid: None,
            home: None,
            object_type: None,
            status: None,
            version: None,
            slots: Vec::new(),
            name: InternationalString::default(),
            description: InternationalString::default(),
            classifications: Vec::new(),
            identifiers: Vec::new(),
        }
    }

    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|it| it.name == name)
    }
}

impl RegistryObjectList {
    pub fn objects(&self) -> impl Iterator<Item = &RegistryObject> {
        self.0.iter().filter_map(|it| match it {
            Item::Object(object) => Some(&**object),
            _ => None,
        })
    }
}

/// Metadata says who is ill of what: kinds print, contents never.
macro_rules! prints_its_kind {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

prints_its_kind!(
    Slot,
    LocalizedString,
    InternationalString,
    Classification,
    ExternalIdentifier,
    Kind,
    RegistryObject,
    Item,
    RegistryObjectList
);
