//! Real facts for a case of the oracle. Every limit is put where it bites: the last instant that still counts,
//! and the first that does not.

use model::rights::{ClosingReason, EmergencyChoices};
use model::{
    Act, Attending, Authorisation, Block, Caller, CareDeclaration, DelegationKind, Disagreement,
    DocumentFacts, DocumentStatus, Emergency, Fact, Facts, Grantee, HeirPurpose, HeirRelease, Instant,
    Mandate, MandateActs, MandateKind, Marks, Opposed, Opposition, OrganisationKind, Person,
    Profession as Real, ProfessionTable, Professional, RecordFacts, RecordId, RecordStatus, RecordedBy,
    ReplacementTold, Request, Restriction, Rights, SignedForm, Standing, Team, Tie as RealTie, TieKind,
    Visibility, Volume, Window,
};
use policy::Policy;

use super::world::*;
use crate::scene;
use scene::{DOCTOR as ME, HOSPITAL, NURSE as ANOTHER, at, house, ps, row};

const PRINCIPAL: u32 = 11;
const COLLEAGUE: u32 = 12;

/// Everything a decision wants, owned.
pub struct Built {
    pub caller: Caller,
    pub purpose: model::Purpose,
    pub record: RecordFacts,
    pub document: Option<DocumentFacts>,
    pub request: Request,
    pub volume: Volume,
    pub now: Instant,
}

impl Built {
    pub fn decide(&self, policy: &Policy, act: Act) -> policy::Decision {
        let Built { caller, purpose, record, document, request, volume, now } = self;
        let facts = Facts { record, document: document.as_ref(), request, volume: *volume };
        policy.decide(caller, act, purpose, &facts, *now)
    }
}

/// The instants, and the documents' types, read once.
pub struct Maker {
    now: Instant,
    hidden_still: Instant,
    hidden_over: Instant,
    nearly_ten_years: Instant,
    ten_years: Instant,
    types: [model::Coding; 6],
}

fn moved(from: Instant, millis: i64) -> Instant {
    Instant::from_millis(from.as_millis() + millis)
}

const DAY: i64 = 86_400_000;

impl Maker {
    pub fn new() -> Self {
        let types = [
            scene::REPORT,
            "ATTEST-RESID",
            scene::VSM,
            scene::REIMBURSEMENT,
            scene::HOLDER_REPORT,
            scene::LOT_SIGNATURE,
        ];
        Self {
            now: at("2026-11-21T12:00:00+01:00"),
            hidden_still: at("2026-10-21T12:00:00.001+02:00"),
            hidden_over: at("2026-10-21T12:00:00+02:00"),
            nearly_ten_years: at("2016-11-21T12:00:00.001+01:00"),
            ten_years: at("2016-11-21T12:00:00+01:00"),
            types: types.map(scene::coding),
        }
    }

    pub fn make(&self, w: &World) -> Built {
        Built {
            caller: self.caller(w),
            purpose: match w.purpose {
                Purpose::Normal => model::Purpose::Normal,
                Purpose::BreakGlass => model::Purpose::BreakGlass { reason: "essai".into() },
                Purpose::BreakGlassBlank => model::Purpose::BreakGlass { reason: " \t".into() },
                Purpose::Regulation => model::Purpose::Regulation,
            },
            record: self.record(w),
            document: w.document.map(|it| self.document(&it)),
            request: self.request(w),
            volume: Volume { switched_off: w.over_budget, ..Volume::default() },
            now: self.now,
        }
    }

    fn caller(&self, w: &World) -> Caller {
        let standing = |active| if active { Standing::Active } else { Standing::Ended };
        let record = if w.own_record { scene::record_id() } else { RecordId::from_bytes([9; 16]) };
        let official = |number| model::Agent { standing: standing(w.active), ..scene::official(number) };
        let person = match w.who {
            Who::Nobody => None,
            Who::Professional => Some(Person::Professional(Professional {
                profession: match w.profession {
                    Profession::Doctor => Real::health("10"),
                    Profession::Nurse => Real::health("60"),
                    Profession::Social => Real { table: ProfessionTable::Social, code: "10".into() },
                    Profession::Student => Real { table: ProfessionTable::Training, code: "10".into() },
                },
                acting_for: w.acting,
                standing: standing(w.active),
                ..scene::professional(ME, "10")
            })),
            Who::Agent => Some(Person::Agent(official(scene::AGENT))),
            Who::Holder => Some(Person::Holder { record }),
            Who::Representative => Some(Person::Representative { record, mandate: row(scene::MOTHER) }),
            Who::Relative => Some(Person::Relative { record, tie: row(scene::CARER) }),
            Who::Heir => Some(Person::Heir { record }),
            Who::Applicant => Some(Person::Applicant),
            Who::Administrator => Some(Person::Administrator(official(scene::AGENT))),
            Who::Reviewer => Some(Person::Reviewer(official(scene::AGENT))),
        };
        let kind = match w.house {
            House::None => None,
            House::Hospital => Some(OrganisationKind::Hospital),
            House::CareHome => Some(OrganisationKind::CareHome),
            House::Payer => Some(OrganisationKind::Payer),
            House::Counter => Some(OrganisationKind::Counter),
            House::Ministry => Some(OrganisationKind::Ministry),
        };
        let number = if w.house == House::Hospital { HOSPITAL } else { 700 };
        let organisation = kind.map(|kind| model::Organisation {
            standing: standing(w.house_active),
            ..scene::organisation(number, kind)
        });
        let mut caller = Caller {
            strength: w.strength,
            person: person.map_or(Fact::Absent, Fact::Proved),
            organisation: organisation.map_or(Fact::Absent, Fact::Proved),
            session: if w.session { scene::session() } else { None },
            ..Caller::nobody(w.door)
        };
        caller.situation.coordinating = w.coordinating;
        caller.situation.out_of_hours = w.on_duty;
        if w.in_unit {
            caller.situation.teams = vec![scene::unit(), whole_hospital()];
        }
        let kind = match w.delegation {
            Delegation::None => return caller,
            Delegation::ReplacementTold | Delegation::ReplacementUntold => DelegationKind::Replacement,
            Delegation::Assistant => DelegationKind::Assistant,
            Delegation::Student | Delegation::StudentOver | Delegation::StudentUnnamed => {
                DelegationKind::Student
            }
        };
        let over = w.delegation == Delegation::StudentOver;
        let principal =
            Professional { standing: standing(w.principal_active), ..scene::professional(PRINCIPAL, "10") };
        let until = moved(self.now, i64::from(!over));
        caller.situation.delegation =
            model::Delegation::new(kind, principal, moved(self.now, -DAY), until).ok();
        if w.delegation != Delegation::StudentUnnamed {
            caller.delegator = Fact::Proved(ps(PRINCIPAL));
        }
        caller
    }

    fn record(&self, w: &World) -> RecordFacts {
        let now = self.now;
        let closed = |at, reason| RecordStatus::Closed { at, by: "essai".into(), reason };
        let status = match w.status {
            Status::Absent => RecordStatus::Absent,
            Status::Open => RecordStatus::Open { since: moved(now, -DAY) },
            Status::Closed => closed(self.nearly_ten_years, ClosingReason::Request),
            Status::ClosedTenYears => closed(self.ten_years, ClosingReason::Request),
            Status::Death => closed(moved(now, -DAY), ClosingReason::Death),
            Status::DeathInError => closed(moved(now, -DAY), ClosingReason::DeathInError),
            Status::Fraud => closed(moved(now, -DAY), ClosingReason::Fraud),
            Status::Destroyed => RecordStatus::Destroyed { at: moved(now, -DAY) },
        };
        let birth = match w.age {
            Age::Unknown => None,
            Age::Eight => Some("2018-05-05"),
            Age::EveOfFifteen => Some("2011-11-22"),
            Age::Fifteen => Some("2011-11-21"),
            Age::EveOfEighteen => Some("2008-11-22"),
            Age::Eighteen => Some("2008-11-21"),
            Age::Old => Some("1950-01-01"),
        };
        let mut record = RecordFacts {
            record: (w.status != Status::Absent).then(scene::record_id),
            status,
            rights: self.rights(w),
            kin: if w.kin { vec![ps(ME), ps(scene::AGENT)] } else { Vec::new() },
            occupational_consent: w.occupational,
            birth_date: birth.map(|it| it.parse().unwrap()),
            emancipated: w.emancipated.then_some(now),
            own_account: w.account.then_some(now),
            death_noticed: w.death_noticed.then_some(now),
            fraud_found: w.fraud_found.then_some(now),
            refused_heirs: w.refused_heirs,
            destruction_asked: w.destruction_asked.then_some(now),
            ..RecordFacts::absent()
        };
        if w.who == Who::Representative {
            self.family(w, &mut record);
        }
        if w.who == Who::Relative {
            let (from, until) = self.dates(w.tie_when);
            let trusted = |may_read, activated| TieKind::TrustedPerson { signed: true, may_read, activated };
            let kind = match w.tie {
                Tie::TrustedReads => trusted(true, Some(now)),
                Tie::TrustedNotBegun => trusted(true, Some(moved(now, 1))),
                Tie::TrustedNoReading => trusted(false, Some(now)),
                Tie::CarerReads => TieKind::Carer { acts: [Act::Search, Act::Consult].into() },
                Tie::CarerNothing => TieKind::Carer { acts: [].into() },
                Tie::Helper => TieKind::Helper,
            };
            record.ties.push(RealTie { id: row(scene::CARER), kind, from, until });
        }
        let until = if w.care == Care::Over { now } else { moved(now, 1) };
        let declared = |by, team| {
            vec![CareDeclaration { by: ps(by), team, since: moved(now, -DAY), until, ended: None }]
        };
        record.care = match w.care {
            Care::None => Vec::new(),
            Care::Own | Care::Over => declared(ME, None),
            Care::Principals => declared(PRINCIPAL, None),
            Care::Team => declared(COLLEAGUE, Some(scene::unit())),
            Care::WholeHospital => declared(COLLEAGUE, Some(whole_hospital())),
        };
        if w.delegation == Delegation::ReplacementTold {
            let told = ReplacementTold { replacement: ps(ME), replaced: ps(PRINCIPAL), told: now };
            record.replacements.push(told);
        }
        if w.window != Opened::None {
            record.windows.push(self.window(w));
        }
        record
    }

    fn window(&self, w: &World) -> Window {
        let mine = match w.purpose {
            Purpose::Regulation => Emergency::Regulation,
            _ => Emergency::BreakGlass,
        };
        let other = match mine {
            Emergency::Regulation => Emergency::BreakGlass,
            Emergency::BreakGlass => Emergency::Regulation,
        };
        let length = 120 * 60_000;
        Window {
            kind: if w.window == Opened::OtherKind { other } else { mine },
            person: ps(if w.window == Opened::OtherPerson { COLLEAGUE } else { ME }),
            session: match w.window {
                Opened::OtherSession => "07e4".parse().unwrap(),
                _ => scene::session().unwrap(),
            },
            opened: moved(self.now, if w.window == Opened::Over { -length } else { 1 - length }),
            ended: (w.window == Opened::LoggedOut).then_some(self.now),
        }
    }

    fn dates(&self, when: When) -> (Instant, Option<Instant>) {
        match when {
            When::Before => (moved(self.now, 1), None),
            When::In => (self.now, Some(moved(self.now, 1))),
            When::After => (moved(self.now, -DAY), Some(self.now)),
        }
    }

    fn family(&self, w: &World, record: &mut RecordFacts) {
        let now = self.now;
        let restriction = Restriction { since: now, until: None };
        let (from, until) = self.dates(w.mandate_when);
        let own = Mandate {
            kind: match w.mandate {
                Kind::Parent => MandateKind::ParentalAuthority,
                Kind::Guardian => MandateKind::Guardian,
                Kind::GuardianOfProperty => MandateKind::GuardianOfProperty,
                Kind::Curator => MandateKind::Curator,
                Kind::Family => MandateKind::FamilyAuthority,
            },
            from,
            until,
            acts: match w.permits {
                Permits::All => MandateActs::All,
                Permits::Reading => MandateActs::Only([Act::Search, Act::Consult].into()),
                Permits::Nothing => MandateActs::Only([].into()),
            },
            restrictions: if w.restricted { vec![restriction] } else { Vec::new() },
            consented: w.consented.then_some(now),
            ..scene::mandate(scene::MOTHER, MandateKind::ParentalAuthority)
        };
        record.mandates.push(own);
        if w.other != Other::None {
            let mut other = scene::mandate(scene::FATHER, MandateKind::ParentalAuthority);
            if w.other == Other::Restricted {
                other.restrictions.push(restriction);
            }
            record.mandates.push(other);
        }
        let by = if w.dispute == Dispute::Own { scene::MOTHER } else { scene::FATHER };
        if w.dispute != Dispute::None {
            let settled = (w.dispute == Dispute::Settled).then_some(now);
            record.disagreements.push(Disagreement { by: row(by), since: now, settled });
        }
    }

    fn rights(&self, w: &World) -> Rights {
        let now = self.now;
        let choices =
            EmergencyChoices { break_glass: w.break_glass_allowed, regulation: w.regulation_allowed };
        let mut rights = Rights::new(choices);
        let authorisation =
            |to| Authorisation { to, from: now, until: moved(now, 1), by: RecordedBy::Holder, revoked: None };
        let me = || authorisation(Grantee::Person(ps(ME)));
        match w.right {
            Right::None => {}
            Right::Person => rights.authorisations.push(me()),
            Right::House => rights.authorisations.push(authorisation(Grantee::Organisation(house(HOSPITAL)))),
            Right::Over => {
                rights.authorisations.push(Authorisation { from: moved(now, -DAY), until: now, ..me() });
            }
            Right::NotYet => {
                let (from, until) = (moved(now, 1), moved(now, DAY));
                rights.authorisations.push(Authorisation { from, until, ..me() });
            }
            Right::Revoked => rights.authorisations.push(Authorisation { revoked: Some(now), ..me() }),
        }
        if w.principal_authorised {
            rights.authorisations.push(authorisation(Grantee::Person(ps(PRINCIPAL))));
        }
        let attending = |number, confirmed, ended| Attending {
            person: ps(number),
            declared: moved(now, -DAY),
            by: RecordedBy::Holder,
            confirmed,
            ended,
        };
        match w.attends {
            Attends::No => {}
            Attends::Pending => rights.attending.push(attending(ME, None, None)),
            Attends::Yes => rights.attending.push(attending(ME, Some(now), None)),
            Attends::Ended => rights.attending.push(attending(ME, Some(moved(now, -DAY)), Some(now))),
        }
        if w.principal_attends {
            rights.attending.push(attending(PRINCIPAL, Some(now), None));
        }
        let block = |number, by, lifted| Block { person: ps(number), since: now, by, lifted };
        for (blocked, number) in [(w.blocked, ME), (w.principal_blocked, PRINCIPAL)] {
            if blocked {
                rights.blocks.push(block(number, RecordedBy::Holder, None));
            }
        }
        let by = |number| RecordedBy::Representative(row(number));
        match w.about_blocked {
            BlockOf::None => {}
            BlockOf::Holders => rights.blocks.push(block(ANOTHER, RecordedBy::Holder, None)),
            BlockOf::Own => rights.blocks.push(block(ANOTHER, by(scene::MOTHER), None)),
            BlockOf::Others => rights.blocks.push(block(ANOTHER, by(scene::FATHER), None)),
            BlockOf::OthersLifted => rights
                .blocks
                .push(Block { since: moved(now, -DAY), ..block(ANOTHER, by(scene::FATHER), Some(now)) }),
        }
        if w.same_reading {
            rights.same_reading.push(ps(ME));
        }
        let opposed = match w.against {
            Against::None => return rights,
            Against::Lifted | Against::Professional => Opposed::Professional(ps(ME)),
            Against::House => Opposed::Organisation(house(HOSPITAL)),
            Against::Type => Opposed::Type(self.types[0].clone()),
            Against::OtherType => Opposed::Type(self.types[2].clone()),
        };
        let lifted = (w.against == Against::Lifted).then_some(now);
        rights.oppositions.push(Opposition {
            to: opposed,
            since: now,
            by: RecordedBy::Holder,
            reason: None,
            lifted,
        });
        rights
    }

    fn document(&self, d: &Document) -> DocumentFacts {
        let type_code = self.types[d.kind as usize].clone();
        let depositor = |organisation: Option<u32>, person: Option<u32>, holder| model::Depositor {
            organisation: organisation.map(house),
            person: person.map(ps),
            holder,
        };
        DocumentFacts {
            class: model::code::class_of(&type_code),
            type_code,
            status: match d.state {
                State::Approved => DocumentStatus::Approved,
                State::Deprecated => scene::deprecated(),
                State::Archived => DocumentStatus::Archived { at: self.now },
                State::Deleted => DocumentStatus::Deleted { at: moved(self.now, 1 - 30 * DAY) },
                State::DeletedLongAgo => DocumentStatus::Deleted { at: moved(self.now, -30 * DAY) },
            },
            visibility: Visibility {
                masked: d.masked,
                hidden_from_holder: d.hidden != Hidden::No,
                hidden_from_representatives: d.secret,
            },
            depositor: match d.by {
                Depositor::Other => depositor(Some(scene::OTHER_HOSPITAL), None, false),
                Depositor::Me => depositor(None, Some(ME), false),
                Depositor::MyHouse => depositor(Some(HOSPITAL), None, false),
                Depositor::MeInMyHouse => depositor(Some(HOSPITAL), Some(ME), false),
                Depositor::ColleagueInMyHouse => depositor(Some(HOSPITAL), Some(COLLEAGUE), false),
                Depositor::Holder => depositor(None, None, true),
            },
            deposited: if d.hidden == Hidden::Still { self.hidden_still } else { self.hidden_over },
            marks: Marks { opposed: d.opposed, reveals_hidden: d.reveals, minors_own: d.minors_own },
        }
    }

    fn request(&self, w: &World) -> Request {
        let now = self.now;
        Request {
            asked_deprecated: w.asked_deprecated,
            asked_archived: w.asked_archived,
            about: match w.about {
                About::Nobody => None,
                About::Me => Some(ps(ME)),
                About::Other => Some(ps(ANOTHER)),
            },
            consent: w.consent,
            by_representative: w.by_representative,
            quality_proved: w.quality,
            qualified_identity: w.identity,
            identity_agrees: w.agrees,
            emergency_answers: w.answers,
            contacts_stated: w.contacts,
            informed: match w.informed {
                Since::None => None,
                Since::Lately => Some(moved(now, 1 - 42 * DAY)),
                Since::LongAgo => Some(moved(now, -42 * DAY)),
            },
            opposed_opening: w.opposed_opening,
            cannot_consent: w.cannot,
            immediate_risk: w.risk,
            traits_match: w.traits,
            opposed: match w.opposes {
                Opposes::None => None,
                Opposes::Document => {
                    Some(Opposed::Document(model::UniqueId::from_root("1.2.3.4", None).unwrap()))
                }
                Opposes::Professional => Some(Opposed::Professional(ps(ME))),
                Opposes::House => Some(Opposed::Organisation(house(HOSPITAL))),
                Opposes::Type => Some(Opposed::Type(self.types[0].clone())),
            },
            legitimate_reason: w.reason,
            announced: w.announced,
            minor_agreed: w.minor_agreed,
            incapacity_attested: w.incapacity,
            agreed: if w.agreed { vec![row(scene::FATHER)] } else { Vec::new() },
            form: match w.form {
                Form::None => None,
                Form::Plain => Some(SignedForm::Plain),
                Form::WithCode => Some(SignedForm::WithCode),
            },
            heir_purpose: w.heir_purpose.then_some(HeirPurpose::CauseOfDeath),
            heir_release: {
                let (me, other) = (ps(scene::AGENT), ps(98));
                let by = match w.released {
                    Released::No => None,
                    Released::ByMe => Some([me, other]),
                    Released::AfterMe => Some([other, me]),
                    Released::ByOthers => Some([other, ps(97)]),
                };
                let at = match w.released_when {
                    When::Before => moved(now, 1),
                    When::In => moved(now, -30 * DAY + 1),
                    When::After => moved(now, -30 * DAY),
                };
                by.map(|by| HeirRelease { at, by, copies: if w.copies_left { 2 } else { 3 } })
            },
            second: match w.second {
                Second::None => None,
                Second::Oneself => Some(ps(scene::AGENT)),
                Second::Another => Some(ps(98)),
            },
            back_to: match w.back {
                Since::None => None,
                Since::Lately => Some(moved(now, -32 * DAY)),
                Since::LongAgo => Some(moved(now, -32 * DAY - 1)),
            },
        }
    }
}

/// What a directory must never say, and what must give nothing if it does.
fn whole_hospital() -> Team {
    Team { house: house(HOSPITAL), unit: None }
}
