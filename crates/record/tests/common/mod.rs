//! A whole node in a temporary folder: real store, real keeper, a still clock, seeded dice.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use model::code::{FALLBACK_FORMAT, TRE_A06};
use model::*;
use policy::{Policy, ProfileName};
use record::upkeep::notices::{Message, Post, PostError};
use record::{Call, Letter, NewDocument, NewRepresentative, OpenRequest, Parts, Records, Submission, Target};
use store::{Options, Store};
use vault::FileKeeper;

pub struct StillClock(AtomicI64);

impl StillClock {
    fn new() -> Self {
        Self(AtomicI64::new("2026-11-23T09:00:00Z".parse::<Instant>().unwrap().as_millis()))
    }
}

impl Clock for StillClock {
    fn now(&self) -> Instant {
        if let Some(left) = LOOKS_LEFT.get() {
            LOOKS_LEFT.set(left.checked_sub(1));
            if left == 0 {
                std::panic::resume_unwind(Box::new(Ended));
            }
        }
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

thread_local! { static LOOKS_LEFT: Cell<Option<u32>> = const { Cell::new(None) }; }
struct Ended;

/// None where it was ended, as a process ends, when it looked at the clock for the time after so many: before each
/// commit, and so after the one before.
pub fn ended_after<T>(looks: u32, act: impl FnOnce() -> T) -> Option<T> {
    LOOKS_LEFT.set(Some(looks));
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
    LOOKS_LEFT.set(None);
    done.map_err(|why| {
        if !why.is::<Ended>() {
            std::panic::resume_unwind(why)
        }
    })
    .ok()
}

/// Unlike the real ones in that they can be thrown again.
pub struct Seeded(AtomicU64);

impl Dice for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let seed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed >> 56) as u8 ^ (mixed >> 17) as u8;
        }
    }
}

#[derive(Default)]
pub struct Outbox(pub Mutex<Vec<Message>>);

impl Post for Outbox {
    fn send(&self, message: &Message) -> Result<(), PostError> {
        self.0.lock().unwrap().push(message.clone());
        Ok(())
    }

    fn professional(&self, id: &PsIdNat) -> Option<record::rows::Contacts> {
        Some(record::rows::Contacts { email: Some(format!("{id}@example.org")), ..Default::default() })
    }
}

pub struct Node {
    pub records: Records,
    pub clock: Arc<StillClock>,
    pub dice: Arc<Seeded>,
    pub folder: PathBuf,
    _kept: Option<tempfile::TempDir>,
}

impl Node {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut node = Self::at(folder.path().to_owned(), 1);
        node._kept = Some(folder);
        node
    }

    pub fn at(folder: PathBuf, seed: u64) -> Self {
        Self::try_at(folder, seed).expect("the node starts")
    }

    /// A node that decides by another profile than the ordinary one.
    pub fn with_policy(policy: Policy) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut node = Self::try_with(folder.path().to_owned(), 1, policy).expect("the node starts");
        node._kept = Some(folder);
        node
    }

    /// So many nodes on one store, each with a memory of its own; the first keeps the folder.
    pub fn several(many: usize) -> Vec<Self> {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(StillClock::new());
        let dice = Arc::new(Seeded(AtomicU64::new(1)));
        let shared = parts(folder.path(), clock.clone(), dice.clone(), false);
        let start = |_| Self {
            records: Records::start(shared.clone()).expect("the node starts"),
            clock: clock.clone(),
            dice: dice.clone(),
            folder: folder.path().to_owned(),
            _kept: None,
        };
        let mut nodes: Vec<Self> = (0..many).map(start).collect();
        nodes[0]._kept = Some(folder);
        nodes
    }

    pub fn try_at(folder: PathBuf, seed: u64) -> Result<Self, record::Failure> {
        Self::try_with(folder, seed, Policy::builtin(ProfileName::Dmp2018).unwrap())
    }

    pub fn try_with(folder: PathBuf, seed: u64, policy: Policy) -> Result<Self, record::Failure> {
        let clock = Arc::new(StillClock::new());
        let dice = Arc::new(Seeded(AtomicU64::new(seed.wrapping_mul(0x1234_5678_9abc_def1))));
        let mut parts = parts(&folder, clock.clone(), dice.clone(), false);
        parts.policy = Arc::new(policy);
        let records = Records::start(parts)?;
        Ok(Self { records, clock, dice, folder, _kept: None })
    }

    pub fn advance(&self, by: SignedDuration) {
        self.clock.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub fn verify(&self) -> record::Report {
        verify(&self.folder)
    }

    pub fn call(&self, caller: Caller) -> Call {
        Call::new(caller, RowId::random(&*self.dice))
    }
}

pub fn verify(folder: &std::path::Path) -> record::Report {
    let clock = Arc::new(StillClock(AtomicI64::new(0)));
    let dice = Arc::new(Seeded(AtomicU64::new(7)));
    record::verify(&parts(folder, clock, dice, true), |_| {}).unwrap()
}

pub fn parts(folder: &std::path::Path, clock: Arc<StillClock>, dice: Arc<Seeded>, read_only: bool) -> Parts {
    let options = Options { data: folder.join("data"), keys: folder.join("keys") };
    let store = if read_only { Store::open_read_only(&options).unwrap() } else { freed(&options) };
    let file = options.keys.join("keeper");
    let keeper =
        if file.exists() { FileKeeper::open(&file) } else { FileKeeper::create(&file, &*dice) }.unwrap();
    Parts {
        store,
        keeper: Arc::new(keeper),
        clock,
        dice,
        policy: Arc::new(Policy::builtin(ProfileName::Dmp2018).unwrap()),
    }
}

/// What was kept open holds the store until its line's word was given, a moment after it is heard.
pub fn freed(options: &Options) -> Store {
    for _ in 0..1000 {
        match Store::open(options) {
            Err(store::OpenError::InUse { .. }) => std::thread::sleep(std::time::Duration::from_millis(1)),
            opened => return opened.unwrap(),
        }
    }
    panic!("the store is never let go")
}

pub fn organisation(id: &str, kind: OrganisationKind) -> Organisation {
    Organisation { id: id.parse().unwrap(), name: "Maison fictive".into(), kind, standing: Standing::Active }
}

pub fn hospital() -> Caller {
    Caller {
        strength: Strength::Certificate,
        organisation: Fact::Proved(organisation("10B0000001", OrganisationKind::Hospital)),
        ..Caller::nobody(Door::Feed)
    }
}

pub fn payer() -> Caller {
    Caller {
        strength: Strength::Certificate,
        organisation: Fact::Proved(organisation("10B0000009", OrganisationKind::Payer)),
        ..Caller::nobody(Door::Feed)
    }
}

pub const DOCTORS: [&str; 3] = ["899700366240", "899900063480", "899700024450"];

pub fn doctor(which: usize) -> Caller {
    professional(DOCTORS[which], "10", Some("SM26"), ["10B0000002", "10B0000003", "10B0000004"][which])
}

pub fn professional(id: &str, profession: &str, specialty: Option<&str>, house: &str) -> Caller {
    Caller {
        strength: Strength::Certificate,
        person: Fact::Proved(Person::Professional(Professional {
            id: id.parse().unwrap(),
            name: "Dr Fictif".into(),
            profession: Profession::health(profession),
            specialty: specialty.map(str::to_owned),
            acting_for: ActingFor::Care,
            standing: Standing::Active,
        })),
        organisation: Fact::Proved(organisation(house, OrganisationKind::Practice)),
        ..Caller::nobody(Door::Care)
    }
}

/// The same person at the feed door.
pub fn feeding(caller: &Caller) -> Caller {
    Caller { door: Door::Feed, ..caller.clone() }
}

pub fn ins(number: &str) -> Ins {
    Ins::new(InsAuthority::Test, number).unwrap()
}

pub fn opening(number: &str, family: &str) -> OpenRequest {
    OpenRequest {
        ins: ins(number),
        traits: Traits {
            birth_name: Name::new(family).unwrap(),
            first_given: Name::new("Zélie").unwrap(),
            given_names: vec![Name::new("Zélie").unwrap(), Name::new("Ambre").unwrap()],
            used_name: None,
            used_given: None,
            birth_date: "1984-02-29".parse().unwrap(),
            sex: Sex::Female,
            birth_place: BirthPlace::new("63113").unwrap(),
        },
        qualified: true,
        consent: true,
        break_glass: Some(true),
        regulation: Some(true),
        channel: "accueil".into(),
        email: Some("zelie@example.org".into()),
        phone: None,
        address: Vec::new(),
        login: None,
        kin: Vec::new(),
        representative: None,
        letter: record::Letter::Posted,
    }
}

pub const PATIENT: &str = "284026311300112";

pub fn coding(system: &str, code: &str) -> Coding {
    Coding::new(system, code, None).unwrap()
}

pub fn text_document(unique: &str, content: &[u8]) -> NewDocument {
    use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, content);
    NewDocument {
        description: Description {
            unique_id: UniqueId::from_urn(&format!("urn:oid:{unique}")).unwrap(),
            identifiers: Vec::new(),
            type_code: coding("http://loinc.org", "11488-4"),
            format: coding(TRE_A06, FALLBACK_FORMAT),
            mime_type: "text/plain".into(),
            language: "fr-FR".into(),
            title: "Titre très reconnaissable".into(),
            comments: None,
            confidentiality: Confidentiality::Normal,
            created: "2026-11-20T10:00:00Z".parse().unwrap(),
            service_start: "2026-11-20T09:00:00Z".parse().unwrap(),
            service_stop: None,
            facility_type: coding("1.2.250.1.71.4.2.4", "SA01"),
            practice_setting: coding("1.2.250.1.213.1.1.4.9", "ETABLISSEMENT"),
            events: Vec::new(),
            authors: vec![Author::default()],
            authenticator: None,
            custodian: None,
            source_patient: SourcePatient::default(),
            references: Vec::new(),
            hash: hash.as_ref().try_into().unwrap(),
            size: content.len() as u64,
        },
        visibility: Visibility::default(),
        category: None,
        relates: Vec::new(),
        content: content.to_vec().into(),
        said: SaidTraits::default(),
        author_organisations: Vec::new(),
        element: "Bundle.entry[1].resource".into(),
    }
}

pub fn lot(number: &str, set: &str, documents: Vec<NewDocument>) -> Submission {
    Submission {
        ins: ins(number),
        said: SaidTraits::default(),
        record: None,
        unique_id: Some(UniqueId::from_urn(&format!("urn:oid:{set}")).unwrap()),
        source_id: UniqueId::from_urn("urn:oid:1.2.250.1.999").unwrap(),
        content_type: coding("1.2.250.1.213.2.2", "04"),
        title: None,
        comments: None,
        submitted: "2026-11-20T10:00:00Z".parse().unwrap(),
        author: Author::default(),
        recipients: Vec::new(),
        documents,
        digest: set.to_owned(),
    }
}

/// A node with one open record, and one text document in it.
pub struct Fed {
    pub node: Node,
    pub record: RecordId,
    pub document: EntryId,
    pub target: Target,
}

pub const CONTENT: &[u8] = b"Compte rendu tres reconnaissable.";

pub fn fed() -> Fed {
    let node = Node::new();
    let request = opening(PATIENT, "LACOMBE-TEST");
    let record = node.records.open_record(&node.call(doctor(2)), &request).unwrap().into_inner().record;
    let lot = lot(PATIENT, "1.2.250.1.999.1", vec![text_document("1.2.250.1.999.1.1", CONTENT)]);
    let fed = node.records.feed(&node.call(hospital()), &lot).unwrap().into_inner();
    Fed { record, document: fed.documents[0], target: Target::Ins(ins(PATIENT)), node }
}

pub fn read(node: &Node, caller: Caller, record: RecordId, id: EntryId) -> Result<Vec<u8>, record::Failure> {
    let mut document = node.records.consult(&node.call(caller), record, id)?.into_inner();
    let mut bytes = Vec::new();
    while let Some(chunk) = document.next_chunk()? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// What is ours to answer for: neither allowed nor refused.
pub fn faulty(result: Result<impl Sized, record::Failure>) -> record::Fault {
    match result {
        Err(record::Failure::Fault(fault)) => fault,
        Err(record::Failure::Refused(refusal)) => panic!("refused: {:?}", refusal.kind),
        Ok(_) => panic!("it was served"),
    }
}

pub fn refused(result: Result<impl Sized, record::Failure>) -> record::Refusal {
    match result {
        Err(record::Failure::Refused(refusal)) => refusal,
        Err(record::Failure::Fault(fault)) => panic!("a fault: {fault}"),
        Ok(_) => panic!("it was allowed"),
    }
}

/// Every document a caller finds, replaced and archived ones included.
pub fn found(node: &Node, caller: Caller, target: &Target) -> Vec<DocumentEntry> {
    let asked = record::Asked { deprecated: true, archived: true };
    let found = node.records.search(&node.call(caller), target, asked, |_, _| true);
    found.unwrap_or_else(|failure| panic!("{failure:?}")).into_inner().entries
}

/// The trace as a caller may read it, the oldest line first.
pub fn trace(node: &Node, caller: Caller, record: RecordId) -> Vec<record::account::TraceEntry> {
    let seen = node.records.history(&node.call(caller), record, None, 1000);
    let mut lines = seen.unwrap_or_else(|failure| panic!("{failure:?}")).into_inner().lines;
    lines.reverse();
    lines
}

/// A PsIdNat of a doctor of [`DOCTORS`].
pub fn id_of(which: usize) -> PsIdNat {
    DOCTORS[which].parse().unwrap()
}

pub fn grantee(which: usize) -> Grantee {
    Grantee::Person(id_of(which))
}

pub fn authorise_self(node: &Node, target: &Target, which: usize) {
    node.records.authorise(&node.call(doctor(which)), target, &grantee(which)).unwrap();
}

/// Bytes that do not repeat, of printable text, so that a large file is one that opens.
pub fn long_text(length: usize) -> Vec<u8> {
    let mut state = 7_u64;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b'a' + ((state >> 40) % 26) as u8
    })
    .take(length)
    .collect()
}

/// The login and the temporary password, as the letter gives them.
pub fn secrets(messages: &[Message]) -> (String, String) {
    let letter = messages.iter().find(|it| it.text.contains("Identifiant")).expect("a letter");
    let text = &letter.text;
    let after = |label: &str| {
        let (_, rest) = text.split_once(label).unwrap();
        rest.lines().next().unwrap().trim().to_owned()
    };
    (after("Identifiant :"), after("Mot de passe temporaire :"))
}

/// Sends what is due and gives back the messages.
pub fn sent(node: &Node) -> Vec<Message> {
    let outbox = Outbox::default();
    node.records.send_notices(&outbox).unwrap();
    outbox.0.into_inner().unwrap()
}

/// An agent at a counter, by certificate.
pub fn counter() -> Caller {
    Caller {
        strength: Strength::Certificate,
        person: Fact::Proved(Person::Agent(Agent {
            id: "310B0000005/7".parse().unwrap(),
            name: "Agent Fictif".into(),
            standing: Standing::Active,
        })),
        organisation: Fact::Proved(organisation("10B0000005", OrganisationKind::Counter)),
        ..Caller::nobody(Door::Care)
    }
}

/// One of several at the counter.
pub fn agent(which: usize) -> Caller {
    Caller {
        person: Fact::Proved(Person::Agent(Agent {
            id: DOCTORS[which].parse().unwrap(),
            name: "Agent Fictif".into(),
            standing: Standing::Active,
        })),
        ..counter()
    }
}

/// A parent of the child LACOMBE-TEST, as a counter records one.
pub fn parent(name: &str, letter: Letter) -> NewRepresentative {
    NewRepresentative {
        kind: MandateKind::ParentalAuthority,
        family: Name::new("LACOMBE-TEST").unwrap(),
        given: Name::new(name).unwrap(),
        from: None,
        until: None,
        acts: MandateActs::All,
        proved_by: "livret de famille".into(),
        email: Some(format!("{name}@example.org").to_lowercase()),
        phone: None,
        own: None,
        letter,
    }
}
