//! The people, records and documents the tests of the rules speak of. Nobody here exists.
#![allow(dead_code, clippy::unwrap_used)]

use model::rights::{ClosingReason, EmergencyChoices};
use model::{
    Act, ActingFor, Agent, Attending, Authorisation, Block, Caller, Coding, Depositor, DocumentFacts,
    DocumentStatus, Door, EntryId, Fact, Facts, Grantee, Instant, Organisation, OrganisationKind, Person,
    Profession, ProfessionTable, Professional, PsIdNat, Purpose, RecordFacts, RecordId, RecordStatus,
    RecordedBy, Request, Rights, RowId, Standing, Strength, StructIdNat, Visibility, Volume,
};
use policy::{Decision, Policy, ProfileName};

/// A consultation report (class 10).
pub const REPORT: &str = "11488-4";
/// A psychological assessment (class 11), which the provisional matrix gives to few.
pub const PSYCHOLOGICAL: &str = "83901-9";
pub const VSM: &str = "SYNTH";
pub const REIMBURSEMENT: &str = "REMB";
pub const HOLDER_REPORT: &str = "DOCPAT03";
pub const LOT_SIGNATURE: &str = "E1762";

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub fn now() -> Instant {
    at("2026-11-21T12:00:00+01:00")
}

pub fn dmp_2018() -> Policy {
    Policy::builtin(ProfileName::Dmp2018).unwrap()
}

pub fn mes_2026() -> Policy {
    Policy::builtin(ProfileName::Mes2026).unwrap()
}

pub fn record_id() -> RecordId {
    RecordId::from_bytes([1; 16])
}

/// People of the directory, by a number of the tests' own.
pub fn ps(number: u32) -> PsIdNat {
    format!("0{number:09}").parse().unwrap()
}

pub fn house(number: u32) -> StructIdNat {
    format!("0{number:09}").parse().unwrap()
}

pub const DOCTOR: u32 = 10;
pub const OTHER_DOCTOR: u32 = 11;
pub const NURSE: u32 = 60;
pub const AGENT: u32 = 99;
pub const HOSPITAL: u32 = 500;
pub const OTHER_HOSPITAL: u32 = 501;
pub const PAYER: u32 = 600;

pub fn professional(number: u32, code: &str) -> Professional {
    Professional {
        id: ps(number),
        name: "Dr Essai".into(),
        profession: Profession::health(code),
        specialty: None,
        acting_for: ActingFor::Care,
        standing: Standing::Active,
    }
}

pub fn organisation(number: u32, kind: OrganisationKind) -> Organisation {
    Organisation { id: house(number), name: "Essai".into(), kind, standing: Standing::Active }
}

pub fn with_certificate(door: Door) -> Caller {
    Caller { strength: Strength::Certificate, ..Caller::nobody(door) }
}

pub fn by(door: Door, who: Professional) -> Caller {
    Caller { person: Fact::Proved(Person::Professional(who)), ..with_certificate(door) }
}

pub fn doctor() -> Caller {
    by(Door::Care, professional(DOCTOR, "10"))
}

pub fn nurse() -> Caller {
    by(Door::Care, professional(NURSE, "60"))
}

/// The doctor whom an identity provider proved, by two factors.
pub fn on_the_portal() -> Caller {
    but(by(Door::Portal, professional(DOCTOR, "10")), |it| it.strength = Strength::TwoFactors)
}

pub fn agent() -> Caller {
    let agent = Agent { id: ps(AGENT), name: "Essai".into(), standing: Standing::Active };
    Caller { person: Fact::Proved(Person::Agent(agent)), ..with_certificate(Door::Care) }
}

pub fn of(door: Door, number: u32, kind: OrganisationKind) -> Caller {
    Caller { organisation: Fact::Proved(organisation(number, kind)), ..with_certificate(door) }
}

pub fn hospital_feeding() -> Caller {
    of(Door::Feed, HOSPITAL, OrganisationKind::Hospital)
}

pub fn payer_feeding() -> Caller {
    of(Door::Feed, PAYER, OrganisationKind::Payer)
}

pub fn holder() -> Caller {
    Caller::holder(record_id())
}

/// A caller changed in one point.
pub fn but(mut caller: Caller, change: impl FnOnce(&mut Caller)) -> Caller {
    change(&mut caller);
    caller
}

/// A caller whose professional is changed in one point.
pub fn who(caller: Caller, change: impl FnOnce(&mut Professional)) -> Caller {
    but(caller, |caller| {
        if let Fact::Proved(Person::Professional(it)) = &mut caller.person {
            change(it);
        }
    })
}

/// The doors, persons and houses the rules tell apart.
pub fn callers() -> Vec<(&'static str, Caller)> {
    use OrganisationKind as Kind;
    let student = |it: &mut Professional| {
        it.profession = Profession { table: ProfessionTable::Training, code: "10".into() }
    };
    let social = |it: &mut Professional| {
        it.profession = Profession { table: ProfessionTable::Social, code: "10".into() }
    };
    let in_hospital = |caller: Caller| {
        but(caller, |it| it.organisation = Fact::Proved(organisation(HOSPITAL, Kind::Hospital)))
    };
    vec![
        ("holder, two factors", holder()),
        ("holder, password alone", but(holder(), |it| it.strength = Strength::OneFactor)),
        ("holder of another record", Caller::holder(RecordId::from_bytes([2; 16]))),
        (
            "representative",
            but(holder(), |it| {
                it.person = Fact::Proved(Person::Representative {
                    record: record_id(),
                    mandate: RowId::from_bytes([3; 16]),
                });
            }),
        ),
        ("doctor", doctor()),
        ("doctor in the hospital", in_hospital(doctor())),
        ("another doctor in the hospital", in_hospital(by(Door::Care, professional(OTHER_DOCTOR, "10")))),
        ("nurse in the hospital", in_hospital(nurse())),
        ("social worker", who(by(Door::Care, professional(70, "10")), social)),
        ("student", who(by(Door::Care, professional(71, "10")), student)),
        (
            "doctor of an insurer",
            who(by(Door::Care, professional(72, "10")), |it| it.acting_for = ActingFor::Insurer),
        ),
        (
            "occupational doctor",
            who(by(Door::Care, professional(73, "10")), |it| it.acting_for = ActingFor::OccupationalHealth),
        ),
        ("doctor struck off", who(doctor(), |it| it.standing = Standing::Ended)),
        ("doctor on the portal, by certificate", by(Door::Portal, professional(DOCTOR, "10"))),
        ("doctor in the hospital, on the portal, two factors", in_hospital(on_the_portal())),
        ("doctor on the portal, one factor", but(on_the_portal(), |it| it.strength = Strength::OneFactor)),
        ("nurse in the hospital, on the portal", in_hospital(by(Door::Portal, professional(NURSE, "60")))),
        ("doctor struck off, on the portal", who(on_the_portal(), |it| it.standing = Standing::Ended)),
        (
            "doctor of an insurer, on the portal",
            who(by(Door::Portal, professional(72, "10")), |it| it.acting_for = ActingFor::Insurer),
        ),
        (
            "occupational doctor, on the portal",
            who(by(Door::Portal, professional(73, "10")), |it| it.acting_for = ActingFor::OccupationalHealth),
        ),
        ("hospital on the portal", of(Door::Portal, HOSPITAL, Kind::Hospital)),
        ("payer on the portal", of(Door::Portal, PAYER, Kind::Payer)),
        ("doctor merely claimed", but(doctor(), claimed)),
        ("agent", agent()),
        ("agent at the counter", Caller { door: Door::Portal, ..agent() }),
        ("hospital on the care door", of(Door::Care, HOSPITAL, Kind::Hospital)),
        ("hospital, feeding", hospital_feeding()),
        ("doctor, feeding", by(Door::Feed, professional(DOCTOR, "10"))),
        (
            "another doctor of the hospital, feeding",
            in_hospital(by(Door::Feed, professional(OTHER_DOCTOR, "10"))),
        ),
        ("payer, feeding", payer_feeding()),
        ("ministry, feeding", of(Door::Feed, 700, Kind::Ministry)),
        ("payer on the care door", of(Door::Care, PAYER, Kind::Payer)),
        ("steering", of(Door::Steer, 700, Kind::Ministry)),
        ("the service", Caller::upkeep()),
        ("nobody", Caller::nobody(Door::Care)),
    ]
}

/// All that was proved is now only said.
pub fn claimed(caller: &mut Caller) {
    fn demote<T: Clone>(fact: &mut Fact<T>) {
        if let Fact::Proved(it) = fact {
            *fact = Fact::Claimed(it.clone());
        }
    }
    demote(&mut caller.person);
    demote(&mut caller.organisation);
    demote(&mut caller.software);
    demote(&mut caller.delegator);
}

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
        ("replaced", Some(standing(report(), deprecated()))),
        ("archived", Some(standing(report(), DocumentStatus::Archived { at: now() }))),
        ("deleted", Some(standing(report(), DocumentStatus::Deleted { at: now() }))),
    ]
}

pub fn open_record() -> RecordFacts {
    RecordFacts {
        record: Some(record_id()),
        status: RecordStatus::Open { since: at("2026-01-01T00:00:00Z") },
        rights: Rights::new(EmergencyChoices { break_glass: true, regulation: true }),
        kin: Vec::new(),
        occupational_consent: false,
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
        ("closed, the doctor authorised", closed_record()),
        ("destroyed", destroyed_record()),
        ("absent", RecordFacts::absent()),
    ]
}

/// A request that lacks nothing.
pub fn request() -> Request {
    Request {
        asked_deprecated: false,
        asked_archived: false,
        about: None,
        consent: true,
        qualified_identity: true,
        identity_agrees: true,
        emergency_answers: true,
        contacts_stated: true,
    }
}

/// One case, ready to be changed in one point.
pub struct Scene {
    pub caller: Caller,
    pub purpose: Purpose,
    pub record: RecordFacts,
    pub document: Option<DocumentFacts>,
    pub request: Request,
    pub volume: Volume,
    pub now: Instant,
}

impl Scene {
    pub fn new(caller: Caller, record: RecordFacts) -> Self {
        Self {
            caller,
            purpose: Purpose::Normal,
            record,
            document: None,
            request: request(),
            volume: Volume::default(),
            now: now(),
        }
    }

    pub fn with(self, document: DocumentFacts) -> Self {
        Self { document: Some(document), ..self }
    }

    pub fn about(mut self, number: u32) -> Self {
        self.request.about = Some(ps(number));
        self
    }

    pub fn asking(mut self, change: impl FnOnce(&mut Request)) -> Self {
        change(&mut self.request);
        self
    }

    pub fn facts(&self) -> Facts<'_> {
        Facts {
            record: &self.record,
            document: self.document.as_ref(),
            request: &self.request,
            volume: self.volume,
        }
    }

    pub fn decide(&self, policy: &Policy, act: Act) -> Decision {
        policy.decide(&self.caller, act, &self.purpose, &self.facts(), self.now)
    }
}
