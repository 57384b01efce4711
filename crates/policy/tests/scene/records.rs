//! Records as the rules tell them apart.

use model::rights::{ClosingReason, EmergencyChoices};
use model::{
    Act, Attending, Authorisation, Block, CareDeclaration, Emergency, Grantee, Mandate, MandateActs,
    MandateKind, RecordFacts, RecordStatus, RecordedBy, ReplacementTold, Rights, Tie, TieKind, Window,
};

use super::callers::{
    AGENT, CARER, CURATOR, DOCTOR, FATHER, GUARDIAN, HELPER, HOSPITAL, MOTHER, NURSE, OTHER_DOCTOR, TRUSTED,
    session, unit,
};
use super::{at, house, now, ps, record_id, row};

pub fn open_record() -> RecordFacts {
    RecordFacts {
        record: Some(record_id()),
        status: RecordStatus::Open { since: at("2026-01-01T00:00:00Z") },
        rights: Rights::new(EmergencyChoices { break_glass: true, regulation: true }),
        ..RecordFacts::absent()
    }
}

pub fn closed_record() -> RecordFacts {
    let status = RecordStatus::Closed { at: now(), by: "holder".into(), reason: ClosingReason::Request };
    RecordFacts { status, ..authorising(open_record(), Grantee::Person(ps(DOCTOR))) }
}

pub fn destroyed_record() -> RecordFacts {
    RecordFacts { status: RecordStatus::Destroyed { at: now() }, ..open_record() }
}

pub fn authorising(mut record: RecordFacts, to: Grantee) -> RecordFacts {
    record.rights.authorisations.push(Authorisation {
        to,
        from: at("2026-06-01T00:00:00Z"),
        until: at("2027-06-01T00:00:00Z"),
        by: RecordedBy::Holder,
        revoked: None,
    });
    record
}

pub fn blocking(mut record: RecordFacts, number: u32) -> RecordFacts {
    let since = at("2026-06-02T00:00:00Z");
    record.rights.blocks.push(Block { person: ps(number), since, by: RecordedBy::Holder, lifted: None });
    record
}

pub fn attended(mut record: RecordFacts, number: u32, confirmed: bool) -> RecordFacts {
    let declared = at("2026-06-01T00:00:00Z");
    record.rights.attending.push(Attending {
        person: ps(number),
        declared,
        by: RecordedBy::Professional(ps(number)),
        confirmed: confirmed.then_some(declared),
        ended: None,
    });
    record
}

pub fn for_doctor() -> RecordFacts {
    authorising(open_record(), Grantee::Person(ps(DOCTOR)))
}

pub fn closed_for(reason: ClosingReason) -> RecordFacts {
    let status = RecordStatus::Closed { at: at("2026-11-01T00:00:00Z"), by: "essai".into(), reason };
    RecordFacts { status, ..open_record() }
}

pub fn mandate(number: u8, kind: MandateKind) -> Mandate {
    Mandate {
        id: row(number),
        kind,
        family: model::Name::new("Essai").unwrap(),
        given: model::Name::new("Lou").unwrap(),
        from: at("2020-01-01T00:00:00Z"),
        until: None,
        acts: MandateActs::All,
        restrictions: Vec::new(),
        consented: Some(at("2020-01-01T00:00:00Z")),
        proved_by: "livret de famille".into(),
    }
}

pub fn born(mut record: RecordFacts, day: &str) -> RecordFacts {
    record.birth_date = Some(day.parse().unwrap());
    record
}

/// A child of eight with two parents.
pub fn child() -> RecordFacts {
    let mut record = born(for_doctor(), "2018-05-05");
    record.mandates.push(mandate(MOTHER, MandateKind::ParentalAuthority));
    record.mandates.push(mandate(FATHER, MandateKind::ParentalAuthority));
    record
}

/// A minor of sixteen with an account of their own.
pub fn teenager() -> RecordFacts {
    RecordFacts { own_account: Some(at("2026-01-01T00:00:00Z")), ..born(child(), "2010-05-05") }
}

/// An adult with a guardian and a curator.
pub fn protected() -> RecordFacts {
    let mut record = born(for_doctor(), "1950-05-05");
    record.mandates.push(mandate(GUARDIAN, MandateKind::Guardian));
    record.mandates.push(mandate(CURATOR, MandateKind::Curator));
    record
}

/// Somebody with a trusted person whose part has begun, a carer and a helper.
pub fn surrounded() -> RecordFacts {
    let tie = |number, kind| Tie { id: row(number), kind, from: at("2026-01-01T00:00:00Z"), until: None };
    let trusted = TieKind::TrustedPerson { signed: false, may_read: true, activated: Some(now()) };
    let acts = [Act::Search, Act::Consult].into();
    let ties = vec![tie(TRUSTED, trusted), tie(CARER, TieKind::Carer { acts }), tie(HELPER, TieKind::Helper)];
    RecordFacts { ties, ..open_record() }
}

/// Both windows of emergency, opened a minute ago by those who may.
pub fn in_emergency() -> RecordFacts {
    let opened = at("2026-11-21T11:59:00+01:00");
    let window =
        |kind, person| Window { kind, person: ps(person), session: session().unwrap(), opened, ended: None };
    let windows = vec![window(Emergency::BreakGlass, DOCTOR), window(Emergency::Regulation, 74)];
    RecordFacts { windows, ..open_record() }
}

/// The hospital's unit declared that it cares.
pub fn cared_for() -> RecordFacts {
    let care = CareDeclaration {
        by: ps(OTHER_DOCTOR),
        team: Some(unit()),
        since: at("2026-11-01T00:00:00Z"),
        until: at("2027-01-01T00:00:00Z"),
        ended: None,
    };
    RecordFacts { care: vec![care], ..open_record() }
}

/// The doctor attends; the holder was told of the replacement.
pub fn replaced() -> RecordFacts {
    let told =
        ReplacementTold { replacement: ps(76), replaced: ps(DOCTOR), told: at("2026-11-01T00:00:00Z") };
    RecordFacts { replacements: vec![told], ..attended(open_record(), DOCTOR, true) }
}

/// Records as the rules tell them apart. "The doctor" is always the same one.
pub fn records() -> Vec<(&'static str, RecordFacts)> {
    let same_reading = {
        let mut record = for_doctor();
        record.rights.same_reading.push(ps(DOCTOR));
        record
    };
    let kin = RecordFacts { kin: vec![ps(DOCTOR), ps(AGENT)], ..for_doctor() };
    let everyone = [DOCTOR, OTHER_DOCTOR, NURSE, 70, 71, 72, 73]
        .into_iter()
        .fold(open_record(), |record, number| authorising(record, Grantee::Person(ps(number))));
    vec![
        ("open, nobody authorised", open_record()),
        ("the doctor authorised", for_doctor()),
        ("the hospital authorised", authorising(open_record(), Grantee::Organisation(house(HOSPITAL)))),
        ("everybody authorised", everyone),
        ("the doctor blocked", blocking(attended(for_doctor(), DOCTOR, true), DOCTOR)),
        ("the doctor attending", attended(open_record(), DOCTOR, true)),
        ("the doctor attending, unconfirmed", attended(for_doctor(), DOCTOR, false)),
        ("the doctor reads as attending", same_reading),
        ("the doctor and the agent are family", kin),
        ("a child of eight, two parents", child()),
        ("a minor of sixteen, own account", teenager()),
        ("a minor of sixteen, no account", RecordFacts { own_account: None, ..teenager() }),
        ("an adult with guardian and curator", protected()),
        ("trusted person, carer, helper", surrounded()),
        ("cared for by the hospital's unit", cared_for()),
        ("the attending doctor is replaced", replaced()),
        ("windows of emergency open", in_emergency()),
        ("death noticed", RecordFacts { death_noticed: Some(now()), ..for_doctor() }),
        ("closed, the doctor authorised", closed_record()),
        ("closed for death", closed_for(ClosingReason::Death)),
        ("closed, death notified in error", closed_for(ClosingReason::DeathInError)),
        ("closed, to be destroyed", RecordFacts { destruction_asked: Some(now()), ..closed_record() }),
        ("destroyed", destroyed_record()),
        ("absent", RecordFacts::absent()),
    ]
}
