//! A node on a store of its own, the people of a history, and what every request to it must leave behind.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use model::*;
use policy::{Policy, ProfileName};
use record::upkeep::notices::{Message, Post, PostError};
use record::{Call, Disclosed, Failure, Parts, Records, Refusal, RefusalKind, Submission, Target};
use store::{Options, Store};
use vault::FileKeeper;

use crate::common::{counter, freed, hospital, ins, opening, organisation, payer, professional};
use crate::correct::{Elsewhere, Underway};
use crate::drawn::{History, Who};
use crate::expected::{Expected, Through};

/// What is wrong, in words.
pub type Checked<T = ()> = Result<T, String>;

pub const ADULT: &str = "284026311300112";
pub const CHILD: &str = "112056311300173";
/// Nobody's.
pub const NOWHERE: &str = "284026311300213";

pub struct MovedClock(AtomicI64);

impl Clock for MovedClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

struct SeededDice(AtomicU64);

impl Dice for SeededDice {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let made = (z ^ (z >> 31)).to_le_bytes();
            chunk.copy_from_slice(&made[..chunk.len()]);
        }
    }
}

/// Whoever is written to is reached.
pub struct Sent;

impl Post for Sent {
    fn send(&self, _: &Message) -> Result<(), PostError> {
        Ok(())
    }

    fn professional(&self, _: &PsIdNat) -> Option<record::rows::Contacts> {
        None
    }
}

/// What was given, and the line that must tell of it.
pub struct Told {
    /// None where the line came from another record: it stands under another.
    pub line: Option<u64>,
    pub request: RowId,
    pub documents: Vec<EntryId>,
}

/// What comes with the number of its line.
pub trait Lined {
    type Value;
    fn split(self) -> (Self::Value, u64);
}

impl<T> Lined for Disclosed<T> {
    type Value = T;

    fn split(self) -> (T, u64) {
        let line = self.line();
        (self.into_inner(), line)
    }
}

/// The line alone: for acts that give different things.
pub struct Done(u64);

impl Lined for Done {
    type Value = ();

    fn split(self) -> ((), u64) {
        ((), self.0)
    }
}

impl Done {
    pub fn of<T>(given: &Disclosed<T>) -> Self {
        Self(given.line())
    }
}

pub struct World {
    /// None only while it restarts.
    records: Option<Records>,
    clock: Arc<MovedClock>,
    dice: Arc<SeededDice>,
    folder: PathBuf,
    pub record: RecordId,
    pub target: Target,
    pub number: &'static str,
    pub mandate: Option<RowId>,
    pub tie: Option<RowId>,
    pub expected: Expected,
    pub told: Vec<Told>,
    /// The record documents go to and come from.
    pub other: Option<Elsewhere>,
    pub underway: Vec<Underway>,
    /// Documents left this record: lines about them are not told here.
    pub moved: bool,
    pub last_lot: Option<(Who, Submission, Vec<EntryId>)>,
    pub lots: usize,
    /// The line the next request to the record must get; none after what writes lines of its own.
    next_line: Option<u64>,
    /// Asked of the node so far.
    pub acts: u64,
}

impl World {
    pub fn new(folder: &Path, history: &History) -> Checked<Self> {
        let begins: Instant = history.begins.parse().unwrap();
        let clock = Arc::new(MovedClock(AtomicI64::new(begins.as_millis())));
        let dice = Arc::new(SeededDice(AtomicU64::new(history.seed ^ 0x5eed)));
        let records = start(folder, &clock, &dice)?;
        let number = if history.child { CHILD } else { ADULT };
        let mut asked = opening(number, "LACOMBE-TEST");
        if history.child {
            asked.traits.birth_date = "2012-05-04".parse().unwrap();
        }
        let call = |caller| Call::new(caller, RowId::random(&*dice));
        // an organisation's certificate makes no account: no password is stretched here
        let opened = records.open_record(&call(hospital()), &asked).map_err(told)?;
        let line = opened.line();
        let record = opened.into_inner().record;
        let expected = Expected {
            child: history.child,
            may_break_glass: true,
            may_regulate: true,
            ..Expected::default()
        };
        let mut world = Self {
            records: Some(records),
            clock,
            dice,
            folder: folder.to_owned(),
            record,
            target: Target::Ins(ins(number)),
            number,
            mandate: None,
            tie: None,
            expected,
            told: Vec::new(),
            other: None,
            underway: Vec::new(),
            moved: false,
            last_lot: None,
            lots: 0,
            next_line: Some(line + 1),
            acts: 1,
        };
        if history.child {
            let new = record::NewRepresentative {
                kind: MandateKind::ParentalAuthority,
                family: Name::new("LACOMBE-TEST").unwrap(),
                given: Name::new("Lou").unwrap(),
                from: None,
                until: None,
                acts: MandateActs::All,
                proved_by: "livret de famille".into(),
                email: None,
                phone: None,
                own: None,
                letter: record::Letter::Handed,
            };
            let target = world.target.clone();
            let added =
                world.ask(Who::Agent, |records, call| records.add_representative(call, &target, &new))?;
            let Ok((view, _)) = added else { return Err("the parent has no mandate".into()) };
            world.mandate = Some(view.mandate.id);
        }
        Ok(world)
    }

    pub fn records(&self) -> &Records {
        self.records.as_ref().expect("it runs")
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn advance(&self, minutes: i64) {
        self.clock.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    pub fn keeper_file(&self) -> PathBuf {
        self.folder.join("keys/keeper")
    }

    pub fn random_entry(&self) -> EntryId {
        EntryId::random(&*self.dice)
    }

    /// Dropped and opened again on the same folder.
    pub fn restart(&mut self) -> Checked {
        self.records = None;
        self.records = Some(start(&self.folder, &self.clock, &self.dice)?);
        Ok(())
    }

    pub fn verify(&mut self) -> Checked {
        let parts = parts(&self.folder, &self.clock, &self.dice, true);
        let report = record::verify(&parts, |_| {}).map_err(|fault| format!("verify: {fault}"))?;
        if report.faults.is_empty() { Ok(()) } else { Err(format!("verify finds {:?}", report.faults)) }
    }

    /// For a request whose line is not this record's, or is counted elsewhere.
    pub fn spare_call(&mut self, caller: Caller, through: Through) -> Call {
        self.acts += 1;
        Call { purpose: through.purpose(), ..Call::new(caller, RowId::random(&*self.dice)) }
    }

    pub fn forget_lines(&mut self) {
        self.next_line = None;
    }

    pub fn caller(&self, who: Who) -> Caller {
        let session = |caller: Caller| Caller { session: Some("session-1".parse().unwrap()), ..caller };
        let of = |number: u8, profession, specialty, house| {
            session(professional(&format!("310B0000002/{number}"), profession, specialty, house))
        };
        let acting = |mut caller: Caller, acting_for| {
            if let Fact::Proved(Person::Professional(it)) = &mut caller.person {
                it.acting_for = acting_for;
            }
            caller
        };
        match who {
            Who::Holder => Caller::holder(self.record),
            Who::OtherHolder => Caller::holder(RecordId::from_bytes([7; 16])),
            Who::Parent => {
                let mandate = self.mandate.unwrap_or(RowId::from_bytes([9; 16]));
                record::circle::AccountOf::Representative(mandate).caller(self.record)
            }
            Who::Carer => {
                let tie = self.tie.unwrap_or(RowId::from_bytes([8; 16]));
                record::circle::AccountOf::Relative(tie).caller(self.record)
            }
            Who::Doctor(which) => session(crate::common::doctor(which)),
            Who::HospitalDoctor => {
                let mut caller = of(1, "10", Some("SM26"), "10B0000001");
                caller.organisation = Fact::Proved(organisation("10B0000001", OrganisationKind::Hospital));
                caller
            }
            Who::Pharmacist => of(2, "21", None, "10B0000006"),
            Who::Occupational => {
                acting(of(3, "10", Some("SM26"), "10B0000007"), ActingFor::OccupationalHealth)
            }
            Who::Regulator => acting(of(4, "10", Some("SM26"), "10B0000008"), ActingFor::RegulationCentre),
            Who::Hospital => hospital(),
            Who::HospitalAtCare => Caller { door: Door::Care, ..hospital() },
            Who::Payer => payer(),
            Who::Agent => counter(),
        }
    }

    pub fn id(&self, who: Who) -> PsIdNat {
        self.caller(who).professional().map(|it| it.id.clone()).expect("a professional")
    }

    /// One request to the record: a fault is a failure, and its line is the next one, with no gap.
    pub fn ask<D: Lined>(
        &mut self,
        who: Who,
        act: impl FnOnce(&Records, &Call) -> Result<D, Failure>,
    ) -> Checked<Result<(D::Value, Told), Refusal>> {
        let caller = self.caller(who);
        self.ask_as(caller, Through::Care, act)
    }

    pub fn ask_as<D: Lined>(
        &mut self,
        caller: Caller,
        through: Through,
        act: impl FnOnce(&Records, &Call) -> Result<D, Failure>,
    ) -> Checked<Result<(D::Value, Told), Refusal>> {
        let call = self.spare_call(caller, through);
        let expected = self.next_line;
        self.next_line = expected.map(|line| line + 1);
        match act(self.records(), &call) {
            Ok(given) => {
                let (value, line) = given.split();
                if expected.is_some_and(|expected| expected != line) && !self.expected.destroyed {
                    return Err(format!("line {line} where {expected:?} is next"));
                }
                self.next_line = Some(line + 1);
                Ok(Ok((value, Told { line: Some(line), request: call.request, documents: Vec::new() })))
            }
            Err(Failure::Refused(no)) => match no.kind {
                RefusalKind::TooMany | RefusalKind::Busy => Err(format!("refused for {:?}", no.kind)),
                _ => Ok(Err(no)),
            },
            Err(Failure::Fault(fault)) => Err(format!("a fault: {fault}")),
        }
    }
}

/// What a refusal looks like from outside.
pub fn outside(no: &Refusal) -> (RefusalKind, &[record::Problem]) {
    (no.kind, &no.problems)
}

fn told(failure: Failure) -> String {
    format!("{failure:?}")
}

fn start(folder: &Path, clock: &Arc<MovedClock>, dice: &Arc<SeededDice>) -> Checked<Records> {
    Records::start(parts(folder, clock, dice, false)).map_err(told)
}

fn parts(folder: &Path, clock: &Arc<MovedClock>, dice: &Arc<SeededDice>, read_only: bool) -> Parts {
    let options = Options { data: folder.join("data"), keys: folder.join("keys") };
    let store = if read_only { Store::open_read_only(&options).unwrap() } else { freed(&options) };
    let file = options.keys.join("keeper");
    let keeper =
        if file.exists() { FileKeeper::open(&file) } else { FileKeeper::create(&file, &**dice) }.unwrap();
    let policy = Policy::builtin(ProfileName::Dmp2018).unwrap();
    Parts {
        store,
        keeper: Arc::new(keeper),
        clock: clock.clone(),
        dice: dice.clone(),
        policy: Arc::new(policy),
    }
}
