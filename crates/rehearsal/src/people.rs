//! The five people of the demo. Their names were made up, their numbers stand under the authority
//! for tests, their telephones in the range kept for fiction, their mail at example.org.

use jiff::civil::Date;
use model::{BirthPlace, Name, QualifiedIdentity, Sex, Traits};

use crate::numbers;

/// A holder, or one who could become it.
#[derive(Clone)]
pub struct Patient {
    /// Short and without meaning: fit for file names and logs.
    pub slug: String,
    pub identity: QualifiedIdentity,
    /// The name of the place of birth; its INSEE code is among the traits.
    pub birth_city: &'static str,
    pub email: String,
    pub phone: String,
    pub login: String,
    pub password: String,
    pub record: WishedRecord,
}

/// What the demo would like to find when it has started.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WishedRecord {
    /// Open, with a few documents.
    Open,
    /// Never opened.
    None,
    /// Opened, fed, then closed at the holder's request.
    Closed,
}

impl Patient {
    /// As a page shows it: first given name, then the name in use.
    pub fn shown(&self) -> String {
        let traits = &self.identity.traits;
        let family = traits.used_name.as_ref().unwrap_or(&traits.birth_name);
        format!("{} {}", traits.first_given.as_str(), family.as_str())
    }
}

/// Who does not exist: an elder with a name in use, a Corsican, a minor, one who closed their
/// record, one from overseas who has none yet.
pub fn people() -> Vec<Patient> {
    ROWS.iter().filter_map(patient).collect()
}

/// Who answers for a child, and has the account of the child's record (rules, A7): family and first name.
pub fn parent_of(slug: &str) -> Option<(&'static str, &'static str)> {
    (slug == "patient-3").then_some(("D'ESCARBEILLE", "GWENAËLLE"))
}

struct Row {
    slug: &'static str,
    family: &'static str,
    given: &'static [&'static str],
    used: Option<&'static str>,
    born: (i16, i8, i8),
    sex: Sex,
    place: (&'static str, &'static str),
    order: u16,
    login: &'static str,
    password: &'static str,
    phone: &'static str,
    record: WishedRecord,
}

const ROWS: &[Row] = &[
    Row {
        slug: "patient-1",
        family: "MORVANNEC",
        given: &["ODILE", "ANNE", "MARIE"],
        used: Some("KERLÉVEN"),
        born: (1951, 3, 8),
        sex: Sex::Female,
        place: ("29019", "BREST"),
        order: 914,
        login: "odile.demo",
        password: "goéland-phare-tilleul-41",
        phone: "+33639980011",
        record: WishedRecord::Open,
    },
    Row {
        slug: "patient-2",
        family: "BASTELIGA",
        given: &["CORENTIN"],
        used: None,
        born: (1979, 11, 23),
        sex: Sex::Male,
        place: ("2A004", "AJACCIO"),
        order: 903,
        login: "corentin.demo",
        password: "maquis-sentier-brume-72",
        phone: "+33639980022",
        record: WishedRecord::Open,
    },
    Row {
        slug: "patient-3",
        family: "D'ESCARBEILLE",
        given: &["ZOÉ", "LOU"],
        used: None,
        born: (2014, 6, 30),
        sex: Sex::Female,
        place: ("35238", "RENNES"),
        order: 917,
        login: "gwenaelle.demo",
        password: "marelle-cartable-pluie-15",
        phone: "+33639980033",
        record: WishedRecord::Open,
    },
    Row {
        slug: "patient-4",
        family: "PAILLERAC",
        given: &["THÉODULE", "JEAN"],
        used: None,
        born: (1966, 2, 17),
        sex: Sex::Male,
        place: ("33063", "BORDEAUX"),
        order: 921,
        login: "theodule.demo",
        password: "barrique-quai-chêne-88",
        phone: "+33639980044",
        record: WishedRecord::Closed,
    },
    Row {
        slug: "patient-5",
        family: "TRÉGOUBIHAN",
        given: &["MAËLYS"],
        used: None,
        born: (1992, 9, 5),
        sex: Sex::Female,
        place: ("97411", "SAINT-DENIS"),
        order: 908,
        login: "maelys.demo",
        password: "vanille-volcan-lagon-63",
        phone: "+33639980055",
        record: WishedRecord::None,
    },
];

fn patient(row: &Row) -> Option<Patient> {
    let (year, month, day) = row.born;
    let birth_date = Date::new(year, month, day).ok()?;
    let given_names = row.given.iter().map(|name| Name::new(name)).collect::<Result<Vec<_>, _>>().ok()?;
    Some(Patient {
        slug: row.slug.to_owned(),
        identity: QualifiedIdentity {
            ins: numbers::ins(row.sex, birth_date, row.place.0, row.order)?,
            traits: Traits {
                birth_name: Name::new(row.family).ok()?,
                first_given: given_names.first()?.clone(),
                given_names,
                used_name: row.used.and_then(|name| Name::new(name).ok()),
                used_given: None,
                birth_date,
                sex: row.sex,
                birth_place: BirthPlace::new(row.place.0).ok()?,
            },
        },
        birth_city: row.place.1,
        email: format!("{}@example.org", row.login),
        phone: row.phone.to_owned(),
        login: row.login.to_owned(),
        password: row.password.to_owned(),
        record: row.record,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::{Ins, InsAuthority};

    use super::*;

    /// The INS of the published examples, which a tester feeds for their own patients.
    const PUBLISHED: [&str; 7] = [
        "279035121518989",
        "277076322082910",
        "221042545611404",
        "222127505611201",
        "223042545611404",
        "124018852493334",
        "255069999999934",
    ];

    #[test]
    fn five_people_with_true_keys_who_are_nobody() {
        let people = people();
        assert_eq!(people.len(), ROWS.len(), "a row that does not validate is lost");
        for patient in &people {
            let ins = &patient.identity.ins;
            assert_eq!(ins.authority(), InsAuthority::Test);
            assert!(Ins::new(InsAuthority::Nir, ins.matricule()).is_ok(), "{}: wrong key", patient.slug);
            assert!(!PUBLISHED.contains(&ins.matricule()), "{}", patient.slug);
            assert!(patient.phone.starts_with("+3363998"), "{}", patient.slug);
            assert!(patient.email.ends_with("@example.org"), "{}", patient.slug);
        }
        let distinct: BTreeSet<_> = people.iter().map(|patient| patient.identity.ins.canonical()).collect();
        assert_eq!(distinct.len(), people.len());
    }

    #[test]
    fn an_ins_tells_the_traits_it_was_built_from() {
        for patient in people() {
            let (number, traits) = (patient.identity.ins.matricule().to_owned(), &patient.identity.traits);
            assert_eq!(number.get(5..10), Some(traits.birth_place.as_str()));
            assert_eq!(number.get(1..3), Some(format!("{:02}", traits.birth_date.year() % 100).as_str()));
            assert_eq!(number.starts_with('1'), traits.sex == Sex::Male);
        }
    }
}
