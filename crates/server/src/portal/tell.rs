//! The trace in sentences: "Dr Inès Fabre, médecin à …, a lu 2 documents hier à 14 h 05, avec votre accord."
//! What one person does within a short while is one sentence, which opens into what was shown and withheld; what
//! their software asks around it ([`is_around`]) is in it too, and the same refusal several times is said once.
//! Nothing is left out.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use model::{Act, Door, EntryId, Instant, Person, Purpose};
use record::account::{Account, Fate, TraceEntry, Verdict};

use super::lines::kind_by_code;
use super::messages::messages;
use super::when;

/// Readings of one person this close to each other are told as one.
const TOGETHER: SignedDuration = SignedDuration::from_mins(30);

/// One sentence of the trace.
pub struct Told {
    pub who: String,
    /// Profession and house, where there are any.
    pub as_what: String,
    /// The professional's number, to find and to block.
    pub person: Option<String>,
    pub did: String,
    pub when: String,
    /// By what right, in a few words.
    pub why: &'static str,
    pub look: &'static str,
    pub lines: Vec<Detail>,
    /// Of them, the newest the sentence speaks of.
    main: usize,
    kind: Kind,
    at: Instant,
}

/// One line of the trace, opened.
pub struct Detail {
    pub accepted: bool,
    pub when: String,
    pub did: String,
    pub objects: Vec<Object>,
    /// The rules that decided, in words.
    pub rules: Vec<Rule>,
    /// The words given for an emergency.
    pub reason: Option<String>,
    pub request: String,
}

pub struct Rule {
    pub number: String,
    pub words: &'static str,
}

/// A document of a line: of what kind, and what became of it.
pub struct Object {
    pub kind: String,
    pub href: Option<String>,
    pub fate: &'static str,
    pub look: &'static str,
    pub rules: Vec<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Holder,
    Other,
    Service,
    /// Nobody proved: a login that was tried.
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    by: By,
    act: Act,
    accepted: bool,
    emergency: bool,
}

impl Told {
    /// By somebody else than the holder and the service itself.
    pub fn is_others(&self) -> bool {
        // a right password without its code yet is the first half of a login
        self.kind.by == By::Other || (self.kind.by == By::Unknown && !self.kind.accepted)
    }

    /// Somebody looked, or tried to.
    pub fn is_access(&self) -> bool {
        self.kind.by == By::Other
            && matches!(
                self.kind.act,
                Act::Search
                    | Act::Consult
                    | Act::ReadTrace
                    | Act::ReadRights
                    | Act::BreakGlass
                    | Act::Regulate
            )
    }

    /// Nothing but what is asked around a visit.
    pub fn is_technical(&self) -> bool {
        is_around(self.kind)
    }

    /// A session was opened, or one tried to.
    pub fn is_login(&self) -> bool {
        self.kind.act == Act::LogIn
    }

    /// A window of emergency was opened: its holder may contest it.
    pub fn is_contestable(&self) -> bool {
        self.kind.accepted && matches!(self.kind.act, Act::BreakGlass | Act::Regulate)
    }

    /// The number of the newest request it tells of.
    pub fn request(&self) -> &str {
        self.lines.get(self.main).map_or("", |line| line.request.as_str())
    }

    /// Whether a filter of the page lets it through.
    pub fn is_of(&self, kind: &str) -> bool {
        let Kind { by, act, accepted, emergency } = self.kind;
        match kind {
            "all" => true,
            "reads" => self.is_access(),
            "deposits" => matches!(act, Act::Feed | Act::Replace | Act::Append),
            "rights" => {
                matches!(
                    act,
                    Act::Authorise
                        | Act::Revoke
                        | Act::Block
                        | Act::Unblock
                        | Act::DeclareAttending
                        | Act::ConfirmAttending
                        | Act::EndAttending
                        | Act::SetEmergencyChoices
                        | Act::Mask
                        | Act::Unmask
                        | Act::OpenRecord
                        | Act::Close
                        | Act::Reopen
                        | Act::DeclareCare
                        | Act::DeclareOutOfHours
                        | Act::HandOver
                        | Act::GiveSameReading
                        | Act::EndSameReading
                        | Act::Oppose
                        | Act::LiftOpposition
                        | Act::ConsentToOccupational
                        | Act::WithdrawFromOccupational
                        | Act::AddRepresentative
                        | Act::RestrictRepresentative
                        | Act::EndRepresentative
                        | Act::Announce
                        | Act::MakeVisible
                        | Act::HideFromRepresentatives
                        | Act::MakeVisibleToRepresentatives
                        | Act::DesignateTrustedPerson
                        | Act::ActivateTrustedPerson
                        | Act::EndTrustedPerson
                        | Act::AddCarer
                        | Act::EndCarer
                )
            }
            "emergency" => emergency,
            "refused" => !accepted,
            "mine" => by == By::Holder || (by == By::Unknown && accepted),
            _ => self.is_others(),
        }
    }
}

/// The lines as sentences, the newest first, as they come.
pub fn told(lines: &[TraceEntry], now: Instant) -> Vec<Told> {
    let mut out: Vec<(Told, Seen)> = Vec::new();
    for entry in lines {
        let next = sentence(entry, now);
        // what the service itself does in between parts nothing, nor what the reader wrote
        let parts = |it: &Told| it.kind.by != By::Service && !is_between(it, &next);
        let last = out.iter_mut().rev().find(|(it, _)| parts(it));
        match last.filter(|(last, _)| is_of_one(last, &next)) {
            Some((last, seen)) => join(last, seen, next, &entry.account),
            None => out.push((next, Seen::of(&entry.account))),
        }
    }
    out.into_iter().map(|(it, _)| it).collect()
}

/// Whether two sentences, one after the other, are one.
fn is_of_one(newer: &Told, older: &Told) -> bool {
    let same = is_by_one(newer, older);
    let read = reads(newer.kind) && reads(older.kind) && newer.kind.emergency == older.kind.emergency;
    let around = newer.kind.accepted && is_around(older.kind) || older.kind.accepted && is_around(newer.kind);
    let refused = !newer.kind.accepted && newer.kind == older.kind;
    same && (read || around || refused) && newer.at.since(older.at) < TOGETHER
}

/// What somebody wrote while they were reading.
fn is_between(wrote: &Told, reading: &Told) -> bool {
    reads(reading.kind)
        && wrote.kind.accepted
        && !reads(wrote.kind)
        && !is_around(wrote.kind)
        && wrote.kind.by == By::Other
        && is_by_one(wrote, reading)
}

fn is_by_one(one: &Told, other: &Told) -> bool {
    (one.kind.by, &one.person, &one.who) == (other.kind.by, &other.person, &other.who)
}

fn reads(kind: Kind) -> bool {
    kind.accepted && matches!(kind.act, Act::Search | Act::Consult)
}

/// What software asks by itself before, between and after what somebody does.
fn is_around(kind: Kind) -> bool {
    let asks = matches!(kind.act, Act::KnowStatus | Act::LocateOwn | Act::ReadTrace);
    kind.by == By::Other && kind.accepted && !kind.emergency && asks
}

fn join(last: &mut Told, seen: &mut Seen, next: Told, account: &Account) {
    last.at = next.at;
    if is_around(next.kind) && !(is_around(last.kind) && next.kind.act == Act::ReadTrace) {
        last.lines.extend(next.lines);
    } else if is_around(last.kind) {
        // the newer was around this one, which gives the sentence
        *seen = Seen::of(account);
        let newer = std::mem::take(&mut last.lines);
        let main = newer.len();
        let lines = newer.into_iter().chain(next.lines).collect();
        *last = Told { lines, main, when: std::mem::take(&mut last.when), ..next };
    } else {
        seen.add(account);
        last.lines.extend(next.lines);
        last.did = match last.kind.accepted {
            true => said(last.kind.by, &seen.words()),
            false => messages().t2("tell.times", whole(last.kind, account), seen.times),
        };
    }
}

/// What a group of lines showed, and how many they are.
#[derive(Default)]
struct Seen {
    read: BTreeSet<EntryId>,
    listed: usize,
    times: usize,
}

impl Seen {
    fn of(account: &Account) -> Self {
        let mut seen = Self::default();
        seen.add(account);
        seen
    }

    fn add(&mut self, account: &Account) {
        self.times += 1;
        let shown = account.objects.iter().filter(|it| it.fate == Fate::Shown);
        if account.act == Act::Consult {
            self.read.extend(shown.filter_map(|it| it.document));
        } else {
            self.listed = self.listed.max(shown.count());
        }
    }

    fn words(&self) -> String {
        match self.read.len() {
            0 => messages().n("tell.list", self.listed as u64),
            read => messages().n("tell.read", read as u64),
        }
    }
}

fn said(by: By, did: &str) -> String {
    let m = messages();
    if by == By::Holder { m.t1("tell.you", did) } else { m.t1("tell.they", did) }
}

/// The sentence of one line, after who.
fn whole(kind: Kind, account: &Account) -> String {
    let m = messages();
    match (kind.accepted, kind.by == By::Holder) {
        (true, _) => said(kind.by, &did(account)),
        (false, true) => m.t1("tell.you.refused", wanted(account)),
        (false, false) => m.t1("tell.they.refused", wanted(account)),
    }
}

fn sentence(entry: &TraceEntry, now: Instant) -> Told {
    let TraceEntry { at, account, .. } = entry;
    let m = messages();
    let (by, who, as_what, person) = teller(account);
    let accepted = account.verdict == Verdict::Accepted;
    let emergency =
        account.purpose != Purpose::Normal || matches!(account.act, Act::BreakGlass | Act::Regulate);
    let kind = Kind { by, act: account.act, accepted, emergency };
    let why = match (by, accepted, &account.purpose) {
        // the sentence says it already
        _ if matches!(account.act, Act::BreakGlass | Act::Regulate) => "",
        (By::Other, true, Purpose::BreakGlass { .. }) => m.t("tell.why.glass"),
        (By::Other, true, Purpose::Regulation) => m.t("tell.why.regulation"),
        (By::Other, true, Purpose::Normal) if account.rules.iter().any(|it| it == "A14") => {
            m.t("tell.why.authorised")
        }
        _ => "",
    };
    Told {
        who,
        as_what,
        person,
        did: whole(kind, account),
        when: when::moment_from(*at, now),
        why,
        look: if emergency {
            "emergency"
        } else if accepted {
            "done"
        } else {
            "refused"
        },
        lines: vec![detail(entry, now)],
        main: 0,
        kind,
        at: *at,
    }
}

fn teller(account: &Account) -> (By, String, String, Option<String>) {
    let m = messages();
    let caller = &account.caller;
    let house = caller.organisation.proved().map(|it| it.name.clone()).unwrap_or_default();
    let as_what = |what: &str| match house.is_empty() {
        true => what.to_owned(),
        false => format!("{what}, {house}"),
    };
    match caller.person.proved() {
        Some(Person::Professional(it)) => {
            (By::Other, it.name.clone(), as_what(it.profession.label()), Some(it.id.to_string()))
        }
        Some(Person::Agent(it)) => (By::Other, it.name.clone(), as_what(m.t("tell.agent")), None),
        Some(Person::Holder { .. }) => (By::Holder, m.t("tell.holder").to_owned(), String::new(), None),
        Some(Person::Representative { .. }) => {
            (By::Other, m.t("tell.representative").to_owned(), String::new(), None)
        }
        Some(Person::Relative { .. }) => (By::Other, m.t("tell.relative").to_owned(), String::new(), None),
        Some(Person::Heir { .. }) => (By::Other, m.t("tell.heir").to_owned(), String::new(), None),
        Some(Person::Reviewer(_)) => (By::Other, m.t("tell.reviewer").to_owned(), String::new(), None),
        Some(Person::Administrator(_)) => {
            (By::Other, m.t("tell.administrator").to_owned(), String::new(), None)
        }
        Some(_) => (By::Other, m.t("tell.somebody").to_owned(), String::new(), None),
        None if !house.is_empty() => (By::Other, house, String::new(), None),
        None if caller.door == Door::Upkeep => {
            (By::Service, m.t("tell.service").to_owned(), String::new(), None)
        }
        None => (By::Unknown, m.t("tell.somebody").to_owned(), String::new(), None),
    }
}

/// The act as a past participle: "lu un document".
fn did(account: &Account) -> String {
    let m = messages();
    let shown = account.objects.iter().filter(|it| it.fate == Fate::Shown).count();
    match (account.act, account.note.as_deref()) {
        (Act::Search, _) => m.n("tell.list", shown as u64),
        (Act::LogIn, Some("code asked for")) => m.t("tell.code").to_owned(),
        (Act::LogIn, Some("a new password is asked for")) => m.t("tell.password.due").to_owned(),
        (Act::LogIn, Some("password changed")) => m.t("tell.password").to_owned(),
        (Act::LogIn, Some("whose record")) => m.t("tell.whose").to_owned(),
        (Act::Close, Some(_)) => m.t("tell.close.waits").to_owned(),
        // the words of `record::acts::two_agents`: said, and not yet, or not, done
        (_, Some("waits for a second agent")) => m.t1("tell.waits", wanted(account)),
        (_, Some("refused by a second agent")) => m.t1("tell.refused.second", wanted(account)),
        (_, Some("withdrawn")) => m.t1("tell.withdrawn", wanted(account)),
        (act, _) => m.of("did", &act.to_string()).unwrap_or_else(|| m.t("tell.other")).to_owned(),
    }
}

/// The act as an infinitive: "lire un document".
fn wanted(account: &Account) -> String {
    let m = messages();
    m.of("to", &account.act.to_string()).unwrap_or_else(|| m.t("tell.other.to")).to_owned()
}

fn detail(entry: &TraceEntry, now: Instant) -> Detail {
    let account = &entry.account;
    let did = if account.verdict == Verdict::Accepted { did(account) } else { wanted(account) };
    Detail {
        accepted: account.verdict == Verdict::Accepted,
        when: when::moment_from(entry.at, now),
        did: capital(&did),
        objects: account.objects.iter().map(object).collect(),
        rules: account
            .rules
            .iter()
            .filter_map(|number| Some(Rule { number: number.clone(), words: words(number)? }))
            .collect(),
        reason: match &account.purpose {
            Purpose::BreakGlass { reason } => Some(reason.clone()),
            _ => None,
        },
        request: account.request.to_string(),
    }
}

fn object(object: &record::account::ObjectAccount) -> Object {
    let m = messages();
    let (fate, look) = match object.fate {
        Fate::Shown => (m.t("fate.shown"), "shown"),
        Fate::Withheld => (m.t("fate.withheld"), "withheld"),
        Fate::Written => (m.t("fate.written"), "shown"),
        Fate::Refused => (m.t("fate.refused"), "withheld"),
    };
    Object {
        kind: kind_by_code(&object.type_code),
        href: object.document.map(|id| format!("/documents/{id}")),
        fate,
        look,
        rules: object.rules.iter().filter_map(|it| words(it)).collect(),
    }
}

fn words(number: &str) -> Option<&'static str> {
    number.parse::<policy::Rule>().ok().map(policy::Rule::words_fr)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_act_is_told_in_words_of_its_own() {
        let m = messages();
        let without: Vec<_> = Act::ALL
            .into_iter()
            .map(|act| act.to_string())
            .filter(|act| m.of("to", act).is_none() || (act != "search" && m.of("did", act).is_none()))
            .collect();
        assert!(without.is_empty(), "{without:?}");
    }
}
