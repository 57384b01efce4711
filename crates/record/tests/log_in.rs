//! The holder's way in: the letter, the password, the code (rules, A4 and W1; abuse A01, A02, A08, A12).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::*;
use record::account::Verdict;
use record::upkeep::notices::{Channel, Message};
use record::{LogInStep, PendingLogIn, RefusalKind, visitor};

const CHOSEN: &str = "une phrase que je retiens";

/// A node, a record, and its letter.
struct Way {
    node: Node,
    record: RecordId,
    login: String,
    password: String,
}

fn way() -> Way {
    let Fed { node, record, .. } = fed();
    let messages = sent(&node);
    let letter = messages.iter().find(|it| it.channel == Channel::Letter).expect("a letter");
    assert!(letter.to.is_empty());
    let (login, password) = secrets(&messages);
    Way { node, record, login, password }
}

impl Way {
    fn visitor(&self) -> record::Call {
        visitor(RowId::random(&*self.node.dice))
    }

    fn begin(&self, password: &str) -> PendingLogIn {
        self.node.records.begin_log_in(&self.visitor(), &self.login, password).unwrap()
    }

    fn finish(
        &self,
        pending: &PendingLogIn,
        code: &str,
        new: Option<&str>,
    ) -> Result<LogInStep, record::Failure> {
        Ok(self.node.records.finish_log_in(&self.visitor(), pending, code, new)?.into_inner())
    }

    /// The code that leaves, if one does.
    fn code(&self) -> Option<String> {
        sent(&self.node).iter().find_map(code_in)
    }

    /// Begins with the right password; the code comes.
    fn asked(&self, password: &str) -> (PendingLogIn, String) {
        let pending = self.begin(password);
        (pending, self.code().expect("a code"))
    }

    /// The first log-in, done: the password is the chosen one.
    fn settled() -> Self {
        let way = way();
        let (pending, code) = way.asked(&way.password);
        assert!(matches!(way.finish(&pending, &code, Some(CHOSEN)).unwrap(), LogInStep::In(_)));
        way
    }

    #[track_caller]
    fn not_proved(&self, pending: &PendingLogIn, code: &str) {
        assert_eq!(refused(self.finish(pending, code, None)).kind, RefusalKind::NotProved);
    }
}

fn code_in(message: &Message) -> Option<String> {
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|it| it.is_ascii_digit());
    message.text.split([' ', '.']).find(is_code).map(str::to_owned)
}

fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[test]
fn the_letter_the_code_and_a_password_of_one_s_own() {
    let way = way();
    let (pending, code) = way.asked(&way.password);
    assert_eq!(pending.record, way.record);
    assert!(matches!(way.finish(&pending, &code, None).unwrap(), LogInStep::MustChange));
    // the same code carries the new password, which is another and long enough
    assert_eq!(refused(way.finish(&pending, &code, Some("court"))).problems[0].element, "newPassword");
    assert_eq!(refused(way.finish(&pending, &code, Some(&way.password))).problems[0].element, "newPassword");
    let LogInStep::In(session) = way.finish(&pending, &code, Some(CHOSEN)).unwrap() else { panic!("not in") };
    assert_eq!(session.record, way.record);
    // single use, and the temporary password is over
    way.not_proved(&pending, &code);
    way.begin(&way.password);
    assert_eq!(way.code(), None);
    let (pending, code) = way.asked(CHOSEN);
    assert!(matches!(way.finish(&pending, &code, None).unwrap(), LogInStep::In(_)));
    // every step is a line
    let lines = trace(&way.node, Caller::holder(way.record), way.record);
    let logins: Vec<_> =
        lines.iter().filter(|it| it.account.act == Act::LogIn).map(|it| it.account.verdict).collect();
    use Verdict::{Accepted, Refused, Rejected};
    assert_eq!(logins, [Accepted, Accepted, Rejected, Accepted, Refused, Refused, Accepted, Accepted]);
    assert_eq!(verify(&way.node.folder).faults, []);
}

#[test]
fn a_code_lives_ten_minutes_and_belongs_to_its_challenge() {
    let way = Way::settled();
    let (pending, code) = way.asked(CHOSEN);
    way.node.advance(SignedDuration::from_mins(10));
    way.not_proved(&pending, &code);
    let (pending, code) = way.asked(CHOSEN);
    way.node.advance(SignedDuration::from_mins(10) - SignedDuration::from_millis(1));
    assert!(way.finish(&pending, &code, None).is_ok());

    // a newer challenge puts the older out of use, and neither code opens the other
    let (first, first_code) = way.asked(CHOSEN);
    let (second, second_code) = way.asked(CHOSEN);
    assert_ne!(first_code, second_code);
    way.not_proved(&first, &first_code);
    way.not_proved(&second, &first_code);
    way.not_proved(&first, &second_code);
    // nor another person's
    let request = opening("284026311300113", "AUTRE-TEST");
    way.node.records.open_record(&way.node.call(doctor(2)), &request).unwrap();
    let (login, password) = secrets(&sent(&way.node));
    let theirs = way.node.records.begin_log_in(&way.visitor(), &login, &password).unwrap();
    let their_code = way.code().unwrap();
    way.not_proved(&PendingLogIn { record: way.record, ..theirs.clone() }, &their_code);
    way.not_proved(&PendingLogIn { record: theirs.record, ..second.clone() }, &second_code);
    assert!(way.finish(&second, &second_code, None).is_ok());
    assert!(way.finish(&theirs, &their_code, None).is_ok());
}

#[test]
fn five_tries_then_the_challenge_is_gone() {
    let way = Way::settled();
    let (pending, code) = way.asked(CHOSEN);
    for _ in 0..4 {
        way.not_proved(&pending, &other(&code));
    }
    assert!(way.finish(&pending, &code, None).is_ok(), "the fifth try counts");
    let (pending, code) = way.asked(CHOSEN);
    for _ in 0..5 {
        way.not_proved(&pending, &other(&code));
    }
    way.not_proved(&pending, &code);
}

#[test]
fn fifty_wrong_codes_a_day_then_none_is_sent_until_the_next() {
    let way = Way::settled();
    for _ in 0..10 {
        let (pending, code) = way.asked(CHOSEN);
        for _ in 0..5 {
            way.not_proved(&pending, &other(&code));
        }
    }
    let pending = way.begin(CHOSEN);
    assert_eq!(way.code(), None);
    way.not_proved(&pending, "000000");
    way.node.advance(SignedDuration::from_hours(24));
    let (pending, code) = way.asked(CHOSEN);
    assert!(way.finish(&pending, &code, None).is_ok());
}

/// Who knows the login alone puts nobody out: neither the challenge under way nor the day's tries.
#[test]
fn a_stranger_shuts_nobody_out() {
    let way = Way::settled();
    let (pending, code) = way.asked(CHOSEN);
    for _ in 0..60 {
        let strange = PendingLogIn { record: way.record, challenge: RowId::random(&*way.node.dice) };
        way.not_proved(&strange, "123456");
    }
    for _ in 0..3 {
        let strange = way.begin("un mot de passe faux");
        way.not_proved(&strange, "123456");
        way.not_proved(&strange, &code);
    }
    assert!(way.finish(&pending, &code, None).is_ok());
    // and a code is sent again when it is asked for
    let (pending, code) = way.asked(CHOSEN);
    assert!(way.finish(&pending, &code, None).is_ok());
}

#[test]
fn wrong_password_and_unknown_login_look_like_the_right_ones() {
    let way = Way::settled();
    let wrong = way.begin("un mot de passe faux");
    assert_eq!(way.code(), None, "no code for a wrong password");
    assert_eq!(wrong.record, way.record);
    let unknown = |login: &str| way.node.records.begin_log_in(&way.visitor(), login, CHOSEN).unwrap();
    let (first, again, third) = (unknown("personne"), unknown("personne"), unknown("nulle"));
    assert_eq!(way.code(), None);
    // a login leads to one place, known or not
    assert_eq!(first.record, again.record);
    assert_ne!(first.record, third.record);
    assert_ne!(first.challenge, again.challenge);
    let answers: Vec<_> =
        [&wrong, &first, &PendingLogIn { record: RecordId::from_bytes([3; 16]), ..first.clone() }]
            .map(|pending| refused(way.finish(pending, "123456", Some("encore une autre phrase"))))
            .into();
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
}

#[test]
fn contacts_an_organisation_gave_carry_no_code() {
    let node = Node::new();
    let request = opening(PATIENT, "LACOMBE-TEST");
    let house = Caller { door: Door::Care, ..hospital() };
    assert_eq!(refused(node.records.open_record(&node.call(house), &request)).kind, RefusalKind::Denied);
    let record = node.records.open_record(&node.call(hospital()), &request).unwrap().into_inner().record;
    let overview = node.records.overview(&node.call(Caller::holder(record)), record).unwrap().into_inner();
    assert!(!overview.contacts.trusted);
    // no secret was handed over either: the holder is told, and that is all
    let messages = sent(&node);
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].channel, Channel::Email);
    assert!(code_in(&messages[0]).is_none() && !messages[0].text.contains("Identifiant"));
}

/// A record that was damaged keeps nobody else's messages back.
#[test]
fn one_damaged_record_does_not_stop_the_post() {
    let Fed { node, record, .. } = fed();
    let request = opening("284026311300113", "AUTRE-TEST");
    node.records.open_record(&node.call(doctor(2)), &request).unwrap();
    let conn = rusqlite::Connection::open(node.folder.join("data/records.db")).unwrap();
    conn.execute("UPDATE head SET sealed = zeroblob(200) WHERE record = ?1", [record.as_bytes()]).unwrap();
    drop(conn);
    assert_eq!(sent(&node).len(), 2, "the other's letter and notice");
}

#[test]
fn a01_who_guesses_a_code_is_told_to_the_holder() {
    let way = Way::settled();
    let (pending, code) = way.asked(CHOSEN);
    for turn in 0..5 {
        assert!(sent(&way.node).is_empty(), "before try {turn} there is nothing to tell");
        way.not_proved(&pending, &other(&code));
    }
    let told = sent(&way.node);
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("cinq codes faux") && !told[0].text.contains(&way.login));
    way.not_proved(&pending, &code);
    assert!(sent(&way.node).is_empty(), "once for each code");
}

#[test]
fn a_password_is_changed_with_the_old_one_alone() {
    const NEWER: &str = "une autre phrase encore";
    let way = Way::settled();
    let holder = || record::Call { caller: Caller::holder(way.record), ..way.visitor() };
    let change = |call: record::Call, old: &str, new: &str| {
        way.node.records.change_password(&call, way.record, old, new)
    };
    assert_eq!(refused(change(holder(), "pas celui-là", NEWER)).kind, RefusalKind::NotProved);
    assert_eq!(refused(change(holder(), CHOSEN, "court")).kind, RefusalKind::Rule);
    assert_eq!(refused(change(holder(), CHOSEN, CHOSEN)).kind, RefusalKind::Rule);
    assert_eq!(refused(change(way.visitor(), CHOSEN, NEWER)).kind, RefusalKind::Denied);
    assert!(sent(&way.node).is_empty());
    // a code under way dies with the old password
    let (pending, code) = way.asked(CHOSEN);
    change(holder(), CHOSEN, NEWER).unwrap();
    assert!(sent(&way.node)[0].text.contains("vient d'être changé"));
    way.not_proved(&pending, &code);
    way.begin(CHOSEN);
    assert_eq!(way.code(), None, "the old one asks for no code any more");
    let (pending, code) = way.asked(NEWER);
    assert!(matches!(way.finish(&pending, &code, None).unwrap(), LogInStep::In(_)));
    // guessed by who found a session open: shut for the day
    for _ in 0..50 {
        let no = refused(change(holder(), "au hasard", "n'importe quoi d'autre"));
        if no.kind == RefusalKind::TooMany {
            return;
        }
    }
    assert_eq!(refused(change(holder(), NEWER, CHOSEN)).kind, RefusalKind::TooMany);
}
