//! A record kept open (ADR 8) outlives nothing that permits: what ends a right acts on the very next request, of the
//! node that was told and of every other on the same store, however that request is made.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::mpsc;

use common::*;
use jiff::SignedDuration;
use model::*;
use record::circle::{AccessNotices, AccountOf, Preferences};
use record::{
    Asked, Call, Disclosed, EmergencyRequest, InSight, Letter, List, MandateChange, NewClose,
    NewRepresentative, NewTie, Picked, ReasonCategory, Switch, Target,
};

/// A reading of the one document there is.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Way {
    List,
    ListKept,
    /// Sets, and documents by their unique ids, as XDS asks for them.
    Sets,
    Retrieve,
    Entry,
    Consult,
    ConsultThen,
}

/// Each is the way of a node of its own, so that each finds the record kept open.
const WAYS: [Way; 8] = [
    Way::ListKept,
    Way::List,
    Way::ListKept,
    Way::Sets,
    Way::Retrieve,
    Way::Entry,
    Way::Consult,
    Way::ConsultThen,
];

struct Scene {
    nodes: Vec<Node>,
    record: RecordId,
    document: EntryId,
    target: Target,
}

/// Somebody who reads, and why they say they may.
struct Reader(Caller, Purpose);

fn ordinary(caller: Caller) -> Reader {
    Reader(caller, Purpose::Normal)
}

impl Scene {
    fn new() -> Self {
        Self::born("1984-02-29")
    }

    fn born(day: &str) -> Self {
        let nodes = Node::several(WAYS.len());
        let mut asked = opening(PATIENT, "LACOMBE-TEST");
        asked.traits.birth_date = day.parse().unwrap();
        let node = &nodes[0];
        let record = node.records.open_record(&node.call(doctor(2)), &asked).unwrap().into_inner().record;
        let mut scene =
            Self { document: EntryId::from_bytes([0; 16]), target: Target::Ins(ins(PATIENT)), record, nodes };
        scene.document = scene.fed(1, Visibility::default());
        scene
    }

    fn fed(&self, number: u32, visibility: Visibility) -> EntryId {
        let node = &self.nodes[0];
        let name = format!("1.2.250.1.999.{number}");
        let mut document = text_document(&format!("{name}.1"), CONTENT);
        document.visibility = visibility;
        let lot = lot(PATIENT, &name, vec![document]);
        node.records.feed(&node.call(hospital()), &lot).unwrap().into_inner().documents[0]
    }

    /// Where the acts are done.
    fn here(&self) -> &Node {
        &self.nodes[0]
    }

    fn holder(&self) -> Call {
        self.here().call(Caller::holder(self.record))
    }

    fn advance(&self, by: SignedDuration) {
        self.here().advance(by);
    }

    /// How many documents this node gives to this way of asking; a fault is none.
    fn given(&self, which: usize, way: Way, Reader(caller, purpose): &Reader) -> usize {
        let node = &self.nodes[which];
        let call = Call { purpose: purpose.clone(), ..node.call(caller.clone()) };
        let (records, asked) = (&node.records, Asked::default());
        let listed = |list: Disclosed<List>| list.get().documents.len();
        let (tell, told) = mpsc::channel();
        let given = match way {
            Way::List => records.list(&call, &self.target, asked, |_, _| Ok(true)).map(listed),
            Way::Entry => records.read_entry(&call, self.record, self.document).map(|_| 1),
            Way::Sets => {
                let all = |_: &InSight<'_>| Picked { documents: vec![self.document] };
                let found = records.look_up(&call, &self.target, asked, true, all, |it| it.sets.len());
                found.map(Disclosed::into_inner)
            }
            Way::Retrieve => {
                let id = UniqueId::from_urn("urn:oid:1.2.250.1.999.1.1").unwrap();
                let ids = [id.clone(), id];
                let found = records.retrieve(&call, &ins(PATIENT), &ids);
                found.map(|it| it.into_inner().iter().flatten().count() / 2)
            }
            Way::Consult => records.consult(&call, self.record, self.document).map(|_| 1),
            Way::ListKept => {
                let tell = move |it: Option<Result<_, _>>| {
                    let _ = tell.send(it.map(|it| it.map(listed)));
                };
                records.list_kept(&call, &self.target, asked, |_, _| Ok(true), tell);
                told.recv().ok().flatten().unwrap_or(Ok(0))
            }
            Way::ConsultThen => {
                let tell = move |it: Option<Result<_, _>>| {
                    let _ = tell.send(it.map(|it| it.map(|_| 1)));
                };
                records.consult_then(&call, self.record, self.document, tell);
                told.recv().ok().flatten().unwrap_or(Ok(0))
            }
        };
        given.unwrap_or_default()
    }

    /// Every node has the record open for this reader, who is given so many documents.
    #[track_caller]
    fn opened(&self, reader: &Reader, many: usize) {
        for _ in 0..2 {
            for node in 0..self.nodes.len() {
                assert_eq!(self.given(node, Way::List, reader), many, "{node}");
                assert_eq!(self.given(node, Way::Sets, reader), many, "{node}");
            }
        }
        for node in 0..self.nodes.len() {
            assert_eq!(self.given(node, Way::ListKept, reader), many, "{node} has it open");
        }
    }

    #[track_caller]
    fn shut(&self, reader: &Reader) {
        for (node, way) in WAYS.into_iter().enumerate() {
            assert_eq!(self.given(node, way, reader), 0, "{node} gives by {way:?}");
        }
    }

    /// Open to this reader until `ends` is done.
    #[track_caller]
    fn until(&self, reader: &Reader, ends: impl FnOnce(&Self)) {
        self.opened(reader, 1);
        ends(self);
        self.shut(reader);
    }

    fn authorised(&self) -> Reader {
        authorise_self(self.here(), &self.target, 0);
        ordinary(doctor(0))
    }

    fn representative(&self, kind: MandateKind) -> RowId {
        let new = NewRepresentative {
            kind,
            family: Name::new("LACOMBE-TEST").unwrap(),
            given: Name::new("Lou").unwrap(),
            from: None,
            until: None,
            acts: MandateActs::All,
            proved_by: "livret de famille".into(),
            email: Some("lou@example.org".into()),
            phone: None,
            own: None,
            letter: Letter::Posted,
        };
        let node = self.here();
        let view = node.records.add_representative(&node.call(counter()), &self.target, &new).unwrap();
        view.get().mandate.id
    }

    fn change_mandate(&self, mandate: RowId, what: &MandateChange) {
        let (records, call) = (&self.here().records, self.here().call(counter()));
        records.change_representative(&call, &self.target, mandate, what, "jugement").unwrap();
    }

    fn as_representative(&self, mandate: RowId) -> Reader {
        ordinary(AccountOf::Representative(mandate).caller(self.record))
    }

    fn glass(&self) -> Reader {
        let asked = EmergencyRequest {
            ins: ins(PATIENT),
            family: "LACOMBE TEST".into(),
            given: "Zélie".into(),
            birth_date: "1984-02-29".parse().unwrap(),
            reason: "trouvée inconsciente".into(),
            category: ReasonCategory::Unconscious,
            cannot_consent: true,
            immediate_risk: true,
        };
        let caller = Caller { session: Some("session-1".parse().unwrap()), ..doctor(0) };
        self.here().records.break_glass(&self.here().call(caller.clone()), &asked).unwrap();
        Reader(caller, Purpose::BreakGlass { reason: String::new() })
    }
}

#[test]
fn a_right_that_is_taken_back() {
    let (node, doctor_s) = (|scene: &Scene| scene.here().records.clone(), id_of(0));
    let scene = Scene::new();
    let reader = scene.authorised();
    scene.until(&reader, |it| drop(node(it).revoke(&it.holder(), &it.target, &grantee(0)).unwrap()));
    let reader = scene.authorised();
    scene.until(&reader, |it| drop(node(it).block(&it.holder(), &it.target, &doctor_s).unwrap()));
    let scene = Scene::new();
    let reader = scene.authorised();
    scene.until(&reader, |it| drop(node(it).mask(&it.holder(), it.record, it.document).unwrap()));
}

#[test]
fn a_document_that_goes() {
    for recalled in [false, true] {
        let scene = Scene::new();
        let reader = scene.authorised();
        scene.until(&reader, |it| {
            let (records, call) = (&it.here().records, it.here().call(hospital()));
            let gone = if recalled {
                records.recall(&call, it.record, it.document)
            } else {
                records.delete(&call, it.record, it.document)
            };
            gone.unwrap();
        });
    }
}

#[test]
fn a_record_that_is_closed() {
    for by_holder in [false, true] {
        let scene = Scene::new();
        let reader = if by_holder { ordinary(Caller::holder(scene.record)) } else { scene.authorised() };
        scene.until(&reader, |it| {
            it.here().records.close(&it.holder(), &it.target, None).unwrap();
        });
    }
}

#[test]
fn a_record_that_is_destroyed_while_it_is_open() {
    let scene = Scene::new();
    let reader = ordinary(Caller::holder(scene.record));
    scene.here().records.ask_destruction(&scene.holder(), &scene.target).unwrap();
    scene.advance(SignedDuration::from_hours(24 * 32));
    scene.until(&reader, |it| {
        assert_eq!(it.here().records.keep_time(&Outbox::default()).unwrap(), 2, "the record, then its key");
    });
}

#[test]
fn the_length_of_an_authorisation() {
    let scene = Scene::new();
    let reader = scene.authorised();
    scene.advance(SignedDuration::from_hours(24 * 365) - SignedDuration::from_mins(2));
    scene.until(&reader, |it| it.advance(SignedDuration::from_mins(2)));
}

#[test]
fn an_emergency_that_is_over_opposed_or_blocked() {
    let scene = Scene::new();
    let reader = scene.glass();
    scene.advance(SignedDuration::from_mins(118));
    scene.until(&reader, |it| it.advance(SignedDuration::from_mins(2)));
    let reader = scene.glass();
    scene.until(&reader, |it| {
        let choices = EmergencyChoices { break_glass: false, regulation: true };
        it.here().records.set_emergency_choices(&it.holder(), &it.target, choices).unwrap();
    });
    let scene = Scene::new();
    let reader = scene.glass();
    scene.until(&reader, |it| {
        it.here().records.block(&it.holder(), &it.target, &id_of(0)).unwrap();
    });
}

#[test]
fn a_mandate_that_ends_or_is_restricted() {
    for what in [MandateChange::End, MandateChange::Restrict { until: None }] {
        let scene = Scene::born("2012-05-04");
        let mandate = scene.representative(MandateKind::ParentalAuthority);
        scene.until(&scene.as_representative(mandate), |it| it.change_mandate(mandate, &what));
    }
}

#[test]
fn the_majority_of_a_child() {
    let scene = Scene::born("2012-05-04");
    let mandate = scene.representative(MandateKind::ParentalAuthority);
    let midnight = "2030-05-03T22:00:00Z".parse::<Instant>().unwrap();
    scene.advance(midnight.since(scene.here().clock.now()) - SignedDuration::from_mins(2));
    scene.until(&scene.as_representative(mandate), |it| it.advance(SignedDuration::from_mins(2)));
}

#[test]
fn a_secret_asked_for_by_a_child() {
    let scene = Scene::born("2012-05-04");
    let mandate = scene.representative(MandateKind::ParentalAuthority);
    scene.until(&scene.as_representative(mandate), |it| {
        let call = it.here().call(hospital());
        it.here().records.hide_from_representatives(&call, it.record, it.document, true).unwrap();
    });
}

#[test]
fn a_consent_to_a_curator_and_a_carer_s_tie() {
    let scene = Scene::new();
    let mandate = scene.representative(MandateKind::Curator);
    let consent = |it: &Scene, yes| {
        it.here().records.consent_to_curator(&it.holder(), &it.target, mandate, yes).unwrap();
    };
    consent(&scene, true);
    scene.until(&scene.as_representative(mandate), |it| consent(it, false));

    let kind = NewTie::Carer { acts: [Act::Search, Act::Consult].into() };
    let name = Name::new("Camille PROCHE-TEST").unwrap();
    let email = Some("proche@example.org".into());
    let new = NewClose { name, kind: kind.clone(), email, phone: None, until: None };
    let view = scene.here().records.add_close(&scene.holder(), &scene.target, &new).unwrap();
    let tie = view.get().ones[0].tie.id;
    scene.until(&ordinary(AccountOf::Relative(tie).caller(scene.record)), |it| {
        it.here().records.end_close(&it.holder(), &it.target, tie, &kind).unwrap();
    });
}

#[test]
fn who_is_switched_off() {
    let scene = Scene::new();
    let reader = scene.authorised();
    scene.until(&reader, |it| {
        let officer = Agent { id: id_of(1), name: "Administratrice".into(), standing: Standing::Active };
        let administrator = Caller {
            strength: Strength::Certificate,
            person: Fact::Proved(Person::Administrator(officer)),
            ..Caller::nobody(Door::Steer)
        };
        let call = it.here().call(administrator);
        it.here().records.switch_off(&call, &Switch::Person(id_of(0))).unwrap();
        // the node that was told knows already; upkeep makes the others look, twice a second
        it.nodes[1..].iter().for_each(|node| node.records.look_at_switches().unwrap());
    });
}

#[test]
fn who_the_directory_struck_off_or_moved() {
    let changes: [fn(&mut Caller); 4] = [
        |it| professional_of(it).standing = Standing::Ended,
        |it| professional_of(it).standing = Standing::LeftOrganisation,
        |it| professional_of(it).acting_for = ActingFor::Insurer,
        |it| professional_of(it).profession = Profession::health("ZZ"),
    ];
    let scene = Scene::new();
    let Reader(caller, purpose) = scene.authorised();
    for change in changes {
        scene.opened(&ordinary(caller.clone()), 1);
        let mut now = caller.clone();
        change(&mut now);
        scene.shut(&Reader(now, purpose.clone()));
    }
}

fn professional_of(caller: &mut Caller) -> &mut Professional {
    match &mut caller.person {
        Fact::Proved(Person::Professional(it)) => it,
        _ => panic!("nobody"),
    }
}

/// Who never read this record finds nothing kept open: their first reading is told to the holder.
#[test]
fn a_first_reading_is_told_and_where_it_is_wanted_every_other() {
    let scene = Scene::new();
    let (reader, other) = (scene.authorised(), ordinary(doctor(1)));
    authorise_self(scene.here(), &scene.target, 1);
    scene.opened(&reader, 1);
    // what is told together has left, ten minutes ago, and the record is open again
    let open_again = || {
        for _ in 0..2 {
            scene.advance(SignedDuration::from_mins(11));
            sent(scene.here());
        }
        scene.opened(&reader, 1);
        assert_eq!(sent(scene.here()).len(), 0);
    };
    open_again();
    assert_eq!(scene.given(2, Way::ListKept, &other), 0);
    assert_eq!(scene.given(5, Way::ConsultThen, &other), 1);
    assert_eq!(sent(scene.here()).len(), 1);

    open_again();
    let every = Preferences { accesses: AccessNotices::Every, ..Preferences::default() };
    scene.here().records.set_preferences(&scene.holder(), &scene.target, every).unwrap();
    sent(scene.here());
    for node in [0, 2] {
        assert_eq!(scene.given(node, Way::ListKept, &reader), 0);
    }
    assert_eq!(sent(scene.here()).len(), 0);
    assert_eq!(scene.given(4, Way::Consult, &reader), 1);
    assert_eq!(sent(scene.here()).len(), 1);
}

#[test]
fn the_month_in_which_a_document_is_hidden_from_the_holder() {
    let scene = Scene::new();
    let holder = ordinary(Caller::holder(scene.record));
    let hidden = Visibility { hidden_from_holder: true, ..Visibility::default() };
    let document = scene.fed(2, hidden);
    let end = "2026-12-23T09:00:00Z".parse::<Instant>().unwrap();
    scene.advance(end.since(scene.here().clock.now()) - SignedDuration::from_mins(2));
    scene.opened(&holder, 1);
    let its = Scene { document, ..scene };
    assert_eq!(its.given(4, Way::Consult, &holder), 0);
    its.advance(SignedDuration::from_mins(2));
    for (node, way) in WAYS.into_iter().enumerate() {
        let many = if matches!(way, Way::List | Way::ListKept | Way::Sets) { 2 } else { 1 };
        assert_eq!(its.given(node, way, &holder), many, "{node} by {way:?}");
    }
}
