//! The trace in sentences: "Dr Inès Fabre, médecin à …, a lu 2 documents hier à 14 h 05, avec votre accord."
//! What one person does within a short while is one sentence, which opens into what was shown and withheld; what
//! their software asks around it ([`is_around`]) is in it too, and the same refusal several times is said once.
//! Nothing is left out.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use model::{Act, EntryId, Instant};
use record::account::{Account, Fate, TraceEntry};

use self::line::{said, sentence, whole};
use super::messages::messages;

mod line;

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
    pub words: String,
}

/// A document of a line: of what kind, and what became of it.
pub struct Object {
    pub kind: String,
    pub href: Option<String>,
    pub fate: &'static str,
    pub look: &'static str,
    pub rules: Vec<String>,
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
                    | Act::ListPatients
                    | Act::ListAuthorised
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
