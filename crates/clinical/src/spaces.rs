//! The nine spaces of a record: on which shelf a holder finds a document, by its type and class.
//!
//! No official table is published (dmp-facts, section g), so the mapping is data: a text table,
//! read and validated, with a default built in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::code::{LOINC, TRE_A05};
use model::{ClassCode, Coding};

/// A shelf of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    Syntheses,
    Treatments,
    Analyses,
    Imaging,
    Reports,
    Prevention,
    Certificates,
    Reimbursements,
    Personal,
}

impl Space {
    /// All nine, in the order a page shows them.
    pub const ALL: [Space; 9] = [
        Self::Syntheses,
        Self::Treatments,
        Self::Analyses,
        Self::Imaging,
        Self::Reports,
        Self::Prevention,
        Self::Certificates,
        Self::Reimbursements,
        Self::Personal,
    ];

    /// The name in tables and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Syntheses => "syntheses",
            Self::Treatments => "traitements",
            Self::Analyses => "analyses",
            Self::Imaging => "imagerie",
            Self::Reports => "comptes-rendus",
            Self::Prevention => "prevention",
            Self::Certificates => "certificats",
            Self::Reimbursements => "remboursements",
            Self::Personal => "personnel",
        }
    }

    /// The name people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Syntheses => "Synthèses",
            Self::Treatments => "Traitements",
            Self::Analyses => "Analyses",
            Self::Imaging => "Imagerie",
            Self::Reports => "Comptes rendus",
            Self::Prevention => "Prévention",
            Self::Certificates => "Certificats",
            Self::Reimbursements => "Données de remboursement",
            Self::Personal => "Espace personnel",
        }
    }

    /// The space of that [`Space::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|space| space.code() == code)
    }
}

/// The space of a document by the table built in; none for documents that only serve the
/// running of the record.
pub fn space_of(type_code: &Coding, class: ClassCode) -> Option<Space> {
    DEFAULT.space_of(type_code, class)
}

/// Which types and classes go where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpaceTable {
    /// System and code; goes before the class.
    types: BTreeMap<(String, String), Option<Space>>,
    classes: BTreeMap<ClassCode, Option<Space>>,
}

/// Why a table was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpaceTableError {
    /// A line that is not one.
    #[error("spaces, line {line}: {what}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A class that no line names: its documents would be on no shelf, unsaid.
    #[error("spaces: class {0} has no line")]
    NoClass(&'static str),
    /// A space that no line names: it would stay empty for ever.
    #[error("spaces: nothing goes to {0}")]
    NoSpace(&'static str),
}

/// The text of the table built in, for those who start their own from it.
pub const DEFAULT_TABLE: &str = include_str!("../data/spaces.tsv");

/// A test reads it: it is never the empty one.
static DEFAULT: LazyLock<SpaceTable> = LazyLock::new(|| SpaceTable::parse(DEFAULT_TABLE).unwrap_or_default());

impl SpaceTable {
    /// Reads a table. Fields are separated by tabs; lines that are empty or begin with `#`
    /// are skipped. `class <class> <space>` once for each class, `type <system> <code>
    /// <space>` for types that do not follow their class; `-` says "in no space".
    pub fn parse(text: &str) -> Result<Self, SpaceTableError> {
        let mut table = Self::default();
        for (index, row) in text.lines().enumerate() {
            let row = row.trim_end();
            if row.is_empty() || row.starts_with('#') {
                continue;
            }
            table.add(row).map_err(|what| SpaceTableError::Line { line: index + 1, what })?;
        }
        if let Some(class) = ClassCode::ALL.into_iter().find(|class| !table.classes.contains_key(class)) {
            return Err(SpaceTableError::NoClass(class.code()));
        }
        let named = |space: &Space| {
            table.classes.values().chain(table.types.values()).any(|named| *named == Some(*space))
        };
        match Space::ALL.iter().find(|space| !named(space)) {
            Some(space) => Err(SpaceTableError::NoSpace(space.code())),
            None => Ok(table),
        }
    }

    /// The space of a document of this type and class.
    pub fn space_of(&self, type_code: &Coding, class: ClassCode) -> Option<Space> {
        let key = (type_code.system.clone(), type_code.code.clone());
        match self.types.get(&key) {
            Some(space) => *space,
            None => self.classes.get(&class).copied().flatten(),
        }
    }

    fn add(&mut self, row: &str) -> Result<(), &'static str> {
        let space = |code: &str| match code {
            "-" => Ok(None),
            code => Space::from_code(code).map(Some).ok_or("no such space"),
        };
        let fields: Vec<&str> = row.split('\t').collect();
        let twice = match fields.as_slice() {
            ["class", class, to] => {
                let class = ClassCode::from_code(class).ok_or("no such class")?;
                self.classes.insert(class, space(to)?).is_some()
            }
            ["type", system, code, to] => {
                let system = match *system {
                    "loinc" => LOINC,
                    "A05" => TRE_A05,
                    other => other,
                };
                let coding = Coding::new(system, code, None).map_err(|_| "not a code")?;
                self.types.insert((coding.system, coding.code), space(to)?).is_some()
            }
            _ => return Err("neither 'class, class, space' nor 'type, system, code, space'"),
        };
        if twice { Err("the same class or type a second time") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use model::code::document_types;

    use super::*;

    fn coding(system: &str, code: &str) -> Coding {
        Coding::new(system, code, None).expect("a coding")
    }

    /// Every row of the note "Nine spaces" in dmp-facts, section g.
    #[test]
    fn each_document_stands_where_the_note_says() {
        let other = coding(LOINC, "34109-9");
        let by_class = [
            ("10", Some("Comptes rendus")),
            ("11", Some("Synthèses")),
            ("31", Some("Imagerie")),
            ("42", Some("Traitements")),
            ("43", Some("Traitements")),
            ("44", Some("Traitements")),
            ("45", Some("Traitements")),
            ("52", Some("Certificats")),
            ("60", Some("Données de remboursement")),
            ("90", Some("Espace personnel")),
            ("95", None),
        ];
        assert_eq!(by_class.len(), ClassCode::ALL.len());
        for (class, label) in by_class {
            let class = ClassCode::from_code(class).expect("a class");
            assert_eq!(space_of(&other, class).map(Space::label), label, "{class}");
        }
        for code in ["11502-2", "60568-3", "51969-4"] {
            assert_eq!(space_of(&coding(LOINC, code), ClassCode::Report), Some(Space::Analyses), "{code}");
        }
        for code in ["11369-6", "87273-9", "75482-0", "75492-9", "83869-8", "96173-0"] {
            for class in [ClassCode::Report, ClassCode::Certificate] {
                assert_eq!(space_of(&coding(LOINC, code), class), Some(Space::Prevention), "{code}");
            }
        }
        // The same letters of another system are another type.
        assert_eq!(space_of(&coding(TRE_A05, "11502-2"), ClassCode::Report), Some(Space::Reports));
    }

    #[test]
    fn every_known_type_has_its_shelf_and_every_shelf_a_type() {
        let mut filled = std::collections::BTreeSet::new();
        for entry in document_types() {
            let class = entry.class.unwrap_or(ClassCode::Other);
            let space = space_of(&coding(entry.system, entry.code), class);
            assert_eq!(space.is_none(), class == ClassCode::Administrative, "{}", entry.code);
            filled.extend(space);
        }
        assert_eq!(filled.into_iter().collect::<Vec<_>>(), Space::ALL);
    }

    #[test]
    fn a_table_that_lacks_or_repeats_something_is_refused() {
        let with = |row: &str| SpaceTable::parse(&format!("{DEFAULT_TABLE}{row}\n"));
        let last = DEFAULT_TABLE.lines().count() + 1;
        for (row, what) in [
            ("class\t10\tanalyses", "the same class or type a second time"),
            ("type\tloinc\t11502-2\tanalyses", "the same class or type a second time"),
            ("class\t12\tanalyses", "no such class"),
            ("type\tloinc\t1-1\tanalyse", "no such space"),
            ("type\tloinc\t 1\tanalyses", "not a code"),
            ("class 10 analyses", "neither 'class, class, space' nor 'type, system, code, space'"),
        ] {
            assert_eq!(with(row), Err(SpaceTableError::Line { line: last, what }), "{row}");
        }
        let without = |start: &str| {
            let kept: Vec<_> = DEFAULT_TABLE.lines().filter(|line| !line.contains(start)).collect();
            SpaceTable::parse(&kept.join("\n"))
        };
        assert_eq!(without("class\t31"), Err(SpaceTableError::NoClass("31")));
        assert_eq!(without("\tprevention"), Err(SpaceTableError::NoSpace("prevention")));
        let own = with("type\t1.2.3\tX\t-").expect("a table");
        assert_eq!(own.space_of(&coding("urn:oid:1.2.3", "X"), ClassCode::Report), None);
    }
}
