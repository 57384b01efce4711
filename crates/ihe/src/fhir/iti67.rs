//! ITI-67 Find Document References, with the parameters of PDSm 3.1.1 and of the draft for the DMP (TD3.1a).

use std::cmp::Ordering;

use model::{DocumentEntry, DocumentStatus, EntryId, RecordId};

use super::outcome::{Outcome, Read};
use super::search::{self, Common, DateTest, Pairs, Token, Words, modifier};

/// A search as understood. Each criterion must hold; within one, any of its values may.
#[derive(Clone)]
pub struct DocumentQuery {
    common: Common,
    /// FHIR statuses asked for; none said = current.
    current: bool,
    superseded: bool,
    /// `isArchived`: None = not said, which asks for none.
    archived: Option<(bool, bool)>,
    criteria: Vec<Criterion>,
    order: (Key, bool),
}

/// What a document is sorted by: when it was made, when what it is about began, when its entry last changed; its id.
pub type Order = (jiff::Timestamp, jiff::Timestamp, model::Instant, EntryId);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Created,
    Period,
    Updated,
}

#[derive(Clone)]
enum Criterion {
    Ids(Vec<(RecordId, EntryId)>),
    Type(Vec<Token>),
    Category(Vec<Token>),
    Identifier(Vec<Token>),
    Created(Vec<DateTest>),
    Period(Vec<DateTest>),
    PeriodStart(Vec<DateTest>),
    PeriodEnd(Vec<DateTest>),
    Updated(Vec<DateTest>),
    Facility(Vec<Token>),
    Setting(Vec<Token>),
    Format(Vec<Token>),
    SecurityLabel(Vec<Token>),
    Event(Vec<Token>),
    RelatesTo(Vec<(RecordId, EntryId)>),
    Related(Vec<Token>),
    AuthorFamily(Vec<Words>),
    AuthorGiven(Vec<Words>),
    AuthorId(Vec<Token>),
    AuthorOrganisation(Vec<Token>),
}

impl DocumentQuery {
    /// Reads decoded pairs. Errors: 400 naming the parameter, 406 for another format than JSON.
    pub fn parse(pairs: &[(String, String)]) -> Read<Self> {
        let mut query = Self {
            common: Common::new(),
            current: false,
            superseded: false,
            archived: None,
            criteria: Vec::new(),
            order: (Key::Created, true),
        };
        let mut statuses_said = false;
        for (name, value) in pairs {
            if query.common.take(name, value)? {
                continue;
            }
            match name.as_str() {
                "status" => {
                    statuses_said = true;
                    query.status(value)?;
                }
                "isArchived" | "PDSm_isArchived" => query.archived = Some(archived(name, value)?),
                "_sort" => query.order = order(value)?,
                _ => query.criteria.push(criterion(name, value)?),
            }
            query.common.keep(name, value);
        }
        query.common.finished()?;
        if !statuses_said {
            query.current = true;
        }
        Ok(query)
    }

    fn status(&mut self, value: &str) -> Read<()> {
        for token in Token::any_of("status", value)? {
            match token.code() {
                "current" => self.current = true,
                "superseded" => self.superseded = true,
                // deleted documents are nobody's (rules, A3)
                "entered-in-error" => {}
                _ => return Err(Outcome::parameter("status", "current, superseded or entered-in-error")),
            }
        }
        Ok(())
    }

    pub fn patient(&self) -> &super::subject::PatientRef {
        &self.common.patient
    }

    /// Results on one page, 1 to 500.
    pub fn count(&self) -> usize {
        self.common.count
    }

    /// Replaced documents were asked for expressly (rules, A3).
    pub fn asked_deprecated(&self) -> bool {
        self.superseded
    }

    /// Archived documents were asked for expressly (rules, A3).
    pub fn asked_archived(&self) -> bool {
        self.current && self.archived.is_some_and(|(yes, _)| yes)
    }

    /// What reads back as the same query, for the server to seal into a `next` link.
    pub fn to_pairs(&self) -> Pairs {
        self.common.pairs.clone()
    }

    /// Whether a document of `record` is searched for. Says nothing of whether it may be seen.
    pub fn matches(&self, record: RecordId, entry: &DocumentEntry) -> bool {
        self.matches_status(&entry.status) && self.criteria.iter().all(|it| it.matches(record, entry))
    }

    /// Whether a status alone says what [`Self::matches`] says.
    pub fn is_of_status_alone(&self) -> bool {
        self.criteria.is_empty()
    }

    /// Whether documents of this status are searched for.
    pub fn matches_status(&self, status: &DocumentStatus) -> bool {
        let (archived, others) = self.archived.unwrap_or((false, true));
        match status {
            DocumentStatus::Approved => self.current && others,
            DocumentStatus::Archived { .. } => self.current && archived,
            DocumentStatus::Deprecated { .. } => self.superseded && others,
            DocumentStatus::Deleted { .. } => false,
        }
    }

    /// The order of the answer: the newest first unless asked otherwise; ids part equals.
    pub fn compare(&self, one: &Order, other: &Order) -> Ordering {
        let (key, descending) = self.order;
        let by_key = match key {
            Key::Created => one.0.cmp(&other.0),
            Key::Period => one.1.cmp(&other.1),
            Key::Updated => one.2.cmp(&other.2),
        };
        let by_key = if descending { by_key.reverse() } else { by_key };
        by_key.then_with(|| one.3.cmp(&other.3))
    }
}

pub(super) fn archived(name: &str, value: &str) -> Read<(bool, bool)> {
    let mut said = (false, false);
    for token in Token::any_of(name, value)? {
        match token.code() {
            "true" => said.0 = true,
            "false" => said.1 = true,
            _ => return Err(Outcome::parameter(name, "true or false")),
        }
    }
    Ok(said)
}

fn order(value: &str) -> Read<(Key, bool)> {
    let (name, descending) = value.strip_prefix('-').map_or((value, false), |name| (name, true));
    let key = match name {
        "date" | "creation" => Key::Created,
        "period" => Key::Period,
        "_lastUpdated" => Key::Updated,
        _ => {
            return Err(Outcome::parameter(
                "_sort",
                "date, creation, period or _lastUpdated, with or without -",
            ));
        }
    };
    Ok((key, descending))
}

fn criterion(name: &str, value: &str) -> Read<Criterion> {
    let tokens = || Token::any_of(name, value);
    let dates = || DateTest::any_of(name, value);
    Ok(match name {
        "_id" => Criterion::Ids(search::ids(name, value)?),
        "_lastUpdated" => Criterion::Updated(dates()?),
        "type" => Criterion::Type(tokens()?),
        "category" => Criterion::Category(tokens()?),
        "identifier" => Criterion::Identifier(tokens()?),
        "creation" | "date" => Criterion::Created(dates()?),
        "period" => Criterion::Period(dates()?),
        "period-start" | "PDSm_DocumentReference_period-start" => Criterion::PeriodStart(dates()?),
        "period-end" | "PDSm_DocumentReference_period-end" => Criterion::PeriodEnd(dates()?),
        "facility" => Criterion::Facility(tokens()?),
        "setting" => Criterion::Setting(tokens()?),
        "format" => Criterion::Format(tokens()?),
        "security-label" => Criterion::SecurityLabel(tokens()?),
        "event" => Criterion::Event(tokens()?),
        "relatesto" | "relatesTo" => Criterion::RelatesTo(
            search::any_of(name, value)?
                .iter()
                .filter_map(|it| super::id_pair::parse(it.strip_prefix("DocumentReference/").unwrap_or(it)))
                .collect(),
        ),
        "related" | "related:identifier" | "related.identifier" => Criterion::Related(tokens()?),
        _ => match of_author(name, value)? {
            Some(criterion) => criterion,
            None => return Err(search::unknown(name)),
        },
    })
}

/// Chains into the contained authors: nothing outside the document is looked at.
fn of_author(name: &str, value: &str) -> Read<Option<Criterion>> {
    let Some(rest) = name.strip_prefix("author") else { return Ok(None) };
    let bare = rest
        .replace(":PractitionerRole", "")
        .replace(":Practitioner", "")
        .replace(":Patient", "")
        .replace(":Device", "")
        .replace(":Organization", "");
    let (chain, modifier) = match modifier(&bare) {
        ("", Some("identifier")) => (".identifier", None),
        other => other,
    };
    Ok(Some(match chain {
        ".family" | ".practitioner.family" => Criterion::AuthorFamily(Words::any_of(name, modifier, value)?),
        ".given" | ".practitioner.given" => Criterion::AuthorGiven(Words::any_of(name, modifier, value)?),
        ".identifier" | ".practitioner.identifier" if modifier.is_none() => {
            Criterion::AuthorId(Token::any_of(name, value)?)
        }
        ".organization.identifier" if modifier.is_none() => {
            Criterion::AuthorOrganisation(Token::any_of(name, value)?)
        }
        "" => {
            return Err(Outcome::parameter(
                name,
                "authors are contained: use author.identifier or author.family",
            ));
        }
        _ => return Ok(None),
    }))
}

impl Criterion {
    fn matches(&self, record: RecordId, entry: &DocumentEntry) -> bool {
        let it = &entry.description;
        let date = |tests: &[DateTest], at| tests.iter().any(|test| test.matches_instant(at));
        match self {
            Self::Ids(ids) => ids.contains(&(record, entry.logical_id)) || ids.contains(&(record, entry.id)),
            Self::Type(tokens) => tokens.iter().any(|token| token.matches_coding(&it.type_code)),
            Self::Category(tokens) => tokens.iter().any(|token| token.matches_coding(&entry.class.coding())),
            Self::Identifier(tokens) => tokens.iter().any(|token| is_identified(token, entry)),
            Self::Created(tests) => date(tests, it.created),
            Self::Period(tests) => {
                tests.iter().any(|test| test.matches_period(it.service_start, it.service_stop))
            }
            Self::PeriodStart(tests) => date(tests, it.service_start),
            Self::PeriodEnd(tests) => it.service_stop.is_some_and(|stop| date(tests, stop)),
            Self::Updated(tests) => tests.iter().any(|test| test.matches_our_instant(entry.updated)),
            Self::Facility(tokens) => tokens.iter().any(|token| token.matches_coding(&it.facility_type)),
            Self::Setting(tokens) => tokens.iter().any(|token| token.matches_coding(&it.practice_setting)),
            Self::Format(tokens) => tokens.iter().any(|token| token.matches_coding(&it.format)),
            Self::SecurityLabel(tokens) => tokens.iter().any(|token| is_labelled(token, entry)),
            Self::Event(tokens) => {
                tokens.iter().any(|token| it.events.iter().any(|event| token.matches_coding(event)))
            }
            Self::RelatesTo(ids) => entry.relations.iter().any(|to| ids.contains(&(record, to.target))),
            Self::Related(tokens) => tokens.iter().any(|token| {
                it.references
                    .iter()
                    .any(|id| token.matches(id.system.as_deref().unwrap_or_default(), &id.value))
            }),
            Self::AuthorFamily(words) => it.authors.iter().any(|author| any(words, &author.family)),
            Self::AuthorGiven(words) => it.authors.iter().any(|author| any(words, &author.given)),
            Self::AuthorId(tokens) => it.authors.iter().any(|author| any_id(tokens, &author.person_id)),
            Self::AuthorOrganisation(tokens) => {
                it.authors.iter().any(|author| any_id(tokens, &author.organisation_id))
            }
        }
    }
}

pub(super) fn any(words: &[Words], text: &Option<String>) -> bool {
    text.as_ref().is_some_and(|text| words.iter().any(|it| it.matches(text)))
}

pub(super) fn any_id(tokens: &[Token], id: &Option<(String, String)>) -> bool {
    id.as_ref().is_some_and(|(system, value)| tokens.iter().any(|it| it.matches(system, value)))
}

/// uniqueId, logicalId, entryUUID, or one of the producer's own.
fn is_identified(token: &Token, entry: &DocumentEntry) -> bool {
    let urn = |id: EntryId| token.matches(model::oid::RFC_3986, &id.urn());
    token.matches_unique(&entry.description.unique_id)
        || urn(entry.logical_id)
        || urn(entry.id)
        || entry.description.identifiers.iter().any(|(system, value)| token.matches(system, value))
}

fn is_labelled(token: &Token, entry: &DocumentEntry) -> bool {
    token.matches(model::code::V3_CONFIDENTIALITY, entry.description.confidentiality.code())
        || entry.visibility.codes().iter().any(|code| token.matches(model::code::TRE_A07, code))
}
