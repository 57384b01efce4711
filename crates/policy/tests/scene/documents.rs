//! Documents as the rules tell them apart.

use model::{Coding, Depositor, DocumentFacts, DocumentStatus, EntryId, Visibility};

use super::callers::{DOCTOR, HOSPITAL, OTHER_HOSPITAL};
use super::{at, house, now, ps};

/// A consultation report (class 10).
pub const REPORT: &str = "11488-4";
/// A psychological assessment (class 11), which the provisional matrix gives to few.
pub const PSYCHOLOGICAL: &str = "83901-9";
pub const VSM: &str = "SYNTH";
pub const REIMBURSEMENT: &str = "REMB";
pub const HOLDER_REPORT: &str = "DOCPAT03";
pub const LOT_SIGNATURE: &str = "E1762";

pub fn coding(code: &str) -> Coding {
    let known = model::code::document_types().into_iter().find(|it| it.code == code).unwrap();
    Coding::new(known.system, known.code, None).unwrap()
}

/// A document another hospital fed a week ago.
pub fn document(code: &str) -> DocumentFacts {
    DocumentFacts {
        class: model::code::class_of(&coding(code)),
        type_code: coding(code),
        status: DocumentStatus::Approved,
        visibility: Visibility::default(),
        depositor: Depositor { organisation: Some(house(OTHER_HOSPITAL)), person: None, holder: false },
        deposited: at("2026-11-14T12:00:00+01:00"),
        marks: model::Marks::default(),
    }
}

pub fn masked(mut document: DocumentFacts) -> DocumentFacts {
    document.visibility.masked = true;
    document
}

pub fn hidden(mut document: DocumentFacts) -> DocumentFacts {
    document.visibility.hidden_from_holder = true;
    document
}

pub fn secret(mut document: DocumentFacts) -> DocumentFacts {
    document.visibility.hidden_from_representatives = true;
    document
}

pub fn revealing(mut document: DocumentFacts) -> DocumentFacts {
    document.marks.reveals_hidden = true;
    document
}

pub fn by_a_minor(mut document: DocumentFacts) -> DocumentFacts {
    document.marks.minors_own = true;
    document
}

pub fn fed_by(mut document: DocumentFacts, organisation: Option<u32>, person: Option<u32>) -> DocumentFacts {
    document.depositor =
        Depositor { organisation: organisation.map(house), person: person.map(ps), holder: false };
    document
}

pub fn standing(mut document: DocumentFacts, status: DocumentStatus) -> DocumentFacts {
    document.status = status;
    document
}

pub fn deprecated() -> DocumentStatus {
    DocumentStatus::Deprecated { at: now(), by: EntryId::from_bytes([4; 16]) }
}

/// Documents as the rules tell them apart; none: decided for the record alone.
pub fn documents() -> Vec<(&'static str, Option<DocumentFacts>)> {
    let report = || document(REPORT);
    let old = |mut document: DocumentFacts| {
        document.deposited = at("2026-10-21T12:00:00+02:00");
        document
    };
    let by_hospital = || fed_by(report(), Some(HOSPITAL), None);
    let mut by_holder = document(HOLDER_REPORT);
    by_holder.depositor = Depositor { organisation: None, person: None, holder: true };
    vec![
        ("no document", None),
        ("a report", Some(report())),
        ("a psychological assessment", Some(document(PSYCHOLOGICAL))),
        ("a medical summary (VSM)", Some(document(VSM))),
        ("reimbursements", Some(document(REIMBURSEMENT))),
        ("a report of the holder's own", Some(by_holder)),
        ("a report the doctor fed", Some(fed_by(report(), None, Some(DOCTOR)))),
        ("a report the hospital fed", Some(fed_by(report(), Some(HOSPITAL), None))),
        ("masked", Some(masked(report()))),
        ("masked, fed by the doctor", Some(masked(fed_by(report(), None, Some(DOCTOR))))),
        ("masked, fed by the hospital", Some(masked(fed_by(report(), Some(HOSPITAL), None)))),
        ("hidden from the holder", Some(hidden(report()))),
        ("hidden a month ago", Some(old(hidden(report())))),
        ("masked and hidden", Some(masked(hidden(report())))),
        ("hidden from representatives", Some(secret(report()))),
        ("a line that reveals it", Some(revealing(document(REIMBURSEMENT)))),
        ("masked by a minor", Some(by_a_minor(masked(report())))),
        ("replaced", Some(standing(report(), deprecated()))),
        ("archived", Some(standing(report(), DocumentStatus::Archived { at: now() }))),
        ("deleted", Some(standing(report(), DocumentStatus::Deleted { at: now() }))),
        (
            "archived, fed by the hospital",
            Some(standing(by_hospital(), DocumentStatus::Archived { at: now() })),
        ),
        (
            "deleted, fed by the hospital",
            Some(standing(by_hospital(), DocumentStatus::Deleted { at: now() })),
        ),
    ]
}
