//! What holders are told, when, by which way, and what no message says (rules, "Notices"; abuse I01, I02, I04 to
//! I06).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::*;
use jiff::SignedDuration;
use model::*;
use record::circle::{AccessNotices, AccountOf, Preferences};
use record::upkeep::notices::{Channel, Message, Post, PostError};
use record::{LinkToken, RefusalKind, Restriction};

/// A post whose channels can be shut, and which knows one doctor.
#[derive(Default)]
struct Way {
    left: Mutex<Vec<Message>>,
    /// Do not answer.
    down: Mutex<BTreeSet<Channel>>,
    /// Refuse every address.
    refusing: Mutex<BTreeSet<Channel>>,
    asked: AtomicUsize,
}

impl Post for Way {
    fn send(&self, message: &Message) -> Result<(), PostError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.down.lock().unwrap().contains(&message.channel) {
            return Err(PostError::Down);
        }
        if self.refusing.lock().unwrap().contains(&message.channel) {
            return Err(PostError::Refused);
        }
        self.left.lock().unwrap().push(message.clone());
        Ok(())
    }

    fn professional(&self, id: &PsIdNat) -> Option<record::rows::Contacts> {
        let email = (id.to_string() == DOCTORS[1]).then(|| "docteur@example.org".to_owned());
        email.map(|it| record::rows::Contacts { email: Some(it), ..Default::default() })
    }

    fn portal(&self) -> Option<&str> {
        Some("https://carnet.example")
    }
}

impl Way {
    /// Runs the worker until it rests; what left.
    fn run(&self, node: &Node) -> Vec<Message> {
        for _ in 0..20 {
            node.records.send_notices(self).unwrap();
        }
        std::mem::take(&mut self.left.lock().unwrap())
    }
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A record with a document, opened by a counter, whose first messages have left.
fn quiet() -> (Fed, Way) {
    let fed = fed();
    let way = Way::default();
    way.run(&fed.node);
    (fed, way)
}

fn holder(fed: &Fed) -> record::Call {
    fed.node.call(Caller::holder(fed.record))
}

fn authorise(fed: &Fed, which: usize) {
    let call = holder(fed);
    let to = DOCTORS[which].parse().unwrap();
    fed.node.records.authorise(&call, &fed.target, &Grantee::Person(to)).unwrap();
}

fn reads(fed: &Fed, which: usize) {
    read(&fed.node, doctor(which), fed.record, fed.document).unwrap();
}

fn feed(fed: &Fed, number: u32, change: impl Fn(&mut Visibility)) -> EntryId {
    let name = format!("1.2.250.1.999.7.{number}");
    let mut document = text_document(&format!("{name}.1"), format!("{CONTENT:?} {number}").as_bytes());
    change(&mut document.visibility);
    let lot = lot(PATIENT, &name, vec![document]);
    fed.node.records.feed(&fed.node.call(hospital()), &lot).unwrap().into_inner().documents[0]
}

#[track_caller]
fn one(messages: Vec<Message>, channel: Channel, says: &str) -> Message {
    let [message] = messages.try_into().unwrap_or_else(|all: Vec<Message>| {
        panic!("{:?}", all.iter().map(|it| (&it.subject, &it.text)).collect::<Vec<_>>())
    });
    assert_eq!(message.channel, channel);
    assert!(message.text.contains(says), "{}", message.text);
    message
}

#[test]
fn new_documents_are_one_message_a_day_that_says_how_many() {
    let (fed, way) = quiet();
    feed(&fed, 1, |_| ());
    feed(&fed, 2, |_| ());
    assert!(way.run(&fed.node).is_empty(), "nothing before the evening");
    fed.node.advance(DAY);
    let message = one(way.run(&fed.node), Channel::Email, "3 nouveaux documents");
    for hidden in ["Titre", "fictive", "LACOMBE", PATIENT, "http", "11488"] {
        assert!(!message.text.contains(hidden) && !message.subject.contains(hidden), "{hidden}");
    }
    fed.node.advance(DAY);
    assert!(way.run(&fed.node).is_empty(), "none of a day without any");
}

#[test]
fn what_the_holder_may_not_see_is_not_counted() {
    let (fed, way) = quiet();
    feed(&fed, 1, |it| it.hidden_from_holder = true);
    fed.node.advance(DAY);
    one(way.run(&fed.node), Channel::Email, "1 nouveau document.");
}

#[test]
fn forty_days_without_a_worker_are_one_message() {
    let (fed, way) = quiet();
    for day in 0..40 {
        feed(&fed, day, |_| ());
        fed.node.advance(DAY);
    }
    one(way.run(&fed.node), Channel::Email, "41 nouveaux documents");
    fed.node.advance(DAY);
    assert!(way.run(&fed.node).is_empty());
    assert!(fed.node.verify().faults.is_empty());
}

#[test]
fn two_weeks_of_hiding_are_told_in_the_words_of_the_rule() {
    let (fed, way) = quiet();
    fed.node.advance(DAY);
    way.run(&fed.node);
    feed(&fed, 1, |it| it.hidden_from_holder = true);
    fed.node.advance(DAY * 13);
    assert!(way.run(&fed.node).is_empty());
    fed.node.advance(DAY);
    let message = one(way.run(&fed.node), Channel::Email, "a été mis à jour");
    assert!(message.text.contains("médecin traitant") && !message.text.contains("document"));
    fed.node.advance(DAY * 40);
    assert!(way.run(&fed.node).is_empty());
}

#[test]
fn of_accesses_the_first_of_each_professional_is_told() {
    let (fed, way) = quiet();
    authorise(&fed, 0);
    reads(&fed, 0);
    let message = one(way.run(&fed.node), Channel::Email, "Dr Fictif a consulté");
    assert!(message.text.contains("https://carnet.example/r/"));
    fed.node.advance(HOUR);
    reads(&fed, 0);
    assert!(way.run(&fed.node).is_empty());
}

#[test]
fn each_day_s_access_or_none_where_the_holder_prefers_it() {
    let (fed, way) = quiet();
    authorise(&fed, 0);
    reads(&fed, 0);
    way.run(&fed.node);
    let prefer = |accesses| {
        let preferences = Preferences { accesses, no_digest: true };
        let now = fed.node.records.set_preferences(&holder(&fed), &fed.target, preferences).unwrap();
        assert_eq!(*now.get(), preferences);
    };
    prefer(AccessNotices::Every);
    for _ in 0..2 {
        fed.node.advance(DAY);
        reads(&fed, 0);
        reads(&fed, 0);
        one(way.run(&fed.node), Channel::Email, "Dr Fictif a consulté");
    }
    prefer(AccessNotices::Emergencies);
    authorise(&fed, 1);
    reads(&fed, 1);
    feed(&fed, 1, |_| ());
    fed.node.advance(DAY);
    assert!(way.run(&fed.node).is_empty(), "neither accesses nor documents");
    let refused =
        fed.node.records.set_preferences(&fed.node.call(doctor(0)), &fed.target, Preferences::default());
    assert_eq!(common::refused(refused).kind, RefusalKind::Denied);
}

/// Abuse I04: many accesses at once are few messages, and none is lost.
#[test]
fn many_accesses_at_once_are_few_messages_that_name_them_all() {
    let (fed, way) = quiet();
    for which in 0..3 {
        authorise(&fed, which);
    }
    reads(&fed, 0);
    one(way.run(&fed.node), Channel::Email, "Dr Fictif a consulté");
    reads(&fed, 1);
    reads(&fed, 2);
    assert!(way.run(&fed.node).is_empty(), "the last message is fresh");
    fed.node.advance(HOUR);
    let message = one(way.run(&fed.node), Channel::Email, "Dr Fictif et Dr Fictif ont consulté");
    assert_eq!(message.text.matches("/r/").count(), 2);
}

/// Abuse I06: the post down for two days.
#[test]
fn a_post_that_is_down_is_asked_less_and_less_and_nothing_is_lost() {
    let (fed, way) = quiet();
    authorise(&fed, 0);
    reads(&fed, 0);
    way.down.lock().unwrap().insert(Channel::Email);
    way.asked.store(0, Ordering::SeqCst);
    for _ in 0..48 * 60 {
        fed.node.advance(SignedDuration::from_mins(1));
        fed.node.records.send_notices(&way).unwrap();
    }
    let asked = way.asked.load(Ordering::SeqCst);
    assert!((40..160).contains(&asked), "asked {asked} times in two days");
    way.down.lock().unwrap().clear();
    fed.node.advance(HOUR * 2);
    let left = way.run(&fed.node);
    assert_eq!(left.iter().filter(|it| it.text.contains("consulté")).count(), 1);
    assert_eq!(left.iter().filter(|it| it.text.contains("nouveau document")).count(), 1);
    assert_eq!(left.len(), 2);
}

#[test]
fn a_refused_address_leads_to_the_next_way_under_the_same_event() {
    let (fed, way) = quiet();
    let (email, phone) = (Some("zelie@example.org"), Some("+33639980000"));
    fed.node.records.set_contacts(&holder(&fed), &fed.target, AccountOf::Holder, email, phone).unwrap();
    way.run(&fed.node);
    authorise(&fed, 0);
    reads(&fed, 0);
    way.refusing.lock().unwrap().extend([Channel::Email, Channel::Sms]);
    let letter = one(way.run(&fed.node), Channel::Letter, "Dr Fictif a consulté");
    assert_eq!(letter.address, ["Zélie LACOMBE-TEST"]);
    assert!(letter.id.ends_with(".letter"));
    let event = letter.id.split('.').next().unwrap();
    assert!(event.parse::<RowId>().is_ok(), "{event}");
}

/// What is in the queue is sent once more only where it was handed over and not noted; then under the same name.
#[test]
fn a_message_that_leaves_twice_bears_the_same_name_and_the_same_link() {
    let (fed, _) = quiet();
    authorise(&fed, 0);
    reads(&fed, 0);
    struct Dies(Mutex<Vec<Message>>);
    impl Post for Dies {
        fn send(&self, message: &Message) -> Result<(), PostError> {
            self.0.lock().unwrap().push(message.clone());
            Err(PostError::Later)
        }
        fn portal(&self) -> Option<&str> {
            Some("https://carnet.example")
        }
    }
    let post = Dies(Mutex::default());
    for _ in 0..3 {
        fed.node.records.send_notices(&post).unwrap();
        fed.node.advance(HOUR);
    }
    let sent = post.0.into_inner().unwrap();
    let accesses: Vec<_> = sent.iter().filter(|it| it.text.contains("/r/")).collect();
    assert!(accesses.len() >= 2);
    assert!(accesses.windows(2).all(|it| it[0].id == it[1].id && it[0].text == it[1].text));
}

/// Abuse I02: both contacts are told, and the new one carries no code for three days.
#[test]
fn changed_contacts_are_told_to_both_and_wait_to_be_a_factor() {
    let (fed, way) = quiet();
    let new = Some("autre@example.org");
    fed.node.records.set_contacts(&holder(&fed), &fed.target, AccountOf::Holder, new, None).unwrap();
    let told: BTreeSet<String> = way.run(&fed.node).into_iter().map(|it| it.to).collect();
    assert_eq!(told, ["autre@example.org".to_owned(), "zelie@example.org".to_owned()].into());
    authorise(&fed, 0);
    reads(&fed, 0);
    assert_eq!(one(way.run(&fed.node), Channel::Email, "consulté").to, "autre@example.org");
}

fn token(message: &Message) -> LinkToken {
    LinkToken::parse(message.text.rsplit("/r/").next().unwrap()).expect("a token")
}

#[test]
fn the_link_shuts_out_once_and_does_nothing_else() {
    let (fed, way) = quiet();
    authorise(&fed, 0);
    reads(&fed, 0);
    let message = one(way.run(&fed.node), Channel::Email, "/r/");
    let anybody = || fed.node.call(Caller::nobody(Door::Portal));
    let invented = format!("{}{}", fed.record, RowId::random(&*fed.node.dice));
    for wrong in [invented.clone(), format!("{}{}", RowId::random(&*fed.node.dice), &invented[26..])] {
        let wrong = LinkToken::parse(&wrong).unwrap();
        fed.node.records.restrict(&anybody(), wrong, Restriction::Block).unwrap();
    }
    reads(&fed, 0);
    fed.node.records.restrict(&anybody(), token(&message), Restriction::Block).unwrap();
    common::refused(read(&fed.node, doctor(0), fed.record, fed.document));
    // the holder lifts the block; the link is used up
    let who = DOCTORS[0].parse().unwrap();
    fed.node.records.unblock(&holder(&fed), &fed.target, &who).unwrap();
    authorise(&fed, 0);
    fed.node.records.restrict(&anybody(), token(&message), Restriction::Block).unwrap();
    reads(&fed, 0);
    assert!(fed.node.verify().faults.is_empty());
}

#[test]
fn a_link_is_good_for_thirty_days_and_contests_without_shutting_out() {
    let (fed, way) = quiet();
    authorise(&fed, 0);
    authorise(&fed, 1);
    reads(&fed, 0);
    let first = one(way.run(&fed.node), Channel::Email, "/r/");
    let anybody = || fed.node.call(Caller::nobody(Door::Portal));
    fed.node.records.restrict(&anybody(), token(&first), Restriction::Contest).unwrap();
    reads(&fed, 0);
    let seen = fed.node.records.history(&holder(&fed), fed.record, None, 100).unwrap().into_inner();
    let contested = seen.lines.iter().find(|it| it.account.act == Act::ContestEmergency).expect("a line");
    assert_eq!(contested.account.about, Some(DOCTORS[0].parse().unwrap()));
    fed.node.advance(HOUR);
    reads(&fed, 1);
    let second = one(way.run(&fed.node), Channel::Email, "/r/");
    fed.node.advance(DAY * 31);
    fed.node.records.restrict(&anybody(), token(&second), Restriction::Block).unwrap();
    reads(&fed, 1);
}

/// Nothing of the queue stands in clear (invariant 8).
#[test]
fn nothing_that_waits_can_be_read_on_the_disk() {
    let fed = fed();
    authorise(&fed, 0);
    reads(&fed, 0);
    for hidden in ["zelie@example.org", "Dr Fictif", "consult"] {
        assert!(!lies_in(&fed.node.folder, hidden), "{hidden}");
    }
}

#[test]
fn a_child_s_representatives_are_told_and_nothing_secret_goes_home() {
    let node = Node::new();
    let mut request = opening(PATIENT, "LACOMBE-TEST");
    request.traits.birth_date = "2018-02-01".parse().unwrap();
    let record = node.records.open_record(&node.call(doctor(2)), &request).unwrap().into_inner().record;
    let way = Way::default();
    way.run(&node);
    let fed = Fed { node, record, document: EntryId::from_bytes([0; 16]), target: model_target() };
    feed(&fed, 1, |it| it.hidden_from_representatives = true);
    fed.node.advance(DAY);
    assert!(way.run(&fed.node).is_empty(), "a secret act is no news");
    feed(&fed, 2, |it| it.hidden_from_representatives = true);
    feed(&fed, 3, |_| ());
    fed.node.advance(DAY);
    one(way.run(&fed.node), Channel::Email, "1 nouveau document.");
}

/// Whether any file under a folder holds these bytes.
fn lies_in(folder: &std::path::Path, what: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return lies_in(&path, what);
        }
        std::fs::read(path).unwrap().windows(what.len()).any(|it| it == what.as_bytes())
    })
}

fn model_target() -> record::Target {
    record::Target::Ins(ins(PATIENT))
}
