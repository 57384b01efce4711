//! The trace as an audit repository is told it: every line once, in the log's order, after a line that says so; and
//! nothing of it that names a patient or says what a document is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use model::*;
use record::Call;
use record::account::Verdict;
use record::upkeep::audit::{Telling, Told};

fn all(telling: &Telling, at_once: usize) -> Vec<Told> {
    let (mut from, mut told) = (0, Vec::new());
    loop {
        let page = telling.page(from, at_once).unwrap();
        assert_eq!(page.unreadable, 0);
        if page.next == from {
            return told;
        }
        from = page.next;
        told.extend(page.lines);
    }
}

#[test]
fn every_line_is_told_once_in_the_order_of_the_log() {
    let Fed { node, record, document, target } = fed();
    authorise_self(&node, &target, 0);
    read(&node, doctor(0), record, document).unwrap();
    refused(read(&node, doctor(1), record, document));
    // somebody at home, and somebody who reaches no record
    let at_home = || Call { address: Some("192.0.2.9".into()), ..node.call(Caller::holder(record)) };
    node.records.history(&at_home(), record, None, 10).unwrap();
    let nobody = Call { address: Some("192.0.2.8".into()), ..node.call(Caller::nobody(Door::Care)) };
    node.records.reject(&nobody).unwrap();
    let working = Call { address: Some("192.0.2.7".into()), ..node.call(doctor(0)) };
    node.records.consult(&working, record, document).unwrap();

    let before = node.records.lines_in_all().unwrap();
    let telling = node.records.begin_telling(0).unwrap();
    assert_eq!(node.records.lines_in_all().unwrap(), before + 1, "that it begins is a line");
    let told = all(&telling, 3);
    let leaves: Vec<u64> = told.iter().map(|it| it.leaf).collect();
    assert_eq!(leaves, (0..=before).collect::<Vec<_>>());
    for at_once in [1, 2, 100] {
        assert_eq!(all(&telling, at_once).len(), told.len());
    }
    let last = told.last().unwrap();
    assert_eq!((last.account.act, last.record), (Act::SendNotice, None));
    assert_eq!(last.account.caller.door, Door::Upkeep);

    let of = |act: Act, verdict: Verdict| {
        let mut fits = told.iter().filter(|it| it.account.act == act && it.account.verdict == verdict);
        fits.next().unwrap_or_else(|| panic!("no line of {act}"))
    };
    let refused = of(Act::Consult, Verdict::Refused);
    assert_eq!(refused.record, Some(record));
    assert!(!refused.account.rules.is_empty());
    assert_eq!(of(Act::Consult, Verdict::Accepted).account.objects[0].document, Some(document));
    assert_eq!(of(Act::ReadTrace, Verdict::Accepted).account.address, None, "where one lives");
    let unreadable = of(Act::Unreadable, Verdict::Rejected);
    assert_eq!((unreadable.record, unreadable.account.address.as_deref()), (None, Some("192.0.2.8")));
    assert!(told.iter().any(|it| it.account.address.as_deref() == Some("192.0.2.7")), "where one works");

    let text: String = told.iter().map(|it| serde_json::to_string(&it.account).unwrap()).collect();
    for secret in [PATIENT, "LACOMBE", "reconnaissable", "11488-4", "accueil"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn the_words_of_an_emergency_stay() {
    let Fed { node, record, document, .. } = fed();
    let purpose = Purpose::BreakGlass { reason: "Zélie ne répond plus".into() };
    let call = Call { purpose, ..node.call(doctor(1)) };
    let _ = node.records.consult(&call, record, document);
    let told = all(&node.records.begin_telling(0).unwrap(), 50);
    let glass = told.iter().find(|it| it.account.purpose != Purpose::Normal).expect("the emergency is told");
    assert_eq!(glass.account.purpose, Purpose::BreakGlass { reason: String::new() });
}

#[test]
fn a_line_that_was_changed_keeps_no_other_back() {
    let fed = fed();
    let leaves = fed.node.records.lines_in_all().unwrap();
    let db = rusqlite::Connection::open(fed.node.folder.join("data/records.db")).unwrap();
    let changed = db
        .execute("UPDATE line SET sealed = zeroblob(length(sealed)) WHERE leaf = ?1", [(leaves - 1) as i64])
        .unwrap();
    assert_eq!(changed, 1);
    let telling = fed.node.records.begin_telling(7).unwrap();
    let page = telling.page(0, 100).unwrap();
    assert_eq!((page.next, page.unreadable), (leaves + 1, 1));
    assert_eq!(page.lines.len() as u64, leaves);
}
