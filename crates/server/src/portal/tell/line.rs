//! One line of the trace in words: who, what they did or wanted, by what right; and the line opened.

use model::{Act, Door, Instant, Person, Purpose};
use record::account::{Account, Fate, ObjectAccount, TraceEntry, Verdict};

use super::{By, Detail, Kind, Object, Rule, Told};
use crate::portal::lines::kind_by_code;
use crate::portal::messages::{messages, spaced};
use crate::portal::when;

pub(super) fn said(by: By, did: &str) -> String {
    let m = messages();
    if by == By::Holder { m.t1("tell.you", did) } else { m.t1("tell.they", did) }
}

/// The sentence of one line, after who.
pub(super) fn whole(kind: Kind, account: &Account) -> String {
    let m = messages();
    match (kind.accepted, kind.by == By::Holder) {
        (true, _) => said(kind.by, &did(account)),
        (false, true) => m.t1("tell.you.refused", wanted(account)),
        (false, false) => m.t1("tell.they.refused", wanted(account)),
    }
}

pub(super) fn sentence(entry: &TraceEntry, now: Instant) -> Told {
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
        (Act::Search, Some("deleted")) => m.t("tell.deleted").to_owned(),
        (Act::Search, _) => m.n("tell.list", shown as u64),
        (Act::Recompute, Some("list of patients")) => m.t("tell.patients").to_owned(),
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

fn object(object: &ObjectAccount) -> Object {
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

fn words(number: &str) -> Option<String> {
    number.parse::<policy::Rule>().ok().map(|it| spaced(it.words_fr()))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
