//! A correction of identity that is interrupted (rules, W14): the process ends at each point of the job that moves
//! documents, between any two commits and before the first; another starts on the same store. At no point is a
//! document in both records, or told of without its line; once upkeep has run again all is as if nothing had happened.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::Path;

use common::*;
use model::*;
use record::{RelatesTo, SecondWord, SeenByAgent, TakesTwo, Target};

const OTHER: &str = "284026311300213";
const MOVED: [&str; 3] = ["1.2.250.1.999.1.1", "1.2.250.1.999.1.2", "1.2.250.1.999.2.1"];

fn number(entry: &DocumentEntry) -> String {
    entry.description.unique_id.to_string().trim_start_matches("urn:oid:").to_owned()
}

/// The record documents leave, and the one they go to.
struct Scene {
    node: Node,
    records: [RecordId; 2],
    targets: [Target; 2],
}

impl Scene {
    /// What two agents decided, not yet carried out. `merges`: the whole record goes; else three of four documents.
    fn decided(folder: &Path, merges: bool) -> Self {
        let node = Node::at(folder.to_owned(), 1);
        let targets = [PATIENT, OTHER].map(|it| Target::Ins(ins(it)));
        let records = [(PATIENT, "LACOMBE-TEST"), (OTHER, "AUTRE-TEST")].map(|(number, family)| {
            // an organisation's certificate makes no account: no password is stretched here
            let opened = node.records.open_record(&node.call(hospital()), &opening(number, family));
            opened.unwrap().into_inner().record
        });
        let it = Self { node, records, targets };
        let node = &it.node;
        let holder = || Caller::holder(records[0]);
        // one large enough to be an object, one that replaces another, one that stays
        let large = long_text(300 << 10);
        let first = vec![text_document(MOVED[0], CONTENT), text_document(MOVED[1], &large)];
        let fed = node.records.feed(&node.call(hospital()), &lot(PATIENT, "1.2.250.1.999.1", first)).unwrap();
        let mut next = text_document(MOVED[2], b"La suite.");
        next.relates.push((RelationKind::Replaces, RelatesTo::Entry(records[0], fed.get().documents[0])));
        let more = vec![next, text_document("1.2.250.1.999.2.2", b"Le sien.")];
        node.records.feed(&node.call(hospital()), &lot(PATIENT, "1.2.250.1.999.2", more)).unwrap();
        authorise_self(node, &it.targets[0], 0);
        read(node, doctor(0), records[0], fed.get().documents[1]).unwrap();
        node.records.mask(&node.call(holder()), records[0], fed.get().documents[1]).unwrap();
        node.records.block(&node.call(holder()), &it.targets[0], &id_of(1)).unwrap();
        let what = match merges {
            true => TakesTwo::Merge(ins(OTHER)),
            false => {
                let named =
                    |it: &str| RelatesTo::Unique(UniqueId::from_urn(&format!("urn:oid:{it}")).unwrap());
                TakesTwo::Split(ins(OTHER), vec![named(MOVED[1]), named(MOVED[2])])
            }
        };
        let seen = SeenByAgent { identified: true, proved: true };
        let target = &it.targets[0];
        let asked = node.records.ask_two_agents(&node.call(agent(0)), target, &what, seen).unwrap();
        let (id, yes) = (asked.get().id, SecondWord::Confirm);
        node.records.answer_two_agents(&node.call(agent(1)), target, id, yes, seen).unwrap();
        it
    }

    /// The process ends, and another starts.
    fn restarted(self, folder: &Path, seed: u64) -> Self {
        let Self { node, records, targets } = self;
        drop(node);
        Self { node: Node::at(folder.to_owned(), seed), records, targets }
    }

    fn keep(&self) {
        self.node.records.keep_time(&Outbox::default()).unwrap();
    }

    /// What each holder finds, and what their trace says of it.
    fn told(&self) -> [Vec<String>; 2] {
        [0, 1].map(|which| {
            let (node, record) = (&self.node, self.records[which]);
            let holder = || Caller::holder(record);
            let asked = record::Asked { deprecated: true, archived: true };
            let search = node.records.search(&node.call(holder()), &self.targets[which], asked, |_, _| true);
            let mut all: Vec<String> = Vec::new();
            // a record that became part of another is closed
            for entry in search.map(|it| it.into_inner().entries).unwrap_or_default() {
                let bytes = read(node, holder(), record, entry.logical_id).unwrap();
                let status = match entry.status {
                    DocumentStatus::Approved => "stands",
                    _ => "was replaced",
                };
                let (name, masked) = (number(&entry), entry.visibility.masked);
                let related = entry.relations.len();
                all.push(format!("{name} {status} {masked} {related} relations {} bytes", bytes.len()));
            }
            let lines = trace(node, holder(), record).into_iter().map(|it| it.account);
            // how often upkeep set to work, and who looks now, is another matter
            let lines = lines.filter(|it| it.caller.door != Door::Upkeep && !it.caller.is_holder_of(record));
            all.extend(lines.map(|it| format!("{} of {} by {:?}", it.act, it.objects.len(), it.caller.door)));
            all.sort();
            all
        })
    }

    fn names(&self) -> [Vec<String>; 2] {
        self.told().map(|all| {
            let names = all.into_iter().filter(|it| it.starts_with("1.2."));
            names.map(|it| it.split(' ').next().unwrap().to_owned()).collect()
        })
    }

    #[track_caller]
    fn whole(&self, when: &str) {
        let report = self.node.verify();
        assert!(report.faults.is_empty(), "{when}: {:?}", report.faults);
    }
}

/// Ends the job at every point there is; how many there were.
fn ended_everywhere(merges: bool) -> u32 {
    let folder = tempfile::tempdir().unwrap();
    let without = Scene::decided(folder.path(), merges);
    without.keep();
    let expected = without.told();
    let moved = expected[1].iter().filter(|it| it.starts_with("1.2.")).count();
    assert_eq!(moved, if merges { 4 } else { 3 });
    drop(without);
    for looks in 0..1000 {
        let when = format!("ended after {looks} looks");
        let folder = tempfile::tempdir().unwrap();
        let scene = Scene::decided(folder.path(), merges);
        let whole_job = ended_after(looks, || scene.keep()).is_some();
        let scene = scene.restarted(folder.path(), 2);
        let [here, there] = scene.names();
        assert!(
            here.iter().all(|it| !there.contains(it) && !MOVED.contains(&it.as_str())),
            "{when}: {here:?}"
        );
        scene.whole(&when);
        // and once more, on the way
        ended_after(looks / 2, || scene.keep());
        let scene = scene.restarted(folder.path(), 3);
        scene.keep();
        assert_eq!(scene.told(), expected, "{when}");
        scene.whole(&when);
        if whole_job {
            return looks;
        }
    }
    panic!("the job never ends");
}

#[test]
fn documents_that_go_to_their_person_go_on_from_every_point() {
    let points = ended_everywhere(false);
    // three documents, the lines, and the leaving are five commits
    assert!(points >= 5, "only {points} points");
}

#[test]
fn a_record_that_becomes_part_of_another_goes_on_from_every_point() {
    let points = ended_everywhere(true);
    assert!(points >= 6, "only {points} points");
}

#[test]
fn what_comes_back_is_told_of_again() {
    let folder = tempfile::tempdir().unwrap();
    let scene = Scene::decided(folder.path(), false);
    scene.keep();
    let (node, seen) = (&scene.node, SeenByAgent { identified: true, proved: true });
    let named = RelatesTo::Unique(UniqueId::from_urn(&format!("urn:oid:{}", MOVED[1])).unwrap());
    let back = TakesTwo::Split(ins(PATIENT), vec![named]);
    let there = &scene.targets[1];
    let asked = node.records.ask_two_agents(&node.call(agent(0)), there, &back, seen).unwrap();
    let id = asked.get().id;
    node.records.answer_two_agents(&node.call(agent(1)), there, id, SecondWord::Confirm, seen).unwrap();
    scene.keep();
    let holder = || Caller::holder(scene.records[0]);
    let mine = found(node, holder(), &scene.targets[0]);
    let it = mine.iter().find(|it| number(it) == MOVED[1]).expect("it is back");
    assert!(it.visibility.masked, "as it was");
    read(node, holder(), scene.records[0], it.logical_id).unwrap();
    let lines = trace(node, holder(), scene.records[0]);
    let reads = lines.iter().filter(|line| {
        line.account.act == Act::Consult
            && line.account.caller.is_holder_of(scene.records[0])
            && line.account.objects.iter().any(|object| object.document == Some(it.logical_id))
    });
    assert_eq!(reads.count(), 1, "who reads it now is told");
    scene.whole("back");
}
