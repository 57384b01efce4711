//! The matrix of habilitation: which profession reads which type of document. Data with a version, a source
//! and a date; a profession or a type it does not know reads, or is read by, nobody (rules, A12).

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use model::code::{ClassCode, Coding, document_type, document_types};
use model::{Profession, ProfessionTable, Professional};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::PolicyError;
use crate::fingerprint::fingerprint;

/// A whole matrix, as loaded from its file.
#[derive(Clone, Debug)]
pub struct Matrix {
    pub version: String,
    /// Where it comes from; a provisional one says so here.
    pub source: String,
    /// The day it was established, `2026-11-21`.
    pub date: String,
    rows: Vec<MatrixRow>,
    fingerprint: String,
}

/// What one profession reads.
#[derive(Clone, Debug)]
pub struct MatrixRow {
    /// As a French reader calls it.
    pub profession: String,
    is: Vec<Whom>,
    classes: BTreeMap<ClassCode, Reading>,
    without_class: Reading,
    types: BTreeMap<String, Reading>,
}

/// One cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    Yes,
    No,
    /// Given by choice: no source says so.
    YesByChoice,
    /// Withheld by choice: no source says so.
    NoByChoice,
}

impl Reading {
    pub fn is_given(self) -> bool {
        matches!(self, Self::Yes | Self::YesByChoice)
    }
}

impl Matrix {
    /// The matrix that comes with the program. Not the official table, which could not be had.
    pub const PROVISIONAL: &str = include_str!("../data/matrix-provisional.json");

    /// Reads a matrix; refuses what is unclear: unknown keys, a class left out, a type or class that no
    /// value set knows, a row that another hides.
    pub fn from_text(text: &str) -> Result<Self, PolicyError> {
        let written: WrittenMatrix =
            serde_json::from_str(text).map_err(|error| PolicyError::MatrixForm(error.to_string()))?;
        if written.version.is_empty() || written.source.is_empty() || written.date.is_empty() {
            return Err(PolicyError::MatrixForm("version, source and date are not empty".into()));
        }
        let rows = written.rows.into_iter().map(MatrixRow::checked).collect::<Result<Vec<_>, _>>()?;
        for (place, row) in rows.iter().enumerate() {
            let earlier = rows.iter().take(place);
            if earlier.flat_map(|it| &it.is).any(|first| row.is.iter().any(|whom| first.covers(whom))) {
                return Err(row.refused("an earlier row stands for the same professionals"));
            }
        }
        Ok(Self {
            version: written.version,
            source: written.source,
            date: written.date,
            rows,
            fingerprint: fingerprint(text),
        })
    }

    /// The row of this professional: the first that stands for their profession and specialty, if any.
    /// Students have none of their own; where the profile says so they read as their profession will.
    pub fn row(&self, professional: &Professional, students_as_their_profession: bool) -> Option<&MatrixRow> {
        let Professional { profession, specialty, .. } = professional;
        let trained = Profession::health(&profession.code);
        let student = profession.table == ProfessionTable::Training && students_as_their_profession;
        let profession = if student { &trained } else { profession };
        self.rows.iter().find(|row| row.is.iter().any(|it| it.stands_for(profession, specialty.as_deref())))
    }

    pub fn rows(&self) -> &[MatrixRow] {
        &self.rows
    }

    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

impl MatrixRow {
    /// Whether a document of this type is given to the profession, and whether by choice.
    pub fn gives(&self, type_code: &Coding) -> Reading {
        let Some(known) = document_type(type_code) else {
            return Reading::No;
        };
        if let Some(reading) = self.types.get(known.code) {
            return *reading;
        }
        match known.class {
            Some(class) => self.classes.get(&class).copied().unwrap_or(Reading::No),
            None => self.without_class,
        }
    }

    fn checked(written: WrittenRow) -> Result<Self, PolicyError> {
        let WrittenRow { profession, is, classes, without_class, types } = written;
        let row = Self {
            profession,
            is,
            classes: BTreeMap::new(),
            without_class: without_class.0,
            types: BTreeMap::new(),
        };
        if row.is.is_empty() {
            return Err(row.refused("it stands for nobody"));
        }
        let mut by_class = BTreeMap::new();
        for (code, cell) in classes.0 {
            let class = ClassCode::from_code(&code)
                .ok_or_else(|| row.refused(&format!("{code:?} is no class of documents")))?;
            by_class.insert(class, cell.0);
        }
        if let Some(class) = ClassCode::ALL.into_iter().find(|class| !by_class.contains_key(class)) {
            return Err(row.refused(&format!("it says nothing of class {}", class.code())));
        }
        let mut by_type = BTreeMap::new();
        for (code, cell) in types.0 {
            let known = document_types()
                .into_iter()
                .find(|it| it.code == code)
                .ok_or_else(|| row.refused(&format!("{code:?} is no type of document")))?;
            let general = known.class.and_then(|class| by_class.get(&class).copied());
            if general.unwrap_or(row.without_class).is_given() == cell.0.is_given() {
                return Err(row.refused(&format!("{code:?} says what its class says already")));
            }
            by_type.insert(code, cell.0);
        }
        Ok(Self { classes: by_class, types: by_type, ..row })
    }

    fn refused(&self, why: &str) -> PolicyError {
        PolicyError::MatrixRow { row: self.profession.clone(), why: why.to_owned() }
    }
}

/// The file, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMatrix {
    version: String,
    source: String,
    date: String,
    /// For the reader of the file.
    #[serde(rename = "notes")]
    _notes: Vec<String>,
    rows: Vec<WrittenRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRow {
    profession: String,
    is: Vec<Whom>,
    classes: Once<Cell>,
    /// Types whose class nobody knows.
    without_class: Cell,
    /// Types that differ from their class.
    types: Once<Cell>,
}

/// Whom a row stands for. Without specialties: the whole profession.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whom {
    table: ProfessionTable,
    code: String,
    #[serde(default)]
    specialties: Vec<String>,
}

impl Whom {
    fn stands_for(&self, profession: &Profession, specialty: Option<&str>) -> bool {
        self.table == profession.table
            && self.code == profession.code
            && (self.specialties.is_empty()
                || specialty.is_some_and(|it| self.specialties.iter().any(|known| known == it)))
    }

    /// True where nobody `later` stands for is left to it.
    fn covers(&self, later: &Whom) -> bool {
        self.table == later.table
            && self.code == later.code
            && (self.specialties.is_empty()
                || (!later.specialties.is_empty()
                    && later.specialties.iter().all(|it| self.specialties.contains(it))))
    }
}

struct Cell(Reading);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "yes" => Ok(Self(Reading::Yes)),
            "no" => Ok(Self(Reading::No)),
            "yes (choice)" => Ok(Self(Reading::YesByChoice)),
            "no (choice)" => Ok(Self(Reading::NoByChoice)),
            other => Err(D::Error::custom(format!(
                "{other:?} is none of \"yes\", \"no\", \"yes (choice)\", \"no (choice)\""
            ))),
        }
    }
}

/// A map in which no key stands twice: of two contradicting cells neither may win in silence.
struct Once<T>(BTreeMap<String, T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Once<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Keys<T> {
            type Value = Once<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Once<T>, A::Error> {
                let mut seen = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, T>()? {
                    if seen.contains_key(&key) {
                        return Err(A::Error::custom(format!("{key:?} stands twice")));
                    }
                    seen.insert(key, value);
                }
                Ok(Once(seen))
            }
        }
        deserializer.deserialize_map(Keys(PhantomData))
    }
}
