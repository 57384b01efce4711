//! What stands around each page of a professional: who they are and from where they act, and on a record's pages
//! the patient's identity, always in the same place.

use model::{InsAuthority, QualifiedIdentity, Sex};

use super::session::Pro;
use crate::api::sessions::anti_forgery;
use crate::portal::layout::Page;
use crate::portal::messages::messages;
use crate::portal::session::shown_name;
use crate::portal::when;

/// The head of a page.
pub struct Head {
    pub name: String,
    pub what: String,
    pub place: String,
    token: String,
}

/// The patient, at the head of their record.
pub struct Patient {
    pub name: String,
    /// Where it is not the name in use.
    pub birth_name: Option<String>,
    pub age: String,
    pub sex: &'static str,
    pub is_woman: bool,
    pub born: String,
    pub ins: String,
    pub authority: &'static str,
}

impl Head {
    pub fn of(pro: &Pro) -> Self {
        Self {
            name: pro.who.name.clone(),
            what: pro.who.profession.label().to_owned(),
            place: pro.place.as_ref().map(|it| it.name.clone()).unwrap_or_default(),
            token: anti_forgery(&pro.token),
        }
    }

    /// The hidden field of each form that posts. HTML; the token is of letters, digits, `-` and `_`.
    pub fn anti_forgery(&self) -> String {
        format!("<input type=\"hidden\" name=\"anti_forgery\" value=\"{}\">", self.token)
    }
}

impl Patient {
    pub fn of(identity: &QualifiedIdentity, now: model::Instant) -> Self {
        let m = messages();
        let traits = &identity.traits;
        let used = traits.used_name.as_ref();
        let differs = used.is_some_and(|used| used.normalised() != traits.birth_name.normalised());
        Self {
            name: shown_name(traits),
            birth_name: differs.then(|| traits.birth_name.as_str().to_owned()),
            age: m.n("home.years", u64::try_from(when::age(traits.birth_date, now)).unwrap_or(0)),
            is_woman: traits.sex == Sex::Female,
            sex: match traits.sex {
                Sex::Female => m.t("pro.sex.f"),
                Sex::Male => m.t("pro.sex.m"),
                Sex::Unknown => m.t("pro.sex.u"),
            },
            born: when::day(traits.birth_date),
            ins: spaced(identity.ins.matricule()),
            authority: match identity.ins.authority() {
                InsAuthority::Nir => "INS-NIR",
                InsAuthority::Nia => "INS-NIA",
                InsAuthority::Test => m.t("pro.ins.test"),
                InsAuthority::Demo => m.t("pro.ins.demo"),
            },
        }
    }
}

/// A page of a professional, which says what their last act did.
pub fn page(pro: &Pro, title: impl Into<String>) -> (Page, Head) {
    let mut page = Page::open(&pro.app, title);
    page.done = pro.app.pro.sessions.said(&pro.token);
    (page, Head::of(pro))
}

/// "2 79 03 51 215 189 89", as the card has it.
pub fn spaced(matricule: &str) -> String {
    let mut out = String::with_capacity(matricule.len() + 6);
    for (place, character) in matricule.chars().enumerate() {
        if matches!(place, 1 | 3 | 5 | 7 | 10 | 13) {
            out.push('\u{a0}');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_number_is_read_in_groups() {
        assert_eq!(super::spaced("279035121518989").replace('\u{a0}', " "), "2 79 03 51 215 189 89");
    }
}
