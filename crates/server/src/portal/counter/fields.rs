//! The form as the page shows it: each field with what was typed and what is wrong beside it, in the order of the
//! card in the hand, then the three questions in their exact wording.

use model::InsAuthority;

use super::answers::{authorities, is_represented};
use crate::portal::form::Form;
use crate::portal::messages::messages;

/// The texts whose version an opening records (`record::WORDING`): consent, emergency, regulation, contact.
fn wording(represented: bool) -> [&'static str; 4] {
    let m = messages();
    if represented {
        [
            m.t("counter.consent.rep"),
            m.t("counter.break_glass.rep"),
            m.t("counter.regulation.rep"),
            m.t("counter.contact.rep"),
        ]
    } else {
        [
            m.t("counter.consent"),
            m.t("counter.break_glass"),
            m.t("counter.regulation"),
            m.t("counter.contact"),
        ]
    }
}

/// A line to type in.
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: Option<&'static str>,
    pub value: String,
    pub wrong: Option<&'static str>,
    pub max: usize,
    /// The keys a telephone shows: `text`, `numeric`, `email`, `tel`.
    pub keys: &'static str,
    /// The stylesheet's word for its width.
    pub width: &'static str,
    pub first: bool,
}

/// One answer among some.
pub struct Choice {
    pub name: &'static str,
    /// The question, word for word.
    pub asks: &'static str,
    pub wrong: Option<&'static str>,
    pub options: Vec<Offered>,
    pub first: bool,
}

pub struct Offered {
    pub value: &'static str,
    pub label: &'static str,
    pub taken: bool,
}

/// A box to tick.
pub struct Tick {
    pub name: &'static str,
    pub label: &'static str,
    pub taken: bool,
    pub wrong: Option<&'static str>,
    pub first: bool,
}

pub struct Fields {
    pub represented: bool,
    pub names: Vec<Field>,
    pub sex: Choice,
    pub rest: Vec<Field>,
    pub authority: Vec<Offered>,
    pub seen: Tick,
    pub rep_name: Field,
    pub rep_quality: Choice,
    pub rep_proof: Tick,
    pub questions: Vec<Choice>,
    pub contact: &'static str,
    pub contacts: Vec<Field>,
    pub no_contact: Tick,
    /// What is lacking, for the list at the head: field and label.
    pub lacking: Vec<(&'static str, &'static str)>,
}

type Lacking = [(&'static str, &'static str)];

impl Fields {
    /// Whether somebody answers for the holder comes from the form, or from what it lacks.
    pub fn of(form: &Form, lacking: &Lacking, demo: bool) -> Self {
        let m = messages();
        let represented = is_represented(form) || lacking.iter().any(|(field, _)| *field == "rep_name");
        // what was answered to other words is asked again
        let asked_again = |name: &str| {
            represented && !is_represented(form) && ["consent", "break_glass", "regulation"].contains(&name)
        };
        let first = lacking.first().map_or("birth_name", |(field, _)| *field);
        let wrong = |name: &str| lacking.iter().find(|(field, _)| *field == name).map(|(_, says)| *says);
        let field = |name, label, hint, max, keys, width| Field {
            name,
            label,
            hint,
            value: form.text(name).chars().take(max).collect(),
            wrong: wrong(name),
            max,
            keys,
            width,
            first: name == first,
        };
        let choice = |name, asks, offered: &[(&'static str, &'static str)]| Choice {
            name,
            asks,
            wrong: wrong(name),
            options: offered
                .iter()
                .map(|(value, label)| Offered {
                    value,
                    label,
                    taken: form.text(name) == *value && !asked_again(name),
                })
                .collect(),
            first: name == first,
        };
        let tick = |name, label| Tick {
            name,
            label,
            taken: form.yes(name),
            wrong: wrong(name),
            first: name == first,
        };
        let yes_no = [("yes", m.t("counter.yes")), ("no", m.t("counter.no"))];
        let [consent, break_glass, regulation, contact] = wording(represented);
        let labels = labels();
        let authority = form.text("authority");
        Self {
            represented,
            names: vec![
                field("birth_name", m.t("counter.birth_name"), None, 100, "text", "half"),
                field("first_given", m.t("counter.first_given"), None, 100, "text", "half"),
                field(
                    "other_given",
                    m.t("counter.other_given"),
                    Some(m.t("counter.optional")),
                    200,
                    "text",
                    "half",
                ),
                field(
                    "used_name",
                    m.t("counter.used_name"),
                    Some(m.t("counter.used_name.hint")),
                    100,
                    "text",
                    "half",
                ),
            ],
            sex: choice(
                "sex",
                m.t("counter.sex"),
                &[("f", m.t("counter.sex.f")), ("m", m.t("counter.sex.m"))],
            ),
            rest: vec![
                field(
                    "birth_date",
                    m.t("counter.birth_date"),
                    Some(m.t("counter.birth_date.hint")),
                    10,
                    "numeric",
                    "short",
                ),
                field(
                    "birth_place",
                    m.t("counter.birth_place"),
                    Some(m.t("counter.birth_place.hint")),
                    5,
                    "text",
                    "short",
                ),
                field("ins", m.t("counter.ins"), Some(m.t("counter.ins.hint")), 24, "text", "half"),
            ],
            authority: authorities(demo)
                .iter()
                .enumerate()
                .map(|(place, it)| Offered {
                    value: it.fhir_type(),
                    label: authority_name(*it),
                    taken: it.fhir_type() == authority || (authority.is_empty() && place == 0),
                })
                .collect(),
            seen: tick("seen", m.t("counter.seen")),
            rep_name: field("rep_name", m.t("counter.rep_name"), None, 100, "text", "half"),
            rep_quality: choice(
                "rep_quality",
                m.t("counter.rep_quality"),
                &[
                    ("parent", m.t("counter.rep_quality.parent")),
                    ("guardian", m.t("counter.rep_quality.guardian")),
                    ("mandate", m.t("counter.rep_quality.mandate")),
                ],
            ),
            rep_proof: tick("rep_proof", m.t("counter.rep_proof")),
            questions: vec![
                choice("consent", consent, &yes_no),
                choice("break_glass", break_glass, &yes_no),
                choice("regulation", regulation, &yes_no),
            ],
            contact,
            contacts: vec![
                field("email", m.t("counter.email"), None, 254, "email", "half"),
                field("phone", m.t("counter.phone"), None, 20, "tel", "half"),
            ],
            no_contact: tick("no_contact", m.t("counter.no_contact")),
            lacking: lacking
                .iter()
                .map(|(field, _)| {
                    let label =
                        labels.iter().find(|(name, _)| name == field).map_or(*field, |(_, label)| *label);
                    (*field, label)
                })
                .collect(),
        }
    }
}

/// Each field in a word or two, for the list of what is lacking.
fn labels() -> Vec<(&'static str, &'static str)> {
    let m = messages();
    vec![
        ("birth_name", m.t("counter.birth_name")),
        ("first_given", m.t("counter.first_given")),
        ("other_given", m.t("counter.other_given")),
        ("used_name", m.t("counter.used_name")),
        ("sex", m.t("counter.sex")),
        ("birth_date", m.t("counter.birth_date")),
        ("birth_place", m.t("counter.birth_place")),
        ("ins", m.t("counter.ins")),
        ("seen", m.t("counter.short.seen")),
        ("rep_name", m.t("counter.rep_name")),
        ("rep_quality", m.t("counter.rep_quality")),
        ("rep_proof", m.t("counter.short.proof")),
        ("consent", m.t("counter.short.consent")),
        ("break_glass", m.t("counter.short.break_glass")),
        ("regulation", m.t("counter.short.regulation")),
        ("email", m.t("counter.email")),
        ("phone", m.t("counter.phone")),
        ("no_contact", m.t("counter.short.contact")),
    ]
}

fn authority_name(authority: InsAuthority) -> &'static str {
    let m = messages();
    match authority {
        InsAuthority::Nir => m.t("counter.authority.nir"),
        InsAuthority::Nia => m.t("counter.authority.nia"),
        InsAuthority::Test => m.t("counter.authority.test"),
        InsAuthority::Demo => m.t("counter.authority.demo"),
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};

    use super::*;

    /// An opening records the version of what was asked: other words are another version.
    #[test]
    fn the_wording_is_the_one_whose_version_is_recorded() {
        // where a line may break is no other wording
        let words = [wording(false), wording(true)].concat().join("\n").replace('\u{a0}', " ");
        let hash = digest(&SHA256, words.as_bytes());
        let hash: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            (record::WORDING, hash.as_str()),
            ("fr-2026-11", "39f8702afcb777d5"),
            "the words changed: give record::WORDING another version, and write both here"
        );
    }
}
