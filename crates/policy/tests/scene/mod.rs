//! The people, records and documents the tests of the rules speak of. Nobody here exists.
#![allow(dead_code, clippy::unwrap_used)]

use model::rights::{ClosingReason, EmergencyChoices};
use model::{
    Act, ActingFor, Agent, Attending, Authorisation, Block, Caller, CareDeclaration, Coding, Delegation,
    DelegationKind, Depositor, DocumentFacts, DocumentStatus, Door, Emergency, EntryId, Fact, Facts, Grantee,
    HeirPurpose, Instant, Mandate, MandateActs, MandateKind, Organisation, OrganisationKind, Person,
    Profession, ProfessionTable, Professional, PsIdNat, Purpose, RecordFacts, RecordId, RecordStatus,
    RecordedBy, ReplacementTold, Request, Rights, RowId, SessionId, Situation, Standing, Strength,
    StructIdNat, Team, Tie, TieKind, Visibility, Volume, Window,
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

pub const MOTHER: u8 = 3;
pub const FATHER: u8 = 4;
pub const GUARDIAN: u8 = 5;
pub const CURATOR: u8 = 6;
pub const TRUSTED: u8 = 7;
pub const CARER: u8 = 8;
pub const HELPER: u8 = 9;
pub const CARE_HOME: u32 = 502;
pub const SAMU: u32 = 503;

pub fn row(number: u8) -> RowId {
    RowId::from_bytes([number; 16])
}

/// Somebody who comes by the portal with two factors.
pub fn privately(person: Person) -> Caller {
    Caller { person: Fact::Proved(person), ..holder() }
}

pub fn representative(mandate: u8) -> Caller {
    privately(Person::Representative { record: record_id(), mandate: row(mandate) })
}

pub fn relative(tie: u8) -> Caller {
    privately(Person::Relative { record: record_id(), tie: row(tie) })
}

pub fn official(number: u32) -> Agent {
    Agent { id: ps(number), name: "Essai".into(), standing: Standing::Active }
}

pub fn administrator() -> Caller {
    Caller { person: Fact::Proved(Person::Administrator(official(97))), ..with_certificate(Door::Steer) }
}

pub fn reviewer() -> Caller {
    Caller { person: Fact::Proved(Person::Reviewer(official(96))), ..with_certificate(Door::Steer) }
}

pub fn session() -> Option<SessionId> {
    Some("5e55".parse().unwrap())
}

/// A doctor of a regulation centre, in their session.
pub fn regulator() -> Caller {
    let centre = |it: &mut Professional| it.acting_for = ActingFor::RegulationCentre;
    but(who(by(Door::Care, professional(74, "10")), centre), |it| it.session = session())
}

/// Acting for the doctor, as the directory proves it until 2027.
pub fn for_the_doctor(caller: Caller, kind: DelegationKind) -> Caller {
    let (from, until) = (at("2026-11-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    let delegation = Delegation::new(kind, professional(DOCTOR, "10"), from, until).unwrap();
    but(caller, |it| {
        it.delegator = Fact::Proved(ps(DOCTOR));
        it.situation.delegation = Some(delegation);
    })
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
    use DelegationKind as Kinds;
    let unit = unit();
    let in_unit = |caller: Caller| {
        but(caller, |it| {
            it.organisation = Fact::Proved(organisation(HOSPITAL, Kind::Hospital));
            it.situation.teams.push(unit.clone());
            it.situation.out_of_hours = true;
        })
    };
    let coordinating = but(by(Door::Care, professional(79, "10")), |it| {
        it.organisation = Fact::Proved(organisation(CARE_HOME, Kind::CareHome));
        it.situation.coordinating = true;
    });
    let in_hospital = |caller: Caller| {
        but(caller, |it| it.organisation = Fact::Proved(organisation(HOSPITAL, Kind::Hospital)))
    };
    vec![
        ("holder, two factors", holder()),
        ("holder, password alone", but(holder(), |it| it.strength = Strength::OneFactor)),
        ("holder of another record", Caller::holder(RecordId::from_bytes([2; 16]))),
        ("link of a notice", Caller::link(record_id())),
        ("mother (parental authority)", representative(MOTHER)),
        ("guardian, in personal matters", representative(GUARDIAN)),
        ("curator, with consent", representative(CURATOR)),
        ("trusted person", relative(TRUSTED)),
        ("carer, for reading", relative(CARER)),
        ("helper", relative(HELPER)),
        ("heir", privately(Person::Heir { record: record_id() })),
        ("person without a record", privately(Person::Applicant)),
        ("doctor", doctor()),
        ("doctor, in a session", but(doctor(), |it| it.session = session())),
        ("doctor in the hospital", in_hospital(doctor())),
        ("doctor of the hospital's unit", in_unit(by(Door::Care, professional(75, "10")))),
        (
            "doctor replacing the doctor",
            for_the_doctor(by(Door::Care, professional(76, "10")), Kinds::Replacement),
        ),
        (
            "nurse assisting the doctor",
            for_the_doctor(by(Door::Care, professional(77, "60")), Kinds::Assistant),
        ),
        (
            "student with the doctor",
            for_the_doctor(who(by(Door::Care, professional(78, "10")), student), Kinds::Student),
        ),
        ("coordinating doctor in the care home", coordinating),
        ("doctor of a regulation centre", regulator()),
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
        ("administrator", administrator()),
        ("reviewer of emergencies", reviewer()),
        ("the service", Caller::upkeep()),
        ("nobody", Caller::nobody(Door::Care)),
    ]
}

/// A unit of the hospital.
pub fn unit() -> Team {
    let house = organisation(HOSPITAL, OrganisationKind::Hospital);
    Team::of(&house, Some("MED-2".parse().unwrap())).unwrap()
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
    caller.situation = Situation::default();
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
        quality_proved: true,
        legitimate_reason: true,
        announced: true,
        minor_agreed: true,
        incapacity_attested: true,
        cannot_consent: true,
        immediate_risk: true,
        traits_match: true,
        heir_purpose: Some(HeirPurpose::OwnRights),
        second: Some(ps(98)),
        agreed: vec![row(MOTHER), row(FATHER)],
        informed: Some(at("2026-01-01T00:00:00Z")),
        opposed: Some(model::Opposed::Organisation(house(OTHER_HOSPITAL))),
        ..Request::default()
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
