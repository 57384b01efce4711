//! `sourcePatientInfo`: the person as the producer knew them, in fields of the HL7 PID segment.

use model::{SaidTraits, Sex, SourcePatient};

use super::super::attributes::Attributes;
use super::super::error::Read;
use super::super::hl7::{self, Components, escape};

/// `sourcePatientId` and `sourcePatientInfo`. What PID says beyond name, birth, sex and identifiers has no room.
pub(super) fn read(of: &Attributes<'_>, id: Option<(String, String)>) -> Read<(SourcePatient, SaidTraits)> {
    let mut source = SourcePatient { ids: id.into_iter().collect(), ..SourcePatient::default() };
    let mut legal = false;
    for value in of.many("sourcePatientInfo") {
        let Some((field, value)) = value.split_once('|') else {
            return of.wrong("sourcePatientInfo", "PID-n|value is expected");
        };
        let wrong = |says| of.wrong("sourcePatientInfo", says);
        match field {
            "PID-3" => {
                for it in value.split('~').filter(|it| !it.is_empty()) {
                    let Some(found) = hl7::identifier(it) else {
                        return wrong("an identifier in PID-3 is id^^^&oid&ISO");
                    };
                    if !source.ids.contains(&found) {
                        source.ids.push(found);
                    }
                }
            }
            "PID-5" => {
                for name in value.split('~') {
                    let parts = Components::of(name);
                    let is_legal = matches!(parts.raw(7), None | Some("L" | "B" | "M"));
                    // the birth name stands over others, and the first of a kind over the next
                    if legal || (!is_legal && source.family.is_some()) {
                        continue;
                    }
                    legal = is_legal;
                    source.family = parts.text(1);
                    source.given = parts.text(2).into_iter().collect();
                    let others = parts.text(3).unwrap_or_default();
                    source.given.extend(others.split(' ').filter(|it| !it.is_empty()).map(str::to_owned));
                }
            }
            "PID-7" if value.is_empty() => {}
            "PID-7" => match hl7::time(value) {
                // a year or a month alone is no birth date
                Some(_) => source.birth_date = hl7::day(value),
                None => return wrong("PID-7 is a date, YYYYMMDD"),
            },
            "PID-8" => {
                source.sex = match value {
                    "" => None,
                    "F" => Some(Sex::Female),
                    "M" => Some(Sex::Male),
                    "U" | "O" | "A" | "N" => Some(Sex::Unknown),
                    _ => return wrong("PID-8 is F, M, O or U"),
                };
            }
            _ => {}
        }
    }
    let said = if legal {
        said(&source)
    } else {
        SaidTraits { birth_name: None, first_given: None, ..said(&source) }
    };
    Ok((source, said))
}

/// What the producer's patient says of the strict traits.
pub fn said(source: &SourcePatient) -> SaidTraits {
    SaidTraits {
        birth_name: source.family.clone(),
        first_given: source.given.first().cloned(),
        birth_date: source.birth_date,
        sex: source.sex,
        birth_place: None,
    }
}

/// The values of `sourcePatientInfo`; the first identifier is `sourcePatientId`.
pub(super) fn write(source: &SourcePatient) -> Vec<String> {
    let mut values = Vec::new();
    for id in source.ids.iter().skip(1) {
        values.push(format!("PID-3|{}", hl7::write_identifier(id, "")));
    }
    if source.family.is_some() || !source.given.is_empty() {
        let family = source.family.as_deref().map(escape).unwrap_or_default();
        let first = source.given.first().map(|it| escape(it)).unwrap_or_default();
        let others: Vec<_> = source.given.iter().skip(1).map(|it| escape(it)).collect();
        values.push(format!("PID-5|{family}^{first}^{}^^^^L", others.join(" ")));
    }
    if let Some(date) = source.birth_date {
        values.push(format!("PID-7|{:04}{:02}{:02}", date.year(), date.month(), date.day()));
    }
    if let Some(sex) = source.sex {
        let code = match sex {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Unknown => "U",
        };
        values.push(format!("PID-8|{code}"));
    }
    values
}
