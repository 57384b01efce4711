//! ITI-66 Find Document Lists: submission sets, with the parameters of PDSm 3.1.1.

use model::{RecordId, RowId, SubmissionSet};

use super::iti67::{any, any_id, archived};
use super::outcome::{Outcome, Read};
use super::search::{self, Common, DateTest, Pairs, Token, Words, modifier};

/// A search of lists as understood. A set is always current and never archived here.
#[derive(Clone)]
pub struct ListQuery {
    common: Common,
    /// The values said leave room for a submission set that is current and not archived.
    possible: bool,
    criteria: Vec<Criterion>,
    oldest_first: bool,
}

#[derive(Clone)]
enum Criterion {
    Ids(Vec<(RecordId, RowId)>),
    Date(Vec<DateTest>),
    Updated(Vec<DateTest>),
    Identifier(Vec<Token>),
    ContentType(Vec<Token>),
    SourceId(Vec<Token>),
    Title(Vec<Words>),
    AuthorFamily(Vec<Words>),
    AuthorGiven(Vec<Words>),
    AuthorId(Vec<Token>),
    AuthorOrganisation(Vec<Token>),
}

impl ListQuery {
    /// Reads decoded pairs. Errors: 400 naming the parameter, 406 for another format than JSON.
    pub fn parse(pairs: &[(String, String)]) -> Read<Self> {
        let mut query =
            Self { common: Common::new(), possible: true, criteria: Vec::new(), oldest_first: false };
        for (name, value) in pairs {
            if query.common.take(name, value)? {
                continue;
            }
            query.possible &= match name.as_str() {
                "code" => Token::any_of(name, value)?
                    .iter()
                    .any(|it| it.matches(super::urls::LIST_TYPES, "submissionset")),
                "status" => current(value)?,
                "isArchived" | "PDSm_isArchived" => archived(name, value)?.1,
                "_sort" => {
                    query.oldest_first = match value.as_str() {
                        "date" => true,
                        "-date" => false,
                        _ => return Err(Outcome::parameter(name, "date or -date")),
                    };
                    true
                }
                _ => {
                    query.criteria.push(criterion(name, value)?);
                    true
                }
            };
            query.common.keep(name, value);
        }
        query.common.finished()?;
        Ok(query)
    }

    pub fn patient(&self) -> &super::subject::PatientRef {
        &self.common.patient
    }

    /// Results on one page, 1 to 500.
    pub fn count(&self) -> usize {
        self.common.count
    }

    /// What reads back as the same query.
    pub fn to_pairs(&self) -> Pairs {
        self.common.pairs.clone()
    }

    /// Whether a set of `record` is searched for. A set exists only through members its reader can read
    /// (rules, A3): that is not decided here.
    pub fn matches(&self, record: RecordId, set: &SubmissionSet) -> bool {
        self.possible && self.criteria.iter().all(|it| it.matches(record, set))
    }

    /// The newest first unless asked otherwise; ids part equals.
    pub fn compare(&self, one: &SubmissionSet, other: &SubmissionSet) -> std::cmp::Ordering {
        let by_date = one.submitted.cmp(&other.submitted);
        (if self.oldest_first { by_date } else { by_date.reverse() }).then_with(|| one.id.cmp(&other.id))
    }
}

fn current(value: &str) -> Read<bool> {
    let mut found = false;
    for token in Token::any_of("status", value)? {
        match token.code() {
            "current" => found = true,
            "retired" | "superseded" | "entered-in-error" => {}
            _ => return Err(Outcome::parameter("status", "current, retired or entered-in-error")),
        }
    }
    Ok(found)
}

fn criterion(name: &str, value: &str) -> Read<Criterion> {
    let tokens = || Token::any_of(name, value);
    Ok(match name {
        "_id" => Criterion::Ids(search::ids(name, value)?),
        "_lastUpdated" => Criterion::Updated(DateTest::any_of(name, value)?),
        "date" => Criterion::Date(DateTest::any_of(name, value)?),
        "identifier" => Criterion::Identifier(tokens()?),
        "designationType" | "DesignationType" | "designation-type" => Criterion::ContentType(tokens()?),
        "sourceId" | "SourceId" | "source-id" => Criterion::SourceId(tokens()?),
        "authorOrg" | "PDSm_authorOrg" | "authorOrg:identifier" | "authorOrg.identifier" => {
            Criterion::AuthorOrganisation(tokens()?)
        }
        _ => match (modifier(name), of_source(name, value)?) {
            (("title", modifier), _) => Criterion::Title(Words::any_of(name, modifier, value)?),
            (_, Some(criterion)) => criterion,
            (_, None) => return Err(search::unknown(name)),
        },
    })
}

/// Chains into the contained source.
fn of_source(name: &str, value: &str) -> Read<Option<Criterion>> {
    let Some(rest) = name.strip_prefix("source") else { return Ok(None) };
    let bare = rest
        .replace(":PractitionerRole", "")
        .replace(":Practitioner", "")
        .replace(":Patient", "")
        .replace(":Device", "");
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
        "" => {
            return Err(Outcome::parameter(
                name,
                "sources are contained: use source.identifier or source.family",
            ));
        }
        _ => return Ok(None),
    }))
}

impl Criterion {
    fn matches(&self, record: RecordId, set: &SubmissionSet) -> bool {
        match self {
            Self::Ids(ids) => ids.contains(&(record, set.id)),
            Self::Date(tests) => tests.iter().any(|test| test.matches_instant(set.submitted)),
            Self::Updated(tests) => tests.iter().any(|test| test.matches_our_instant(set.accepted)),
            Self::Identifier(tokens) => {
                let entry = model::EntryId::from_bytes(*set.id.as_bytes()).urn();
                tokens
                    .iter()
                    .any(|it| it.matches_unique(&set.unique_id) || it.matches(model::oid::RFC_3986, &entry))
            }
            Self::ContentType(tokens) => tokens.iter().any(|it| it.matches_coding(&set.content_type)),
            Self::SourceId(tokens) => tokens.iter().any(|it| it.matches_unique(&set.source_id)),
            Self::Title(words) => any(words, &set.title),
            Self::AuthorFamily(words) => any(words, &set.author.family),
            Self::AuthorGiven(words) => any(words, &set.author.given),
            Self::AuthorId(tokens) => any_id(tokens, &set.author.person_id),
            Self::AuthorOrganisation(tokens) => any_id(tokens, &set.author.organisation_id),
        }
    }
}
