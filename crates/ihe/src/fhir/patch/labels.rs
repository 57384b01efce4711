//! What a patch says of `securityLabel`, resolved against the labels a document has: its confidentiality first, then
//! the codes of visibility, as they are answered.
//!
//! The draft for the DMP replaces the first label by a code of visibility, and by N to take it off again; here both
//! stand beside the confidentiality (docs/conformance.md). So replacing the first label by a code adds it, and
//! replacing it by the confidentiality takes every code off.

use model::code::{TRE_A07, V3_CONFIDENTIALITY};
use model::{Confidentiality, Visibility};

use super::super::datatypes::codings;
use super::super::obj::Obj;
use super::super::outcome::{IssueCode, Outcome, Read};
use super::{Operation, Place, Verb};

/// What is to be done to the labels, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Labels(Vec<(Edit, String)>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Edit {
    /// All of them, anew.
    All(Vec<Label>),
    Add(Label),
    At(usize, Label),
    RemoveAt(usize),
    RemoveCode(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Label {
    Level(Confidentiality),
    Code(&'static str),
}

const CODES: [&str; 3] =
    [Visibility::MASKED, Visibility::HIDDEN_FROM_HOLDER, Visibility::HIDDEN_FROM_REPRESENTATIVES];

impl Labels {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, it: &Operation<'_>) -> Read<()> {
        let missing = || Outcome::missing(format!("{}.value", it.path));
        let one = || match &it.value {
            Some((obj, key)) => label(&obj.need_object(key)?),
            None => Err(missing()),
        };
        let edit = match (&it.place, it.verb) {
            (Place::Labels, Verb::Add | Verb::Replace) => match &it.value {
                Some((obj, key)) if *key == "value" => {
                    Edit::All(obj.need_objects(key)?.iter().map(label).collect::<Read<_>>()?)
                }
                _ => Edit::All(vec![one()?]),
            },
            (Place::Labels, Verb::Remove) => Edit::All(Vec::new()),
            // inserting moves the others: where it goes says nothing
            (Place::LabelEnd | Place::Label(_), Verb::Add) => Edit::Add(one()?),
            (Place::Label(place), Verb::Replace) => Edit::At(*place, one()?),
            (Place::Label(place), Verb::Remove) => Edit::RemoveAt(*place),
            (Place::LabelOfCode(code), Verb::Remove) => Edit::RemoveCode(code.clone()),
            _ => return Err(Outcome::unsupported(&it.path, "this cannot be done to a label")),
        };
        self.0.push((edit, it.path.clone()));
        Ok(())
    }

    /// The visibility that is asked for. Errors: 422 for a label that is not there, or another confidentiality.
    pub fn resolve(&self, level: Confidentiality, current: Visibility) -> Read<Visibility> {
        let mut codes: Vec<&'static str> = current.codes();
        for (edit, path) in &self.0 {
            let absent = || Outcome::value(path, "no such label");
            let kept = |it: &Label| match it {
                Label::Level(said) if *said != level => {
                    Err(Outcome::rule(path, "the confidentiality is said when a document is fed, and stays"))
                }
                Label::Level(_) => Ok(None),
                Label::Code(code) => Ok(Some(*code)),
            };
            match edit {
                Edit::All(labels) => {
                    codes = labels.iter().map(kept).filter_map(Result::transpose).collect::<Read<_>>()?;
                }
                Edit::Add(label) => codes.extend(kept(label)?),
                Edit::At(0, label) => match kept(label)? {
                    Some(code) => codes.push(code),
                    None => codes.clear(),
                },
                Edit::At(place, label) => {
                    let with = kept(label)?;
                    let slot = codes.get_mut(place.saturating_sub(1)).ok_or_else(absent)?;
                    match with {
                        Some(code) => *slot = code,
                        None => {
                            codes.remove(place.saturating_sub(1));
                        }
                    }
                }
                Edit::RemoveAt(0) => {
                    return Err(Outcome::rule(path, "the confidentiality is not taken off"));
                }
                Edit::RemoveAt(place) if *place <= codes.len() => {
                    codes.remove(place.saturating_sub(1));
                }
                Edit::RemoveAt(_) => return Err(absent()),
                Edit::RemoveCode(code) => {
                    let before = codes.len();
                    codes.retain(|it| it != code);
                    if codes.len() == before {
                        return Err(absent());
                    }
                }
            }
        }
        let mut wanted = Visibility::default();
        for code in codes {
            wanted.add(code);
        }
        Ok(wanted)
    }
}

/// A label of one coding that is known.
fn label(concept: &Obj<'_>) -> Read<Label> {
    let all = codings(concept)?;
    let [only] = all.as_slice() else {
        return Err(Outcome::malformed(concept.at("coding"), "exactly one is expected here"));
    };
    let known = match only.system.as_str() {
        V3_CONFIDENTIALITY | TRE_A07 => match Confidentiality::from_code(&only.code) {
            Some(level) => Some(Label::Level(level)),
            None if only.system == TRE_A07 => {
                CODES.into_iter().find(|code| *code == only.code).map(Label::Code)
            }
            None => None,
        },
        _ => None,
    };
    known.ok_or_else(|| {
        Outcome::at(422, IssueCode::CodeInvalid, concept.at("coding[0].code"), "not a code of JDV_J08")
    })
}
