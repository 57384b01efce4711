//! Who asks: the doors, persons and houses the rules tell apart.

use model::{
    ActingFor, Agent, Caller, Delegation, DelegationKind, Door, Fact, Organisation, OrganisationKind, Person,
    Profession, ProfessionTable, Professional, RecordId, SessionId, Situation, Standing, Strength, Team,
};

use super::{at, house, ps, record_id, row};

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
