//! The trace in sentences: "Dr Inès Fabre, médecin à …, a lu 2 documents hier à 14 h 05, avec votre accord."
//! What one person does within a short while is one sentence, which opens into what was shown and withheld.

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

    /// A session was opened, or one tried to.
    pub fn is_login(&self) -> bool {
        self.kind.act == Act::LogIn
    }

    /// The number of the newest request it tells of.
    pub fn request(&self) -> &str {
        self.lines.first().map_or("", |line| line.request.as_str())
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
    let mut out: Vec<Told> = Vec::new();
    let mut seen: Vec<Seen> = Vec::new();
    for entry in lines {
        let next = sentence(entry, now);
        // what the service itself does in between parts nothing
        let last = out.iter().rposition(|it| it.kind.by != By::Service);
        if let Some(place) = last
            && let (Some(last), Some(seen)) = (out.get_mut(place), seen.get_mut(place))
            && goes_with(last, &next)
        {
            seen.add(&entry.account);
            last.at = next.at;
            last.lines.extend(next.lines);
            last.did = said(last.kind.by, &seen.words());
            continue;
        }
        let mut first = Seen::default();
        first.add(&entry.account);
        seen.push(first);
        out.push(next);
    }
    out
}

/// What a group of readings showed.
#[derive(Default)]
struct Seen {
    read: BTreeSet<EntryId>,
    listed: usize,
}

impl Seen {
    fn add(&mut self, account: &Account) {
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

fn goes_with(newer: &Told, older: &Told) -> bool {
    let reads = |it: &Told| it.kind.accepted && matches!(it.kind.act, Act::Search | Act::Consult);
    reads(newer)
        && reads(older)
        && (newer.kind.by, &newer.person, &newer.who, newer.kind.emergency)
            == (older.kind.by, &older.person, &older.who, older.kind.emergency)
        && newer.at.since(older.at) < TOGETHER
}

fn sentence(entry: &TraceEntry, now: Instant) -> Told {
    let TraceEntry { at, account, .. } = entry;
    let m = messages();
    let (by, who, as_what, person) = teller(account);
    let accepted = account.verdict == Verdict::Accepted;
    let emergency =
        account.purpose != Purpose::Normal || matches!(account.act, Act::BreakGlass | Act::Regulate);
    let did = did(account);
    let whole = match (accepted, by == By::Holder) {
        (true, _) => said(by, &did),
        (false, true) => m.t1("tell.you.refused", wanted(account)),
        (false, false) => m.t1("tell.they.refused", wanted(account)),
    };
    let why = match (by, accepted, &account.purpose) {
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
        did: whole,
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
        kind: Kind { by, act: account.act, accepted, emergency },
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
        // nobody comes so yet
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
