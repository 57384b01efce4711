//! ITI-81, the search for AuditEvents of one record: `patient` or `entity` names it.

use jiff::Timestamp;
use model::Act;

use super::super::outcome::{Outcome, Read};
use super::super::search::{Common, DateTest, Pairs, Token, unknown};
use super::super::subject::PatientRef;
use crate::atna::{self, Event};

/// What is searched for.
pub struct Query {
    common: Common,
    criteria: Vec<Criterion>,
}

enum Criterion {
    Date(Vec<DateTest>),
    Action(Vec<Token>),
    Outcome(Vec<Token>),
    Subtype(Vec<Token>),
    Agent(Vec<Token>),
    /// A document, by the id of its DocumentReference.
    Document(String),
}

impl Query {
    pub fn read(pairs: &Pairs) -> Read<Self> {
        let mut query = Self { common: Common::new(), criteria: Vec::new() };
        for (name, value) in pairs {
            let patient = match name.as_str() {
                "entity" => value.strip_prefix("Patient/").map(|_| "patient"),
                "entity.identifier" | "entity:identifier" => Some("patient.identifier"),
                _ => None,
            };
            if query.common.take(patient.unwrap_or(name), value)? {
                continue;
            }
            let criterion = match name.as_str() {
                "date" => Criterion::Date(DateTest::any_of(name, value)?),
                "action" => Criterion::Action(Token::any_of(name, value)?),
                "outcome" => Criterion::Outcome(Token::any_of(name, value)?),
                "subtype" => Criterion::Subtype(Token::any_of(name, value)?),
                "agent.identifier" | "agent:identifier" => Criterion::Agent(Token::any_of(name, value)?),
                "entity" => match value.strip_prefix("DocumentReference/") {
                    Some(id) => Criterion::Document(id.to_owned()),
                    None => return Err(Outcome::parameter(name, "a Patient or a DocumentReference")),
                },
                // newest first is the only order
                "_sort" if value == "-date" => continue,
                _ => return Err(unknown(name)),
            };
            query.common.keep(name, value);
            query.criteria.push(criterion);
        }
        query.common.finished()?;
        if query.common.count == 0 {
            return Err(Outcome::parameter("_count", "how many there are is not told: from 1"));
        }
        Ok(query)
    }

    pub fn patient(&self) -> &PatientRef {
        &self.common.patient
    }

    pub fn count(&self) -> usize {
        self.common.count
    }

    /// What reads back as the same query.
    pub fn to_pairs(&self) -> Pairs {
        self.common.pairs.clone()
    }

    /// Whether an event is searched for. Says nothing of whether it may be seen.
    pub fn matches(&self, event: &Event<'_>, document_id: impl Fn(model::EntryId) -> String) -> bool {
        self.criteria.iter().all(|it| it.matches(event, &document_id))
    }
}

impl Criterion {
    fn matches(&self, event: &Event<'_>, document_id: &impl Fn(model::EntryId) -> String) -> bool {
        match self {
            Self::Date(tests) => {
                let at: Timestamp = event.at.timestamp();
                tests.iter().any(|it| it.matches_instant(at))
            }
            Self::Action(tokens) => tokens.iter().any(|it| it.code() == atna::action(event.act)),
            Self::Outcome(tokens) => tokens.iter().any(|it| it.code() == event.outcome.indicator()),
            Self::Subtype(tokens) => tokens.iter().any(|it| is_act(it, event.act)),
            Self::Agent(tokens) => atna::who(event.caller).iter().any(|who| {
                let system = who.system.map(|oid| format!("urn:oid:{oid}")).unwrap_or_default();
                tokens.iter().any(|it| it.matches(&system, &who.id))
            }),
            Self::Document(wanted) => {
                event.objects.iter().filter_map(|it| it.document).any(|id| document_id(id) == *wanted)
            }
        }
    }
}

/// By the act's own name, or by FHIR's interaction.
fn is_act(token: &Token, act: Act) -> bool {
    let subtypes = super::subtypes(act, atna::Kind::of(act));
    subtypes.as_array().into_iter().flatten().any(|coding| {
        let part = |key: &str| coding.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
        token.matches(part("system"), part("code"))
    })
}
