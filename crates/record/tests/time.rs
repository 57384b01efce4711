//! What time brings, with a clock that is moved: months across the change of hour and 29 February, an outage of
//! forty days (rules, A6, W11, W13, W16).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::*;
use record::account::Verdict;

fn go_to(node: &Node, when: &str) {
    let now = node.clock.now();
    node.advance(when.parse::<Instant>().unwrap().since(now));
}

fn keep(node: &Node) -> usize {
    node.records.keep_time(&Outbox::default()).unwrap()
}

fn hidden(node: &Node, which: u32) -> EntryId {
    let set = format!("1.2.250.1.999.50.{which}");
    let mut document = text_document(&format!("{set}.1"), CONTENT);
    document.visibility.hidden_from_holder = true;
    let lot = lot(PATIENT, &set, vec![document]);
    node.records.feed(&node.call(hospital()), &lot).unwrap().into_inner().documents[0]
}

/// Lines of the service's own, the oldest first: what was done, and whether it still applied.
fn kept(fed: &Fed) -> Vec<(Act, Verdict, Option<EntryId>)> {
    let lines = trace(&fed.node, Caller::holder(fed.record), fed.record);
    let own = lines.into_iter().filter(|it| it.account.caller.door == Door::Upkeep);
    own.map(|it| (it.account.act, it.account.verdict, it.account.objects.first().and_then(|it| it.document)))
        .collect()
}

#[test]
fn a_hiding_ends_after_a_month_on_the_clocks_of_france() {
    for (deposited, over) in [
        ("2027-03-15T10:00:00+01:00", "2027-04-15T10:00:00+02:00"),
        ("2027-10-15T10:00:00+02:00", "2027-11-15T10:00:00+01:00"),
        ("2027-02-28T02:30:00+01:00", "2027-03-28T03:30:00+02:00"),
        ("2028-01-31T08:30:00+01:00", "2028-02-29T08:30:00+01:00"),
        ("2028-02-29T08:30:00+01:00", "2028-03-29T08:30:00+02:00"),
        ("2027-01-30T23:30:29.999Z", "2027-02-27T23:30:29.999Z"),
    ] {
        let fed = fed();
        let Fed { node, record, .. } = &fed;
        go_to(node, deposited);
        let document = hidden(node, 1);
        let visible = || read(node, Caller::holder(*record), *record, document).is_ok();
        go_to(node, over);
        node.advance(SignedDuration::from_millis(-1));
        assert!(!visible() && keep(node) == 0, "{deposited}: a millisecond early");
        node.advance(SignedDuration::from_millis(1));
        assert!(visible(), "{deposited}: it is over by itself, whether or not the service is there");
        node.advance(SignedDuration::from_mins(1));
        assert_eq!((keep(node), keep(node)), (1, 0), "{deposited}");
        assert_eq!(kept(&fed), [(Act::EndHiding, Verdict::Accepted, Some(document))]);
        let entry = found(node, Caller::holder(*record), &fed.target);
        let entry = entry.iter().find(|it| it.logical_id == document).unwrap();
        assert!(!entry.visibility.hidden_from_holder && entry.version == 2);
        assert!(node.verify().faults.is_empty());
    }
}

#[test]
fn after_forty_days_without_the_service_each_thing_is_done_once_and_in_order() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let mut hidden_ones = Vec::new();
    for which in 0..5 {
        hidden_ones.push(hidden(node, which));
        node.advance(SignedDuration::from_hours(24));
    }
    node.records.dispute(&node.call(Caller::holder(*record)), *record, *document).unwrap();
    // one was announced, one deleted: their day comes all the same, and brings nothing
    authorise_self(node, target, 0);
    node.records.announce(&node.call(doctor(0)), *record, hidden_ones[1]).unwrap();
    node.records.delete(&node.call(hospital()), *record, hidden_ones[3]).unwrap();
    node.advance(SignedDuration::from_hours(24 * 40));
    // two workers, and one that starts over
    assert_eq!(keep(node) + keep(node), 6);
    let ended = |which: usize| (Act::EndHiding, Verdict::Accepted, Some(hidden_ones[which]));
    let moot = (Act::EndHiding, Verdict::Rejected, None);
    let told = (Act::SendNotice, Verdict::Accepted, None);
    assert_eq!(kept(&fed), [told, ended(0), moot, ended(2), moot, ended(4)]);
    assert!(node.verify().faults.is_empty());
}

#[test]
fn workers_at_the_same_time_do_each_thing_once() {
    let fed = fed();
    let all: Vec<EntryId> = (0..6).map(|which| hidden(&fed.node, which)).collect();
    fed.node.advance(SignedDuration::from_hours(24 * 40));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| keep(&fed.node));
        }
    });
    keep(&fed.node);
    let done = kept(&fed);
    for id in all {
        let times = done.iter().filter(|it| it.2 == Some(id)).count();
        assert_eq!(times, 1, "{done:?}");
    }
    assert!(fed.node.verify().faults.is_empty());
}

#[test]
fn a_record_destroyed_while_others_live_takes_nothing_of_theirs() {
    let fed = fed();
    let Fed { node, record, target, .. } = &fed;
    let other = "284026311300213";
    node.records.open_record(&node.call(doctor(2)), &opening(other, "AUTRE-TEST")).unwrap();
    node.records.ask_destruction(&node.call(Caller::holder(*record)), target).unwrap();
    go_to(node, "2026-12-23T09:01:00Z");
    // somebody reads at the very moment: either before, or as if it had never been
    std::thread::scope(|scope| {
        scope.spawn(|| keep(node));
        scope.spawn(|| {
            for _ in 0..20 {
                let _ = node.records.overview(&node.call(Caller::holder(*record)), *record);
            }
        });
    });
    while keep(node) > 0 {}
    let report = node.verify();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    assert_eq!(report.records, 1);
}
