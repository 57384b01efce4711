//! What would reveal a secret (rules, A9; CSP R.1111-50): a reimbursement that bears a protected act's code, or is of
//! the day of something hidden. For a representative it is as if it had never been; the minor sees it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::*;
use record::circle::AccountOf;
use record::{Letter, MinorAccount, NewDocument, NewSecretAct, RefusalKind, Target};

const CHILD: &str = "112056311300173";
/// One of the codes both profiles name; which codes count is provisional (docs/conformance.md).
const PROTECTED: &str = "JNJD002";
const ORDINARY: &str = "DEQP003";

/// The record of a minor of sixteen, and their mother.
struct Home {
    node: Node,
    record: RecordId,
    target: Target,
    mother: Caller,
}

impl Home {
    fn new() -> Self {
        Self::on(Node::new(), "2010-05-04", true)
    }

    fn on(node: Node, born: &str, mothers_account: bool) -> Self {
        let mut asked = opening(CHILD, "LACOMBE-TEST");
        asked.traits.birth_date = born.parse().unwrap();
        let record = node.records.open_record(&node.call(doctor(2)), &asked).unwrap().into_inner().record;
        let target = Target::Ins(ins(CHILD));
        let mother = if mothers_account {
            let added = node
                .records
                .add_representative(&node.call(counter()), &target, &parent("Lou", Letter::Posted))
                .unwrap();
            AccountOf::Representative(added.get().mandate.id).caller(record)
        } else {
            Caller::nobody(Door::Portal)
        };
        authorise_self(&node, &target, 2);
        sent(&node);
        Self { node, record, target, mother }
    }

    /// The minor, once they have an account of their own.
    fn minor(&self) -> Caller {
        let account = MinorAccount {
            consent: true,
            email: Some("ado@example.org".into()),
            phone: None,
            letter: Letter::Handed,
        };
        let call = self.node.call(counter());
        self.node.records.open_minor_account(&call, &self.target, &account).unwrap();
        Caller::holder(self.record)
    }

    fn feed(&self, caller: Caller, place: u32, new: NewDocument) -> EntryId {
        let lot = lot(CHILD, &format!("1.2.250.1.999.{place}"), vec![new]);
        self.node.records.feed(&self.node.call(caller), &lot).unwrap().into_inner().documents[0]
    }

    /// Of care from one day to another, with the code of an act in its metadata.
    fn reimbursed(&self, place: u32, (from, until): (&str, &str), code: &str) -> EntryId {
        let mut new = reimbursement(place, (from, until), b"remboursement");
        new.description.events = vec![coding("1.2.250.1.213.2.5", code)];
        self.feed(payer(), place, new)
    }

    fn care(&self, place: u32, day: &str, hide: impl Fn(&mut Visibility)) -> EntryId {
        let mut new = text_document(&format!("1.2.250.1.999.{place}.1"), b"soin");
        new.description.service_start = at(day);
        hide(&mut new.visibility);
        self.feed(hospital(), place, new)
    }

    fn seen(&self, caller: &Caller) -> Vec<EntryId> {
        let mut ids: Vec<_> =
            found(&self.node, caller.clone(), &self.target).iter().map(|it| it.logical_id).collect();
        ids.sort();
        ids
    }

    /// By no road, and not as what is there but refused.
    fn knows_nothing_of(&self, caller: &Caller, id: EntryId) {
        let records = &self.node.records;
        let call = || self.node.call(caller.clone());
        assert!(!self.seen(caller).contains(&id), "listed");
        assert_eq!(refused(read(&self.node, caller.clone(), self.record, id)).kind, RefusalKind::NotFound);
        assert_eq!(refused(records.read_entry(&call(), self.record, id)).kind, RefusalKind::NotFound);
        for changed in [records.archive(&call(), self.record, id), records.delete(&call(), self.record, id)] {
            assert_eq!(refused(changed).kind, RefusalKind::NotFound);
        }
        assert_eq!(refused(records.mask(&call(), self.record, id)).kind, RefusalKind::NotFound);
        let sets = records.search_sets(&call(), &self.target, |_, _| true).unwrap().into_inner().sets;
        assert!(!sets.iter().any(|set| set.members.contains(&id)), "in a set");
    }

    fn traces(&self, caller: &Caller, id: EntryId) -> usize {
        let lines = trace(&self.node, caller.clone(), self.record);
        lines.iter().flat_map(|it| &it.account.objects).filter(|it| it.document == Some(id)).count()
    }
}

fn at(day: &str) -> jiff::Timestamp {
    format!("{day}T10:00:00Z").parse().unwrap()
}

fn reimbursement(place: u32, (from, until): (&str, &str), content: &[u8]) -> NewDocument {
    let kinds = model::code::document_types();
    let kind = kinds.into_iter().find(|it| it.class == Some(ClassCode::Reimbursement)).unwrap();
    let mut new = text_document(&format!("1.2.250.1.999.{place}.1"), content);
    new.description.type_code = coding(kind.system, kind.code);
    new.description.service_start = at(from);
    new.description.service_stop = (from != until).then(|| at(until));
    new
}

fn on(day: &str) -> (&str, &str) {
    (day, day)
}

fn sorted<const N: usize>(mut ids: [EntryId; N]) -> [EntryId; N] {
    ids.sort();
    ids
}

#[test]
fn a_protected_act_s_reimbursement_is_never_known_to_a_parent_and_the_minor_sees_it() {
    let home = Home::new();
    let before = trace(&home.node, home.mother.clone(), home.record).len();
    let protected = home.reimbursed(2, on("2026-11-20"), PROTECTED);
    // what came along that day would betray it as well
    let same_day = home.reimbursed(3, on("2026-11-20"), ORDINARY);
    for hidden in [protected, same_day] {
        home.knows_nothing_of(&home.mother, hidden);
        assert_eq!(home.traces(&home.mother, hidden), 0);
    }
    assert_eq!(home.seen(&home.mother), []);
    let fed = trace(&home.node, home.mother.clone(), home.record);
    assert!(!fed[before..].iter().any(|it| it.account.act == Act::Feed), "nothing was fed, for her");
    let innocent = home.reimbursed(4, on("2026-11-21"), ORDINARY);
    assert_eq!(home.seen(&home.mother), [innocent]);
    assert!(home.traces(&home.mother, innocent) > 0);

    let minor = home.minor();
    assert_eq!(home.seen(&minor), sorted([protected, same_day, innocent]));
    assert_eq!(read(&home.node, minor.clone(), home.record, protected).unwrap(), b"remboursement");
    assert!(home.traces(&minor, protected) > 0);
    assert_eq!(home.seen(&doctor(2)).len(), 3, "professionals see it");
    // what the minor or a doctor has opened is kept open for nobody else
    home.knows_nothing_of(&home.mother, protected);
    assert!(home.node.verify().faults.is_empty());
}

#[test]
fn nobody_at_home_is_told_of_one() {
    // by an account of her own, and where there is none
    for with_account in [true, false] {
        let home = Home::on(Node::new(), "2018-02-01", with_account);
        let texts = || {
            home.node.advance(SignedDuration::from_hours(24));
            sent(&home.node).into_iter().map(|it| it.text).collect::<Vec<_>>()
        };
        home.reimbursed(2, on("2026-11-20"), PROTECTED);
        assert_eq!(texts(), Vec::<String>::new());
        home.reimbursed(3, on("2026-11-20"), PROTECTED);
        home.reimbursed(4, on("2026-11-21"), ORDINARY);
        let told = texts();
        assert!(told.len() == 1 && told[0].contains("1 nouveau document."), "{told:?}");
    }
}

#[test]
fn a_code_among_the_lines_is_enough() {
    let home = Home::new();
    let line = format!("20/11/2026  {}  12,00", PROTECTED.to_lowercase());
    let hidden = home.feed(payer(), 2, reimbursement(2, on("2026-11-20"), line.as_bytes()));
    let shown = home.feed(payer(), 3, reimbursement(3, on("2026-11-19"), ORDINARY.as_bytes()));
    home.knows_nothing_of(&home.mother, hidden);
    assert_eq!(home.seen(&home.mother), [shown]);
    assert_eq!(home.seen(&home.minor()).len(), 2);
}

#[test]
fn of_anything_else_the_code_says_nothing() {
    let home = Home::new();
    let mut new = text_document("1.2.250.1.999.2.1", PROTECTED.as_bytes());
    new.description.events = vec![coding("1.2.250.1.213.2.5", PROTECTED)];
    let report = home.feed(hospital(), 2, new);
    let line = home.reimbursed(3, on("2026-11-20"), ORDINARY);
    assert_eq!(home.seen(&home.mother), sorted([report, line]), "a report is hidden where the minor asks");
}

#[test]
fn which_acts_are_protected_is_the_profile_s() {
    let profile = include_str!("../../policy/data/profile-dmp-2018.json").replace("JNJD002", ORDINARY);
    let matrix = include_str!("../../policy/data/matrix-provisional.json");
    let home =
        Home::on(Node::with_policy(policy::Policy::from_text(&profile, matrix).unwrap()), "2010-05-04", true);
    let (first, second) =
        (home.reimbursed(2, on("2026-11-20"), PROTECTED), home.reimbursed(3, on("2026-11-19"), ORDINARY));
    assert_eq!(home.seen(&home.mother), [first]);
    home.knows_nothing_of(&home.mother, second);
}

#[test]
fn a_reimbursement_of_a_secret_s_day_is_hidden_with_it_at_once_whichever_came_first() {
    let home = Home::new();
    let first = home.reimbursed(2, on("2026-11-20"), ORDINARY);
    let (long, innocent) = (
        home.reimbursed(3, ("2026-11-01", "2026-11-22"), ORDINARY),
        home.reimbursed(4, on("2026-11-18"), ORDINARY),
    );
    assert_eq!(home.seen(&home.mother).len(), 3);
    let secret = home.care(5, "2026-11-20", |it| it.hidden_from_representatives = true);
    assert_eq!(home.seen(&home.mother), [innocent]);
    let later = home.reimbursed(6, on("2026-11-20"), ORDINARY);
    for hidden in [first, long, later, secret] {
        home.knows_nothing_of(&home.mother, hidden);
    }
    let lines = trace(&home.node, home.mother.clone(), home.record).len();
    home.node.records.keep_time(&Outbox::default()).unwrap();
    assert_eq!(trace(&home.node, home.mother.clone(), home.record).len(), lines + 1, "her own look alone");
    // with the minor's agreement it is no longer a secret, and betrays nothing
    let call = home.node.call(hospital());
    home.node.records.make_visible_to_representatives(&call, home.record, secret, true).unwrap();
    assert_eq!(home.seen(&home.mother).len(), 5);
    let act = NewSecretAct { day: "2026-11-18".parse().unwrap(), house: None, agreed: true };
    home.node.records.declare_secret_act(&home.node.call(doctor(2)), &home.target, &act).unwrap();
    assert_eq!(home.seen(&home.mother), sorted([first, later, secret]));
    home.knows_nothing_of(&home.mother, innocent);
    assert!(home.node.verify().faults.is_empty());
}

#[test]
fn so_is_one_of_the_day_of_what_is_not_announced_yet() {
    let home = Home::new();
    let line = home.reimbursed(2, on("2026-11-20"), ORDINARY);
    let report = home.care(3, "2026-11-20", |it| it.hidden_from_holder = true);
    home.knows_nothing_of(&home.mother, line);
    let minor = home.minor();
    assert_eq!(home.seen(&minor), [line]);
    home.node.advance(SignedDuration::from_hours(24 * 32));
    assert_eq!(home.seen(&home.mother), sorted([line, report]));
}
